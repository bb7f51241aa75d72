"""Events, the names they had before, and their booths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import EventNotFound, NameTaken
from server.store.database import Database
from server.store.records import Booth, Event, EventSettings
from server.store.tables import (
    BoothRow,
    EventAliasRow,
    EventGlossaryRow,
    EventRow,
    ParticipantRow,
    PersonRow,
    RoomRow,
)

DEFAULT_TIME_ZONE = "Asia/Seoul"
_settings: TypeAdapter[EventSettings] = TypeAdapter(EventSettings)
_event: TypeAdapter[Event] = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class CountedEvent:
    event: Event
    rooms: int
    participants: int


class EventRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    # --- events ---

    async def all(self) -> list[Event]:
        """The latest first, those without dates last."""
        async with self._database.read() as session:
            order = (EventRow.starts_on.is_(None), EventRow.starts_on.desc(), EventRow.name)
            return [_to_event(row) for row in await session.scalars(select(EventRow).order_by(*order))]

    async def settings(self) -> dict[str, EventSettings]:
        """By the event's name."""
        async with self._database.read() as session:
            rows = await session.execute(select(EventRow.name, EventRow.settings))
            return {name: _settings.validate_python(settings) for name, settings in rows.all()}

    async def counted(self, name: str | None = None) -> list[CountedEvent]:
        """As `all`, or the one of this name, with how many rooms and participants they have."""
        rooms = select(func.count()).where(RoomRow.event == EventRow.name).scalar_subquery()
        people = (
            select(func.count())
            .where(ParticipantRow.event == EventRow.name, ParticipantRow.removed_at.is_(None))
            .scalar_subquery()
        )
        order = (EventRow.starts_on.is_(None), EventRow.starts_on.desc(), EventRow.name)
        query = select(EventRow, rooms, people).order_by(*order)
        if name is not None:
            query = query.where(EventRow.name == name)
        async with self._database.read() as session:
            return [CountedEvent(_to_event(row), *counts) for row, *counts in await session.execute(query)]

    async def aliases(self) -> dict[str, str]:
        """Names that events had before → what they are called now."""
        async with self._database.read() as session:
            return {row.alias: row.event for row in await session.scalars(select(EventAliasRow))}

    async def get(self, name: str) -> Event:
        """Raises EventNotFound."""
        async with self._database.read() as session:
            return _to_event(await find_event(session, name))

    async def put(self, event: Event) -> Event:
        """Makes it, or changes all but its name."""
        async with self._database.write() as session:
            await write_event(session, event)
            return event

    async def rename(self, name: str, new_name: str) -> Event:
        """With its rooms, glossary, booths and participants; lists may go on calling it by the old name.

        Raises EventNotFound, NameTaken.
        """
        async with self._database.write() as session:
            await rename_event(session, name, new_name)
            return _to_event(await find_event(session, new_name))

    async def remove(self, name: str) -> None:
        """The event with booths and participants; rooms stay, without an event. Raises EventNotFound."""
        async with self._database.write() as session:
            row = await find_event(session, name)
            of_event = select(ParticipantRow.id).where(ParticipantRow.event == name)
            await session.execute(
                update(PersonRow).where(PersonRow.participant.in_(of_event)).values(participant=None)
            )
            await session.execute(update(RoomRow).where(RoomRow.event == name).values(event="", booth=""))
            await session.execute(delete(EventGlossaryRow).where(EventGlossaryRow.event == name))
            await session.delete(row)

    # --- booths ---

    async def booths(self, event: str) -> list[Booth]:
        """In their order."""
        async with self._database.read() as session:
            return await booths_of(session, event)

    async def put_booths(self, event: str, booths: Sequence[Booth]) -> None:
        """Replaces all of them; names are those of `booths`, in this order. Raises EventNotFound."""
        async with self._database.write() as session:
            await find_event(session, event)
            await write_booths(session, event, booths)


async def write_event(session: AsyncSession, event: Event) -> None:
    """Makes it, or changes all but its name."""
    row = await session.get(EventRow, event.name)
    if row is None:
        # Whoever makes an event means a new one, also by a name that another had before.
        await session.execute(delete(EventAliasRow).where(EventAliasRow.alias == event.name))
        row = _add_event(session, event.name)
    row.time_zone = event.time_zone
    row.starts_on, row.ends_on = event.starts_on, event.ends_on
    row.settings = _settings.dump_python(event.settings, mode="json")


