"""Pairs of sentences whose numbers agree or do not."""

import random
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from demo_models import grammar
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.transcription.numbers.renderer import LARGEST, forms
from transcription.numbers import Mismatch, comparable, compare

LANGUAGES = ("ko", "zh-Hans", "vi", "en", "ja", "ru")


def _pairs() -> Iterator[tuple[str, str, str, str, bool]]:
    source: tuple[str, str] | None = None
    for line in (Path(__file__).parent / "pairs.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            source = None
        elif source is None:
            lang, text = line.split(" ", 1)
            source = lang, text
        else:
            verdict, lang, text = line.split(" ", 2)
            yield (*source, lang, text, verdict == "=")


PAIRS = list(_pairs())


def test_the_table_is_large_and_every_language_is_on_both_sides() -> None:
    assert len(PAIRS) >= 300
    languages = {"ko", "zh", "vi", "en", "ja", "ru"}
    assert {pair[0].split("-")[0] for pair in PAIRS} == languages
    assert {pair[2].split("-")[0] for pair in PAIRS} == languages


@pytest.mark.parametrize(("source_lang", "source", "target_lang", "target", "agree"), PAIRS)
def test_pair(source_lang: str, source: str, target_lang: str, target: str, agree: bool) -> None:
    found = compare(source, source_lang, target, target_lang)
    assert bool(found) is not agree, found
    swapped = compare(target, target_lang, source, source_lang)
    assert bool(swapped) is not agree, swapped
    assert (swapped.source, swapped.target) == (found.target, found.source)


def test_the_numbers_that_disagree_are_named_on_both_sides() -> None:
    source, target = "12만 개를 15일 안에", "12,000 pieces within 15 days"
    found = compare(source, "ko", target, "en")
    assert [source[one.start : one.end] for one in found.source] == ["12만 개"]
    assert [target[one.start : one.end] for one in found.target] == ["12,000 pieces"]


NUMBERS = st.integers(10, LARGEST) | st.integers(10, 9_999)
TWO_LANGUAGES = st.sampled_from(
    [pair for pair in permutations((*LANGUAGES, "zh-Hant"), 2) if comparable(*pair)]
)


@given(NUMBERS, TWO_LANGUAGES, st.data())
def test_the_same_number_agrees_in_every_form_of_every_two_languages(
    number: int, langs: tuple[str, str], data: st.DataObject
) -> None:
    source, target = (data.draw(st.sampled_from(list(forms(number, lang)))) for lang in langs)
    assert not compare(source, langs[0], target, langs[1])


@given(NUMBERS, NUMBERS | st.sampled_from((1, 3, 4, 8)), TWO_LANGUAGES, st.data())
def test_another_number_disagrees_in_every_form(
    number: int, other: int, langs: tuple[str, str], data: st.DataObject
) -> None:
    """Small ones of `other` are powers of ten too many: 万 for 억, thousands for millions."""
    other = number * 10**other if other < 10 else other
    assume(other != number and other <= LARGEST)
    source = data.draw(st.sampled_from(list(forms(number, langs[0]))))
    target = data.draw(st.sampled_from(list(forms(other, langs[1]))))
    found = compare(source, langs[0], target, langs[1])
    assert found.source
    assert found.target


@given(st.text(), st.text(), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_any_two_texts_are_compared_without_error(one: str, other: str, lang: str, target: str) -> None:
    assert isinstance(compare(one, lang, other, target), Mismatch)


def test_nothing_is_said_of_languages_that_are_not_known_and_of_one_language() -> None:
    assert not compare("12개", "ko", "13 piraso", "fil")
    assert not compare("12个", "zh-Hans", "13個", "zh-Hant")


def test_a_decimal_that_was_copied_digit_for_digit_is_right_however_it_is_read() -> None:
    assert not compare("1.250 kg", "vi", "1.250 kg", "ko")
    assert compare("1.250 kg", "vi", "1.25 kg", "ko")


def test_the_phrase_book_and_the_sample_conversations_raise_no_alarm() -> None:
    """Right translations with every kind of number, as written and as spoken."""
    rng = random.Random(20)
    sentences = [
        *grammar.fixed(),
        *(grammar.sample_any_number(name, rng) for name in grammar.templates()),
    ]
    for sentence in sentences:
        said = [(lang, sentence.text(lang)) for lang in grammar.LANGUAGES]
        said += [(lang, sentence.spoken(lang)) for lang in ("ko", "en")]
        for (one, source), (other, target) in permutations(said, 2):
            assert not compare(source, one, target, other), (source, target)
