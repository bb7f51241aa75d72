"""Who agreed to which wording of an event's text for participants."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import or_, select, tuple_

from server.store.database import Database
from server.store.people import find_person
from server.store.tables import NoticeAcceptanceRow, PersonRow


class NoticeRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_accepted(self, room: str, person: str, digest: str) -> bool:
        """Here, or in another room of the same participant. Raises PersonNotFound."""
        async with self._database.read() as session:
            row = await find_person(session, room, person)
            here = (PersonRow.room_id == room) & (PersonRow.number == row.number)
            mine = here if row.participant is None else or_(here, PersonRow.participant == row.participant)
            places = select(PersonRow.room_id, PersonRow.number).where(mine)
            query = select(NoticeAcceptanceRow.digest).where(
                NoticeAcceptanceRow.digest == digest,
                tuple_(NoticeAcceptanceRow.room_id, NoticeAcceptanceRow.person_number).in_(places),
            )
            return await session.scalar(query.limit(1)) is not None

    async def accept(self, room: str, person: str, digest: str) -> None:
        """Raises PersonNotFound."""
        async with self._database.write() as session:
            row = await find_person(session, room, person)
            accepted = NoticeAcceptanceRow(
                room_id=room, person_number=row.number, digest=digest, said_at=datetime.now(UTC)
            )
            await session.merge(accepted)
