"""Edits of an event as an organiser makes them one by one. Each is a `store.edits.Command`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import BoothInUse, ParticipantBusy, ParticipantNotFound
from server.schedule.reading import title_of
from server.store import Store
from server.store.events import rename_event, write_booths, write_event
from server.store.identity import folded
from server.store.participants import find_participant, remove_participant
from server.store.people import people_of, to_person
from server.store.records import (
    Booth,
    Event,
    NewPerson,
    NewRoom,
    Participant,
    ParticipantPatch,
    PersonChange,
    Role,
    RoomPatch,
)
from server.store.rooms import find_room
from server.store.screens import follow_booths
from server.store.snapshots import Subject
from server.store.tables import ParticipantRow, PersonRow, RoomRow

PLACED: tuple[Role, ...] = ("seller", "buyer", "interpreter")
Places = Mapping[Role, tuple[str, ...]]
"""Role → participants' ids, in order; roles that are left out stay as they are."""
Begun = tuple[str, list[Subject]]
_EVENT = Subject("event")


@dataclass(frozen=True, slots=True)
class ChangeRoom:
    """None leaves as it is. A title made of the companies follows them."""

    action: ClassVar[str] = "change_room"
    room: str
    title: str | None = None
    starts_at: datetime | None = None
    duration_min: int | None = None
    booth: str | None = None
    places: Places = field(default_factory=dict)

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        """Raises RoomNotFound."""
        return (await find_room(session, self.room, event)).title, [Subject("room", self.room)]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        """Raises ParticipantNotFound."""
        row = await find_room(session, self.room, event)
        before = await people_of(session, [row.id], removed=False)
        people = await self._people(session, event, before) if self.places else None
        title = self.title
        if title is None and people is not None and row.title == title_of(map(to_person, before)):
            title = title_of(change.person for change in people)
        patch = RoomPatch(
            title=title,
            starts_at=self.starts_at,
            duration_min=self.duration_min,
            booth=self.booth,
            people=people,
        )
        await store.rooms.change_in(session, row.id, patch)
        return []

    async def _people(
        self, session: AsyncSession, event: str, before: list[PersonRow]
    ) -> tuple[PersonChange, ...]:
        """Who stays keeps the place and its link; who comes gets a new one."""
        changes: list[PersonChange] = []
        for role in PLACED:
            there = [row for row in before if row.role == role]
            ids = self.places.get(role)
            if ids is None:
                changes += map(_as_it_is, there)
                continue
            by_participant = {row.participant: row for row in there}
            for id in ids:
                row = by_participant.get(id)
                new = None if row is not None else PersonChange(await _person(session, event, role, id))
                changes.append(new or _as_it_is(by_participant[id]))
        changes += [_as_it_is(row) for row in before if row.role not in PLACED]
        return tuple(changes)


@dataclass(frozen=True, slots=True)
class AddRoom:
    action: ClassVar[str] = "add_room"
    starts_at: datetime
    duration_min: int
    booth: str
    places: Places

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        return title_of(await self._people(session, event)), []

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        """Raises ParticipantNotFound."""
        people = await self._people(session, event)
        new = NewRoom(
            title=title_of(people),
            people=tuple(people),
            starts_at=self.starts_at,
            duration_min=self.duration_min,
            event=event,
            booth=self.booth,
        )
        made, _ = await store.rooms.create_in(session, new)
        return [Subject("room", made.id)]

    async def _people(self, session: AsyncSession, event: str) -> list[NewPerson]:
        return [
            await _person(session, event, role, id) for role in PLACED for id in self.places.get(role, ())
        ]


@dataclass(frozen=True, slots=True)
class RemoveRoom:
    action: ClassVar[str] = "remove_room"
    room: str

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        """Raises RoomNotFound."""
        return (await find_room(session, self.room, event)).title, [Subject("room", self.room)]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        await session.delete(await find_room(session, self.room, event))
        return []


