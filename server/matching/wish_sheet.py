"""A sheet of wishes: who wishes to meet whom, or whose products; a workbook may bring participants too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from server.one_line import is_one_line
from server.schedule.columns import ROLE_OF, heading_word
from server.schedule.participants import ParticipantRow, participant_columns
from server.schedule.problems import Problem
from server.schedule.sheet import (
    MAX_ERRORS,
    CellError,
    ScheduleInvalid,
    SheetUnreadable,
    records,
)
from server.schedule.workbook import Table, is_workbook, tables
from server.store.identity import Identity, folded, identity
from server.store.matchings import NamedWish
from server.store.records import Level, Participant, ParticipantDetails, Role

MAX_WISHES = 20_000
COLUMNS = {
    "role": ("role", "side", "구분", "역할", "희망하는쪽"),
    "company": ("company", "회사", "회사명", "기업", "기업명", "업체", "업체명"),
    "name": ("name", "이름", "성명", "담당", "담당자"),
    "partner": (
        "partner",
        "partnercompany",
        "counterpart",
        "상대",
        "상대회사",
        "희망상대",
        "희망기업",
        "상담상대",
    ),
    "partner_name": ("partnername", "상대이름", "상대담당자"),
    "category": ("category", "products", "분류", "품목", "품목분류", "희망품목"),
    "wish": ("wish", "preference", "희망", "희망정도", "선호"),
}
_MEANING_OF = {word: meaning for meaning, words in COLUMNS.items() for word in words}
_LEVELS: dict[Level, tuple[str, ...]] = {
    "must": ("must", "필수", "꼭", "반드시"),
    "want": ("want", "yes", "희망", "원함", "o", "○"),
    "no": ("no", "never", "제외", "불가", "거절", "x", "×"),
}
LEVEL_OF: dict[str, Level] = {word: level for level, words in _LEVELS.items() for word in words}
_MAX_CHARS = {"company": 120, "name": 80, "partner": 120, "partner_name": 80, "category": 80}
_HEADING_LINES = 20


class WishesInvalid(ScheduleInvalid):
    """The sheet has errors; nothing was imported."""

    code = "wishes_invalid"


@dataclass(frozen=True, slots=True)
class WishSheet:
    """With any error nothing of it is imported. `ignored`: sheets of a workbook that are none of ours."""

    wishes: tuple[NamedWish, ...]
    participants: tuple[ParticipantDetails, ...]
    errors: tuple[CellError, ...]
    ignored: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises WishesInvalid when the sheet has errors."""
        if self.errors:
            raise WishesInvalid(self.errors)


def wish_columns(headings: Sequence[str]) -> dict[str, int] | None:
    """Meaning → index; None unless this is the heading of such a sheet."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        meaning = _MEANING_OF.get(heading_word(heading))
        if meaning is not None:
            found.setdefault(meaning, index)
    needed = "role" in found and found.keys() & {"company", "name"} and found.keys() & {"partner", "category"}
    return found if needed and found.keys() & {"wish", "partner"} and _no_language(headings) else None


def _no_language(headings: Sequence[str]) -> bool:
    return participant_columns(headings) is None


def read_wishes(
    data: bytes, event: str, known: Iterable[Participant], *, today: date, zone: tzinfo | None = None
) -> WishSheet:
    """CSV or XLSX. `known`: the event's participants. Raises UnsupportedType for other formats."""
    reader = _Reader(event, today, zone)
    try:
        found = tables(data) if is_workbook(data) else [Table("", tuple(_lines(data)))]
        reader.read(found, known)
    except SheetUnreadable as unreadable:
        reader.errors.append(unreadable.error)
    return reader.sheet()


