"""What a room's desk has set, as one value a room (server/desk.py says what is in it)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from server.errors import RoomNotFound
from server.store.database import Database
from server.store.tables import DeskRow


class DeskRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, room: str) -> dict[str, Any] | None:
        async with self._database.read() as session:
            row = await session.get(DeskRow, room)
            return None if row is None else row.body

    async def put(self, room: str, body: dict[str, Any]) -> None:
        """Raises RoomNotFound."""
        try:
            async with self._database.write() as session:
                await session.merge(DeskRow(room_id=room, body=body))
        except IntegrityError:
            raise RoomNotFound("the room is not there any more") from None
