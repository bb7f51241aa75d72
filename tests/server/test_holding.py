from typing import Any

import pytest

from server.holding import mask_of, masked
from wire.captions import Caption, Translation

SAID = Caption(
    id="r-p1-1",
    rev=4,
    speaker="p1",
    state="final",
    lang="ko",
    text="GK-350은 만이천 원, 12시간 교반합니다",
    stable=25,
    translations={"zh-Hans": Translation(text="GK-350一万二千元，搅拌12小时", stable=19)},
    confidence=0.9,
    flags=("number", "no_route:vi"),
    start_ms=0,
    end_ms=900,
    lag_ms=700,
)
DETAILS = {"ko": ((0, 6), (8, 13), (15, 19)), "zh-Hans": ((0, 6), (6, 11))}


def test_numbers_and_terms_are_left_out_and_the_whole_is_newer() -> None:
    mask = mask_of(SAID, DETAILS)
    assert mask is not None
    shown = masked(SAID, mask)
    assert shown.text == "…은 …, … 교반합니다"
    # What touches is one gap; digits are held back whether the worker names them or not.
    assert shown.translations["zh-Hans"].text == "…，搅拌…小时"
    assert shown.rev == SAID.rev - 1
    assert shown.flags == ("no_route:vi",)
    assert (shown.id, shown.state, shown.lang) == (SAID.id, SAID.state, SAID.lang)


def test_nothing_waits_where_there_is_neither_number_nor_term() -> None:
    plain = SAID.model_copy(
        update={"text": "네, 좋습니다", "translations": {"zh-Hans": Translation(text="好的")}}
    )
    assert mask_of(plain, {}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"text": "다른 말 15"},
        {"translations": {"zh-Hans": Translation(text="别的话"), "en": Translation(text="something else")}},
    ],
)
def test_a_line_that_was_made_anew_meanwhile_is_not_shown_at_all(change: dict[str, Any]) -> None:
    mask = mask_of(SAID, DETAILS)
    assert mask is not None
    later = masked(SAID.model_copy(update={"rev": 5, **change}), mask)
    lines = {"ko": later.text} | {lang: line.text for lang, line in later.translations.items()}
    changed = {"ko"} if "text" in change else set(change["translations"])
    assert {lang for lang, text in lines.items() if text == "…"} == changed
    assert later.rev == 4


def test_of_a_partial_only_what_comes_before_the_first_gap_is_promised() -> None:
    partial = SAID.model_copy(update={"state": "partial", "stable": 12})
    mask = mask_of(partial, {"ko": ((8, 13),)})
    assert mask is not None
    shown = masked(partial, mask)
    assert (shown.rev, shown.stable) == (4, 3)
    assert shown.text == "GK-…은 …, …시간 교반합니다"


def test_marks_of_numbers_that_disagree_do_not_tell_where_they_are() -> None:
    line = Translation(text="一万", marks=((0, 2),), original_marks=((0, 2),))
    caption = SAID.model_copy(update={"text": "12만", "translations": {"zh-Hans": line}})
    mask = mask_of(caption, {"zh-Hans": ((0, 2),)})
    assert mask is not None
    shown = masked(caption, mask).translations["zh-Hans"]
    assert (shown.marks, shown.original_marks) == ((), ())
