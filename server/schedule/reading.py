"""A sheet's rows → rooms to be, with every error by line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import TypeVar

from server.one_line import is_one_line
from server.schedule.cells import (
    parse_date,
    parse_glossary,
    parse_language,
    parse_minutes,
    parse_start,
    parse_time,
    parse_zone,
)
from server.schedule.columns import Columns, Field, Place, read_columns
from server.schedule.sheet import (
    MAX_ERRORS,
    MAX_ROWS,
    CellError,
    ScheduledRoom,
    Sheet,
    SheetUnreadable,
    records,
)
from server.store.records import NewPerson, NewRoom

DEFAULT_MINUTES = 30
_MAX_CHARS = {"title": 200, "event": 200, "key": 100, "demo": 40, "name": 80, "company": 120}
_MAX_VALUE_CHARS = 100
"""Of a date, a time, minutes, a language or a time zone: their patterns try each blank of a long run anew."""
_MAX_GLOSSARY_CHARS = 100_000
T = TypeVar("T")


def read_sheet(data: bytes, *, today: date, zone: tzinfo | None = None) -> Sheet:
    """`zone`: where the sheet's times are meant, None for this machine's. Raises UnsupportedType."""
    errors: list[CellError] = []
    rooms: dict[str, ScheduledRoom] = {}
    dates: set[date] = set()
    columns: Columns | None = None
    try:
        for line, cells in records(data):
            if columns is None:
                columns, errors = read_columns(line, cells)
                if errors:
                    break
                continue
            if len(errors) >= MAX_ERRORS:
                break
            if len(rooms) >= MAX_ROWS:
                raise SheetUnreadable(line, "too_many_rows", f"a sheet may have at most {MAX_ROWS} rows")
            row = _Row(line, cells, columns, errors)
            read = row.room(today, zone)
            if read is None:
                continue
            room, day = read
            earlier = rooms.get(room.schedule_key or "")
            if earlier is not None:
                row.fail(None, "duplicate_row", f"this is the same consultation as in line {earlier.line}")
                continue
            rooms[room.schedule_key or ""] = ScheduledRoom(line, room)
            dates.add(day)
    except SheetUnreadable as unreadable:
        errors.append(unreadable.error)
    if not errors and not rooms:
        errors.append(CellError(1, None, "empty_sheet", "there is no consultation in the sheet"))
    ordered = sorted(errors, key=lambda error: error.line)
    return Sheet(tuple(rooms.values()), tuple(ordered[:MAX_ERRORS]), frozenset(dates))


@dataclass(slots=True)
class _Row:
    """One line while it is read; errors go to the sheet's list."""

    line: int
    cells: list[str]
    columns: Columns
    errors: list[CellError]

    def fail(self, index: int | None, code: str, message: str) -> None:
        column = None if index is None else self.columns.headings[index]
        self.errors.append(CellError(self.line, column, code, message))

    def room(self, today: date, zone: tzinfo | None) -> tuple[NewRoom, date] | None:
        """The room and its local day, None when the row has errors."""
        before = len(self.errors)
        self._check_cells()
        settings = self.columns.room
        day = self._required("date", lambda text: parse_date(text, today), "bad_date")
        start = self._required("start", parse_start, "bad_time")
        minutes = self._minutes(start)
        zone = self._parsed(settings.get("timezone"), parse_zone, "bad_timezone") or zone
        glossary = self._parsed(
            settings.get("glossary"), parse_glossary, "bad_glossary", limit=_MAX_GLOSSARY_CHARS
        )
        people = self._people()
        if len(self.errors) > before or day is None or start is None:
            return None
        title = self._text("title") or _title(people)
        key = self._text("key") or f"{day.isoformat()} {start[0]:%H:%M} {title}"
        room = NewRoom(
            title=title,
            people=people,
            starts_at=_utc(day, start[0], zone),
            duration_min=minutes,
            glossary=glossary or (),
            demo=self._text("demo") or None,
            event=self._text("event"),
            schedule_key=key,
        )
        return replace(room, schedule_digest=hashlib.sha256(repr(room).encode()).hexdigest()), day

    def _check_cells(self) -> None:
        for index, cell in enumerate(self.cells):
            if index >= len(self.columns.headings) or not self.columns.headings[index]:
                if cell:
                    self.fail(None, "unnamed_column", f"cell {index + 1} has no heading: “{cell[:40]}”")
            elif not is_one_line(cell):
                self.fail(
                    index, "bad_character", "a cell may have neither line breaks nor control characters"
                )
        for name in ("title", "event", "key", "demo"):
            self._limited(self.columns.room.get(name), name)

    def _minutes(self, start: tuple[time, time | None] | None) -> int:
        minutes = self._parsed(self.columns.room.get("duration"), parse_minutes, "bad_duration")
        end_column = self.columns.room.get("end")
        end = self._parsed(end_column, parse_time, "bad_time")
        if start is None:
            return DEFAULT_MINUTES
        if end is None and start[1] is not None:
            end, end_column = start[1], self.columns.room["start"]
        if end is None:
            return minutes or DEFAULT_MINUTES
        length = (end.hour - start[0].hour) * 60 + end.minute - start[0].minute
        if length <= 0:
            self.fail(end_column, "end_before_start", "the end must be after the start")
        elif minutes is not None and minutes != length:
            self.fail(
                self.columns.room["duration"],
                "duration_differs",
                f"start and end are {length} minutes apart, not {minutes}",
            )
        return length

    def _people(self) -> tuple[NewPerson, ...]:
        written = [place for place in self.columns.people if any(self._person_cells(place).values())]
        if not any(place.role in ("seller", "buyer") for place in written):
            self.fail(None, "no_people", "there is neither a seller nor a buyer")
            return ()
        languages = {place: self._languages(place) for place in written}
        sides = {role: _first(languages, role) for role in ("seller", "buyer")}
        return tuple(
            person
            for place in written
            if (person := self._person(place, *languages[place], sides)) is not None
        )

    def _person_cells(self, place: Place) -> dict[Field, str]:
        return {field: self._cell(index) for field, index in self.columns.people[place].items()}

    def _languages(self, place: Place) -> tuple[str | None, str | None]:
        indices = self.columns.people[place]
        speaks = self._parsed(indices.get("speaks"), parse_language, "bad_language")
        reads = self._parsed(indices.get("reads"), parse_language, "bad_language")
        return speaks or reads, reads or speaks

    def _person(
        self, place: Place, speaks: str | None, reads: str | None, sides: dict[str, str | None]
    ) -> NewPerson | None:
        indices = self.columns.people[place]
        for field in ("name", "company"):
            self._limited(indices.get(field), field)
        cells = self._person_cells(place)
        if place.role not in sides:
            # Those who belong to no side get the languages of both.
            speaks = speaks or sides["seller"] or sides["buyer"]
            reads = reads or (sides["buyer"] if place.role == "interpreter" else None) or speaks
        if speaks is None or reads is None:
            column = indices.get("speaks", next(iter(indices.values())))
            if not cells.get("speaks") and not cells.get("reads"):
                self.fail(column, "missing_value", f"the language of the {place.role} is missing")
            return None
        company, name = cells.get("company", ""), cells.get("name", "")
        if not company and not name:
            self.fail(next(iter(indices.values())), "missing_value", f"the {place.role} has no name")
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
        self.fail(index, "too_long", f"this may have at most {limit} characters")
        return False

    def _required(self, name: str, parse: Callable[[str], T], code: str) -> T | None:
        index = self.columns.room[name]
        if not self._cell(index):
            self.fail(index, "missing_value", "this cell must be filled in")
        return self._parsed(index, parse, code)

    def _parsed(
        self, index: int | None, parse: Callable[[str], T], code: str, *, limit: int = _MAX_VALUE_CHARS
    ) -> T | None:
        """None when the cell is empty or wrong."""
        if not self._fits(index, limit):
            return None
        text = self._cell(index)
        try:
            return parse(text) if text else None
        except ValueError as error:
            self.fail(index, code, str(error))
            return None


def _first(languages: dict[Place, tuple[str | None, str | None]], role: str) -> str | None:
    return next((speaks for place, (speaks, _) in languages.items() if place.role == role), None)


def _title(people: tuple[NewPerson, ...]) -> str:
    """Who meets whom."""
    parties = [person for person in people if person.role in ("seller", "buyer")]
    return " ↔ ".join(dict.fromkeys(person.company or person.name for person in parties))[:200]


def _utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
