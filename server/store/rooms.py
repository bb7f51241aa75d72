"""Rooms and the people who have a place in them."""

from __future__ import annotations

import base64
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Literal, cast

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import NotAVenue, PersonNotFound, RoomNotFound, RoomNotOpen, ScheduleConflict
from server.store.database import Database
from server.store.events import add_booths, current_name
from server.store.glossaries import from_json, to_json
from server.store.identity import folded
from server.store.key import Key
from server.store.links import add_link, revoke_links
from server.store.participants import enrol, fill_in
from server.store.people import add_person, find_person, people_of, person_id, to_person
from server.store.records import (
    NewPerson,
    NewRoom,
    Person,
    PersonChange,
    Room,
    RoomBatch,
    RoomPatch,
    RoomState,
    Token,
    VenueSends,
)
from server.store.screens import end_foreign_places
from server.store.tables import ConsentRow, NoticeAcceptanceRow, PersonRow, RoomRow


class RoomRepository:
    def __init__(self, database: Database, key: Key) -> None:
        self._database = database
        self._key = key

    async def create(self, new: NewRoom) -> tuple[Room, dict[str, Token]]:
        """The room, `scheduled`, and the token of each person's link by person id."""
        async with self._database.write() as session:
            made, tokens = await self.create_in(session, new)
            await _keep_booths(session, [made])
            return made, tokens

    async def get(self, room: str) -> Room:
        """Raises RoomNotFound."""
        async with self._database.read() as session:
            row = await _find(session, room)
            return _to_room(row, await people_of(session, [room], removed=False))

    async def all(self) -> list[Room]:
        """By start, those without one last."""
        async with self._database.read() as session:
            order = (RoomRow.starts_at.is_(None), RoomRow.starts_at, RoomRow.created_at, RoomRow.id)
            rows = list(await session.scalars(select(RoomRow).order_by(*order)))
            people: defaultdict[str, list[PersonRow]] = defaultdict(list)
            for person in await people_of(session, None, removed=False):
                people[person.room_id].append(person)
        return [_to_room(row, people[row.id]) for row in rows]

    async def of_event(self, event: str) -> list[Room]:
        """By start."""
        async with self._database.read() as session:
            return await rooms_of_event(session, event)

    async def of_booth(self, event: str, booth: str) -> list[Room]:
        """Those that are not over, in no order."""
        async with self._database.read() as session:
            query = select(RoomRow).where(
                RoomRow.event == event, RoomRow.booth == booth, RoomRow.state != "closed"
            )
            rows = list(await session.scalars(query))
            people: defaultdict[str, list[PersonRow]] = defaultdict(list)
            for person in await people_of(session, [row.id for row in rows], removed=False):
                people[person.room_id].append(person)
        return [_to_room(row, people[row.id]) for row in rows]

    async def everybody(self, room: str) -> list[Person]:
        """Also those who were removed from the room; their captions stay. Raises RoomNotFound."""
        async with self._database.read() as session:
            await _find(session, room)
            return [to_person(row) for row in await people_of(session, [room], removed=True)]

    async def change(self, room: str, patch: RoomPatch) -> Room:
        """Raises RoomNotFound; PersonNotFound when `patch.people` names an id that is not in the room."""
        async with self._database.write() as session:
            changed = await self.change_in(session, room, patch)
            await _keep_booths(session, [changed])
            return changed

    async def apply(self, batch: RoomBatch) -> tuple[list[Room], list[Room]]:
        """The rooms made and the rooms changed.

        Raises ScheduleConflict when a schedule key is taken, a room or person is not there any more, or a
        room to be removed was opened.
        """
        try:
            async with self._database.write() as session:
                for room in batch.release:
                    (await _find(session, room)).schedule_key = None
                for room in batch.remove:
                    row = await _find(session, room)
                    if row.state != "scheduled" or row.opened_at is not None:
                        raise ScheduleConflict("a room to be removed was opened; import the sheet again")
                    await session.delete(row)
                await session.flush()
                changed = [await self.change_in(session, room, patch) for room, patch in batch.change]
                created = [(await self.create_in(session, new))[0] for new in batch.create]
                await fill_in(session, batch.participants)
                await _keep_booths(session, [*created, *changed])
                return created, changed
        except (IntegrityError, RoomNotFound, PersonNotFound):
            raise ScheduleConflict("the rooms were changed meanwhile; import the sheet again") from None

    async def remove(self, room: str) -> None:
        """With its people, links and captions. Raises RoomNotFound."""
        async with self._database.write() as session:
            await session.delete(await _find(session, room))

    async def set_state(
        self,
        room: str,
        state: Literal["open", "closed"],
        at: datetime,
        *,
        only_if: Callable[[Room], bool] = lambda room: True,
    ) -> Room:
        """Opening again keeps `opened_at`: captions count from it. Raises RoomNotFound, RoomNotOpen."""
        async with self._database.write() as session:
            row = await _find(session, room)
            people = await people_of(session, [room], removed=False)
            if not only_if(_to_room(row, people)):
                return _to_room(row, people)
            if state == "closed" and row.state == "scheduled":
                raise RoomNotOpen("the room has not been opened yet")
            if row.state != state:
                if state == "open" and row.state == "closed":
                    row.reopened_at, row.extended_min = at, 0
                row.state = state
                row.opened_at = row.opened_at or at
                row.closed_at = at if state == "closed" else None
            return _to_room(row, people)

    async def extend(self, room: str, minutes: int, now: datetime) -> Room:
        """So many minutes more, from now on when the time is over. Raises RoomNotFound, RoomNotOpen."""
        async with self._database.write() as session:
            row = await _find(session, room)
            people = await people_of(session, [room], removed=False)
            before = _to_room(row, people)
            if before.state != "open" or before.ends_at is None:
                raise RoomNotOpen("the room is not open")
            over_min = max(0, ceil((now - before.ends_at) / timedelta(minutes=1)))
            row.extended_min += over_min + minutes
            return _to_room(row, people)

    async def timed(self, now: datetime) -> list[Room]:
        """Without their people: open rooms of events, and those whose time is near."""
        day = timedelta(days=1)
        comes = and_(RoomRow.state == "scheduled", RoomRow.starts_at.between(now - day, now + day))
        async with self._database.read() as session:
            query = select(RoomRow).where(RoomRow.event != "", or_(RoomRow.state == "open", comes))
            return [_to_room(row, []) for row in await session.scalars(query)]

    async def change_person(
        self,
        room: str,
        person: str,
        *,
        speaks: str | None = None,
        reads: str | None = None,
        name: str | None = None,
    ) -> Room:
        """What people may change about themselves. Raises RoomNotFound, PersonNotFound."""
        async with self._database.write() as session:
            room_row = await _find(session, room)
            row = await find_person(session, room, person)
            row.speaks = speaks or row.speaks
            row.reads = reads or row.reads
            row.name = name or row.name
            await session.flush()
            return _to_room(room_row, await people_of(session, [room], removed=False))

    async def set_sends(self, room: str, person: str, sends: VenueSends) -> Room:
        """What a venue may send. Raises RoomNotFound, PersonNotFound, NotAVenue."""
        async with self._database.write() as session:
            room_row = await _find(session, room)
            row = await find_person(session, room, person)
            if row.role != "venue":
                raise NotAVenue("only what a venue sends can be set; everybody else decides for themselves")
            row.sends = sends
            await session.flush()
            return _to_room(room_row, await people_of(session, [room], removed=False))

    async def add_person(self, room: str, new: NewPerson) -> tuple[Room, Person, Token]:
        """Raises RoomNotFound."""
        async with self._database.write() as session:
            room_row = await _find(session, room)
            row = add_person(session, room_row, new, room_row.last_person)
            await session.flush()
            token = add_link(session, self._key, row)
            people = await people_of(session, [room], removed=False)
            return _to_room(room_row, people), to_person(row), token

    async def create_in(self, session: AsyncSession, new: NewRoom) -> tuple[Room, dict[str, Token]]:
        room = _room_row(replace(new, event=await current_name(session, new.event)))
        session.add(room)
        await session.flush()
        rows = [add_person(session, room, person, at) for at, person in enumerate(new.people)]
        await enrol(session, room.event, rows)
        await session.flush()
        tokens = {person_id(row.number): add_link(session, self._key, row) for row in rows}
        return _to_room(room, rows), tokens

    async def change_in(self, session: AsyncSession, room: str, patch: RoomPatch) -> Room:
        row = await _find(session, room)
        before = (row.starts_at, row.duration_min)
        for name in (
            "title",
            "starts_at",
            "duration_min",
            "booth",
            "demo",
            "schedule_key",
            "schedule_digest",
            "recording_allowed",
        ):
            value = getattr(patch, name)
            if value is not None:
                setattr(row, name, _utc(value) if name == "starts_at" else value)
        if patch.event is not None:
            row.event = await current_name(session, patch.event)
        if (row.starts_at, row.duration_min) != before:
            row.extended_min = 0
        if patch.glossary is not None:
            row.glossary = to_json(patch.glossary)
        if patch.people is not None:
            await self._change_people(session, row, patch.people)
        await session.flush()
        if patch.event is not None or patch.booth is not None:
            await end_foreign_places(session, [row.id])
        people = await people_of(session, [room], removed=False)
        await enrol(session, row.event, people)
        await session.flush()
        return _to_room(row, people)

    async def _change_people(
        self, session: AsyncSession, room: RoomRow, people: tuple[PersonChange, ...]
    ) -> None:
        leaving = {person_id(row.number): row for row in await people_of(session, [room.id], removed=False)}
        added: list[PersonRow] = []
        renewed: list[PersonRow] = []
        for position, change in enumerate(people):
            if change.id is None:
                added.append(add_person(session, room, change.person, position))
                continue
            row = leaving.pop(change.id, None)
            if row is None:
                raise PersonNotFound(
                    "there is nobody with this id in the room", field=f"people.{position}.id"
                )
            another = _is_another(row, change.person)
            if another and (row.last_caption or room.opened_at is not None):
                # What was said, corrected or agreed to under this number stays with who did it.
                leaving[change.id] = row
                added.append(add_person(session, room, change.person, position))
                continue
            row.position = position
            if another:
                # Nothing of the one who had the place is theirs.
                row.participant = None
                for answers in (ConsentRow, NoticeAcceptanceRow):
                    place = (answers.room_id == room.id) & (answers.person_number == row.number)
                    await session.execute(delete(answers).where(place))
                await revoke_links(session, row)
                row.link_serial += 1
                renewed.append(row)
            for name in ("role", "name", "company", "speaks", "reads"):
                setattr(row, name, getattr(change.person, name))
        for row in leaving.values():
            row.removed_at = datetime.now(UTC)
            await revoke_links(session, row)
        await session.flush()
        for row in (*added, *renewed):
            add_link(session, self._key, row)


