"""Wishes of an event's participants, and the draft of its timetable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import MatchingChanged, ParticipantNotFound
from server.store.database import Database
from server.store.events import find_event
from server.store.identity import Identity, folded, identity
from server.store.participants import fill_in
from server.store.records import (
    Level,
    Matching,
    MatchingTerms,
    ParticipantDetails,
    Placement,
    Wish,
)
from server.store.tables import MatchingRow, ParticipantRow, WishRow

_terms: TypeAdapter[MatchingTerms] = TypeAdapter(MatchingTerms)
_draft: TypeAdapter[tuple[Placement, ...]] = TypeAdapter(tuple[Placement, ...])


@dataclass(frozen=True, slots=True)
class WishChange:
    """Without a `level` the wish is taken back."""

    participant: str
    level: Level | None
    about: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class NamedWish:
    """As a list says it: people by role, company and name."""

    who: Identity
    level: Level
    about: Identity | None = None
    category: str = ""


class MatchingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def wishes(self, event: str) -> list[Wish]:
        """In the order they were made. Raises EventNotFound."""
        async with self._database.read() as session:
            await find_event(session, event)
            return [_to_wish(row) for row in await _rows(session, event)]

    async def change_wishes(self, event: str, changes: Sequence[WishChange]) -> list[Wish]:
        """A wish about the same replaces the one before. Raises EventNotFound, ParticipantNotFound."""
        async with self._database.write() as session:
            await find_event(session, event)
            known = set(await session.scalars(_people(event)))
            for change in changes:
                if change.participant not in known or (change.about and change.about not in known):
                    raise ParticipantNotFound("there is nobody with this id in the event")
            await _put(session, event, changes)
            return [_to_wish(row) for row in await _rows(session, event)]

    async def import_wishes(
        self, event: str, people: Sequence[ParticipantDetails], wishes: Sequence[NamedWish]
    ) -> list[Wish]:
        """Participants and their wishes from a list, together or not at all.

        Raises EventNotFound; ParticipantNotFound for a name that neither the event nor the list has.
        """
        async with self._database.write() as session:
            await find_event(session, event)
            await fill_in(session, people)
            await session.flush()
            query = select(ParticipantRow).where(
                ParticipantRow.event == event, ParticipantRow.removed_at.is_(None)
            )
            ids = {identity(row.role, row.company, row.name): row.id for row in await session.scalars(query)}
            try:
                changes = [
                    WishChange(
                        ids[wish.who],
                        wish.level,
                        about=ids[wish.about] if wish.about else "",
                        category=wish.category,
                    )
                    for wish in wishes
                ]
            except KeyError:
                raise ParticipantNotFound("the participants were changed meanwhile; import again") from None
            await _put(session, event, changes)
            return [_to_wish(row) for row in await _rows(session, event)]

    async def get(self, event: str) -> Matching:
        """Without consultations of people who are no longer in the event. Raises EventNotFound."""
        async with self._database.read() as session:
            await find_event(session, event)
            row = await session.get(MatchingRow, event)
            if row is None:
                return Matching(event)
            known = set(await session.scalars(_people(event)))
            return Matching(
                event=event,
                revision=row.revision,
                terms=_terms.validate_python(row.terms),
                placements=tuple(
                    replace(each, interpreters=tuple(who for who in each.interpreters if who in known))
                    for each in _draft.validate_python(row.draft)
                    if each.seller in known and each.buyer in known
                ),
            )

    async def save(self, matching: Matching) -> Matching:
        """With the next revision. Raises EventNotFound; MatchingChanged unless it is the newest."""
        async with self._database.write() as session:
            await find_event(session, matching.event)
            row = await session.get(MatchingRow, matching.event)
            if (row.revision if row else 0) != matching.revision:
                raise MatchingChanged("the draft was changed meanwhile; look at it again")
            if row is None:
                row = MatchingRow(event=matching.event)
                session.add(row)
            row.revision = matching.revision + 1
            row.terms = _terms.dump_python(matching.terms, mode="json")
            row.draft = list(_draft.dump_python(matching.placements, mode="json"))
            row.changed_at = datetime.now(UTC)
            return replace(matching, revision=row.revision)


async def _put(session: AsyncSession, event: str, changes: Sequence[WishChange]) -> None:
    rows = {
        _about(row.participant, row.about or "", row.category): row for row in await _rows(session, event)
    }
    for change in changes:
        key = _about(change.participant, change.about, change.category)
        row = rows.get(key)
        if change.level is None:
            if row is not None:
                await session.execute(delete(WishRow).where(WishRow.number == row.number))
                del rows[key]
        elif row is not None:
            row.level = change.level
        else:
            row = rows[key] = WishRow(
                event=event,
                participant=change.participant,
                about=change.about or None,
                category="" if change.about else change.category,
                level=change.level,
            )
            session.add(row)
            await session.flush()


def _about(participant: str, about: str, category: str) -> tuple[str, str, str]:
    return participant, about, "" if about else folded(category)


async def _rows(session: AsyncSession, event: str) -> list[WishRow]:
    query = select(WishRow).where(WishRow.event == event).order_by(WishRow.number)
    return list(await session.scalars(query))


def _people(event: str) -> Select[str]:
    return select(ParticipantRow.id).where(ParticipantRow.event == event, ParticipantRow.removed_at.is_(None))


def _to_wish(row: WishRow) -> Wish:
    return Wish(row.participant, cast("Level", row.level), row.about or "", row.category)