@dataclass(frozen=True, slots=True)
class AddParticipant:
    action: ClassVar[str] = "add_participant"
    new: Participant

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        return self.new.company or self.new.name, []

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        added = await store.participants.add_in(session, replace(self.new, event=event))
        return [Subject("participant", added.id)]


@dataclass(frozen=True, slots=True)
class ChangeParticipant:
    """Also in their rooms."""

    action: ClassVar[str] = "change_participant"
    participant: str
    patch: ParticipantPatch

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        """Raises ParticipantNotFound."""
        row = await _of_event(session, event, self.participant)
        rooms = await session.scalars(
            select(PersonRow.room_id).where(PersonRow.participant == row.id).distinct()
        )
        return row.company or row.name, [
            Subject("participant", row.id),
            *(Subject("room", room) for room in rooms),
        ]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        await store.participants.change_in(session, self.participant, self.patch)
        return []


@dataclass(frozen=True, slots=True)
class RemoveParticipant:
    action: ClassVar[str] = "remove_participant"
    participant: str

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        """Raises ParticipantNotFound, ParticipantBusy."""
        row = await _of_event(session, event, self.participant)
        places = select(PersonRow).where(PersonRow.participant == row.id, PersonRow.removed_at.is_(None))
        if await session.scalar(places.limit(1)) is not None:
            raise ParticipantBusy("take them out of their consultations first")
        return row.company or row.name, [Subject("participant", row.id)]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        await remove_participant(session, self.participant)
        return []


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """`event` carries the name that it is to have."""

    action: ClassVar[str] = "change_event"
    event: Event

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        return self.event.name, [_EVENT]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        """Raises NameTaken."""
        await rename_event(session, event, self.event.name)
        await write_event(session, self.event)
        return []


@dataclass(frozen=True, slots=True)
class ChangeBooths:
    """`booths`: (its name until now, empty for a new one; as it is to be). Rooms and screens follow."""

    action: ClassVar[str] = "change_booths"
    booths: tuple[tuple[str, Booth], ...]

    async def begin(self, session: AsyncSession, event: str) -> Begun:
        rooms = await self._renamed(session, event)
        return ", ".join(booth.name for _, booth in self.booths), [
            Subject("event", names=tuple(self._names().items())),
            *(Subject("room", room.id) for room, _ in rooms),
        ]

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        """Raises BoothInUse."""
        await follow_booths(session, event, self._names())
        for room, name in await self._renamed(session, event):
            room.booth = name
        await write_booths(session, event, [booth for _, booth in self.booths])
        await session.flush()
        kept = {folded(booth.name) for _, booth in self.booths}
        for room in await _rooms_with_booth(session, event):
            if folded(room.booth) not in kept:
                raise BoothInUse(f"“{room.title}” is at {room.booth}; give it another booth first")
        return []

    def _names(self) -> dict[str, str]:
        return {was: booth.name for was, booth in self.booths if was and was != booth.name}

    async def _renamed(self, session: AsyncSession, event: str) -> list[tuple[RoomRow, str]]:
        """Rooms and the new names of their booths."""
        names = self._names()
        rooms = await _rooms_with_booth(session, event)
        return [(room, names[room.booth]) for room in rooms if room.booth in names]


async def _rooms_with_booth(session: AsyncSession, event: str) -> list[RoomRow]:
    return list(await session.scalars(select(RoomRow).where(RoomRow.event == event, RoomRow.booth != "")))


async def _of_event(session: AsyncSession, event: str, id: str, role: str | None = None) -> ParticipantRow:
    row = await find_participant(session, id)
    if row.event != event or role not in (None, row.role):
        raise ParticipantNotFound("there is nobody with this id and role in the event")
    return row


async def _person(session: AsyncSession, event: str, role: Role, id: str) -> NewPerson:
    row = await _of_event(session, event, id, role)
    return NewPerson(role, row.name, row.company, row.speaks, row.reads)


def _as_it_is(row: PersonRow) -> PersonChange:
    person = to_person(row)
    return PersonChange(
        NewPerson(person.role, person.name, person.company, person.speaks, person.reads), person.id
    )
