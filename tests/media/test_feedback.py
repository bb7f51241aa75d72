"""Budgets, keyframe spacing, reception statistics and the latency histogram."""

from __future__ import annotations

import pytest

from media.budget import Budget
from media.keyframe import MIN_INTERVAL_S, KeyframeGate
from media.latency import LatencyHistogram
from media.probe import INTERVAL_S, Stalls
from media.statistics import StreamStatistics


def test_budget_grants_the_burst_then_the_rate() -> None:
    budget = Budget(rate=10, burst=5)
    assert budget.take(0.0, 8) == 5
    assert budget.take(0.0, 1) == 0
    assert budget.take(0.3, 8) == 3
    assert budget.take(100.0, 8) == 5


def test_budget_survives_a_clock_that_steps_back() -> None:
    budget = Budget(rate=10, burst=5)
    budget.take(10.0, 5)
    assert budget.take(0.0, 1) == 0


def test_keyframes_are_asked_for_at_once_then_spaced_and_never_forgotten() -> None:
    gate = KeyframeGate()
    assert gate.ask(0.0)
    assert not gate.ask(0.1)
    assert not gate.due(0.2)
    assert gate.due(MIN_INTERVAL_S)
    assert not gate.due(2 * MIN_INTERVAL_S)


def test_statistics_count_loss_over_a_wrap() -> None:
    statistics = StreamStatistics(90_000)
    for sequence in (65_534, 65_535, 1, 2):
        statistics.add(sequence, sequence * 10, 0.0)
    block = statistics.report(5, 0.0)
    assert block is not None
    assert (block.packets_lost, block.fraction_lost) == (1, 256 // 5)
    assert block.highest_sequence == 65_536 + 2
    again = statistics.report(5, 1.0)
    assert again is not None
    assert again.fraction_lost == 0


def test_statistics_measure_jitter_in_clock_units() -> None:
    steady, shaken = StreamStatistics(48_000), StreamStatistics(48_000)
    for number in range(200):
        steady.add(number, number * 960, number * 0.02)
        shaken.add(number, number * 960, number * 0.02 + 0.01 * (number % 2))
    even, uneven = steady.report(1, 4.0), shaken.report(1, 4.0)
    assert even is not None
    assert uneven is not None
    assert even.jitter <= 1
    assert uneven.jitter == pytest.approx(480, rel=0.05)


def test_statistics_answer_the_sender_report() -> None:
    statistics = StreamStatistics(48_000)
    assert statistics.report(1, 0.0) is None
    statistics.add(1, 0, 0.0)
    statistics.sender_report(0x0000_1234_5678_0000, 1.0)
    block = statistics.report(1, 1.5)
    assert block is not None
    assert (block.last_sender_report, block.delay_since) == (0x12345678, 32_768)


def test_histogram_quantiles_are_right_to_a_tenth() -> None:
    histogram = LatencyHistogram()
    assert histogram.quantile_us(0.5) == 0
    for micros in range(1, 1001):
        histogram.add(micros / 1e6)
    assert histogram.quantile_us(0.5) == pytest.approx(500, rel=0.1)
    assert histogram.quantile_us(0.99) == pytest.approx(990, rel=0.1)


def test_stalls_are_counted_by_what_waited_for_them() -> None:
    stalls = Stalls()
    assert stalls.take_ms() == (0.0, 0.0)
    for _ in range(1_000):
        stalls.add(0.001)
    stalls.add(50.5 * INTERVAL_S)
    p99_ms, longest_ms = stalls.take_ms()
    assert longest_ms == pytest.approx(50_500 * INTERVAL_S)
    # 51 timers were due in it, of 1,051 in all: the eleventh-longest wait is the percentile.
    assert p99_ms == pytest.approx(40_500 * INTERVAL_S)
    assert stalls.take_ms() == (0.0, 0.0)


def test_budget_tells_what_is_left_without_taking_it() -> None:
    budget = Budget(rate=10, burst=5)
    assert (budget.left(0.0), budget.left(0.0)) == (5, 5)
    budget.take(0.0, 4)
    assert budget.left(0.2) == 3
