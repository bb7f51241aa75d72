"""A sheet of participants: who they are, how to reach them, when an interpreter can be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import TypeVar

from server.one_line import is_one_line
from server.schedule.cells import parse_date, parse_email, parse_language, parse_start, parse_zone
from server.schedule.columns import ROLE_OF, heading_word
from server.schedule.problems import Problem
from server.schedule.sheet import CellError
from server.store.records import Hours, ParticipantDetails, Profile, Role

_COLUMNS = {
    "role": ("role", "kind", "구분", "역할"),
    "company": ("company", "회사", "회사명", "기업", "기업명", "업체", "업체명"),
    "name": ("name", "이름", "성명", "담당", "담당자"),
    "speaks": ("speaks", "language", "언어", "사용언어"),
    "reads": ("reads", "subtitles", "읽는언어", "자막언어"),
    "email": ("email", "mail", "이메일", "메일", "메일주소"),
    "zone": ("timezone", "tz", "시간대"),
    "languages": ("languages", "통역언어", "가능언어"),
    "hours": ("hours", "availability", "가능시간", "근무시간"),
    "products": ("products", "제품", "품목", "취급품목"),
    "categories": ("categories", "category", "분류", "품목분류", "관심분야"),
    "website": ("website", "홈페이지", "웹사이트"),
    "event": ("event", "mission", "행사", "행사명", "사업명"),
}
_MEANING_OF = {word: meaning for meaning, words in _COLUMNS.items() for word in words}
NEEDED = {"role", "speaks"}
_MAX_CHARS = {"company": 120, "name": 80, "email": 254, "website": 300, "event": 200}
_MAX_TEXT = 2_000
_MAX_CATEGORY = 80
"""Of each, as on the event's page."""
T = TypeVar("T")


def participant_columns(headings: Sequence[str]) -> dict[str, int] | None:
    """Meaning → index; None unless this is the heading of such a sheet."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        meaning = _MEANING_OF.get(heading_word(heading))
        if meaning is not None:
            found.setdefault(meaning, index)
    return found if found.keys() >= NEEDED and found.keys() & {"company", "name"} else None


class ParticipantRow:
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
        self._sheet, self._line, self._cells = sheet, line, cells
        self._headings, self._columns, self._errors = headings, columns, errors

    def read(self, event: str, today: date, zone: tzinfo | None) -> ParticipantDetails | None:
        """`event` is that of the schedule where the line names none. None when the line has errors."""
        before = len(self._errors)
        self._check()
        role = self._parsed("role", _role, needed=True)
        speaks = self._parsed("speaks", parse_language, needed=True)
        reads = self._parsed("reads", parse_language)
        time_zone = self._parsed("zone", parse_zone)
        languages = self._parsed("languages", _languages)
        hours = self._parsed("hours", lambda text: parse_hours(text, today, zone))
        email = self._parsed("email", parse_email)
        categories = tuple(_parts(self._text("categories")))
        if any(len(each) > _MAX_CATEGORY for each in categories):
            self._fail("categories", Problem("too_long", limit=_MAX_CATEGORY))
        company, name = self._text("company"), self._text("name")
        event = self._text("event") or event
        if not company and not name:
            self._fail("company", Problem("missing_value"))
        if not event:
            self._fail(None, Problem("no_event"))
        if len(self._errors) > before or role is None or speaks is None:
            return None
        return ParticipantDetails(
            event=event,
            role=role,
            name=(name or company)[:80],
            company=company,
            speaks=speaks,
            reads=reads or speaks,
            email=email or "",
            time_zone=None if time_zone is None else time_zone.key,
            profile=Profile(
                languages=languages or (),
                hours=hours or (),
                products=self._text("products"),
                categories=categories,
                website=self._text("website"),
            ),
        )

    def _check(self) -> None:
        for meaning, index in self._columns.items():
            text = self._cell(index)
            limit = _MAX_CHARS.get(meaning, _MAX_TEXT)
            if len(text) > limit:
                self._fail(meaning, Problem("too_long", limit=limit))
            elif not is_one_line(text) and meaning not in ("products", "hours"):
                self._fail(meaning, Problem("bad_character"))

    def _parsed(self, meaning: str, parse: Callable[[str], T], *, needed: bool = False) -> T | None:
        text = self._text(meaning)
        if not text:
            if needed:
                self._fail(meaning, Problem("missing_value"))
            return None
        try:
            return parse(text)
        except Problem as problem:
            self._fail(meaning, problem)
            return None

    def _text(self, meaning: str) -> str:
        index = self._columns.get(meaning)
        return "" if index is None else self._cell(index)

    def _cell(self, index: int) -> str:
        return self._cells[index] if index < len(self._cells) else ""

    def _fail(self, meaning: str | None, problem: Problem) -> None:
        index = self._columns.get(meaning) if meaning is not None else None
        heading = None if index is None else self._headings[index]
        self._errors.append(CellError.of(self._line, heading, problem, self._sheet))


def parse_hours(text: str, today: date, zone: tzinfo | None) -> tuple[Hours, ...]:
    """`2026-11-23 09:00~18:00; 2026-11-24 13:00~18:00`. Raises Problem."""
    found = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        day_text, _, rest = part.strip().partition(" ")
        try:
            day = parse_date(day_text, today)
            start, end = parse_start(rest)
        except Problem:
            raise Problem("bad_hours", value=part.strip()) from None
        if end is None or end <= start:
            raise Problem("bad_hours", value=part.strip())
        found.append(Hours(_utc(day, start, zone), _utc(day, end, zone)))
    return tuple(found)


def _utc(day: date, at: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _role(text: str) -> Role:
    role = ROLE_OF.get(heading_word(text))
    if role is None:
        raise Problem("bad_role", value=text)
    return role


def _languages(text: str) -> tuple[str, ...]:
    return tuple(parse_language(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;/·]", text) if part.strip()]
