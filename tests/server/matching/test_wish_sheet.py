"""A sheet of wishes: what it says, and what is wrong with it, where."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from server.matching.wish_sheet import COLUMNS, LEVEL_OF, WishSheet, read_wishes, wish_columns
from server.schedule.columns import heading_word
from server.schedule.template import template_workbook
from server.store.identity import identity
from server.store.matchings import NamedWish
from server.store.records import Participant, Role

DOCS = (Path(__file__).parents[3] / "docs" / "matching.md").read_text("utf-8")


def _one(role: Role, company: str, name: str) -> Participant:
    return Participant(company + name, "e", role, name, company, "ko", "ko")


PEOPLE = [
    _one("seller", "울산 코팅", "김"),
    _one("buyer", "长春化工", "李"),
    _one("buyer", "Big", "Ann"),
    _one("buyer", "Big", "Bob"),
]
SELLER, BUYER = identity("seller", "울산 코팅", "김"), identity("buyer", "长春化工", "李")


def _read(text: str) -> WishSheet:
    return read_wishes(text.encode(), "e", PEOPLE, today=date(2026, 11, 1))


def test_wishes_name_companies_or_categories() -> None:
    sheet = _read(
        "구분,회사,상대,분류,희망\n"
        "판매자,울산코팅,长春化工,,필수\n"
        "바이어,长春化工,,화장품,\n"
        "buyer,长春化工,울산 코팅,,제외\n"
    )
    assert sheet.errors == ()
    assert sheet.wishes == (
        NamedWish(SELLER, "must", BUYER),
        NamedWish(BUYER, "want", None, "화장품"),
        NamedWish(BUYER, "no", SELLER),
    )


def test_errors_name_line_and_column() -> None:
    sheet = _read(
        "role,company,partner,category,wish\n"
        "seller,울산 코팅,Nobody,,must\n"
        "seller,울산 코팅,Big,,must\n"
        "interpreter,박,Big,,must\n"
        "seller,울산 코팅,长春化工,,perhaps\n"
        "seller,,长春化工,,must\n"
        "seller,울산 코팅,,,must\n"
        ",울산 코팅,长春化工,,no\n"
        "seller,울산 코팅,长春化工,,no\n"
        "seller,울산 코팅,长春化工,,must\n"
    )
    assert [(error.line, error.column, error.code) for error in sheet.errors] == [
        (2, "partner", "unknown_buyer"),
        (3, "partner", "several_participants"),
        (4, "role", "bad_role"),
        (5, "wish", "bad_wish"),
        (6, "company", "missing_value"),
        (7, "partner", "missing_value"),
        (8, "role", "missing_value"),
        (10, "wish", "wish_differs"),
    ]


def test_a_workbook_brings_participants_whom_its_wishes_name() -> None:
    workbook = Workbook()
    people = workbook.active
    people.title = "참가자"
    for row in (["구분", "회사", "이름", "언어"], ["판매자", "새 회사", "최", "한국어"]):
        people.append(row)
    wishes = workbook.create_sheet("희망")
    for row in (["구분", "회사", "상대", "상대 담당자"], ["바이어", "长春化工", "새 회사", "최"]):
        wishes.append(row)
    workbook.create_sheet("메모").append(["점심"])
    written = io.BytesIO()
    workbook.save(written)
    sheet = read_wishes(written.getvalue(), "e", PEOPLE, today=date(2026, 11, 1))
    assert sheet.errors == ()
    assert [detail.company for detail in sheet.participants] == ["새 회사"]
    assert sheet.wishes == (NamedWish(BUYER, "want", identity("seller", "새 회사", "최")),)
    assert sheet.ignored == ("메모",)


def test_the_template_has_a_sheet_for_wishes() -> None:
    for lang in ("ko", "en"):
        sheet = read_wishes(template_workbook(lang), "e", PEOPLE, today=date(2026, 11, 1))  # type: ignore[arg-type]
        assert [error.code for error in sheet.errors] == ["empty_sheet"]


def test_a_sheet_of_something_else_is_refused() -> None:
    (error,) = _read("date,start\n2026-11-23,09:00\n").errors
    assert (error.line, error.code) == (1, "missing_column")


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_whatever_comes_there_is_a_sheet_or_an_error(text: str) -> None:
    data = text.encode("utf-8", "replace")
    if data.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
        return
    sheet = read_wishes(data, "e", PEOPLE, today=date(2026, 11, 1))
    assert sheet.errors or sheet.wishes or sheet.participants


def test_the_documented_headings_and_levels_are_understood() -> None:
    part = DOCS.partition("## Wishes in a sheet")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+)\|([^|]+)\|", part, re.MULTILINE)
    headings = [heading for row in rows for heading in re.findall(r"`([^`]+)`", " ".join(row))]
    known = {word for words in COLUMNS.values() for word in words}
    assert len(headings) > 14
    assert {heading_word(heading) for heading in headings} <= known
    assert all(f"`{word}`" in DOCS for word in ("필수", "희망", "제외"))
    assert {LEVEL_OF[word] for word in ("필수", "희망", "제외")} == {"must", "want", "no"}
    assert wish_columns(["구분", "회사", "이름", "언어", "분류"]) is None
