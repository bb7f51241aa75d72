"""Who met whom before."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Protocol

from sqlalchemy import select

from server.store.database import Database
from server.store.identity import folded
from server.store.records import Room
from server.store.tables import PersonRow, RoomRow


class MeetingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, room: Room) -> str | None:
        """The closed room in which the same two companies (people, where there is no company) met last."""
        wanted = _sides(room.people)
        query = (
            select(RoomRow.id, PersonRow.role, PersonRow.company, PersonRow.name)
            .join(PersonRow, PersonRow.room_id == RoomRow.id)
            .where(
                RoomRow.state == "closed",
                RoomRow.id != room.id,
                PersonRow.removed_at.is_(None),
                PersonRow.role.in_(wanted),
            )
            .order_by(RoomRow.closed_at.desc(), RoomRow.id)
        )
        if room.opened_at is not None:
            query = query.where(RoomRow.closed_at <= room.opened_at)
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
        for earlier, people in groupby(rows, key=lambda row: str(row.id)):
            met = _sides(people)
            if all(wanted[role] & met[role] for role in wanted):
                return earlier
        return None


class _Named(Protocol):
    @property
    def role(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def name(self) -> str: ...


def _sides(people: Iterable[_Named]) -> dict[str, set[str]]:
    """Who sells and who buys, however they are written."""
    sides: dict[str, set[str]] = {"seller": set(), "buyer": set()}
    for person in people:
        if person.role in sides:
            sides[person.role].add(folded(person.company) or folded(person.name))
    return sides
