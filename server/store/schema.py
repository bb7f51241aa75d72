"""Brings the database's tables up to date when the server starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from server.errors import SchemaTooNew, StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(engine: AsyncEngine) -> None:
    """Runs the migrations that are missing, each in a transaction; does nothing when there are none.

    Raises SchemaTooNew when a later release wrote the database, StoreError when it is none.
    """
    try:
        async with engine.execution_options(sangdam_write=True).begin() as connection:
            await connection.run_sync(_upgrade)
    except CommandError as error:
        raise SchemaTooNew(
            "the database was written by a newer release; install that one, or restore an older backup"
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be opened: {error.__class__.__name__}") from error


def head() -> str | None:
    """The newest migration of this release."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
