"""The data directory: its files, who may read them, and the space that is left."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from server.config import Config
from server.doctor.finding import Finding, ok, problem, warning
from server.errors import ServerError
from server.store.key import load_key
from server.store.store import DATABASE_FILE, KEY_FILE

GIB = 1 << 30
LOW_BYTES = 5 * GIB
NONE_BYTES = GIB // 2


async def check(config: Config) -> Sequence[Finding]:
    directory = config.data_dir
    if not directory.is_dir():
        parent = next(path for path in directory.parents if path.is_dir())
        if not os.access(parent, os.W_OK | os.X_OK):
            return [problem("data", f"{directory} cannot be made", f"make it, or give rights to {parent}")]
        return [ok("data", f"{directory} is made at the first start"), _space(parent, config)]
    findings = [_writable(directory)]
    if findings[0].level == "ok":
        findings += [*_key(directory / KEY_FILE), *_database(directory / DATABASE_FILE)]
    return [*findings, _space(directory, config)]


def _writable(directory: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".doctor-"):
            return ok("data", f"{directory} can be written")
    except OSError as error:
        advice = "start the server as the directory's owner, or give --data another one"
        return problem("data", f"{directory} cannot be written: {error.strerror}", advice)


def _key(path: Path) -> list[Finding]:
    if not path.exists():
        return [ok("key", "is made at the first start")]
    try:
        load_key(path)
    except ServerError as error:
        return [problem("key", error.message, "restore the file that was kept with the database's backup")]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [problem("key", f"others on this machine may read {path}", f"chmod 600 {path}")]
    return [ok("key", "worker secret, links and API token are derived from it; only its owner may read it")]


def _database(path: Path) -> list[Finding]:
    if not path.exists():
        return []
    try:
        # Without a server there is no log of writes, and looking must not leave one behind.
        mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
        with closing(sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=5)) as database:
            answer = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            rooms = database.execute("SELECT count(*) FROM rooms").fetchone()[0]
    except sqlite3.Error as error:
        return [problem("database", f"{path}: {error}", "restore a backup")]
    if answer != "ok":
        return [problem("database", f"{path} is damaged: {answer}", "restore a backup")]
    return [ok("database", f"{rooms} rooms, {path.stat().st_size / (1 << 20):.1f} MiB")]


def _space(directory: Path, config: Config) -> Finding:
    free = shutil.disk_usage(directory).free
    message = f"{free / GIB:.1f} GiB free"
    if free < NONE_BYTES:
        return problem("disk", message, "make room: captions can no longer be stored when it is full")
    if free < LOW_BYTES:
        return warning("disk", message, "recordings stop before it is full; captions need little")
    return ok("disk", message)
