"""Channels, handovers and turns: the rules alone."""

from collections.abc import Set
from dataclasses import replace
from typing import Any

import pytest

from server.errors import ChannelTaken, NoHandover, NotAllowed
from server.interpretation import (
    Interpretation,
    Seat,
    entered,
    handed_over,
    in_mode,
    left,
    on_channel,
    spoken,
    stood_by,
    with_turn,
)

BOTH = frozenset({"kim", "park"})
EMPTY = Interpretation()


def on_air(
    state: Interpretation, who: str, into: str | None, connected: Set[str] = BOTH, **more: Any
) -> Interpretation:
    return spoken(state, who, into, together=more.get("together", False), connected=connected)


def booth() -> Interpretation:
    """Kim speaks into Chinese, Park waits."""
    return entered(on_air(EMPTY, "kim", "zh-Hans"), "park", None, BOTH)


def test_an_interpreter_speaks_to_everybody_until_they_choose_a_channel() -> None:
    state = entered(EMPTY, "kim", None, frozenset())
    assert on_channel(state, "kim") is None
    assert state.seat("kim").air
    state = on_air(state, "kim", "zh-Hans")
    assert on_channel(state, "kim") == "zh-Hans"
    assert on_channel(on_air(state, "kim", None), "kim") is None


def test_flipping_remembers_whose_listeners_are_served() -> None:
    state = on_air(on_air(EMPTY, "kim", "zh-Hans"), "kim", "ko")
    assert state.seat("kim").channels == ("zh-Hans", "ko")
    assert on_air(state, "kim", "zh-Hans").seat("kim").channels == ("zh-Hans", "ko")
    assert on_air(state, "kim", None).seat("kim").channels == ()


def test_a_colleague_who_comes_while_one_works_waits_on_standby() -> None:
    assert not booth().seat("park").air
    idle = entered(EMPTY, "park", None, BOTH)
    assert idle.seat("park").air
    consecutive = in_mode(on_air(EMPTY, "kim", None), "consecutive")
    assert not entered(consecutive, "park", None, BOTH).seat("park").air


def test_a_channel_has_one_voice_unless_both_agree() -> None:
    state = booth()
    with pytest.raises(ChannelTaken) as refused:
        on_air(state, "park", "zh-Hant", together=True)
    assert refused.value.field == "into"
    assert on_channel(on_air(state, "park", "ko"), "park") == "ko"
    agreed = on_air(on_air(state, "kim", "zh-Hans", together=True), "park", "zh-Hans", together=True)
    assert [on_channel(agreed, who) for who in ("kim", "park")] == ["zh-Hans", "zh-Hans"]


def test_who_comes_back_sits_where_they_sat() -> None:
    state = left(on_air(EMPTY, "kim", "zh-Hans"), "kim", frozenset())
    assert on_channel(entered(state, "kim", None, frozenset()), "kim") == "zh-Hans"


def test_after_a_restart_of_the_server_the_pages_word_counts() -> None:
    wanted = Seat(into="zh-Hans", channels=("x",))
    state = entered(EMPTY, "kim", wanted, frozenset())
    assert state.seat("kim") == Seat(into="zh-Hans", channels=("zh-Hans",))
    # Two who both had it: the first one keeps it, the other one hears of it.
    state = entered(state, "park", Seat(into="zh-Hans"), frozenset({"kim"}))
    assert state.seat("park") == Seat(into="zh-Hans", air=False)
    # The server that stayed knows better than the page.
    assert entered(state, "kim", Seat(into="ko"), BOTH) is state


def test_standing_by_keeps_the_language_for_the_next_time() -> None:
    state = stood_by(on_air(EMPTY, "kim", "ko"), "kim", together=False)
    assert on_channel(state, "kim") is None
    assert state.seat("kim") == Seat(into="ko", air=False)


