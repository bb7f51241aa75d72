"""Glossaries of rooms and of events, changed term by term so that nobody's change is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import RoomNotFound
from server.store.database import Database
from server.store.events import current_name
from server.store.records import GlossaryTerm
from server.store.tables import EventGlossaryRow, RoomRow

Terms = tuple[GlossaryTerm, ...]
Change = Callable[[Terms], Terms]


class GlossaryRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_event(self, event: str) -> Terms:
        """Nothing for an event that has none, or for rooms without an event. Old names of events hold too."""
        if not event:
            return ()
        async with self._database.read() as session:
            row = await session.get(EventGlossaryRow, await current_name(session, event))
            return () if row is None else from_json(row.terms)

    async def change_event(self, event: str, change: Change) -> Terms:
        """What `change` makes of it. Raises what `change` raises."""
        async with self._database.write() as session:
            event = await current_name(session, event)
            row = await session.get(EventGlossaryRow, event)
            terms = change(() if row is None else from_json(row.terms))
            await session.merge(EventGlossaryRow(event=event, terms=to_json(terms)))
            return terms

    async def of_room(self, room: str) -> Terms:
        """The room's own. Raises RoomNotFound."""
        async with self._database.read() as session:
            return from_json((await _room(session, room)).glossary)

    async def change_room(self, room: str, change: Change) -> Terms:
        """What `change` makes of it. Raises RoomNotFound, and what `change` raises."""
        async with self._database.write() as session:
            row = await _room(session, room)
            terms = change(from_json(row.glossary))
            row.glossary = to_json(terms)
            return terms


def to_json(terms: Terms) -> list[dict[str, Any]]:
    return [{"term": entry.term, "translations": dict(entry.translations)} for entry in terms]


def from_json(terms: list[dict[str, Any]]) -> Terms:
    return tuple(GlossaryTerm(entry["term"], entry["translations"]) for entry in terms)


async def _room(session: AsyncSession, room: str) -> RoomRow:
    row = await session.get(RoomRow, room)
    if row is None:
        raise RoomNotFound("there is no room with this id")
    return row