async def rooms_of_event(session: AsyncSession, event: str) -> list[Room]:
    """By start."""
    query = select(RoomRow).where(RoomRow.event == event).order_by(RoomRow.starts_at, RoomRow.id)
    rows = list(await session.scalars(query.execution_options(populate_existing=True)))
    people: defaultdict[str, list[PersonRow]] = defaultdict(list)
    for person in await people_of(session, [row.id for row in rows], removed=False):
        people[person.room_id].append(person)
    return [_to_room(row, people[row.id]) for row in rows]


async def find_room(session: AsyncSession, room: str, event: str) -> RoomRow:
    """Raises RoomNotFound, also when it belongs to another event."""
    row = await _find(session, room)
    if row.event != event:
        raise RoomNotFound("there is no room with this id in the event")
    return row


async def _keep_booths(session: AsyncSession, rooms: list[Room]) -> None:
    """Booths that rooms name become the event's."""
    for event in {room.event for room in rooms if room.event}:
        names = sorted({room.booth for room in rooms if room.event == event and room.booth})
        await add_booths(session, event, names)


def _is_another(row: PersonRow, person: NewPerson) -> bool:
    """Another company has the place, or another person where there is no company; a colleague has not."""
    if row.role != person.role:
        return True
    before, after = (folded(each.company) or folded(each.name) for each in (row, person))
    return before != after


