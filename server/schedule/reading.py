"""A sheet's rows → rooms to be, with every error by line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Literal, TypeVar

from server.one_line import is_one_line
from server.schedule.cells import (
    parse_date,
    parse_email,
    parse_glossary,
    parse_language,
    parse_minutes,
    parse_start,
    parse_time,
    parse_zone,
)
from server.schedule.columns import Columns, Field, Place, known_headings, read_columns
from server.schedule.participants import ParticipantRow, participant_columns
from server.schedule.problems import Problem
from server.schedule.sheet import (
    MAX_ERRORS,
    MAX_ROWS,
    CellError,
    ScheduledRoom,
    Sheet,
    SheetUnreadable,
    records,
)
from server.schedule.template import GUIDES
from server.schedule.workbook import Table, is_workbook, tables
from server.store.records import NewPerson, NewRoom, ParticipantDetails, Person

DEFAULT_MINUTES = 30
_MAX_CHARS = {
    "title": 200,
    "event": 200,
    "key": 100,
    "demo": 40,
    "booth": 80,
    "email": 254,
    "name": 80,
    "company": 120,
}
_MAX_VALUE_CHARS = 100
"""Of a date, a time, minutes, a language or a time zone: their patterns try each blank of a long run anew."""
_MAX_GLOSSARY_CHARS = 100_000
T = TypeVar("T")


def read_sheet(data: bytes, *, today: date, zone: tzinfo | None = None) -> Sheet:
    """CSV or XLSX. `zone`: where the sheet's times are meant, None for this machine's.

    Raises UnsupportedType for other formats of spreadsheet programs.
    """
    reader = _Reader(today, zone)
    try:
        if is_workbook(data):
            reader.read_workbook(tables(data))
        else:
            reader.read_schedule("", records(data))
    except SheetUnreadable as unreadable:
        reader.errors.append(unreadable.error)
    return reader.sheet()


class _Reader:
    """What was found so far, over all sheets of a workbook."""

    def __init__(self, today: date, zone: tzinfo | None) -> None:
        self.errors: list[CellError] = []
        self._today, self._zone = today, zone
        self._rooms: dict[str, ScheduledRoom] = {}
        self._dates: set[date] = set()
        self._participants: list[ParticipantDetails] = []
        self._ignored: list[str] = []
        self._columns: dict[str, dict[tuple[str, int], str]] = {}

    def sheet(self) -> Sheet:
        if not self.errors and not self._rooms and not self._participants:
            self.errors.append(CellError(1, None, "empty_sheet"))
        return Sheet(
            rooms=tuple(self._rooms.values()),
            errors=tuple(self.errors[:MAX_ERRORS]),
            dates=frozenset(self._dates),
            participants=tuple(self._participants),
            ignored=tuple(self._ignored),
            columns=self._columns,
        )

    def read_workbook(self, found: Sequence[Table]) -> None:
        """Schedules first, since participants belong to their event. Raises SheetUnreadable."""
        people: list[tuple[Table, int]] = []
        for table in found:
            at, kind = _heading(table)
            if kind == "schedule":
                self.read_schedule(table.name, iter(table.lines[at:]))
            elif kind == "participants":
                people.append((table, at))
            elif len(table.lines) > 1 and table.name not in GUIDES:
                self._ignored.append(table.name)
        events = {scheduled.room.event for scheduled in self._rooms.values() if scheduled.room.event}
        for table, at in people:
            self._read_participants(table, at, events.copy().pop() if len(events) == 1 else "")

    def read_schedule(self, name: str, lines: Iterator[tuple[int, Sequence[str]]]) -> None:
        """The first line is the heading. Raises SheetUnreadable."""
        first = next(lines, None)
        if first is None:
            return
        columns, errors = read_columns(*first, name)
        if errors:
            self._fail(errors)
            return
        self._columns[name] = {
            (place.role, place.number): columns.headings[min(fields.values())]
            for place, fields in columns.people.items()
        }
        if (booth := columns.room.get("booth")) is not None:
            self._columns[name]["booth", 1] = columns.headings[booth]
        for line, cells in lines:
            if len(self.errors) >= MAX_ERRORS:
                return
            if len(self._rooms) >= MAX_ROWS:
                raise SheetUnreadable(line, "too_many_rows", limit=MAX_ROWS)
            self._read_row(name, line, cells, columns)

    def _read_row(self, name: str, line: int, cells: Sequence[str], columns: Columns) -> None:
        errors: list[CellError] = []
        row = _Row(name, line, cells, columns, errors)
        read = row.room(self._today, self._zone)
        if read is not None:
            room, day = read
            key = room.schedule_key or ""
            earlier = self._rooms.get(key)
            if earlier is not None:
                where = f"{earlier.sheet}!{earlier.line}" if earlier.sheet != name else earlier.line
                row.fail(None, Problem("duplicate_row", line=where))
            else:
                self._rooms[key] = ScheduledRoom(line, room, name)
                self._dates.add(day)
                self._participants += row.details(room)
        self._fail(errors)

    def _read_participants(self, table: Table, at: int, event: str) -> None:
        (_, headings), *lines = table.lines[at:]
        columns = participant_columns(headings)
        assert columns is not None
        for line, cells in lines:
            if len(self.errors) >= MAX_ERRORS:
                return
            errors: list[CellError] = []
            row = ParticipantRow(table.name, line, cells, headings, columns, errors)
            if (found := row.read(event, self._today, self._zone)) is not None:
                self._participants.append(found)
            self._fail(errors)

    def _fail(self, errors: list[CellError]) -> None:
        self.errors += errors


_HEADING_LINES = 20
"""A heading may stand below a title and a date of printing."""


def _heading(table: Table) -> tuple[int, Literal["schedule", "participants", "none"]]:
    """Which of a sheet's lines is its heading, and of what."""
    for at, (_, cells) in enumerate(table.lines[:_HEADING_LINES]):
        known = known_headings(cells)
        if {"date", "start"} & known and (len(known) >= 3 or {"date", "start"} <= known):
            return at, "schedule"
        if participant_columns(cells) is not None:
            return at, "participants"
    return 0, "none"


