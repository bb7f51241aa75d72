"""XLSX: what a spreadsheet shows is what is read."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from server.schedule import Sheet, read_sheet
from server.schedule.template import template_workbook
from server.store.records import Hours

TODAY = date(2026, 11, 22)
SEOUL = timezone(timedelta(hours=9))
HEADINGS = [
    "날짜",
    "시작",
    "종료",
    "행사",
    "부스",
    "판매자 회사",
    "판매자 언어",
    "바이어 회사",
    "바이어 언어",
    "바이어 이메일",
    "바이어 시간대",
    "통역",
]
LINE = [
    datetime(2026, 11, 23),
    time(9, 0),
    time(9, 30),
    "울산",
    "A1",
    "울산 코팅",
    "한국어",
    "长春化工",
    "중국어",
    "li@example.com",
    "Asia/Shanghai",
    "박통역",
]


def written(
    *sheets: tuple[str, list[list[Any]]], merged: dict[str, str] | None = None, hidden: str = ""
) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merged and name in merged:
            sheet.merge_cells(merged[name])
        if name == hidden:
            sheet.sheet_state = "hidden"
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def read(data: bytes) -> Sheet:
    return read_sheet(data, today=TODAY, zone=SEOUL)


def codes(sheet: Sheet) -> list[tuple[str, int, str | None, str]]:
    return [(error.sheet, error.line, error.column, error.code) for error in sheet.errors]


def test_dates_and_times_of_excel() -> None:
    sheet = read(written(("일정", [HEADINGS, LINE])))
    assert sheet.errors == ()
    (row,) = sheet.rooms
    assert (row.sheet, row.line) == ("일정", 2)
    assert row.room.starts_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert (row.room.duration_min, row.room.booth, row.room.event) == (30, "A1", "울산")
    (detail,) = sheet.participants
    assert (detail.role, detail.company, detail.email, detail.time_zone) == (
        "buyer",
        "长春化工",
        "li@example.com",
        "Asia/Shanghai",
    )


@pytest.mark.parametrize(
    "day", [datetime(2026, 11, 23), date(2026, 11, 23), "2026.11.23", "2026년 11월 23일"]
)
@pytest.mark.parametrize("start", [time(14, 30), "14:30", "오후 2:30", timedelta(hours=14, minutes=30)])
def test_however_the_cell_is_typed(day: Any, start: Any) -> None:
    sheet = read(written(("일정", [HEADINGS, [day, start, None, *LINE[3:]]])))
    assert sheet.errors == ()
    assert sheet.rooms[0].room.starts_at == datetime(2026, 11, 23, 5, 30, tzinfo=UTC)


def test_a_date_merged_over_several_lines_holds_in_each() -> None:
    rows = [HEADINGS, LINE, [None, time(10, 0), None, *LINE[3:]], [None, time(11, 0), None, *LINE[3:]]]
    sheet = read(written(("일정", rows), merged={"일정": "A2:A4"}))
    assert sheet.errors == ()
    assert [room.room.starts_at.hour for room in sheet.rooms if room.room.starts_at] == [0, 1, 2]


def test_a_title_above_the_heading_and_sheets_of_something_else() -> None:
    rows = [["2026 울산–창춘 온라인 상담회"], [], ["출력일 2026-11-20"], HEADINGS, LINE]
    sheet = read(
        written(
            ("메모", [["회의실 예약"], ["점심 12시"]]),
            ("일정", rows),
            ("숨김", [HEADINGS, ["x"]]),
            hidden="숨김",
        )
    )
    assert sheet.errors == ()
    assert sheet.rooms[0].line == 5
    assert sheet.ignored == ("메모",)


def test_days_on_sheets_of_their_own() -> None:
    second = [[datetime(2026, 11, 24), *LINE[1:]]]
    sheet = read(written(("1일차", [HEADINGS, LINE]), ("2일차", [HEADINGS, *second])))
    assert [(room.sheet, room.line) for room in sheet.rooms] == [("1일차", 2), ("2일차", 2)]
    assert sheet.dates == {date(2026, 11, 23), date(2026, 11, 24)}


def test_errors_name_their_sheet() -> None:
    bad = [["어제", time(9), None, *LINE[3:]], [LINE[0], "아침", None, *LINE[3:]]]
    sheet = read(written(("1일차", [HEADINGS, LINE]), ("2일차", [HEADINGS, *bad, LINE])))
    assert codes(sheet) == [
        ("2일차", 2, "날짜", "bad_date"),
        ("2일차", 3, "시작", "bad_time"),
        ("2일차", 4, None, "duplicate_row"),
    ]


def test_participants_on_their_own_sheet() -> None:
    people = [
        ["구분", "회사", "이름", "언어", "이메일", "시간대", "통역 언어", "가능 시간", "분류"],
        [
            "통역",
            "",
            "박통역",
            "한국어",
            "park@example.com",
            "",
            "한국어, 중국어",
            "2026-11-23 09:00~18:00; 2026-11-24 13:00~18:00",
            "",
        ],
        ["바이어", "Hanoi Co", "Nguyen", "베트남어", "", "Asia/Ho_Chi_Minh", "", "", "화장품, 도료"],
    ]
    sheet = read(written(("참가자", people), ("일정", [HEADINGS, LINE])))
    assert sheet.errors == ()
    interpreter, buyer = sheet.participants[1:]
    assert interpreter.event == buyer.event == "울산"
    assert interpreter.profile is not None
    assert interpreter.profile.languages == ("ko", "zh-Hans")
    assert interpreter.profile.hours[0] == Hours(
        datetime(2026, 11, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    )
    assert buyer.profile is not None
    assert buyer.profile.categories == ("화장품", "도료")


def test_what_is_wrong_with_participants() -> None:
    people = [
        ["role", "company", "name", "language", "email", "timezone", "hours"],
        ["boss", "A", "", "ko", "", "", ""],
        ["buyer", "", "", "ko", "", "", ""],
        ["buyer", "A", "", "", "nobody", "Mars", "tomorrow"],
    ]
    sheet = read(written(("people", people), ("일정", [HEADINGS, LINE])))
    assert codes(sheet) == [
        ("people", 2, "role", "bad_role"),
        ("people", 3, "company", "missing_value"),
        ("people", 4, "language", "missing_value"),
        ("people", 4, "timezone", "bad_timezone"),
        ("people", 4, "hours", "bad_hours"),
        ("people", 4, "email", "bad_email"),
    ]
    two = [[LINE[0], time(15), time(16), "수원", *LINE[4:]]]
    sheet = read(written(("people", [people[0], ["buyer", "A", "", "en"]]), ("일정", [HEADINGS, LINE, *two])))
    assert codes(sheet) == [("people", 2, None, "no_event")]


def test_a_category_is_as_long_as_the_events_page_takes_it() -> None:
    headings = ["role", "company", "name", "language", "categories"]
    people = [["buyer", "A", "", "en", f"paint; {'x' * 80}"], ["buyer", "B", "", "en", f"paint; {'x' * 81}"]]
    sheet = read(written(("people", [headings, *people]), ("일정", [HEADINGS, LINE])))
    assert codes(sheet) == [("people", 3, "categories", "too_long")]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_template_is_read_as_it_is_and_filled_in(lang: Any) -> None:
    sheet = read(template_workbook(lang))
    assert sheet.ignored == ()
    assert [error.code for error in sheet.errors] == ["empty_sheet"]
    workbook = load_workbook(io.BytesIO(template_workbook(lang)))
    schedule, people, *_ = workbook.worksheets
    line = [
        "1",
        date(2026, 11, 23),
        time(9),
        time(9, 30),
        "울산",
        "A1",
        "울산 코팅",
        "김",
        "ko",
        "长春化工",
        "李",
        "zh",
        "Asia/Shanghai",
        "박",
        "ko",
        "zh",
    ]
    for at, value in enumerate(line, 1):
        schedule.cell(2, at, value)
    for at, value in enumerate(
        ["interpreter" if lang == "en" else "통역", "", "박", "ko", "park@example.com"], 1
    ):
        people.cell(2, at, value)
    data = io.BytesIO()
    workbook.save(data)
    sheet = read(data.getvalue())
    assert sheet.errors == ()
    assert [person.role for person in sheet.rooms[0].room.people] == ["seller", "buyer", "interpreter"]
    assert {detail.email for detail in sheet.participants} == {"", "park@example.com"}


def test_files_that_only_look_like_workbooks() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (101 << 20))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    good = written(("일정", [HEADINGS, LINE]))
    assert [error.code for error in read(bomb.getvalue()).errors] == ["too_large_workbook"]
    for data in (b"PK\x03\x04rest", other.getvalue(), good[: len(good) // 2]):
        assert [error.code for error in read(data).errors] == ["bad_workbook"]


def test_too_many_lines() -> None:
    sheet = read(written(("일정", [HEADINGS, *([["x"]] * 5_001)])))
    assert "too_many_rows" in {error.code for error in sheet.errors}


def test_one_cell_far_away_costs_nothing_and_endless_merges_are_refused() -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in (HEADINGS, LINE):
        sheet.append(row)
    sheet["XFD1048576"].font = Font(bold=True)
    data = io.BytesIO()
    workbook.save(data)
    assert len(read(data.getvalue()).rooms) == 1
    with zipfile.ZipFile(io.BytesIO(data.getvalue())) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    name = "xl/worksheets/sheet1.xml"
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    parts[name] = parts[name].replace(b"</sheetData>", merge)
    bad = io.BytesIO()
    with zipfile.ZipFile(bad, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    assert [error.code for error in read(bad.getvalue()).errors] == ["too_large_workbook"]
