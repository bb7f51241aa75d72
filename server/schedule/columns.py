"""Headings of a sheet in Korean and English → what their column means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from server.schedule.problems import Problem
from server.schedule.sheet import CellError
from server.store.records import Role

Field = Literal["company", "name", "speaks", "reads", "email", "zone"]

_ROOM_COLUMNS = {
    "date": ("date", "day", "날짜", "일자", "상담일", "상담일자"),
    "start": ("start", "starttime", "startsat", "time", "시작", "시작시간", "시작시각", "시간", "시각"),
    "end": ("end", "endtime", "endsat", "종료", "종료시간", "종료시각", "끝"),
    "duration": ("duration", "durationmin", "minutes", "길이", "길이분", "소요시간", "분", "상담시간분"),
    "title": ("title", "제목", "상담명", "상담제목"),
    "event": ("event", "mission", "행사", "행사명", "사업명"),
    "key": ("key", "id", "no", "번호", "상담번호", "고유번호"),
    "timezone": ("timezone", "tz", "시간대"),
    "booth": ("booth", "table", "부스", "부스번호", "상담부스", "상담테이블", "테이블", "좌석"),
    "glossary": ("glossary", "terms", "용어", "용어집"),
    "demo": ("demo", "데모"),
}
_ROLES: dict[Role, tuple[str, ...]] = {
    "seller": ("seller", "판매자", "셀러", "수출기업", "국내기업", "참가기업"),
    "buyer": ("buyer", "바이어", "구매자", "해외기업", "해외바이어"),
    "interpreter": ("interpreter", "통역", "통역사", "통역원"),
    "observer": ("observer", "참관", "참관인"),
    "venue": ("venue", "상담장", "행사장", "회의장"),
    "organiser": ("organiser", "organizer", "주최", "주최자", "담당기관"),
}
_FIELDS: dict[Field, tuple[str, ...]] = {
    "company": ("company", "회사", "회사명", "기업", "기업명", "업체", "업체명"),
    "name": ("name", "이름", "성명", "담당", "담당자"),
    "speaks": ("speaks", "language", "언어", "사용언어", "말하는언어"),
    "reads": ("reads", "subtitles", "읽는언어", "자막언어"),
    "email": ("email", "mail", "이메일", "메일", "메일주소"),
    "zone": ("timezone", "tz", "시간대"),
}
_REQUIRED = {"date": "날짜 (date)", "start": "시작 (start)"}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One person's place in every row: the first seller, the second buyer …"""

    role: Role
    number: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Indices of cells. `people` in the order of the sheet's columns; `headings` as written."""

    headings: tuple[str, ...]
    room: dict[str, int]
    people: dict[Place, dict[Field, int]]


def _alternatives(names: dict[str, tuple[str, ...]]) -> tuple[str, dict[str, str]]:
    meanings = {word: meaning for meaning, words in names.items() for word in words}
    return "|".join(sorted(map(re.escape, meanings), key=len, reverse=True)), meanings


_ROLE_WORDS, _role_of = _alternatives(cast("dict[str, tuple[str, ...]]", _ROLES))
ROLE_OF = cast("dict[str, Role]", _role_of)
"""Word of a role, as `heading_word` writes it → role."""
_FIELD_WORDS, _FIELD_OF = _alternatives(cast("dict[str, tuple[str, ...]]", _FIELDS))
_ROOM_OF = {word: meaning for meaning, words in _ROOM_COLUMNS.items() for word in words}
_PERSON = re.compile(rf"({_ROLE_WORDS})([1-9]?)({_FIELD_WORDS})?([1-9]?)")
_SEPARATORS = re.compile(r"[\s_\-.()/:·]+")


def heading_word(heading: str) -> str:
    """Without capitals and separators."""
    return _SEPARATORS.sub("", heading.casefold())


def known_headings(headings: Sequence[str]) -> set[str]:
    """Meanings of the columns of a schedule that are in this line."""
    words = [heading_word(heading) for heading in headings if heading]
    found = {_ROOM_OF[word] for word in words if word in _ROOM_OF}
    return found | {"person" for word in words if word not in _ROOM_OF and _person_column(word)}


def read_columns(line: int, headings: Sequence[str], sheet: str = "") -> tuple[Columns, list[CellError]]:
    """What each column of the heading in `line` means."""
    columns = Columns(tuple(headings), {}, {})
    errors: list[CellError] = []
    for index, heading in enumerate(headings):
        if not heading:
            continue
        word = heading_word(heading)
        person = _person_column(word)
        if word in _ROOM_OF:
            taken = columns.room.setdefault(_ROOM_OF[word], index) != index
        elif person is not None:
            place, field = person
            taken = columns.people.setdefault(place, {}).setdefault(field, index) != index
        else:
            errors.append(CellError.of(line, heading, Problem("unknown_column", column=heading), sheet))
            continue
        if taken:
            errors.append(CellError.of(line, heading, Problem("duplicate_column", column=heading), sheet))
    errors += [
        CellError.of(line, None, Problem("missing_column", column=column), sheet)
        for name, column in _REQUIRED.items()
        if name not in columns.room
    ]
    if not columns.people:
        errors.append(CellError.of(line, None, Problem("no_people_column"), sheet))
    return columns, errors


def _person_column(word: str) -> tuple[Place, Field] | None:
    found = _PERSON.fullmatch(word)
    if found is None:
        return None
    role_word, before, field_word, after = found.groups()
    if before and after:
        return None
    role = ROLE_OF[role_word]
    if field_word is None:
        field: Field = "company" if role in ("seller", "buyer") else "name"
    else:
        field = cast("Field", _FIELD_OF[field_word])
    return Place(role, int(before or after or 1)), field
