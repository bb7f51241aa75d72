"""What a participant is to be told now, compared with what mails told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.day import Place, appointments, places
from server.mail.letter import Letter, Meeting
from server.mail.words import Kind
from server.store import Store
from server.store.calendar import CalendarEntry
from server.store.mails import Mail
from server.store.records import Participant


@dataclass(frozen=True, slots=True)
class Draft:
    """`letter`: None where there is nothing to tell. `told`: what is known once it was sent."""

    letter: Letter | None
    told: Mapping[str, int]


def told_before(mails: Sequence[Mail], address: str) -> Mapping[str, int] | None:
    """By the latest mail that was sent to this address; None when there was none."""
    sent = [mail for mail in mails if mail.state == "sent" and mail.address == address]
    return sent[-1].told if sent else None


def kind_of(entries: Sequence[CalendarEntry], before: Mapping[str, int] | None) -> Kind | None:
    """None: there is nothing new to tell."""
    going = any(not entry.cancelled for entry in entries)
    if before is None:
        return "invitation" if going else None
    if all(before.get(_room(entry)) == entry.sequence for entry in entries if _concerns(entry, before)):
        return None
    return "change" if going else "cancellation"


async def draft(
    store: Store, participant: Participant, base_url: str, second: str, note: str, *, whole: bool
) -> Draft:
    """Raises RevokedLink where the participant's own page is withdrawn."""
    event = await store.events.get(participant.event)
    found = await places(store, participant)
    entries = await store.calendar.tell(participant.id, appointments(found))
    before = told_before(await store.mails.of_participant(participant.id), participant.email)
    kind = kind_of(entries, before)
    if kind is None and whole and any(not entry.cancelled for entry in entries):
        kind = "invitation"
    told = {_room(entry): entry.sequence for entry in entries}
    if kind is None:
        return Draft(None, told)
    known = {} if before is None or kind == "invitation" else before
    across = {place.room.id: _across(place) for place in found}
    shown = [entry for entry in entries if _concerns(entry, known)]
    meetings = [Meeting(entry, across.get(_room(entry), "")) for entry in shown]
    token = await store.participants.token(participant.id)
    letter = Letter(
        kind=kind,
        participant=participant,
        event_zone=event.time_zone,
        url=f"{base_url}/d/{token}",
        meetings=meetings,
        news=[each for each in meetings if known.get(_room(each.entry)) != each.entry.sequence],
        second=second,
        note=note,
    )
    return Draft(letter, told)


def host_of(base_url: str) -> str:
    """For UIDs and message ids: the same as in the calendar that is subscribed to."""
    return urlsplit(base_url).hostname or "localhost"


def _room(entry: CalendarEntry) -> str:
    return entry.appointment.room


def _concerns(entry: CalendarEntry, before: Mapping[str, int]) -> bool:
    """One that was called off before anybody heard of it concerns nobody."""
    return not entry.cancelled or _room(entry) in before


def _across(place: Place) -> str:
    others = [
        person
        for person in place.room.people
        if person.role in ("seller", "buyer") and person.role != place.you.role
    ]
    return " / ".join(person.company or person.name for person in others)
