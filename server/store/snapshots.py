"""What an edit changed, before and after: enough to say whether it is still so, and to put it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import EditOvertaken
from server.store.events import event_state, put_event_state
from server.store.links import revoke_links
from server.store.screens import follow_booths
from server.store.tables import Base, LinkRow, ParticipantRow, PersonRow, RoomRow, UtcDateTime

Kind = Literal["event", "participant", "room"]
State = Mapping[str, Any]
_ROOM_FIELDS = ("title", "duration_min", "booth")
_PERSON_FIELDS = ("number", "position", "role", "name", "company", "speaks", "reads", "participant")
_PARTICIPANT_FIELDS = ("role", "name", "company", "email", "speaks", "reads", "time_zone", "profile")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an edit touches; an event stands for its settings and booths, and has no id."""

    kind: Kind
    id: str = ""
    names: tuple[tuple[str, str], ...] = ()
    """Of an event: its booths' names before and after, which the screens follow."""


async def take(session: AsyncSession, event: str, subject: Subject) -> State | None:
    """As it is now; None when it is not there."""
    match subject.kind:
        case "event":
            return await event_state(session, event)
        case "participant":
            row = await session.get(ParticipantRow, subject.id)
            if row is None or row.removed_at is not None:
                return None
            return {name: getattr(row, name) for name in _PARTICIPANT_FIELDS}
        case "room":
            return await _room_state(session, subject.id)


def same(one: State | None, other: State | None) -> bool:
    """In what edits change: links may come and go meanwhile, rooms be opened."""
    return _edited(one) == _edited(other)


def can_be_put(before: State | None) -> bool:
    """Whether what is removed could be made again: of a room that was opened only its plan is known."""
    return before is None or "people" not in before or "rows" in before


def _edited(state: State | None) -> State | None:
    if state is None or "people" not in state:
        return state
    people = [{**person, "link": None} for person in state["people"]]
    return {name: value for name, value in state.items() if name != "rows"} | {"people": people}


async def put(session: AsyncSession, event: str, subject: Subject, state: State | None) -> str:
    """Makes it so again; the event's name then. Raises EditOvertaken, NameTaken."""
    match subject.kind:
        case "event":
            assert state is not None
            event = await put_event_state(session, event, state)
            await follow_booths(session, event, dict(subject.names))
        case "participant":
            row = await session.get(ParticipantRow, subject.id)
            if row is None:
                raise EditOvertaken("somebody it changed is not there any more")
            if state is None and await _has_place(session, row.id):
                raise EditOvertaken("they have consultations meanwhile; take them out of these first")
            row.removed_at = datetime.now(UTC) if state is None else None
            for name, value in (state or {}).items():
                setattr(row, name, value)
        case "room":
            await _put_room(session, event, subject.id, state)
    return event


async def _has_place(session: AsyncSession, participant: str) -> bool:
    places = select(PersonRow).where(PersonRow.participant == participant, PersonRow.removed_at.is_(None))
    return await session.scalar(places.limit(1)) is not None


async def _room_state(session: AsyncSession, room: str) -> State | None:
    """With all of its rows where it was never opened, so that it can be made again."""
    row = await session.get(RoomRow, room)
    if row is None:
        return None
    people = list(await session.scalars(_people_of(room)))
    valid = await _with_links(session, room)
    # Screens come and go by themselves.
    present = [person for person in people if person.removed_at is None and person.screen is None]
    state: dict[str, Any] = {name: getattr(row, name) for name in _ROOM_FIELDS}
    state["starts_at"] = None if row.starts_at is None else row.starts_at.isoformat()
    state["people"] = [
        {name: getattr(person, name) for name in _PERSON_FIELDS}
        | {"link": (person.number, person.link_serial) in valid}
        for person in present
    ]
    if row.opened_at is None:
        links = await session.scalars(select(LinkRow).where(LinkRow.room_id == room))
        state["rows"] = [_dump(each) for each in (row, *people, *links)]
    return state


async def _put_room(session: AsyncSession, event: str, room: str, state: State | None) -> None:
    row = await session.get(RoomRow, room)
    if state is None:
        if row is None or row.opened_at is not None:
            raise EditOvertaken("the room was opened meanwhile; close and remove it instead")
        await session.delete(row)
        return
    if row is None:
        if "rows" not in state:
            raise EditOvertaken("the room is not there any more")
        for dumped in state["rows"]:
            made = _load(dumped)
            if isinstance(made, RoomRow):
                # It may have been renamed since.
                made.event = event
            session.add(made)
            await session.flush()
        return
    for name in _ROOM_FIELDS:
        setattr(row, name, state[name])
    row.starts_at = None if state["starts_at"] is None else datetime.fromisoformat(state["starts_at"])
    wanted = {person["number"]: person for person in state["people"]}
    await _put_people(session, room, wanted)
    await _add_people(session, row, wanted, state.get("rows", ()))


async def _put_people(session: AsyncSession, room: str, wanted: Mapping[int, State]) -> None:
    for person in list(await session.scalars(_people_of(room).where(PersonRow.screen.is_(None)))):
        state = wanted.get(person.number)
        if state is None:
            if person.removed_at is None:
                person.removed_at = datetime.now(UTC)
                await revoke_links(session, person)
            continue
        if person.removed_at is not None and state["link"]:
            current = (LinkRow.room_id == room, LinkRow.person_number == person.number)
            await session.execute(
                update(LinkRow).where(*current, LinkRow.serial == person.link_serial).values(revoked_at=None)
            )
        person.removed_at = None
        for name in _PERSON_FIELDS:
            setattr(person, name, state[name])


async def _add_people(
    session: AsyncSession, room: RoomRow, wanted: Mapping[int, State], rows: Sequence[State]
) -> None:
    """Those whom a room that was made again does not have any more, with their links."""
    known = {person.number for person in await session.scalars(_people_of(room.id))}
    missing = wanted.keys() - known
    room.last_person = max([room.last_person, *wanted])
    for table, number in ((PersonRow, "number"), (LinkRow, "person_number")):
        for dumped in rows:
            if dumped["table"] == table.__tablename__ and dumped["values"][number] in missing:
                session.add(_load(dumped))
        await session.flush()


def _people_of(room: str) -> Any:
    return select(PersonRow).where(PersonRow.room_id == room).order_by(PersonRow.position, PersonRow.number)


async def _with_links(session: AsyncSession, room: str) -> set[tuple[int, int]]:
    query = select(LinkRow).where(LinkRow.room_id == room, LinkRow.revoked_at.is_(None))
    return {(link.person_number, link.serial) for link in await session.scalars(query)}


_TABLES: dict[str, type[Base]] = {row.__tablename__: row for row in (RoomRow, PersonRow, LinkRow)}


def _dump(row: Base) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    dumped = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"table": row.__tablename__, "values": dumped}


def _load(dumped: Mapping[str, Any]) -> Base:
    table = _TABLES[dumped["table"]]
    types = {column.key: column.type for column in table.__table__.columns}
    values = {
        name: datetime.fromisoformat(value)
        if value is not None and isinstance(types[name], UtcDateTime)
        else value
        for name, value in dumped["values"].items()
    }
    return table(**values)
