from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.agreement import Agreement, Piece, Unit, units_of

WORDS = (" the", " box", " boxes", "es", " 10", "0", ".", ",", "?", " ", " in", " two", "한", " 상자")
CHARACTERS = ("我", "们", "同意", "。", "，", "三", "百", "五十", "FOB")
pieces_en = st.lists(st.sampled_from(WORDS), max_size=12)
pieces_zh = st.lists(st.sampled_from(CHARACTERS), max_size=12)


def pieces(texts: Sequence[str]) -> list[Piece]:
    """One token a piece, as a decoder writes them."""
    return [Piece(text, (number,)) for number, text in enumerate(texts, 100)]


def texts(units: Sequence[Unit]) -> list[str]:
    return [unit.text for unit in units]


@given(st.one_of(pieces_en, pieces_zh), st.sampled_from(("en", "ko", "zh-Hans")))
def test_units_are_the_text_and_its_tokens_in_order(parts: list[str], language: str) -> None:
    units = units_of(pieces(parts), language)
    assert "".join(texts(units)) == "".join(parts).strip()
    tokens = [token for unit in units for token in unit.tokens]
    assert tokens == list(range(100, 100 + len(tokens)))
    assert all(unit.text.strip() for unit in units)


def test_words_are_units_and_punctuation_is_its_own() -> None:
    units = units_of(pieces((" The", " box", "es", ",", " twenty", "-", "one", ".")), "en")
    assert texts(units) == ["The", " boxes", ",", " twenty", "-", "one", "."]


def test_characters_are_units_where_there_are_no_spaces() -> None:
    assert texts(units_of(pieces(("我", "们", "同意", "。")), "zh-Hans")) == ["我", "们", "同意", "。"]


def test_timestamps_belong_to_the_unit_behind_them() -> None:
    parts = [Piece("", (900,)), Piece("Yes", (1,)), Piece(".", (2,)), Piece("", (901,)), Piece(" No", (3,))]
    assert [unit.tokens for unit in units_of(parts, "en")] == [(900, 1), (2,), (901, 3)]


hypotheses = st.lists(
    st.tuples(st.integers(0, 6), st.one_of(pieces_en, pieces_zh), st.booleans()), min_size=1, max_size=15
)


@given(hypotheses, st.sampled_from(("en", "ko", "zh-Hans")), st.lists(st.sampled_from(WORDS + CHARACTERS)))
def test_stable_text_never_changes(
    rounds: list[tuple[int, list[str], bool]], language: str, last: list[str]
) -> None:
    """Decoders that keep some of their last text, or that ignore the prefix altogether."""
    agreement = Agreement(language)
    before = ""
    written: list[str] = []
    for kept, more, _ in rounds:
        written = written[:kept] + more
        units = units_of(pieces(written), language)
        taken = agreement.hear(units)
        assert agreement.stable_text.startswith(before)
        assert agreement.text.startswith(agreement.stable_text)
        assert taken == "".join(texts(units)).startswith(before)
        before = agreement.stable_text
    agreement.finish(units_of(pieces(last), language))
    assert agreement.text.startswith(before)
    assert agreement.stable == len(agreement.text)


@given(hypotheses)
def test_the_prefix_spells_the_stable_text(rounds: list[tuple[int, list[str], bool]]) -> None:
    agreement = Agreement("en")
    written: list[str] = []
    for kept, more, _ in rounds:
        written = written[:kept] + more
        before = agreement.stable
        agreement.hear(units_of(pieces(written), "en"))
        if agreement.stable > before:
            spelt = "".join(written[token - 100] for token in agreement.prefix)
            assert spelt.strip() == agreement.stable_text


def heard(language: str, *rounds: Sequence[str]) -> Agreement:
    agreement = Agreement(language)
    for parts in rounds:
        agreement.hear(units_of(pieces(parts), language))
    return agreement


def test_one_hypothesis_settles_nothing() -> None:
    assert heard("en", (" We", " agree", " to")).stable == 0


def test_two_settle_what_they_share_but_the_last_word() -> None:
    agreement = heard("en", (" We", " agree", " two"), (" We", " agree", " to", " these"))
    assert agreement.stable_text == "We agree"
    assert agreement.text == "We agree to these"
    assert heard("en", (" We", " agree"), (" We", " agree")).stable_text == "We"


def test_a_word_that_grew_is_another_word() -> None:
    assert heard("en", (" 10",), (" 10", "0", " boxes")).stable == 0
    assert heard("zh", ("三", "百"), ("三", "百", "五十", "个")).stable_text == "三百"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_neither_the_last_word_nor_a_full_stop_behind_it_is_settled(language: str) -> None:
    agreement = heard(language, (" Yes", "."), (" Yes", "."))
    assert agreement.stable_text == ""
    agreement = heard(language, (" Yes", " sir", "."), (" Yes", " sir", "."))
    assert agreement.stable_text == "Yes"
    agreement = heard(language, (" Yes", ",", " sir", "."), (" Yes", ",", " sir", "."))
    assert agreement.stable_text == "Yes"


def test_a_doubtful_word_is_not_settled_nor_anything_behind_it() -> None:
    parts = [
        Piece(" We", (1,), 0.95),
        Piece(" agr", (2,), 0.9),
        Piece("ee", (3,), 0.4),
        Piece(" to", (4,), 0.9),
    ]
    agreement = Agreement("en")
    for _ in range(3):
        agreement.hear(units_of([*parts, Piece(" it", (5,))], "en"))
    assert agreement.stable_text == "We"


def test_a_hypothesis_against_stable_text_is_refused() -> None:
    agreement = heard("en", (" We", " agree", " to"), (" We", " agree", " to"), (" They", " agree"))
    assert agreement.text == "We agree to"
    assert agreement.refused == 1
    agreement.finish(())
    assert agreement.text == "We agree"


def test_a_partial_is_shown_up_to_the_first_guess_and_a_final_whole() -> None:
    parts = [
        Piece(" The", (1,), 0.9),
        Piece(" price", (2,), 0.9),
        Piece(" is", (3,), 0.8),
        Piece(" 20", (4,), 0.4),
    ]
    units = units_of([*parts, Piece(" dollars", (5,), 0.9)], "en")
    agreement = Agreement("en")
    for _ in range(2):
        agreement.hear(units)
        assert agreement.presentable == "The price is"
        assert agreement.text == "The price is 20 dollars"
        assert agreement.presentable.startswith(agreement.stable_text)
    assert agreement.finish(units) == "The price is 20 dollars"
