"""A participant's own day: their consultations, and the same as a calendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from server.store import Store
from server.store.calendar import Appointment, CalendarEntry
from server.store.records import Participant, Person, Room, Token

REMIND = timedelta(minutes=-10)


@dataclass(frozen=True, slots=True)
class Place:
    """A consultation of a participant: who they are there, and the link of that room, None if withdrawn."""

    room: Room
    you: Person
    token: Token | None


async def places(store: Store, participant: Participant) -> list[Place]:
    """By start, those without one last."""
    found = []
    for room_id, number in await store.participants.rooms_of(participant.id):
        room = await store.rooms.get(room_id)
        you = room.person(f"p{number}")
        if you is not None:
            found.append(Place(room, you, await store.links.url_token(room_id, you.id)))
    return sorted(
        found, key=lambda place: (place.room.starts_at is None, place.room.starts_at, place.room.id)
    )


def appointments(found: Sequence[Place]) -> list[Appointment]:
    """Those with a time."""
    return [
        Appointment(
            place.room.id,
            place.room.starts_at,
            place.room.duration_min,
            place.room.title,
            place.room.booth,
        )
        for place in found
        if place.room.starts_at is not None
    ]


def calendar(participant: Participant, entries: Sequence[CalendarEntry], url: str, host: str) -> bytes:
    """`url` is the participant's own page, `host` makes the entries' UIDs unique."""
    made = Calendar()
    made.add("prodid", "-//Sangdam//Consultations//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", participant.event or participant.name)
    for entry in entries:
        made.add_component(calendar_event(entry, url, host))
    return bytes(made.to_ical())


def calendar_event(entry: CalendarEntry, url: str, host: str) -> Event:
    """As `calendar` has it."""
    appointment = entry.appointment
    event = Event()
    event.add("uid", f"{appointment.room}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.starts_at + timedelta(minutes=appointment.duration_min))
    event.add("summary", appointment.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("url", url)
    event.add("description", url)
    if appointment.place:
        event.add("location", appointment.place)
    if not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", appointment.title)
        alarm.add("trigger", REMIND)
        event.add_component(alarm)
    return event