def _lines(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, cells in records(data):
        yield line, tuple(cells)


class _Reader:
    def __init__(self, event: str, today: date, zone: tzinfo | None) -> None:
        self.errors: list[CellError] = []
        self._event, self._today, self._zone = event, today, zone
        self._wishes: dict[object, tuple[int, NamedWish]] = {}
        self._people: list[ParticipantDetails] = []
        self._ignored: list[str] = []

    def sheet(self) -> WishSheet:
        if not self.errors and not self._wishes and not self._people:
            self.errors.append(CellError(1, None, "empty_sheet"))
        return WishSheet(
            tuple(wish for _, wish in self._wishes.values()),
            tuple(self._people),
            tuple(self.errors[:MAX_ERRORS]),
            tuple(self._ignored),
        )

    def read(self, found: Sequence[Table], known: Iterable[Participant]) -> None:
        """Participants first, for wishes name them."""
        wishes: list[tuple[Table, int]] = []
        for table in found:
            at, kind = _heading(table)
            if kind == "participants":
                self._read_participants(table, at)
            elif kind == "wishes":
                wishes.append((table, at))
            elif table.lines:
                self._ignored.append(table.name)
        names = _Names([*known, *(detail.participant() for detail in self._people)])
        for table, at in wishes:
            (_, headings), *lines = table.lines[at:]
            columns = wish_columns(headings)
            assert columns is not None
            for line, cells in lines:
                if len(self.errors) >= MAX_ERRORS:
                    return
                if len(self._wishes) >= MAX_WISHES:
                    raise SheetUnreadable(line, "too_many_rows", limit=MAX_WISHES)
                row = _Row(table.name, line, cells, headings, columns, self.errors)
                self._add(row, row.read(names))
        if len(found) == 1 and self._ignored and not self.errors:
            raise SheetUnreadable(1, "missing_column", column="상대 (partner)")

    def _add(self, row: _Row, wish: NamedWish | None) -> None:
        if wish is None:
            return
        key = wish.who, wish.about, folded(wish.category)
        line, earlier = self._wishes.setdefault(key, (row.line, wish))
        if earlier.level != wish.level:
            row.fail("wish", Problem("wish_differs", line=line))

    def _read_participants(self, table: Table, at: int) -> None:
        (_, headings), *lines = table.lines[at:]
        columns = participant_columns(headings)
        assert columns is not None
        for line, cells in lines:
            if len(self.errors) >= MAX_ERRORS:
                return
            row = ParticipantRow(table.name, line, cells, headings, columns, self.errors)
            found = row.read(self._event, self._today, self._zone)
            if found is not None and found.event == self._event:
                self._people.append(found)


def _heading(table: Table) -> tuple[int, str]:
    for at, (_, cells) in enumerate(table.lines[:_HEADING_LINES]):
        if participant_columns(cells) is not None:
            return at, "participants"
        if wish_columns(cells) is not None:
            return at, "wishes"
    return 0, "none"


class _Names:
    """Participants by company and name, as a list may call them: the company alone where it has one only."""

    def __init__(self, people: Iterable[Participant]) -> None:
        self._by_identity: dict[Identity, Identity] = {}
        self._by_word: dict[tuple[str, str], set[Identity]] = {}
        for one in people:
            key = identity(one.role, one.company, one.name)
            self._by_identity[key] = key
            for word in {folded(one.company), folded(one.name)} - {""}:
                self._by_word.setdefault((one.role, word), set()).add(key)

    def find(self, role: str, company: str, name: str) -> Identity | Problem:
        """Who it is, or why nobody in particular."""
        key = identity(role, company, name)
        if company and name:
            return key if key in self._by_identity else Problem(f"unknown_{role}", value=f"{company} {name}")
        word = folded(company or name)
        found = self._by_word.get((role, word), set())
        if not found:
            return Problem(f"unknown_{role}", value=company or name)
        if len(found) > 1:
            return Problem("several_participants", value=company or name)
        return next(iter(found))


class _Row:
    """One line; what is wrong goes to `errors`."""

    def __init__(
        self,
        sheet: str,
        line: int,
        cells: Sequence[str],
        headings: Sequence[str],
        columns: dict[str, int],
        errors: list[CellError],
    ) -> None:
        self._sheet, self.line, self._cells = sheet, line, cells
        self._headings, self._columns, self._errors = headings, columns, errors

    def read(self, names: _Names) -> NamedWish | None:
        before = len(self._errors)
        for meaning, index in self._columns.items():
            text, limit = self._cell(index), _MAX_CHARS.get(meaning, 100)
            if len(text) > limit:
                self.fail(meaning, Problem("too_long", limit=limit))
            elif not is_one_line(text):
                self.fail(meaning, Problem("bad_character"))
        role = self._role()
        level = self._level()
        company, name = self._text("company"), self._text("name")
        partner, partner_name = self._text("partner"), self._text("partner_name")
        category = self._text("category")
        if not company and not name:
            self.fail("company", Problem("missing_value"))
        if not (partner or partner_name) and not category:
            self.fail("partner", Problem("missing_value"))
        if len(self._errors) > before or role is None or level is None:
            return None
        who = self._find(names, role, company, name, "company")
        about = None
        if partner or partner_name:
            other: Role = "buyer" if role == "seller" else "seller"
            about = self._find(names, other, partner, partner_name, "partner")
        if len(self._errors) > before or who is None:
            return None
        return NamedWish(who, level, about, "" if about else category)

    def fail(self, meaning: str, problem: Problem) -> None:
        index = self._columns.get(meaning)
        heading = None if index is None else self._headings[index]
        self._errors.append(CellError.of(self.line, heading, problem, self._sheet))

    def _find(self, names: _Names, role: str, company: str, name: str, meaning: str) -> Identity | None:
        found = names.find(role, company, name)
        if isinstance(found, Problem):
            self.fail(meaning, found)
            return None
        return found

    def _role(self) -> Role | None:
        text = self._text("role")
        role = ROLE_OF.get(heading_word(text))
        if role in ("seller", "buyer"):
            return role
        self.fail("role", Problem("bad_role", value=text) if text else Problem("missing_value"))
        return None

    def _level(self) -> Level | None:
        text = self._text("wish")
        level = LEVEL_OF.get(re.sub(r"\s+", "", text.casefold())) if text else "want"
        if level is None:
            self.fail("wish", Problem("bad_wish", value=text))
        return level

    def _text(self, meaning: str) -> str:
        index = self._columns.get(meaning)
        return "" if index is None else self._cell(index)

    def _cell(self, index: int) -> str:
        return self._cells[index] if index < len(self._cells) else ""