@dataclass(slots=True)
class _Row:
    """One line while it is read; errors go to the list."""

    sheet: str
    line: int
    cells: Sequence[str]
    columns: Columns
    errors: list[CellError]

    def fail(self, index: int | None, problem: Problem) -> None:
        column = None if index is None else self.columns.headings[index]
        self.errors.append(CellError.of(self.line, column, problem, self.sheet))

    def room(self, today: date, zone: tzinfo | None) -> tuple[NewRoom, date] | None:
        """The room and its local day, None when the row has errors."""
        before = len(self.errors)
        self._check_cells()
        settings = self.columns.room
        day = self._required("date", lambda text: parse_date(text, today))
        start = self._required("start", parse_start)
        minutes = self._minutes(start)
        zone = self._parsed(settings.get("timezone"), parse_zone) or zone
        glossary = self._parsed(settings.get("glossary"), parse_glossary, limit=_MAX_GLOSSARY_CHARS)
        people = self._people()
        if len(self.errors) > before or day is None or start is None:
            return None
        title = self._text("title") or title_of(people)
        key = self._text("key") or f"{day.isoformat()} {start[0]:%H:%M} {title}"
        room = NewRoom(
            title=title,
            people=people,
            starts_at=_utc(day, start[0], zone),
            duration_min=minutes,
            glossary=glossary or (),
            demo=self._text("demo") or None,
            event=self._text("event"),
            booth=self._text("booth"),
            schedule_key=key,
            key_is_made=not self._text("key"),
        )
        return replace(room, schedule_digest=digest_of(room)), day

    def _check_cells(self) -> None:
        for index, cell in enumerate(self.cells):
            if index >= len(self.columns.headings) or not self.columns.headings[index]:
                if cell:
                    self.fail(None, Problem("unnamed_column", number=index + 1, value=cell))
            elif not is_one_line(cell):
                self.fail(index, Problem("bad_character"))
        for name in ("title", "event", "key", "demo", "booth"):
            self._limited(self.columns.room.get(name), name)

    def _minutes(self, start: tuple[time, time | None] | None) -> int:
        minutes = self._parsed(self.columns.room.get("duration"), parse_minutes)
        end_column = self.columns.room.get("end")
        end = self._parsed(end_column, parse_time)
        if start is None:
            return DEFAULT_MINUTES
        if end is None and start[1] is not None:
            end, end_column = start[1], self.columns.room["start"]
        if end is None:
            return minutes or DEFAULT_MINUTES
        length = (end.hour - start[0].hour) * 60 + end.minute - start[0].minute
        if length <= 0:
            self.fail(end_column, Problem("end_before_start"))
        elif minutes is not None and minutes != length:
            self.fail(
                self.columns.room["duration"], Problem("duration_differs", minutes=length, written=minutes)
            )
        return length

    def _people(self) -> tuple[NewPerson, ...]:
        written = [place for place in self.columns.people if any(self._person_cells(place).values())]
        if not any(place.role in ("seller", "buyer") for place in written):
            self.fail(None, Problem("no_people"))
            return ()
        languages = {place: self._languages(place) for place in written}
        sides = {role: _first(languages, role) for role in ("seller", "buyer")}
        return tuple(
            person
            for place in written
            if (person := self._person(place, *languages[place], sides)) is not None
        )

    def details(self, room: NewRoom) -> list[ParticipantDetails]:
        """Mail addresses and time zones that the line gives for its people."""
        if not room.event:
            return []
        written = [place for place in self.columns.people if any(self._person_cells(place).values())]
        return [
            ParticipantDetails(
                event=room.event,
                role=person.role,
                name=person.name,
                company=person.company,
                speaks=person.speaks,
                reads=person.reads,
                email=cells.get("email", ""),
                time_zone=cells.get("zone") or None,
            )
            for place, person in zip(written, room.people, strict=True)
            if (cells := self._person_cells(place)).get("email") or cells.get("zone")
        ]

    def _person_cells(self, place: Place) -> dict[Field, str]:
        return {field: self._cell(index) for field, index in self.columns.people[place].items()}

    def _languages(self, place: Place) -> tuple[str | None, str | None]:
        indices = self.columns.people[place]
        speaks = self._parsed(indices.get("speaks"), parse_language)
        reads = self._parsed(indices.get("reads"), parse_language)
        return speaks or reads, reads or speaks

    def _person(
        self, place: Place, speaks: str | None, reads: str | None, sides: dict[str, str | None]
    ) -> NewPerson | None:
        indices = self.columns.people[place]
        for field in ("name", "company", "email"):
            self._limited(indices.get(field), field)
        cells = self._person_cells(place)
        self._parsed(indices.get("zone"), parse_zone)
        self._parsed(indices.get("email"), parse_email)
        if place.role not in sides:
            # Those who belong to no side get the languages of both.
            speaks = speaks or sides["seller"] or sides["buyer"]
            reads = reads or (sides["buyer"] if place.role == "interpreter" else None) or speaks
        if speaks is None or reads is None:
            column = indices.get("speaks", next(iter(indices.values())))
            if not cells.get("speaks") and not cells.get("reads"):
                self.fail(column, Problem("missing_value"))
            return None
        company, name = cells.get("company", ""), cells.get("name", "")
        if not company and not name:
            self.fail(next(iter(indices.values())), Problem("missing_value"))
            return None
        return NewPerson(place.role, (name or company)[:80], company, speaks, reads)

    def _cell(self, index: int | None) -> str:
        return "" if index is None or index >= len(self.cells) else self.cells[index]

    def _text(self, name: str) -> str:
        return self._cell(self.columns.room.get(name))

    def _limited(self, index: int | None, name: str) -> None:
        self._fits(index, _MAX_CHARS[name])

    def _fits(self, index: int | None, limit: int) -> bool:
        if len(self._cell(index)) <= limit:
            return True
        self.fail(index, Problem("too_long", limit=limit))
        return False

    def _required(self, name: str, parse: Callable[[str], T]) -> T | None:
        index = self.columns.room[name]
        if not self._cell(index):
            self.fail(index, Problem("missing_value"))
        return self._parsed(index, parse)

    def _parsed(
        self, index: int | None, parse: Callable[[str], T], *, limit: int = _MAX_VALUE_CHARS
    ) -> T | None:
        """None when the cell is empty or wrong."""
        if not self._fits(index, limit):
            return None
        text = self._cell(index)
        try:
            return parse(text) if text else None
        except Problem as problem:
            self.fail(index, problem)
            return None


def digest_of(room: NewRoom) -> str:
    """Of what the row says. New columns count only where they are filled in, so that old digests hold."""
    names = ("title", "people", "starts_at", "duration_min", "glossary", "demo", "event", "schedule_key")
    said = ", ".join(f"{name}={getattr(room, name)!r}" for name in names)
    text = f"NewRoom({said}, schedule_digest=None)" + (f" booth={room.booth!r}" if room.booth else "")
    return hashlib.sha256(text.encode()).hexdigest()


def _first(languages: dict[Place, tuple[str | None, str | None]], role: str) -> str | None:
    return next((speaks for place, (speaks, _) in languages.items() if place.role == role), None)


def title_of(people: Iterable[NewPerson | Person]) -> str:
    """Who meets whom."""
    parties = [person for person in people if person.role in ("seller", "buyer")]
    return " ↔ ".join(dict.fromkeys(person.company or person.name for person in parties))[:200]


def _utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