def _room_row(new: NewRoom) -> RoomRow:
    return RoomRow(
        id="r" + base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower(),
        title=new.title,
        event=new.event,
        state="scheduled",
        starts_at=_utc(new.starts_at),
        duration_min=new.duration_min,
        opened_at=None,
        closed_at=None,
        glossary=to_json(new.glossary),
        demo=new.demo,
        schedule_key=new.schedule_key,
        schedule_digest=new.schedule_digest,
        booth=new.booth,
        recording_allowed=new.recording_allowed,
        extended_min=0,
        reopened_at=None,
        last_person=0,
        created_at=datetime.now(UTC),
    )


def _utc(time: datetime | None) -> datetime | None:
    return None if time is None else time.astimezone(UTC)


async def _find(session: AsyncSession, room: str) -> RoomRow:
    row = await session.get(RoomRow, room)
    if row is None:
        raise RoomNotFound("there is no room with this id")
    return row


def _to_room(row: RoomRow, people: list[PersonRow]) -> Room:
    return Room(
        id=row.id,
        title=row.title,
        state=cast("RoomState", row.state),
        starts_at=row.starts_at,
        duration_min=row.duration_min,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        people=tuple(to_person(person) for person in people),
        glossary=from_json(row.glossary),
        demo=row.demo,
        event=row.event,
        schedule_key=row.schedule_key,
        schedule_digest=row.schedule_digest,
        booth=row.booth,
        recording_allowed=row.recording_allowed,
        extended_min=row.extended_min,
        reopened_at=row.reopened_at,
        emptied_at=row.emptied_at,
    )
