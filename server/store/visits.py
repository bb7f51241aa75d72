"""Who was in which room, from when to when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update

from server.store.database import Database
from server.store.people import find_person, person_id
from server.store.records import Visit
from server.store.tables import VisitRow


class VisitRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Visit]:
        """By the time they came."""
        return await self._select(select(VisitRow))

    async def of_room(self, room: str) -> list[Visit]:
        return await self._select(select(VisitRow).where(VisitRow.room_id == room))

    async def _select(self, query: Select[VisitRow]) -> list[Visit]:
        async with self._database.read() as session:
            rows = await session.scalars(query.order_by(VisitRow.came_at))
            return [
                Visit(row.room_id, person_id(row.person_number), row.came_at, row.left_at) for row in rows
            ]

    async def put(self, visit: Visit) -> None:
        """A new one, or when it ended. Raises PersonNotFound."""
        async with self._database.write() as session:
            number = int(visit.person.removeprefix("p"))
            found = await session.get(VisitRow, (visit.room, number, visit.came_at))
            if found is not None:
                found.left_at = visit.left_at
                return
            await find_person(session, visit.room, visit.person)
            session.add(
                VisitRow(
                    room_id=visit.room, person_number=number, came_at=visit.came_at, left_at=visit.left_at
                )
            )

    async def end_all(self, at: datetime) -> None:
        """Of a server that did not end as it should: nobody stayed longer than it was seen running."""
        async with self._database.write() as session:
            unended = update(VisitRow).where(VisitRow.left_at.is_(None))
            await session.execute(unended.where(VisitRow.came_at <= at).values(left_at=at))
            await session.execute(unended.values(left_at=VisitRow.came_at))
