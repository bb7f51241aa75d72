"""One SQLite file: many readers, one writer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from server.errors import StoreError

BUSY_TIMEOUT_MS = 5_000
"""How long another program (`sangdam export`, a backup) may hold the file's lock."""


class Database:
    """Sessions over one engine. Writers queue in this process instead of failing on SQLite's lock."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._write_engine = engine.execution_options(sangdam_write=True)
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the database. Raises StoreError when it cannot be read."""
        async with _store_errors(), AsyncSession(self.engine) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: everything or nothing. Raises StoreError; IntegrityError is the caller's."""
        async with (
            self._writing,
            _store_errors(),
            AsyncSession(self._write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


def create_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=4, max_overflow=4)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


@asynccontextmanager
async def _store_errors() -> AsyncIterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise StoreError(f"the database refused: {error.__class__.__name__}") from error


def _prepare(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin` says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        # In WAL mode a crash of the program loses nothing; only a power cut can lose the last moments.
        "synchronous=NORMAL",
        "foreign_keys=ON",
        # What was erased is not to be read out of the file either.
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A write lock taken at the start cannot fail half way, as upgrading a read transaction can.
    writing = connection.get_execution_options().get("sangdam_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
