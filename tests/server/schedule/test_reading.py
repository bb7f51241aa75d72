import csv
import io
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import UnsupportedType
from server.schedule import Sheet, read_sheet, sample_day
from server.schedule.sheet import MAX_ERRORS, MAX_ROWS
from server.store.records import NewPerson

TODAY = date(2026, 11, 22)
SEOUL = timezone(timedelta(hours=9))
HEADING = "날짜,시작,종료,제목,판매자 회사,판매자 담당자,판매자 언어,바이어 회사,바이어 언어,통역"
ROW = "2026-11-22,09:00,09:30,코팅제,울산 제조사,수출 담당,ko,长春采购商,중국어,한중 통역"


def read(text: str, encoding: str = "utf-8") -> Sheet:
    return read_sheet(text.encode(encoding), today=TODAY, zone=SEOUL)


def codes(sheet: Sheet) -> list[tuple[int, str | None, str]]:
    return [(error.line, error.column, error.code) for error in sheet.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_row_in_every_way_a_spreadsheet_saves_it(encoding: str, delimiter: str, ending: str) -> None:
    sheet = read(ending.join((HEADING, ROW, "")).replace(",", delimiter), encoding)
    assert sheet.errors == ()
    assert sheet.dates == {TODAY}
    (row,) = sheet.rooms
    assert row.line == 2
    assert row.room.title == "코팅제"
    assert row.room.starts_at == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert row.room.duration_min == 30
    assert row.room.schedule_key == "2026-11-22 09:00 코팅제"
    assert row.room.people == (
        NewPerson("seller", "수출 담당", "울산 제조사", "ko", "ko"),
        NewPerson("buyer", "长春采购商", "长春采购商", "zh-Hans", "zh-Hans"),
        NewPerson("interpreter", "한중 통역", "", "ko", "zh-Hans"),
    )


def test_cp949_as_korean_excel_writes_it() -> None:
    row = ROW.replace("长春采购商", "창춘 구매사")
    assert read(f"{HEADING}\n{row}\n", "cp949") == read(f"{HEADING}\n{row}\n")


def test_decomposed_hangul_of_other_systems_is_the_same() -> None:

    text = f"{HEADING}\n{ROW}\n"
    assert read(unicodedata.normalize("NFD", text)) == read(text)


def test_a_title_is_made_of_the_companies() -> None:
    sheet = read(f"{HEADING}\n{ROW.replace(',코팅제,', ',,')}")
    assert sheet.rooms[0].room.title == "울산 제조사 ↔ 长春采购商"


def test_a_column_with_the_time_zone_wins() -> None:
    sheet = read(f"{HEADING},시간대\n{ROW},America/Los_Angeles")
    assert sheet.rooms[0].room.starts_at == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def test_a_sheet_with_planted_errors_gets_exactly_its_messages() -> None:
    sheet = read(
        "\n".join(
            (
                "번호,날짜,시작,종료,길이,제목,시간대,용어집,판매자 회사,판매자 언어,바이어 회사,바이어 언어",
                "1,2026-11-22,09:00,09:30,,좋은 줄,,,울산,ko,창춘,zh",
                "2,2026-11-31,09:00,09:30,,,,,울산,ko,창춘,zh",
                "3,2026-11-22,25:00,09:30,,,,,울산,ko,창춘,zh",
                "",
                "4,2026-11-22,09:00,08:30,,,,,울산,ko,창춘,zh",
                "5,2026-11-22,09:00,,abc,,,,울산,ko,창춘,zh",
                "6,2026-11-22,09:00,09:30,45,,,,울산,ko,창춘,zh",
                "7,2026-11-22,09:00,09:30,,,,,울산,klingonish,창춘,",
                "8,,09:00,09:30,,,Mars/North,코팅제=x,울산,ko,창춘,zh",
                "9,2026-11-22,09:00,09:30,,,,,,,,",
                "1,2026-11-22,10:00,10:30,,다른 줄,,,울산,ko,창춘,zh",
                "10,2026-11-22,09:00,09:30,,,,,울산,ko,창춘,zh,남는 칸",
                f"11,2026-11-22,09:00,09:30,,{'가' * 201},,,울산,ko,창춘,zh",
                '12,2026-11-22,09:00,09:30,,"두\n줄",,,울산,ko,창춘,zh',
                "13,2026-11-22,09:00,09:30,,,,,,ko,창춘,zh",
            )
        )
    )
    assert codes(sheet) == [
        (3, "날짜", "bad_date"),
        (4, "시작", "bad_time"),
        (6, "종료", "end_before_start"),
        (7, "길이", "bad_duration"),
        (8, "길이", "duration_differs"),
        (9, "판매자 언어", "bad_language"),
        (9, "바이어 언어", "missing_value"),
        (10, "날짜", "missing_value"),
        (10, "시간대", "bad_timezone"),
        (10, "용어집", "bad_glossary"),
        (11, None, "no_people"),
        (12, None, "duplicate_row"),
        (13, None, "unnamed_column"),
        (14, "제목", "too_long"),
        (15, "제목", "bad_character"),
        (17, "판매자 회사", "missing_value"),
    ]
    assert sheet.errors[0].message == "“2026-11-31” is not a date; write 2026-11-22"
    assert sheet.errors[11].message == "this is the same as in line 2"
    assert sheet.errors[11].params == {"line": 2}


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", 1, "empty_sheet"),
        (HEADING.encode(), 1, "empty_sheet"),
        (b"date,start,seller\n\xff\xfe\xff,\x80", 1, "bad_encoding"),
        (b'date,start,seller\n\n"a"b,c,d\n', 3, "bad_csv"),
        (b'date,start,seller\n"never closed', 2, "bad_csv"),
        (b"colour,shape\n", 1, "unknown_column"),
    ],
)
def test_files_that_are_no_sheet(data: bytes, line: int, code: str) -> None:
    assert codes(read_sheet(data, today=TODAY))[0][::2] == (line, code)


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0rest"])
def test_workbooks_are_asked_for_as_csv(data: bytes) -> None:
    with pytest.raises(UnsupportedType, match="CSV"):
        read_sheet(data, today=TODAY)


