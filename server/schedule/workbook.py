"""XLSX workbooks as rows of text, the way somebody sees them: dates, times, whole numbers, merged cells."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from server.schedule.sheet import SheetUnreadable

MAX_UNPACKED_BYTES = 100 << 20
"""A file of 2 MB can unpack to gigabytes."""
MAX_PARTS = 500
MAX_LINES = 5_000
MAX_COLUMNS = 200
MAX_SHEETS = 40
MAX_MERGED_CELLS = 100_000
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What the library raises for files that are not what they say."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook; `lines`: (line, cells) of every row that is not empty."""

    name: str
    lines: tuple[tuple[int, tuple[str, ...]], ...]


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def tables(data: bytes) -> list[Table]:
    """The sheets that are not hidden. Raises SheetUnreadable."""
    _check_size(data)
    try:
        with warnings.catch_warnings():
            # It tells of drawings and validations that it does not keep.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(data), data_only=True)
    except _UNREADABLE:
        raise SheetUnreadable(1, "bad_workbook") from None
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if len(shown) > MAX_SHEETS:
        raise SheetUnreadable(1, "too_many_sheets", limit=MAX_SHEETS)
    return [Table(sheet.title, tuple(_lines(sheet))) for sheet in shown]


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise SheetUnreadable(1, "too_large_workbook")
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/sheet")]
            merged = sum(_merged_cells(archive.read(part)) for part in sheets)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error):
        raise SheetUnreadable(1, "bad_workbook") from None
    if merged > MAX_MERGED_CELLS:
        raise SheetUnreadable(1, "too_large_workbook")


def _merged_cells(sheet: bytes) -> int:
    """How many cells its merged ranges cover; the library makes an object for each."""
    total = 0
    for first_column, first, last_column, last in _MERGED.findall(sheet):
        width = column_index_from_string(last_column.decode()) - column_index_from_string(
            first_column.decode()
        )
        total += (abs(width) + 1) * (abs(int(last) - int(first)) + 1)
    return total


def _lines(sheet: Worksheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """By the cells that there are: one far away must not make all between."""
    found: dict[int, dict[int, Any]] = {}
    for (line, column), cell in sheet._cells.items():
        if column <= MAX_COLUMNS and cell.value not in (None, ""):
            found.setdefault(line, {})[column] = cell.value
    for (line, column), value in _filled_down(sheet).items():
        found.setdefault(line, {})[column] = value
    if found and max(found) > MAX_LINES:
        raise SheetUnreadable(MAX_LINES + 1, "too_many_rows", limit=MAX_LINES)
    for line in sorted(found):
        row = found[line]
        cells = tuple(as_text(row.get(column)) for column in range(1, max(row) + 1))
        if any(cells):
            yield line, cells


def _filled_down(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """(line, column) → what a cell that was merged downwards says in every line it covers."""
    filled: dict[tuple[int, int], Any] = {}
    for merged in sheet.merged_cells.ranges:
        if merged.max_row > MAX_LINES or merged.min_row == merged.max_row or merged.min_col > MAX_COLUMNS:
            continue
        value = sheet.cell(merged.min_row, merged.min_col).value
        if value in (None, ""):
            continue
        for line in range(merged.min_row, merged.max_row + 1):
            filled[line, merged.min_col] = value
    return filled


def as_text(value: Any) -> str:
    """What a cell shows, as the reader of cells understands it."""
    match value:
        case None:
            text = ""
        case bool():
            text = "1" if value else "0"
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.strftime("%Y-%m-%d %H:%M")
        case date():
            text = value.isoformat()
        case time():
            text = value.strftime("%H:%M")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            text = f"{minutes // 60:02}:{minutes % 60:02}"
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return unicodedata.normalize("NFC", text).strip()