@pytest.mark.parametrize(("first", "giver_asks"), [("ask", False), ("offer", True)])
def test_a_handover_needs_both(first: Any, giver_asks: bool) -> None:
    asks, answers = ("kim", "park") if giver_asks else ("park", "kim")
    asked = handed_over(booth(), first, asks, answers, BOTH)
    assert on_channel(asked, "kim") == "zh-Hans"
    with pytest.raises(NoHandover):
        handed_over(asked, "accept", asks, answers, BOTH)  # not by the one who asked
    passed = handed_over(asked, "accept", answers, asks, BOTH)
    assert on_channel(passed, "park") == "zh-Hans"
    assert not passed.seat("kim").air
    assert passed.handovers == ()
    assert passed.seat("park").channels == ("zh-Hans",)


def test_offering_what_is_asked_for_is_an_answer() -> None:
    asked = handed_over(booth(), "ask", "park", "kim", BOTH)
    assert on_channel(handed_over(asked, "offer", "kim", "park", BOTH), "park") == "zh-Hans"


def test_a_handover_can_be_withdrawn_or_declined_and_is_then_over() -> None:
    asked = handed_over(booth(), "ask", "park", "kim", BOTH)
    for who, other in (("park", "kim"), ("kim", "park")):
        over = handed_over(asked, "withdraw", who, other, BOTH)
        assert over.handovers == ()
        with pytest.raises(NoHandover):
            handed_over(over, "accept", "kim", "park", BOTH)


def test_asking_twice_is_no_answer() -> None:
    asked = handed_over(booth(), "ask", "park", "kim", BOTH)
    assert handed_over(asked, "ask", "park", "kim", BOTH) == asked


def test_a_lost_colleague_is_relieved_at_once() -> None:
    state = handed_over(booth(), "ask", "park", "kim", frozenset({"park"}))
    assert on_channel(state, "park") == "zh-Hans"
    assert not state.seat("kim").air
    # The same by going on air there.
    state = on_air(booth(), "park", "zh-Hans", connected=frozenset({"park"}))
    assert [state.seat(who).air for who in ("kim", "park")] == [False, True]


def test_what_was_asked_for_falls_to_the_one_who_asked_when_the_other_leaves() -> None:
    asked = handed_over(booth(), "ask", "park", "kim", BOTH)
    assert on_channel(left(asked, "kim", frozenset({"park"})), "park") == "zh-Hans"
    offered = handed_over(booth(), "offer", "kim", "park", BOTH)
    gone = left(offered, "kim", frozenset({"park"}))
    assert gone.handovers == ()
    assert not gone.seat("park").air  # told, not thrown on air


def test_nothing_passes_from_or_to_somebody_who_cannot() -> None:
    state = booth()
    for step, who, other, there in (
        ("offer", "park", "kim", BOTH),  # on standby
        ("ask", "kim", "park", BOTH),
        ("offer", "kim", "kim", BOTH),
        ("offer", "kim", "park", frozenset({"kim"})),
    ):
        with pytest.raises(NoHandover):
            handed_over(state, step, who, other, there)  # type: ignore[arg-type]


def test_a_new_wish_takes_the_place_of_the_old_one() -> None:
    three = BOTH | {"lee"}
    state = handed_over(booth(), "ask", "park", "kim", three)
    state = handed_over(state, "ask", "lee", "kim", three)
    assert [one.taker for one in state.handovers] == ["lee"]


def test_going_on_air_elsewhere_ends_ones_own_wish_only() -> None:
    asked = handed_over(booth(), "ask", "park", "kim", BOTH)
    assert on_air(asked, "kim", "ko").handovers == asked.handovers
    assert on_air(asked, "park", "ko").handovers == ()
    assert stood_by(asked, "kim", together=False).handovers == ()


def test_turns_belong_to_consecutive_mode() -> None:
    with pytest.raises(NotAllowed):
        with_turn(EMPTY, "interpreter")
    state = with_turn(in_mode(on_air(EMPTY, "kim", "zh-Hans"), "consecutive"), "interpreter")
    assert state.turn == "interpreter"
    assert on_channel(state, "kim") is None  # heard by all
    assert in_mode(state, "consecutive") is state
    assert in_mode(state, "simultaneous").turn == "speakers"
    assert on_channel(in_mode(state, "simultaneous"), "kim") == "zh-Hans"
    # Nobody waits for an interpreter who left.
    assert left(state, "kim", frozenset()).turn == "speakers"
    assert left(replace(state, seats={}), "kim", frozenset({"park"})).turn == "interpreter"
