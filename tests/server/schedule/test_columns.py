import pytest

from server.schedule.columns import Place, read_columns


def codes(*headings: str) -> list[tuple[str | None, str]]:
    return [(error.column, error.code) for error in read_columns(1, list(headings))[1]]


@pytest.mark.parametrize(
    ("heading", "place", "field"),
    [
        ("seller_company", Place("seller", 1), "company"),
        ("Seller", Place("seller", 1), "company"),
        ("판매자 회사", Place("seller", 1), "company"),
        ("바이어2 담당자", Place("buyer", 2), "name"),
        ("Buyer company 2", Place("buyer", 2), "company"),
        ("통역", Place("interpreter", 1), "name"),
        ("통역 읽는 언어", Place("interpreter", 1), "reads"),
        ("BUYER LANGUAGE", Place("buyer", 1), "speaks"),
        ("상담장", Place("venue", 1), "name"),
    ],
)
def test_headings_of_people(heading: str, place: Place, field: str) -> None:
    columns, errors = read_columns(1, ["date", "start", heading])
    assert errors == []
    assert columns.people == {place: {field: 2}}


def test_headings_of_the_consultation_in_both_languages() -> None:
    korean, errors = read_columns(
        1, ["날짜", "시작 시간", "종료", "제목", "행사명", "번호", "용어집", "바이어"]
    )
    assert errors == []
    english, errors = read_columns(
        1, ["Date", "Start_Time", "end", "title", "event", "key", "glossary", "buyer"]
    )
    assert errors == []
    assert korean.room == english.room


def test_what_is_missing_twice_or_unknown_is_named() -> None:
    assert codes("date", "seller") == [(None, "missing_column")]
    assert codes("date", "start") == [(None, "no_people_column")]
    assert codes("date", "start", "seller", "일자") == [("일자", "duplicate_column")]
    assert codes("date", "start", "seller", "seller company") == [("seller company", "duplicate_column")]
    assert codes("date", "start", "seller", "colour") == [("colour", "unknown_column")]
    assert codes("date", "start", "seller2name3") == [
        ("seller2name3", "unknown_column"),
        (None, "no_people_column"),
    ]
