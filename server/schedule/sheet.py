"""A sheet as text, and what was read from it."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from server.errors import ServerError, UnsupportedType
from server.schedule.problems import Problem, Value, sentence
from server.store.records import NewRoom, ParticipantDetails

MAX_ROWS = 2_000
MAX_ERRORS = 100
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class CellError:
    """`line` counts the file's lines from 1; `column` is the sheet's own heading, None for the whole line."""

    line: int
    column: str | None
    code: str
    params: Mapping[str, Value] = field(default_factory=dict)
    """What the code's sentence is filled in with."""
    sheet: str = ""
    """Of a workbook."""

    @classmethod
    def of(cls, line: int, column: str | None, problem: Problem, sheet: str = "") -> CellError:
        return cls(line, column, problem.code, problem.params, sheet)

    @property
    def message(self) -> str:
        return sentence(self.code, self.params)


@dataclass(frozen=True, slots=True)
class ScheduledRoom:
    line: int
    room: NewRoom
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """With any error nothing of the sheet is imported. `dates`: the local days that it covers."""

    rooms: tuple[ScheduledRoom, ...]
    errors: tuple[CellError, ...]
    dates: frozenset[date]
    warnings: tuple[CellError, ...] = ()
    """What is odd, and does not keep the sheet from being imported."""
    participants: tuple[ParticipantDetails, ...] = ()
    ignored: tuple[str, ...] = ()
    """Sheets of a workbook that are none of ours."""
    columns: Mapping[str, Mapping[tuple[str, int], str]] = field(default_factory=dict)
    """Sheet → (role, number) → heading of the person's column, to say where something is."""

    def with_events(self, names: Mapping[str, str]) -> Sheet:
        """With events that were renamed (`names`: before → now) as they are called now."""
        rooms = (
            replace(row, room=replace(row.room, event=names.get(row.room.event, row.room.event)))
            for row in self.rooms
        )
        people = (replace(each, event=names.get(each.event, each.event)) for each in self.participants)
        return replace(self, rooms=tuple(rooms), participants=tuple(people))

    def check(self) -> None:
        """Raises ScheduleInvalid when the sheet has errors."""
        if self.errors:
            raise ScheduleInvalid(self.errors)


class ScheduleInvalid(ServerError):
    """The sheet has errors; nothing was imported."""

    code = "schedule_invalid"
    status = 422

    def __init__(self, errors: tuple[CellError, ...]) -> None:
        first = errors[0]
        where = f"{first.sheet}: " if first.sheet else ""
        where += f"line {first.line}" + (f", column {first.column}" if first.column else "")
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{where}: {first.message}{more}")
        self.errors = errors

    def details(self) -> dict[str, object]:
        return {"errors": self.listed(self.errors)}

    @staticmethod
    def listed(errors: tuple[CellError, ...]) -> list[dict[str, object]]:
        return [
            {
                "sheet": error.sheet,
                "line": error.line,
                "column": error.column,
                "code": error.code,
                "message": error.message,
                "params": dict(error.params),
            }
            for error in errors
        ]


class SheetUnreadable(Exception):
    """The file is no sheet from `error.line` on."""

    def __init__(self, line: int, code: str, **params: Value) -> None:
        problem = Problem(code, **params)
        super().__init__(str(problem))
        self.error = CellError.of(line, None, problem)


def records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every row that is not empty, the heading first; cells stripped and in NFC.

    Raises SheetUnreadable, UnsupportedType for a spreadsheet program's own format.
    """
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetUnreadable(line, "bad_csv", reason=str(error)) from None
        cells = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _decode(data: bytes) -> str:
    if data.startswith(_WORKBOOKS):
        raise UnsupportedType("this is an old or foreign workbook; save it as XLSX or CSV and send that")
    # Excel in Korea writes CP949 unless told otherwise; hardly any such text is valid UTF-8.
    encodings = ["utf-16"] if data.startswith(_UTF16_MARKS) else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable(1, "bad_encoding")


def _delimiter(text: str) -> str:
    heading = text.lstrip().partition("\n")[0]
    return max(",;\t", key=heading.count)
