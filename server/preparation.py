"""What an interpreter reads before a consultation: who meets, terms, documents, the last minutes."""

from __future__ import annotations

from dataclasses import dataclass

from server.exports import Transcript, load
from server.glossary import Terms
from server.store import Store
from server.store.records import Person, Profile, Room

PARTIES = ("seller", "buyer")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody of either side, and what the event knows of them."""

    person: Person
    profile: Profile


@dataclass(frozen=True, slots=True)
class Preparation:
    room: Room
    parties: tuple[Party, ...]
    interpreters: tuple[Person, ...]
    venue: str
    room_terms: Terms
    event_terms: Terms
    """Those that the room does not have itself come after its own (`server.glossary.merged`)."""
    last: Transcript | None
    """Of the last consultation of the same companies, in whatever event."""


async def prepare(store: Store, room: Room) -> Preparation:
    profiles: dict[str, Profile] = {}
    venue = ""
    if room.event:
        profiles = {one.id: one.profile for one in await store.participants.of_event(room.event)}
        venues = {booth.name: booth.venue for booth in await store.events.booths(room.event)}
        venue = venues.get(room.booth, "")
    earlier = await store.meetings.before(room)
    return Preparation(
        room=room,
        parties=tuple(
            Party(person, profiles.get(person.participant or "", Profile()))
            for person in room.people
            if person.role in PARTIES
        ),
        interpreters=tuple(person for person in room.people if person.role == "interpreter"),
        venue=venue,
        room_terms=room.glossary,
        event_terms=await store.glossaries.of_event(room.event),
        last=None if earlier is None else await load(store, earlier),
    )
