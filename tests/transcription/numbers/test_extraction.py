"""What is read from a text: the table of cases, and properties that hold for any text."""

import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcription.numbers.notation import notations
from tests.transcription.numbers.renderer import LARGEST, forms
from transcription.numbers import Kind, Weight, candidates, extract

LANGUAGES = ("ko", "zh-Hans", "zh-Hant", "vi", "en", "ja", "ru")
CASES = [
    tuple(line.split(" | "))
    for line in (Path(__file__).parent / "extraction.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
PIECES = [
    "0", "1", "12", "1,000", "1.000", "3.5", "3,5", "$", "%", "-", "~", ":", "/", ".", "万", "億",
    "亿", "兆", "千", "百", "十", "半", "点", "分之", "个", "月", "年", "만", "억", "조", "천", "백",
    "십", "일", "이", "삼", "한", "두", "스물", "열", "개", "분", "시", "월", "반", "대", "의", "hai",
    "ba", "năm", "mươi", "trăm", "nghìn", "triệu", "tỷ", "rưỡi", "lăm", "phẩy", "tháng", "ngày", "one",
    "two", "twenty", "hundred", "thousand", "million", "and", "a", "half", "point", "third", "may",
    "pm", "два", "пять", "сто", "тысяч", "миллион", "половиной", "целых", "десятых", "марта", "часа",
    "fob", "gk-200", "에프", "오", "비", "가", "the", "́", "ᅡ", "İ", "ß", "𠮷", "'",
]  # fmt: skip


def test_the_table_is_large_and_every_language_is_in_it() -> None:
    assert len(CASES) >= 250
    assert {lang for lang, _, _ in CASES} == set(LANGUAGES)


@pytest.mark.parametrize(("lang", "text", "expected"), CASES)
def test_quantities_of_a_text(lang: str, text: str, expected: str) -> None:
    assert notations(extract(text, lang)) == expected


@given(st.integers(10, LARGEST) | st.integers(10, 9_999), st.sampled_from(LANGUAGES))
def test_a_number_is_read_back_from_every_form_in_which_it_is_said(number: int, lang: str) -> None:
    for form in forms(number, lang):
        [found] = extract(form, lang)
        assert found.value == number, form
        assert (found.start, found.end) == (0, len(form)), form


@given(
    st.text()
    | st.lists(st.sampled_from(PIECES)).map(" ".join)
    | st.lists(st.sampled_from(PIECES)).map("".join),
    st.sampled_from((*LANGUAGES, "yue", "fil")),
)
def test_any_text_is_read_without_error_and_spans_lie_inside_it(text: str, lang: str) -> None:
    end = 0
    for found in candidates(text, lang):
        assert end <= found.start < found.end <= len(text)
        assert found.readings
        end = found.end


@given(st.lists(st.sampled_from(PIECES)).map(" ".join), st.sampled_from(LANGUAGES))
def test_decomposed_text_says_the_same_and_spans_are_its_own(text: str, lang: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    one, other = candidates(composed, lang), candidates(decomposed, lang)
    assert [found.readings for found in one] == [found.readings for found in other]
    assert [composed[found.start : found.end] for found in one] == [
        unicodedata.normalize("NFC", decomposed[found.start : found.end]) for found in other
    ]


def test_full_width_digits_are_digits() -> None:
    [found] = extract("価格は１，２００円です", "ja")
    assert (found.kind, found.value, found.unit) == (Kind.CURRENCY, 1200, "JPY")
    assert (found.start, found.end) == (3, 9)


def test_a_language_that_is_not_known_is_left_alone() -> None:
    assert extract("120 piraso", "fil") == ()


def test_what_may_be_a_number_is_a_partner_only() -> None:
    assert [found.weight for found in candidates("一次", "zh-Hans")] == [Weight.FAINT]
    assert extract("一次", "zh-Hans") == ()


def test_ambiguous_numbers_keep_both_readings() -> None:
    [found] = extract("1,000", "vi")
    assert {reading.value for reading in found.readings} == {1000, 1}
    [days] = extract("15일", "ko")
    assert {(reading.kind, reading.unit) for reading in days.readings} == {
        (Kind.DATE, "mday"),
        (Kind.MEASURE, "day"),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "unit", ["1", "1,", "1.1", "万", "만 ", "hai ", "one hundred ", "сто ", "1:", "1/", "a-", "半"]
)
def test_hostile_text_is_read_to_its_end(unit: str, lang: str) -> None:
    text = unit * (4_000 // len(unit)) + " 가 12 cái"
    found = candidates(text, lang)
    assert found
    assert found[-1].end >= len(text) - len("cái") - 1
    assert all(quantity.value < Fraction(10**40) for quantity in found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hundred_thousand_digits_are_one_code(lang: str) -> None:
    [found] = candidates("1" * 100_000, lang)
    assert (found.kind, found.end) == (Kind.CODE, 100_000)
