import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import TooManyReplacements
from server.replacements import (
    MAX_REPLACEMENTS,
    Replacement,
    replaced,
    replaced_caption,
    replaced_hypothesis,
    rule_for,
    with_replacement,
    without,
)
from server.store.records import Person
from wire.captions import Caption, Translation
from wire.links import Hypothesis

PARK = Person("p3", "interpreter", "박 통역", "", "ko", "zh-Hans")


def rule(find: str, put: str, lang: str = "ko") -> Replacement:
    return Replacement(lang, find, put)


@pytest.mark.parametrize(
    ("text", "find", "put", "wanted"),
    [
        ("약풍이 둘, 약풍은 셋", "약풍", "약품", "약품이 둘, 약품은 셋"),
        ("GK-350 and GK-3500, BGK-350", "GK-350", "GK-360", "GK-360 and GK-3500, BGK-350"),
        ("GK-350은 좋다", "GK-350", "GK-360", "GK-360은 좋다"),
        ("药风", "药风", r"\1药品", r"\1药品"),
        ("a.c abc", "a.c", "x", "x abc"),
    ],
)
def test_words_are_replaced_where_they_are_words(text: str, find: str, put: str, wanted: str) -> None:
    assert replaced(text, rule(find, put)) == wanted


def test_one_rule_for_the_same_words() -> None:
    rules = with_replacement((rule("a", "b"), rule("c", "d")), rule("a", "e"))
    assert rules == (rule("a", "e"), rule("c", "d"))
    assert rule_for(rules, "ko-KR", "a") == rule("a", "e")
    assert without(rules, "zh", "a") == rules
    assert without(rules, "ko", "a") == (rule("c", "d"),)
    full = tuple(rule(f"{number}x", "y") for number in range(MAX_REPLACEMENTS))
    with pytest.raises(TooManyReplacements):
        with_replacement(full, rule("a", "b"))


CAPTION = Caption(
    id="r-p1-1",
    rev=3,
    speaker="p1",
    state="final",
    lang="ko",
    text="약풍 12개",
    stable=6,
    translations={
        "zh-Hans": Translation(text="药风12个", stable=5, original_marks=((3, 6),)),
        "en": Translation(text="12 winds", stable=8),
    },
    confidence=0.4,
    flags=("low_confidence", "number"),
    start_ms=0,
    end_ms=900,
    lag_ms=700,
)


def test_a_captions_original_is_replaced_and_its_other_lines_stay() -> None:
    caption = replaced_caption(CAPTION, rule("약풍", "약품"), PARK)
    assert caption is not None
    assert (caption.text, caption.rev, caption.state) == ("약품 12개", 4, "corrected")
    assert (caption.by, caption.by_id) == ("박 통역", "p3")
    assert {lang: line.text for lang, line in caption.translations.items()} == {
        "zh-Hans": "药风12个",
        "en": "12 winds",
    }
    # Marks speak of places that may have moved; they are compared again.
    assert caption.translations["zh-Hans"].original_marks == ()
    assert caption.flags == ("low_confidence",)


def test_a_captions_translation_is_replaced() -> None:
    caption = replaced_caption(CAPTION, rule("药风", "药品", "zh"), PARK)
    assert caption is not None
    assert caption.text == CAPTION.text
    assert caption.translations["zh-Hans"] == Translation(text="药品12个", stable=5)
    assert caption.translations["en"] == CAPTION.translations["en"]
    assert replaced_caption(CAPTION, rule("药风", "药品", "ko"), PARK) is None


def said(text: str, state: str = "partial", stable: int = 0, **more: object) -> Hypothesis:
    values = {"rev": 1, "lang": "ko", "translations": {}, "start_wall_ms": 0, "end_wall_ms": 1, "lag_ms": 0}
    return Hypothesis.model_validate(
        {"track": "r-p1", "utterance": 1, "state": state, "text": text, "stable": stable, **values, **more}
    )


def test_what_is_said_next_is_written_as_the_room_wants_it() -> None:
    lines = {"zh-Hans": Translation(text="药风很好", stable=4)}
    final = said("약풍이 좋습니다", "final", 8, translations=lines, details={"ko": ((0, 2),)})
    written = replaced_hypothesis(final, (rule("약풍", "세정 약품"), rule("药风", "药品", "zh")))
    assert (written.text, written.stable) == ("세정 약품이 좋습니다", 11)
    assert written.translations["zh-Hans"].text == "药品很好"
    assert written.details["ko"] == ((0, 5),)
    assert replaced_hypothesis(final, (rule("없는", "말"),)) == final
    assert replaced_hypothesis(final, ()) is final


@given(
    text=st.text("abc ", min_size=1, max_size=12),
    cuts=st.lists(st.integers(0, 12), max_size=4),
    find=st.text("abc", min_size=1, max_size=3),
    put=st.text("abcd", min_size=1, max_size=4),
)
def test_stable_text_stays_as_more_is_said(text: str, cuts: list[int], find: str, put: str) -> None:
    promised = ""
    for end in sorted({min(cut, len(text)) for cut in cuts} | {len(text)}):
        written = replaced_hypothesis(said(text[:end], stable=end), (rule(find, put),))
        assert written.text.startswith(promised)
        promised = max(promised, written.text[: written.stable], key=len)
    final = replaced_hypothesis(said(text, "final", len(text)), (rule(find, put),))
    assert final.text.startswith(promised)
