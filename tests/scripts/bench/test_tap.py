"""The tap judged by what comes out of it, and the judge by what it must not let pass."""

from __future__ import annotations

import functools
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from bench import tap, tap_understood
from bench.line import Line, Outage
from bench.microphone import Microphone, Pcm, Sent, Span
from bench.tap_run import listen
from bench.tap_scenarios import SCENARIOS, Scenario
from bench.tap_scores import Heard, Truth, best_match, lags_ms

SECONDS = 41.0


@functools.cache
def voice() -> Pcm:
    return tap.demo_voice()


@functools.cache
def clean() -> tuple[Truth, tuple[Heard, ...]]:
    microphone, line = Microphone(), Line(jitter_s=0.0)
    heard, _ = listen(line.carry(microphone.send(voice()[:320_000], 20.0), seed=1), 21.0)
    return Truth(voice()[:320_000], microphone, 20.0, line.shortest_s), tuple(heard)


@pytest.mark.parametrize(
    "name", sorted(set(SCENARIOS) - {"drift-fast", "drift-slow", "clean", "loss-1", "loss-5"})
)
def test_recognition_gets_what_it_must_and_when(name: str) -> None:
    figures = tap.judge(SCENARIOS[name], voice(), SECONDS)
    assert figures["missed"] == [], figures


@pytest.mark.parametrize("drift_ppm", [-300.0, 300.0])
def test_a_clock_that_drifts_is_followed_for_ten_minutes(drift_ppm: float) -> None:
    scenario = Scenario(0.99, Line(loss=0.02), Microphone(drift_ppm=drift_ppm))
    figures = tap.judge(scenario, voice()[: 16_000 * 30], 600.0)
    assert figures["missed"] == [], figures
    assert abs(figures["lag_growth_ms"]) < 5


def test_frames_that_are_missing_are_seen() -> None:
    truth, heard = clean()
    assert truth.delivered(heard) > 0.999
    assert truth.delivered([frame for place, frame in enumerate(heard) if place % 10]) == pytest.approx(
        0.9, abs=0.05
    )
    mute = [replace(frame, samples=np.zeros_like(frame.samples)) for frame in heard]
    assert truth.delivered(mute) == truth.delivered([]) == 0


@pytest.mark.parametrize("off_ms", [-120, -30, 30, 400])
def test_wrong_stamps_are_seen(off_ms: int) -> None:
    truth, heard = clean()
    wrong = [replace(frame, stamp_s=frame.stamp_s + off_ms / 1000) for frame in heard]
    errors = truth.stamp_errors_ms(wrong)
    assert len(errors) > 5
    assert np.abs(errors - off_ms).max() < 1


def test_lag_counts_from_a_frames_last_sample() -> None:
    frame = Heard(10.5, 10.4, np.zeros(640, np.int16))
    assert lags_ms([frame]) == pytest.approx([60.0])


def test_noise_matches_nowhere() -> None:
    rng = np.random.default_rng(1)
    assert best_match(rng.normal(0, 1_000, 6_400), rng.normal(0, 1_000, 20_000)) is None


@pytest.mark.models
def test_what_is_understood_is_measured_with_error_correction_and_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tap_understood, "LINES", {"5": Line(loss=0.05)})
    found = tap_understood.understood(2)["5"]
    assert found["with_fec"]["n"] == found["without_fec"]["n"] == 6
    assert found["with_fec"]["cer"] < 0.3


def test_a_line_loses_holds_and_reorders_as_it_says() -> None:
    packets = [Sent(number, number * 960, b"x", number * 0.02) for number in range(20_000)]
    for line in (Line(loss=0.1), Line(loss=0.1, burst=4.0)):
        arrived = {packet.sequence for _, packet in line.carry(packets, seed=1)}
        assert len(arrived) / len(packets) == pytest.approx(0.9, abs=0.01)
        lost = [packet.sequence not in arrived for packet in packets]
        starts = sum(now and not before for before, now in pairwise([False, *lost]))
        assert sum(lost) / starts == pytest.approx(line.burst, rel=0.15)
    times = Line(outages=(Outage(10.0, 13.0, "held"), Outage(20.0, 21.0, "lost"))).carry(packets, seed=1)
    assert [packet.sequence for _, packet in times] != sorted(packet.sequence for _, packet in times)
    assert not [at for at, _ in times if 10.1 < at < 13.0]
    assert len(times) == len(packets) - 50


def test_a_microphone_sends_nothing_while_it_is_silent_or_detached() -> None:
    every = list(Microphone().send(voice()[:320_000], 20.0))
    dtx = list(Microphone(dtx=True).send(voice()[:320_000], 20.0))
    detached = list(Microphone(detached=(Span(5.0, 8.0),)).send(voice()[:320_000], 20.0))
    assert len(every) == 1_000 > len(dtx) > 500
    assert len(detached) == 850
    # Numbers follow on, timestamps show the pause.
    for one, other in pairwise(detached):
        assert (other.sequence - one.sequence) & 0xFFFF == 1
        assert (other.timestamp - one.timestamp) & 0xFFFFFFFF in (960, 960 * 151)
