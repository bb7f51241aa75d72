from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.schedule.cells import (
    parse_date,
    parse_glossary,
    parse_language,
    parse_minutes,
    parse_start,
    parse_time,
    parse_zone,
)
from server.store.records import GlossaryTerm

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["2026-11-03", "2026.11.3", "2026. 11. 3.", "2026/11/03", "2026년 11월 3일", "2026-11-03 (화)"]
)
def test_dates_as_people_write_them(text: str) -> None:
    assert parse_date(text, TODAY) == date(2026, 11, 3)


@pytest.mark.parametrize("text", ["today", "Today", "오늘"])
def test_today(text: str) -> None:
    assert parse_date(text, TODAY) == TODAY


@pytest.mark.parametrize(
    "text",
    [
        "11-03",
        "2026-13-01",
        "2026-02-30",
        "3/11/2026",
        "내일",
        "2026-11-03T09:00",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00", time(9)),
        ("9:05", time(9, 5)),
        ("09:00:00", time(9)),
        ("14시", time(14)),
        ("14시 30분", time(14, 30)),
        ("오전 9:00", time(9)),
        ("오후 2시 30분", time(14, 30)),
        ("2:30 PM", time(14, 30)),
        ("12:00 am", time(0)),
        ("오후 12:15", time(12, 15)),
        ("14:30 pm", time(14, 30)),
    ],
)
def test_times_as_people_write_them(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["9", "24:00", "09:60", "9h", "noon", "1234", "오후"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text)


@pytest.mark.parametrize("text", ["09:00~09:30", "09:00 - 9:30", "9:00–09:30", "오전 9시 ~ 오전 9시 30분"])
def test_start_and_end_in_one_cell(text: str) -> None:
    assert parse_start(text) == (time(9), time(9, 30))


def test_minutes() -> None:
    assert [parse_minutes(text) for text in ("30", "30분", "45 min", "1440")] == [30, 30, 45, 1440]
    for text in ("0", "1441", "-5", "half", "30초"):
        with pytest.raises(ValueError, match="minutes"):
            parse_minutes(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ko", "ko"),
        ("한국어", "ko"),
        ("Korean", "ko"),
        ("중국어(간체)", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("ZH_HANS", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("en-gb", "en-GB"),
        ("베트남어", "vi"),
        ("fil", "fil"),
        ("Tiếng Việt", "vi"),
    ],
)
def test_languages_by_tag_and_by_name(text: str, tag: str) -> None:
    assert parse_language(text) == tag


@pytest.mark.parametrize("text", ["Klingonish", "k", "한국", "en-toolong-x", "1"])
def test_what_is_no_language(text: str) -> None:
    with pytest.raises(ValueError, match="is not a language"):
        parse_language(text)


def test_zones() -> None:
    assert parse_zone("Asia/Seoul").key == "Asia/Seoul"
    for text in ("Asia/Nowhere", "../etc/passwd", "Seoul time", "x" * 300):
        with pytest.raises(ValueError, match="is not a time zone"):
            parse_zone(text)


def test_a_glossary_with_and_without_translations() -> None:
    assert parse_glossary("코팅제 = zh-Hans: 涂层剂 | 영어: coating: agent; 교반 ;") == (
        GlossaryTerm("코팅제", {"zh-Hans": "涂层剂", "en": "coating: agent"}),
        GlossaryTerm("교반", {}),
    )


@pytest.mark.parametrize(
    "text", ["코팅제 = 涂层剂", "= en: x", "코팅제 = en:", "코팅제 = qqqq: x", "가" * 101]
)
def test_what_is_no_glossary(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (term|language)"):
        parse_glossary(text)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_with_a_short_sentence(text: str) -> None:
    parsers = (parse_start, parse_minutes, parse_language, parse_zone, parse_glossary)
    for parse in (*parsers, lambda cell: parse_date(cell, TODAY)):
        refusals = []
        try:
            parse(text)
        except ValueError as error:
            refusals.append(str(error))
        assert all("“" in refusal and len(refusal) < 160 for refusal in refusals)
