"""Clashes, nights and breaks; rows that moved; a sheet with twenty mistakes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from openpyxl import Workbook

from server.schedule import Sheet, apply, plan, read_sheet, sample_day
from server.schedule.sheet import ScheduleInvalid
from server.store import Store
from server.store.records import Hours, Participant, Person, Profile, Room

TODAY = date(2026, 11, 22)
SEOUL = timezone(timedelta(hours=9))
HEADING = "날짜,시작,종료,행사,부스,판매자 회사,판매자 언어,바이어 회사,바이어 언어,바이어 시간대,통역,통역2"


def line(
    start: str, end: str, seller: str = "울산", buyer: str = "창춘", interpreter: str = "", **more: str
) -> str:
    cells = [
        "2026-11-23",
        start,
        end,
        "상담회",
        more.get("booth", ""),
        seller,
        "ko",
        buyer,
        more.get("lang", "zh"),
    ]
    return ",".join([*cells, more.get("zone", ""), interpreter, more.get("second", "")])


def read(*lines: str) -> Sheet:
    return read_sheet("\n".join((HEADING, *lines)).encode(), today=TODAY, zone=SEOUL)


def errors(*lines: str) -> list[tuple[int, str | None, str]]:
    with pytest.raises(ScheduleInvalid) as invalid:
        plan(read(*lines), [], SEOUL)
    return [(error.line, error.column, error.code) for error in invalid.value.errors]


def warnings(*lines: str) -> list[tuple[int, str | None, str]]:
    return [(w.line, w.column, w.code) for w in plan(read(*lines), [], SEOUL).warnings]


@pytest.mark.parametrize(
    ("one", "other", "column"),
    [
        ({"seller": "울산 코팅"}, {"seller": "울산코팅"}, "판매자 회사"),
        ({"buyer": "Changchun Co"}, {"buyer": "CHANGCHUN CO"}, "바이어 회사"),
        ({"interpreter": "박통역"}, {"interpreter": "박 통역"}, "통역"),
        ({"interpreter": "박통역"}, {"interpreter": "이통역", "second": "박통역"}, "통역2"),
        ({"booth": "A1"}, {"booth": "a1"}, "부스"),
    ],
)
def test_nobody_and_no_booth_is_in_two_places(
    one: dict[str, str], other: dict[str, str], column: str
) -> None:
    first = {"seller": "s1", "buyer": "b1"} | one
    second = {"seller": "s2", "buyer": "b2"} | other
    assert errors(line("09:00", "09:30", **first), line("09:20", "09:50", **second)) == [(3, column, "clash")]
    assert plan(read(line("09:00", "09:30", **first), line("09:30", "10:00", **second)), [], SEOUL).created


def test_a_clash_with_a_room_that_is_there_already() -> None:
    there = Room(
        "r1", "이미 있는 상담", "scheduled", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), 30, None, None,
        (Person("p1", "seller", "울산", "울산", "ko", "ko"), Person("p2", "buyer", "하노이", "", "vi", "vi")),
        event="상담회",
    )  # fmt: skip
    sheet = read(line("09:10", "09:40"))
    with pytest.raises(ScheduleInvalid, match="이미 있는 상담"):
        plan(sheet, [there], SEOUL)
    for other in (
        replace(there, event="다른 행사"),
        replace(there, state="closed"),
        replace(there, starts_at=None),
    ):
        assert plan(sheet, [other], SEOUL).created


def test_a_buyers_night() -> None:
    morning = line("06:30", "07:00")
    assert warnings(morning) == [(2, "바이어 회사", "outside_the_day")]
    assert warnings(line("21:30", "22:00", zone="Asia/Ho_Chi_Minh", lang="vi")) == []
    assert warnings(line("13:00", "13:30", zone="America/New_York", lang="en")) == [
        (2, "바이어 회사", "outside_the_day")
    ]
    assert warnings(line("09:00", "09:30", lang="en")) == []


def test_an_interpreter_who_is_alone_gets_a_break() -> None:
    lines = [
        line(
            f"{hour:02}:{minute:02}",
            f"{hour:02}:{minute + 20:02}",
            f"s{hour}{minute}",
            f"b{hour}{minute}",
            "박",
        )
        for hour, minute in ((9, 0), (9, 20), (9, 39 + 6))
    ]
    assert warnings(*lines[:1]) == []
    assert warnings(*lines[:2]) == [(3, "통역", "no_break")]
    assert warnings(lines[0], lines[2].replace("09:65", "10:05")) == []
    pair = line("09:00", "10:00", interpreter="박", second="이")
    assert warnings(pair) == []
    assert warnings(line("09:00", "10:00", interpreter="박")) == [(2, "통역", "no_break")]


PEOPLE = "구분,이름,언어,통역 언어,가능 시간"


def workbook_warnings(*people: str) -> list[tuple[str, int, str | None, str]]:
    """Of one consultation of a Korean and a Chinese company at 9:00, interpreted by 박."""
    book = Workbook()
    schedule, list_of_people = book.active, book.create_sheet("참가자")
    assert schedule is not None
    schedule.title = "일정"
    for row in (HEADING, line("09:00", "09:30", interpreter="박 통역")):
        schedule.append(row.split(","))
    for row in (PEOPLE, *people):
        list_of_people.append(row.split(","))
    written = io.BytesIO()
    book.save(written)
    sheet = read_sheet(written.getvalue(), today=TODAY, zone=SEOUL)
    return [(w.sheet, w.line, w.column, w.code) for w in plan(sheet, [], SEOUL).warnings]


@pytest.mark.parametrize(
    ("languages", "hours", "codes"),
    [
        ("한국어;중국어", "2026-11-23 09:00~18:00", []),
        ("", "", []),
        ("중국어", "", []),
        ("한국어;베트남어", "", ["other_languages"]),
        ("영어;베트남어", "", ["other_languages"]),
        ("", "2026-11-23 09:10~18:00", ["outside_hours"]),
        ("", "2026-11-22 09:00~18:00; 2026-11-23 08:00~09:30", []),
        ("한국어;베트남어", "2026-11-24 09:00~18:00", ["outside_hours", "other_languages"]),
    ],
)
def test_an_interpreter_outside_of_hours_or_languages(languages: str, hours: str, codes: list[str]) -> None:
    found = workbook_warnings(f"통역,박통역,한국어,{languages},{hours}")
    assert found == [("일정", 2, "통역", code) for code in codes]


def test_a_name_that_the_list_of_participants_writes_differently() -> None:
    found = workbook_warnings("통역,박통녁,한국어,,", "통역,이통역,한국어,,")
    assert found == [("일정", 2, "통역", "not_listed")]
    assert workbook_warnings("바이어,다른 회사,중국어,,") == [("일정", 2, "바이어 회사", "not_listed")]


def test_hours_of_a_company_and_those_of_another_event() -> None:
    sheet = read(line("09:00", "09:30"))
    (buyer,) = [each for each in sheet.rooms[0].room.people if each.role == "buyer"]
    later = Hours(datetime(2026, 11, 23, 5, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    known = Participant(
        "1",
        "상담회",
        "buyer",
        buyer.name,
        buyer.company,
        "zh-Hans",
        "zh-Hans",
        profile=Profile(hours=(later,)),
    )
    (warning,) = plan(sheet, [], SEOUL, people=[known]).warnings
    assert (warning.line, warning.column, warning.code) == (2, "바이어 회사", "outside_hours")
    assert plan(sheet, [], SEOUL, people=[replace(known, event="다른 행사")]).warnings == ()


async def imported(store: Store, sheet: Sheet, *, remove: bool = False) -> tuple[int, int, int]:
    planned = plan(sheet, await store.rooms.all(), SEOUL, remove_missing=remove)
    applied = await apply(store, planned, remove_missing=remove, participants=sheet.participants)
    return len(applied.created), len(applied.changed), len(applied.removed)


async def test_63_consultations_imported_moved_and_imported_again(store: Store) -> None:
    def sheet(shift: int) -> Sheet:
        rows = []
        for number in range(63):
            day, slot = divmod(number, 12)
            hour, half = 9 + (slot + shift * (number % 3 == 0)) // 2, (slot + shift * (number % 3 == 0)) % 2
            start, end = f"{hour:02}:{half * 30:02}", f"{hour:02}:{half * 30 + 25:02}"
            rows.append(
                line(start, end, f"회사 {number % 15}", f"buyer {number}").replace("11-23", f"11-{23 + day}")
            )
        return read(*rows)

    assert await imported(store, sheet(0)) == (63, 0, 0)
    ids = {room.id for room in await store.rooms.all()}
    assert await imported(store, sheet(0)) == (0, 0, 0)
    assert await imported(store, sheet(14)) == (0, 21, 0)
    assert await imported(store, sheet(14)) == (0, 0, 0)
    rooms = await store.rooms.all()
    assert {room.id for room in rooms} == ids
    assert len(await store.participants.of_event("상담회")) == 15 + 63


async def test_details_of_people_are_kept_with_the_event(store: Store) -> None:
    await imported(store, read(line("09:00", "09:30", zone="Asia/Shanghai", booth="B2")))
    buyer = next(one for one in await store.participants.of_event("상담회") if one.role == "buyer")
    assert buyer.time_zone == "Asia/Shanghai"
    assert [booth.name for booth in await store.events.booths("상담회")] == ["B2"]
    await imported(store, read(line("09:00", "09:30", zone="")))
    assert (await store.participants.get(buyer.id)).time_zone == "Asia/Shanghai"


PLANTED = [
    ("내일", "날짜", "bad_date", 0),
    ("2026-13-01", "날짜", "bad_date", 0),
    ("", "날짜", "missing_value", 0),
    ("25:00", "시작", "bad_time", 1),
    ("", "시작", "missing_value", 1),
    ("08:30", "종료", "end_before_start", 2),
    ("언젠가", "종료", "bad_time", 2),
    ("x" * 81, "부스", "too_long", 4),
    ("x" * 201, "행사", "too_long", 3),
    ("x" * 121, "판매자 회사", "too_long", 5),
    ("", "판매자 언어", "missing_value", 6),
    ("한국말", "판매자 언어", "bad_language", 6),
    ("", "바이어 언어", "missing_value", 8),
    ("중국어로", "바이어 언어", "bad_language", 8),
    ("Asia/Changchun", "바이어 시간대", "bad_timezone", 9),
    ("북경", "바이어 시간대", "bad_timezone", 9),
]


def test_a_sheet_with_twenty_mistakes_gets_exactly_those_messages() -> None:
    lines: list[str] = []
    expected: list[tuple[int, str | None, str]] = []
    for number, (value, column, code, at) in enumerate(PLANTED):
        cells = line("09:00", "09:30", f"s{number}", f"b{number}").split(",")
        cells[at] = value
        lines.append(",".join(cells))
        expected.append((number + 2, column, code))
    lines.append(line("10:00", "10:30", "good", "good"))
    lines.append(line("10:00", "10:30", "good", "good"))
    expected.append((19, None, "duplicate_row"))
    lines.append("2026-11-23,11:00,11:30,상담회,,,,,,,,")
    expected.append((20, None, "no_people"))
    lines.append(line("11:00", "11:30", "a\x07b", "c"))
    expected.append((21, "판매자 회사", "bad_character"))
    lines.append(line("12:00", "12:30", "d", "e") + ",zu viel")
    expected.append((22, None, "unnamed_column"))
    sheet = read(*lines)
    assert [(error.line, error.column, error.code) for error in sheet.errors] == expected
    assert len(sheet.errors) == 20
    assert all(error.message for error in sheet.errors)


def test_the_sample_day_has_no_clash() -> None:
    sheet = read_sheet(sample_day(), today=TODAY, zone=SEOUL)
    assert plan(sheet, [], SEOUL).created
