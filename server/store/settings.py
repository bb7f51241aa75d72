"""Small named values of the installation."""

from __future__ import annotations

from server.store.database import Database
from server.store.tables import SettingRow


class SettingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        async with self._database.read() as session:
            row = await session.get(SettingRow, name)
            return None if row is None else row.value

    async def set(self, name: str, value: str) -> None:
        async with self._database.write() as session:
            await session.merge(SettingRow(name=name, value=value))
