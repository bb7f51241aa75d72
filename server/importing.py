"""Schedule files imported from the command line or at start, as `POST /api/schedule` does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from server.config import ConfigError
from server.errors import ServerError
from server.schedule import Applied, CellError, Sheet, apply, plan, prepare, read_sheet, sample_day
from server.schedule.sheet import ScheduleInvalid
from server.store import Store


def read_file(path: Path) -> Sheet:
    """Its errors are in it. Raises ConfigError when the file cannot be read."""
    try:
        return _read(path.read_bytes())
    except OSError as error:
        raise ConfigError("unreadable_schedule", f"{path} cannot be read: {error.strerror}") from None
    except ServerError as error:
        raise ConfigError(error.code, f"{path}: {error.message}") from None


def check(sheet: Sheet) -> tuple[Sequence[CellError], Sequence[CellError]]:
    """(errors, warnings) of the sheet by itself; clashes with rooms that are there only an import knows."""
    try:
        return (), plan(sheet, []).warnings
    except ScheduleInvalid as invalid:
        return invalid.errors, ()


def told(path: Path, found: Iterable[CellError]) -> list[str]:
    """One sentence for each, with line and column."""
    return [f"{path}: {_place(error)}: {error.message} ({error.code})" for error in found]


def _place(error: CellError) -> str:
    parts = [error.sheet, f"line {error.line}", f"column {error.column}" if error.column else ""]
    return ", ".join(part for part in parts if part)


async def import_file(store: Store, path: Path) -> Applied:
    """All of it or nothing; importing again changes nothing. Raises ConfigError with the first error."""
    sheet = read_file(path)
    if lines := told(path, sheet.errors):
        more = f" (and {len(lines) - 1} more: sangdam schedule check {path})" if len(lines) > 1 else ""
        raise ConfigError("bad_schedule", lines[0] + more)
    try:
        sheet, planned = await prepare(store, sheet)
    except ServerError as error:
        raise ConfigError("bad_schedule", f"{path}: {error.message}") from None
    return await apply(store, planned, participants=sheet.participants)


async def import_sample_day(store: Store) -> Applied:
    _, planned = await prepare(store, _read(sample_day()))
    return await apply(store, planned)


def _read(data: bytes) -> Sheet:
    return read_sheet(data, today=datetime.now().astimezone().date())
