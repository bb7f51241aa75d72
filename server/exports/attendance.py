"""Who came to the consultations of an event, as a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from server.attendance import Standing
from server.store.records import Person, Room

_BOM = "\ufeff"
"""Excel takes a file without it for something other than UTF-8."""
HEADINGS = (
    "date",
    "starts",
    "minutes",
    "title",
    "booth",
    "role",
    "company",
    "name",
    "came",
    "left",
    "minutes_inside",
    "standing",
)


@dataclass(frozen=True, slots=True)
class Attended:
    """One person of one room; times are None where nothing happened (yet)."""

    room: Room
    person: Person
    came_at: datetime | None
    left_at: datetime | None
    minutes: int
    standing: Standing


def to_csv(rows: Iterable[Attended], time_zone: str) -> str:
    """In the event's own time."""
    zone = ZoneInfo(time_zone)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(HEADINGS)
    for row in rows:
        start = row.room.starts_at.astimezone(zone) if row.room.starts_at else None
        cells = (
            f"{start:%Y-%m-%d}" if start else "",
            f"{start:%H:%M}" if start else "",
            row.room.duration_min,
            row.room.title,
            row.room.booth,
            row.person.role,
            row.person.company,
            row.person.name,
            _clock(row.came_at, zone),
            _clock(row.left_at, zone),
            row.minutes,
            row.standing,
        )
        sheet.writerow([_plain(cell) for cell in cells])
    return _BOM + written.getvalue()


def _clock(time: datetime | None, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M:%S}" if time else ""


def _plain(cell: str | int) -> str | int:
    """What a spreadsheet would take for a formula becomes text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
