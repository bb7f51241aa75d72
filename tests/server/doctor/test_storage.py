import sqlite3
from pathlib import Path

import pytest

from server.config import Config
from server.doctor import storage
from server.store import Store


async def levels(directory: Path) -> dict[str, str]:
    return {finding.check: finding.level for finding in await storage.check(Config(data_dir=directory))}


def changed(directory: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in directory.iterdir()}


async def test_a_directory_that_is_yet_to_be_made_is_fine(tmp_path: Path) -> None:
    assert await levels(tmp_path / "a" / "b") == {"data": "ok", "disk": "ok"}
    assert not (tmp_path / "a").exists()


async def test_an_installation_is_only_looked_at(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path):
        pass
    before = changed(tmp_path)
    assert await levels(tmp_path) == {"data": "ok", "key": "ok", "database": "ok", "disk": "ok"}
    assert changed(tmp_path) == before


async def test_a_server_that_runs_is_not_disturbed(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        await store.settings.set("a", "b")
        assert (await levels(tmp_path))["database"] == "ok"
        await store.settings.set("a", "c")


async def test_a_key_that_others_may_read_is_a_problem(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path):
        pass
    (tmp_path / "key").chmod(0o644)
    found = await storage.check(Config(data_dir=tmp_path))
    key = next(finding for finding in found if finding.check == "key")
    assert key.level == "problem"
    assert key.advice == f"chmod 600 {tmp_path / 'key'}"


async def test_damage_is_a_problem_and_the_rest_is_looked_at_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("not a key")
    (tmp_path / "sangdam.db").write_text("no database, but long enough to be looked at as one" * 20)
    assert await levels(tmp_path) == {"data": "ok", "key": "problem", "database": "problem", "disk": "ok"}


async def test_a_database_without_tables_is_a_problem(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "sangdam.db").close()
    (tmp_path / "sangdam.db").touch()
    assert (await levels(tmp_path))["database"] == "problem"


@pytest.mark.parametrize(("free", "level"), [(1, "problem"), (2 << 30, "warning"), (6 << 30, "ok")])
async def test_little_space_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    class Usage:
        def __init__(self, path: Path) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", Usage)
    assert (await levels(tmp_path))["disk"] == level