@pytest.mark.parametrize("column", ["date", "start", "end", "duration", "seller language", "timezone"])
def test_a_value_that_is_too_long_is_never_looked_at_closely(column: str) -> None:
    """The patterns would take minutes for it."""
    cells = {"date": "today", "start": "09:00", "end": "", "duration": "", "seller language": "ko"}
    cells |= {"seller": "울산 제조사", "timezone": "", column: "1" + " " * 100_000 + "x"}
    sheet = read(f"{','.join(cells)}\n{','.join(cells.values())}")
    assert codes(sheet)[0] == (2, column, "too_long")


def test_rows_and_errors_are_bounded() -> None:
    rows = [f"2026-11-22,09:00,{number},A,ko" for number in range(MAX_ROWS + 1)]
    sheet = read("\n".join(("date,start,key,seller,seller_language", *rows)))
    assert codes(sheet) == [(MAX_ROWS + 2, None, "too_many_rows")]
    wrong = ["never,09:00,x,A,ko"] * MAX_ERRORS
    sheet = read("\n".join(("date,start,key,seller,seller_language", *wrong, *rows)))
    assert len(sheet.errors) == MAX_ERRORS
    assert sheet.rooms == (), "a sheet of nothing but errors is not read to its end"


def test_the_sample_day_is_four_missions_with_one_demo() -> None:
    sheet = read_sheet(sample_day(), today=TODAY)
    assert sheet.errors == ()
    rooms = [row.room for row in sheet.rooms]
    assert len({room.event for room in rooms}) == 4
    assert [room.demo for room in rooms if room.demo] == ["coating-agent"]
    assert sheet.dates == {TODAY}
    pairs = {
        tuple(sorted({person.speaks for person in room.people if person.role in ("seller", "buyer")}))
        for room in rooms
    }
    assert pairs == {("ko", "zh-Hans"), ("ko", "vi"), ("en", "ko")}
    assert any(sum(person.role == "buyer" for person in room.people) == 2 for room in rooms)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_errors(data: bytes) -> None:
    try:
        sheet = read_sheet(data, today=TODAY)
    except UnsupportedType:
        return
    assert bool(sheet.errors) != bool(sheet.rooms)


CELL = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
HEADINGS = HEADING.split(",")


@given(st.lists(st.lists(CELL, min_size=10, max_size=11), max_size=4))
def test_any_cells_are_rooms_or_errors_of_their_own_lines(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEADINGS, *rows])
    text = buffer.getvalue()
    sheet = read(text)
    lines = text.count("\n") + text.count("\r") + 1
    assert sheet.errors or sheet.rooms
    for error in sheet.errors:
        assert 1 <= error.line <= lines
        assert error.column is None or error.column in HEADINGS


NAME = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=20)
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(title=NAME, company=NAME, start=STARTS, minutes=st.integers(1, 1440))
def test_what_is_written_is_what_is_read(title: str, company: str, start: datetime, minutes: int) -> None:
    buffer = io.StringIO()
    cells = [f"{start:%Y-%m-%d}", f"{start:%H:%M}", str(minutes), title, company, "vi"]
    csv.writer(buffer).writerows(
        [["date", "start", "duration_min", "title", "buyer", "buyer_language"], cells]
    )
    sheet = read(buffer.getvalue())
    assert sheet.errors == ()
    room = sheet.rooms[0].room
    assert room.starts_at == start.replace(tzinfo=SEOUL)
    assert room.duration_min == minutes

    assert room.title == unicodedata.normalize("NFC", title)
    assert room.people[0].company == unicodedata.normalize("NFC", company)
