"""Asking again: which, when, and when no more."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from media.nack import BURST_REQUESTS, MAX_MISSING, MAX_REQUESTS, REQUESTS_PER_S, LossTracker


def test_a_gap_is_asked_for_at_once_and_only_once_at_a_time() -> None:
    losses = LossTracker()
    losses.received(10, 0.0)
    assert losses.received(13, 0.0).lost == (11, 12)
    assert losses.due(0.01).lost == ()
    assert losses.received(14, 0.01).lost == ()


def test_retries_are_further_and_further_apart_then_a_keyframe() -> None:
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
    assert len(asked) == MAX_REQUESTS
    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0]
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


@given(st.lists(st.integers(0, 0xFFFF), max_size=300))
def test_no_order_of_packets_makes_a_storm(sequences: list[int]) -> None:
    losses = LossTracker()
    asked = 0
    for number, sequence in enumerate(sequences):
        now_s = number * 0.001
        asked += len(losses.received(sequence, now_s).lost) + len(losses.due(now_s).lost)
        assert len(losses) <= MAX_MISSING
    assert asked <= BURST_REQUESTS + REQUESTS_PER_S * len(sequences) * 0.001 + 1