async def rename_event(session: AsyncSession, name: str, new_name: str) -> None:
    """Raises EventNotFound, NameTaken."""
    row = await find_event(session, name)
    if new_name == name:
        return
    if await session.get(EventRow, new_name) is not None:
        raise NameTaken("another event has this name", field="name")
    row.name = new_name
    await session.flush()
    await session.execute(delete(EventAliasRow).where(EventAliasRow.alias == new_name))
    session.add(EventAliasRow(alias=name, event=new_name))
    await _move_glossary(session, name, new_name)
    await session.execute(update(RoomRow).where(RoomRow.event == name).values(event=new_name))


async def _move_glossary(session: AsyncSession, name: str, new_name: str) -> None:
    """In front of terms that wait for an event of the new name."""
    own = await session.get(EventGlossaryRow, name)
    if own is None:
        return
    waiting = await session.get(EventGlossaryRow, new_name)
    if waiting is not None:
        known = {entry["term"] for entry in own.terms}
        own.terms = [*own.terms, *(entry for entry in waiting.terms if entry["term"] not in known)]
        await session.delete(waiting)
        await session.flush()
    own.event = new_name
    await session.flush()


async def write_booths(session: AsyncSession, event: str, booths: Sequence[Booth]) -> None:
    """Replaces all of them."""
    await session.execute(delete(BoothRow).where(BoothRow.event == event))
    for position, booth in enumerate(booths):
        session.add(BoothRow(event=event, name=booth.name, venue=booth.venue, position=position))


async def booths_of(session: AsyncSession, event: str) -> list[Booth]:
    """In their order."""
    query = select(BoothRow).where(BoothRow.event == event).order_by(BoothRow.position, BoothRow.name)
    return [Booth(row.event, row.name, row.venue) for row in await session.scalars(query)]


async def event_state(session: AsyncSession, name: str) -> dict[str, Any]:
    """Settings and booths, as JSON. Raises EventNotFound."""
    event = _to_event(await find_event(session, name))
    booths = [[booth.name, booth.venue] for booth in await booths_of(session, name)]
    return {"event": _event.dump_python(event, mode="json"), "booths": booths}


async def put_event_state(session: AsyncSession, name: str, state: Mapping[str, Any]) -> str:
    """Its name then. Raises EventNotFound, NameTaken."""
    event = _event.validate_python(state["event"])
    await rename_event(session, name, event.name)
    await write_event(session, event)
    await write_booths(session, event.name, [Booth(event.name, *booth) for booth in state["booths"]])
    return event.name


async def current_name(session: AsyncSession, name: str) -> str:
    """What the event is called now that was called so, or is."""
    if not name or await session.get(EventRow, name) is not None:
        return name
    alias = await session.get(EventAliasRow, name)
    return name if alias is None else alias.event


async def make_event(session: AsyncSession, name: str) -> None:
    """Unless there is one."""
    if await session.get(EventRow, name) is None:
        _add_event(session, name)
        await session.flush()


def _add_event(session: AsyncSession, name: str) -> EventRow:
    row = EventRow(
        name=name,
        time_zone=DEFAULT_TIME_ZONE,
        starts_on=None,
        ends_on=None,
        settings={},
        created_at=datetime.now(UTC),
    )
    session.add(row)
    return row


async def add_booths(session: AsyncSession, event: str, names: Sequence[str]) -> None:
    """Those that the event does not have yet, behind the others."""
    rows = list(await session.scalars(select(BoothRow).where(BoothRow.event == event)))
    known = {row.name for row in rows}
    position = max((row.position for row in rows), default=-1)
    for name in dict.fromkeys(names):
        if name not in known:
            position += 1
            session.add(BoothRow(event=event, name=name, venue="", position=position))


async def find_event(session: AsyncSession, name: str) -> EventRow:
    row = await session.get(EventRow, name)
    if row is None:
        raise EventNotFound("there is no event of this name")
    return row


def _to_event(row: EventRow) -> Event:
    return Event(
        name=row.name,
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        settings=_settings.validate_python(row.settings),
    )
