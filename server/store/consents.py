"""What people said when they were asked whether they may be recorded."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from server.store.database import Database
from server.store.people import find_person, person_id
from server.store.tables import ConsentRow


class ConsentRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_room(self, room: str) -> dict[str, bool]:
        """The latest answer of each, by person id."""
        async with self._database.read() as session:
            query = select(ConsentRow).where(ConsentRow.room_id == room).order_by(ConsentRow.said_at)
            return {person_id(row.person_number): row.agreed for row in await session.scalars(query)}

    async def say(self, room: str, person: str, agreed: bool) -> None:
        """Every answer is kept with its time. Raises PersonNotFound."""
        async with self._database.write() as session:
            row = await find_person(session, room, person)
            said_at = datetime.now(UTC)
            session.add(ConsentRow(room_id=room, person_number=row.number, said_at=said_at, agreed=agreed))
