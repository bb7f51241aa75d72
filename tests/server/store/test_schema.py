import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from server.errors import DataDirUnusable, KeyFileDamaged, SchemaTooNew, StoreError
from server.store import Store
from server.store.database import create_engine
from server.store.key import new_key
from server.store.schema import upgrade
from server.store.store import DATABASE_FILE, KEY_FILE
from server.store.tables import Base


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = create_engine(url(tmp_path / "new.db"))
    try:
        await upgrade(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


async def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_FILE
    async with Store.in_directory(tmp_path) as store:
        await store.settings.set("kept", "yes")
    with closing(sqlite3.connect(path)) as database:
        before = database.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    async with Store.in_directory(tmp_path) as store:
        assert await store.settings.get("kept") == "yes"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match="newer release"):
        async with Store.in_directory(tmp_path):
            pass
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        async with Store.in_directory(tmp_path):
            pass


async def test_another_databases_key_is_refused(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path):
        pass
    (tmp_path / KEY_FILE).write_text(new_key().secret.hex())
    with pytest.raises(KeyFileDamaged, match="does not belong"):
        async with Store.in_directory(tmp_path):
            pass


async def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirUnusable, match="data"):
        async with Store.in_directory(tmp_path / "data"):
            pass


async def test_a_data_directory_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere, so the answer of the system is given here.
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    with pytest.raises(DataDirUnusable, match="--data"):
        async with Store.in_directory(tmp_path):
            pass


async def test_a_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with Store.in_directory(folder):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
