"""The log of edits: each is made whole, with what was before and after, and can be taken back in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import EditOvertaken, EditRefused, NameTaken, NothingToUndo
from server.store.database import Database
from server.store.events import booths_of, current_name, find_event
from server.store.identity import folded
from server.store.records import Room
from server.store.rooms import rooms_of_event
from server.store.screens import end_foreign_places
from server.store.snapshots import Subject, can_be_put, put, same, take
from server.store.tables import EditRow

if TYPE_CHECKING:
    from server.store.store import Store

Check = Callable[[Sequence[Room], Sequence[Room]], None]
"""Sees the event's rooms before and after an edit, and raises ServerError to keep everything as it is."""
KEPT = 200
"""Edits of one event; older ones cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`label`: what it is about, a title or a name."""

    number: int
    at: datetime
    name: str
    """Who made it."""
    action: str
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The event's name now, and its rooms before and after, for who is inside to be told."""

    event: str
    before: tuple[Room, ...]
    after: tuple[Room, ...]


class Command(Protocol):
    """What an edit does, within one transaction."""

    @property
    def action(self) -> str: ...

    async def begin(self, session: AsyncSession, event: str) -> tuple[str, list[Subject]]:
        """Its label, and what it is about to touch. Raises ServerError."""

    async def make(self, session: AsyncSession, event: str, store: Store) -> list[Subject]:
        """Does it, and says what it made new. Raises ServerError."""


class EditRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(
        self, store: Store, event: str, who: str, name: str, command: Command, check: Check
    ) -> Outcome:
        """Raises EventNotFound, and what `command` and `check` raise; then nothing is changed."""
        async with self._database.write() as session:
            await find_event(session, event)
            before = tuple(await rooms_of_event(session, event))
            label, touched = await command.begin(session, event)
            states = [await take(session, event, subject) for subject in touched]
            made = await command.make(session, event, store)
            await session.flush()
            current = await current_name(session, event)
            after = tuple(await rooms_of_event(session, current))
            check(before, after)
            changes = []
            for subject, state in zip([*touched, *made], [*states, *(None for _ in made)], strict=True):
                new = await take(session, current, subject)
                if not same(new, state) and (new is not None or can_be_put(state)):
                    change = {"kind": subject.kind, "id": subject.id, "before": state, "after": new}
                    changes.append(change | {"names": [list(each) for each in subject.names]})
            if changes:
                # What was taken back before is not to be done again on top of this.
                undone = (EditRow.event == current, EditRow.undone_at.is_not(None))
                await session.execute(delete(EditRow).where(*undone))
                row = EditRow(event=current, at=datetime.now(UTC), who=who, name=name, undone_at=None)
                row.action, row.label, row.changes = command.action, label, changes
                session.add(row)
                await session.flush()
                await _prune(session, current)
            return Outcome(current, before, after)

    async def next(self, event: str) -> tuple[Edit | None, Edit | None]:
        """What undo takes back, and what redo does again."""
        async with self._database.read() as session:
            rows = [await session.scalar(query) for query in (_to_undo(event), _to_redo(event))]
            undo, redo = (None if row is None else _to_edit(row) for row in rows)
            return undo, redo

    async def undo(self, event: str, check: Check) -> Outcome:
        """Raises NothingToUndo, what `check` raises, and EditOvertaken when it is not as the edit left it, or
        cannot be again what it was.

        The one before is next then, and also after EditRefused.
        """
        return await self._turn(event, _to_undo(event), "after", "before", check)

    async def redo(self, event: str, check: Check) -> Outcome:
        """Likewise for what was taken back last."""
        return await self._turn(event, _to_redo(event), "before", "after", check)

    async def _turn(self, event: str, query: Select[EditRow], now: str, then: str, check: Check) -> Outcome:
        number = None
        try:
            async with self._database.write() as session:
                row = await session.scalar(query)
                if row is None:
                    raise NothingToUndo("there is nothing to take back, or to do again")
                number = row.number
                before = tuple(await rooms_of_event(session, event))
                changes = []
                booths = await _booths(session, event)
                for change in row.changes:
                    state = await take(session, event, _subject(change))
                    if not same(state, change[now]):
                        raise EditOvertaken("it was changed meanwhile, and stays as it is")
                    # With the links as they are: one withdrawn meanwhile must not come back the other way.
                    changes.append({**change, now: state})
                row.changes = changes
                row.undone_at = datetime.now(UTC) if then == "before" else None
                current = event
                for change in row.changes if then == "after" else reversed(row.changes):
                    current = await put(session, current, _subject(change, then), change[then])
                    await session.flush()
                # Whether a screen is in its hall shows only when booths and rooms are both back.
                rooms = [change["id"] for change in row.changes if change["kind"] == "room"]
                await end_foreign_places(session, rooms)
                after = tuple(await rooms_of_event(session, current))
                gone = booths - await _booths(session, current)
                if any(folded(room.booth) in gone for room in after):
                    raise EditOvertaken("one of its booths has consultations meanwhile")
                check(before, after)
                return Outcome(current, before, after)
        except (EditOvertaken, EditRefused, IntegrityError, NameTaken) as error:
            # It would stand in the way of all the others.
            async with self._database.write() as session:
                await session.execute(delete(EditRow).where(EditRow.number == number))
            if isinstance(error, IntegrityError | NameTaken):
                raise EditOvertaken("something else has its place, or its name, meanwhile") from error
            raise


async def _booths(session: AsyncSession, event: str) -> set[str]:
    return {folded(booth.name) for booth in await booths_of(session, event)}


def _subject(change: Mapping[str, Any], then: str = "after") -> Subject:
    names = change.get("names", ())
    turned = tuple((was, name) if then == "after" else (name, was) for was, name in names)
    return Subject(change["kind"], change["id"], turned)


def _to_undo(event: str) -> Select[EditRow]:
    query = select(EditRow).where(EditRow.event == event, EditRow.undone_at.is_(None))
    return query.order_by(EditRow.number.desc()).limit(1)


def _to_redo(event: str) -> Select[EditRow]:
    query = select(EditRow).where(EditRow.event == event, EditRow.undone_at.is_not(None))
    return query.order_by(EditRow.number).limit(1)


async def _prune(session: AsyncSession, event: str) -> None:
    kept = select(EditRow.number).where(EditRow.event == event).order_by(EditRow.number.desc()).limit(KEPT)
    await session.execute(delete(EditRow).where(EditRow.event == event, EditRow.number.not_in(kept)))


def _to_edit(row: EditRow) -> Edit:
    return Edit(row.number, row.at, row.name, row.action, row.label)
