"""Asking again: which, when, and when no more."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from media.nack import (
    ASKED_PER_ANSWER,
    BURST_REQUESTS,
    HOPELESS_S,
    LATE_S,
    LEAST_RETRY_S,
    MAX_MISSING,
    MOST_RETRY_S,
    PATIENCE_SHARE,
    REQUESTS_PER_S,
    LossTracker,
)


def test_a_gap_is_asked_for_at_once_and_only_once_at_a_time() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    assert losses.received(13, 0.0).lost == (11, 12)
    assert losses.due(0.01).lost == ()
    assert losses.received(14, 0.01).lost == ()


def test_one_asks_for_a_second_then_for_a_keyframe() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    asked = [0.0] if losses.received(12, 0.0).lost else []
    for step in range(1, 200):
        wanted = losses.due(step * 0.02)
        if wanted.lost:
            asked.append(step * 0.02)
        if wanted.keyframe:
            break
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert min(pauses) >= LEAST_RETRY_S
    assert max(pauses) <= MOST_RETRY_S
    assert HOPELESS_S - MOST_RETRY_S < asked[-1] <= HOPELESS_S
    assert len(losses) == 0


def test_what_arrives_is_not_asked_for_again() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    losses.received(12, 0.0)
    losses.received(11, 0.05)
    assert losses.due(1.0).lost == ()
    assert not losses.due(5.0).keyframe


def test_sequence_numbers_wrap() -> None:
    losses = LossTracker()
    losses.received(65534, 0.0)
    assert losses.received(2, 0.0).lost == (65535, 0, 1)


def test_an_outage_asks_for_a_keyframe_instead() -> None:
    losses = LossTracker()
    losses.received(0, 0.0)
    wanted = losses.received(5_000, 0.0)
    assert wanted.keyframe
    assert wanted.lost == ()


def _asked(losses: LossTracker, pause_s: float, *, start_s: float = 0.0, seconds: float = 10.0) -> int:
    """How much is asked for when every third packet is lost and `due` is called every `pause_s`."""
    asked, now_s, called_s, number = 0, start_s, start_s, 0 if losses.highest is None else losses.highest
    while now_s < start_s + seconds:
        number += 1
        if number % 3:
            asked += len(losses.received(number & 0xFFFF, now_s).lost)
        if now_s - called_s >= pause_s:
            asked += len(losses.due(now_s).lost)
            called_s = now_s
        now_s += 0.01
    return asked


def test_a_late_loop_asks_for_hardly_anything_and_recovers() -> None:
    punctual, late = LossTracker(), LossTracker()
    assert _asked(punctual, 0.06) > 300
    _asked(late, 2 * LATE_S, seconds=5.0)
    assert _asked(late, 2 * LATE_S, start_s=5.0) < 50
    assert _asked(late, 0.06, start_s=15.0) > 150
    assert _asked(late, 0.06, start_s=25.0) > 300


def test_one_lost_packet_is_asked_for_although_the_loop_was_late_of_late() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    losses.due(0.0)
    losses.due(2 * LATE_S)
    assert losses.received(12, 2 * LATE_S + 0.01).lost == (11,)


def test_packets_out_of_order_are_waited_for() -> None:
    """Every second packet overtakes the one before, by a little less than half of what some were late."""
    losses = LossTracker()
    losses.received(0, 0.0)
    losses.received(2, 0.0)
    losses.received(1, 0.05)
    asked = 0
    for pair in range(1, 50):
        now_s = pair * 0.02
        asked += len(losses.received(2 * pair + 2, now_s).lost)
        asked += len(losses.received(2 * pair + 1, now_s + 0.012).lost)
        asked += len(losses.due(now_s + 0.013).lost)
    assert asked == 0
    losses.received(102, 1.0)
    assert losses.due(1.0 + 0.05 * PATIENCE_SHARE).lost == (101,)
    for step in range(600):
        losses.due(1.1 + step * 0.02)
    assert losses.received(104, 13.2).lost == (103,)


def test_one_asks_again_as_often_as_answers_take_time() -> None:
    losses = LossTracker()
    losses.received(0, 0.0)
    number = 0
    for step in range(40):
        now_s = step * 1.0
        number += 2
        assert losses.received(number, now_s).lost == (number - 1,)
        losses.received(number - 1, now_s + 0.2, repeated=True)
    losses.received(number + 2, 50.0)
    again = next(step * 0.005 for step in range(1, 100) if losses.due(50.0 + step * 0.005).lost)
    assert 0.2 < again * ASKED_PER_ANSWER < 0.3


def test_what_comes_out_of_order_reminds_of_what_is_overdue() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    assert losses.received(12, 0.0).lost == (11,)
    losses.received(15, 0.01)
    assert losses.received(14, 0.1).lost == (11, 13)


@given(st.lists(st.integers(0, 0xFFFF), max_size=300))
def test_no_order_of_packets_makes_a_storm(sequences: list[int]) -> None:
    losses = LossTracker()
    asked = 0
    for number, sequence in enumerate(sequences):
        now_s = number * 0.001
        asked += len(losses.received(sequence, now_s).lost) + len(losses.due(now_s).lost)
        assert len(losses) <= MAX_MISSING
    assert asked <= BURST_REQUESTS + REQUESTS_PER_S * len(sequences) * 0.001 + 1
