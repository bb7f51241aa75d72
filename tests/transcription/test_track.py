import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.track import MAX_GAP_SAMPLES, AudioTrack
from wire.audio import FRAME_SAMPLES, AudioFrame

START_US = 1_790_000_000_000_000
FRAME_US = 40_000


def frame(number: int, wall_us: float, samples: int = FRAME_SAMPLES) -> AudioFrame:
    """Every sample has the frame's number as its value."""
    return AudioFrame("r-p", round(wall_us), np.full(samples, number, dtype="<i2").tobytes())


def values(track: AudioTrack, start: int, end: int) -> list[int]:
    return [round(float(sample) * 32768) for sample in track.read(start, end)]


@given(st.lists(st.integers(-35_000, 35_000), min_size=1, max_size=60))
def test_jitter_neither_loses_nor_adds_audio(jitter: list[int]) -> None:
    track = AudioTrack()
    for number, off in enumerate(jitter, 1):
        track.append(frame(number, START_US + number * FRAME_US + off))
    heard = values(track, 0, track.end)
    assert heard == [number for number in range(1, len(jitter) + 1) for _ in range(FRAME_SAMPLES)]
    assert track.late_frames == track.filled_samples == 0


@pytest.mark.parametrize("parts_per_million", [-200, 0, 30, 200])
def test_a_drifting_clock_is_followed(parts_per_million: int) -> None:
    track = AudioTrack()
    true_us = float(START_US)
    for number in range(15_000):  # ten minutes
        true_us = START_US + number * FRAME_US * (1 + parts_per_million / 1e6)
        track.append(frame(number % 100, true_us))
        track.forget(track.end - FRAME_SAMPLES)
    assert track.filled_samples == track.late_frames == 0
    assert abs(track.wall_ms(track.end - FRAME_SAMPLES) - true_us / 1000) < 5


@given(st.integers(3, 25))
def test_a_gap_is_filled_with_silence(missing: int) -> None:
    track = AudioTrack()
    track.append(frame(1, START_US))
    track.append(frame(2, START_US + (1 + missing) * FRAME_US))
    gap = missing * FRAME_SAMPLES
    assert values(track, 0, track.end) == [1] * FRAME_SAMPLES + [0] * gap + [2] * FRAME_SAMPLES
    assert track.wall_ms(FRAME_SAMPLES + gap) == START_US // 1000 + 40 * (1 + missing)


def test_a_long_gap_costs_one_second_of_silence_and_keeps_the_wall_clock() -> None:
    track = AudioTrack()
    track.append(frame(1, START_US))
    track.append(frame(2, START_US + 600_000_000))
    assert track.end == 2 * FRAME_SAMPLES + MAX_GAP_SAMPLES
    assert track.wall_ms(0) == START_US // 1000
    assert track.wall_ms(FRAME_SAMPLES + MAX_GAP_SAMPLES) == START_US // 1000 + 600_000


def test_late_and_double_frames_are_dropped() -> None:
    track = AudioTrack()
    for number in range(5):
        track.append(frame(number, START_US + number * FRAME_US))
    track.append(frame(9, START_US + FRAME_US))
    assert track.end == 5 * FRAME_SAMPLES
    assert track.late_frames == 1
    track.append(frame(5, START_US + 5 * FRAME_US))
    assert values(track, 5 * FRAME_SAMPLES, track.end) == [5] * FRAME_SAMPLES


def test_of_a_frame_that_overlaps_only_the_new_part_counts() -> None:
    track = AudioTrack()
    track.append(frame(1, START_US, 5 * FRAME_SAMPLES))
    track.append(frame(2, START_US + 2 * FRAME_US, 5 * FRAME_SAMPLES))
    assert values(track, 0, track.end) == [1] * 5 * FRAME_SAMPLES + [2] * 2 * FRAME_SAMPLES


def test_speech_for_which_silence_was_made_is_kept_with_its_own_time() -> None:
    track = AudioTrack()
    for number in range(1, 5):
        track.append(frame(number, START_US + number * FRAME_US))
    for number in range(5, 30):
        track.append(frame(0, START_US + number * FRAME_US))
    for number in range(5, 40):
        track.append(frame(number, START_US + number * FRAME_US))
    heard = values(track, 0, track.end)
    assert [number for number in heard[::FRAME_SAMPLES] if number] == list(range(1, 40))
    assert track.late_frames == 0
    assert track.wall_ms(track.end) == START_US // 1000 + 40 * 40
    assert track.wall_ms(29 * FRAME_SAMPLES) == START_US // 1000 + 40 * 5


def test_a_clock_set_back_is_taken_over() -> None:
    track = AudioTrack()
    track.append(frame(1, START_US))
    track.append(frame(2, START_US - 3_600_000_000))
    assert values(track, track.end - FRAME_SAMPLES, track.end) == [2] * FRAME_SAMPLES
    assert track.wall_ms(track.end - FRAME_SAMPLES) == (START_US - 3_600_000_000) // 1000


@given(st.lists(st.integers(0, 20 * FRAME_SAMPLES), max_size=8), st.integers(0, 20 * FRAME_SAMPLES))
def test_what_is_not_forgotten_stays_where_it_was(forgets: list[int], start: int) -> None:
    track, whole = AudioTrack(), AudioTrack()
    for number in range(10):
        for one in (track, whole):
            one.append(frame(number, START_US + number * FRAME_US))
    for before in forgets:
        track.forget(before)
    start = max(start, track.start)
    assert track.end == whole.end
    assert values(track, start, track.end) == values(whole, start, whole.end)
    assert track.wall_ms(start) == whole.wall_ms(start)


@pytest.mark.parametrize(("start", "end"), [(-5, 0), (50, 20), (10_000, 20_000)])
def test_nothing_is_read_where_nothing_is(start: int, end: int) -> None:
    track = AudioTrack()
    track.append(frame(1, START_US))
    assert len(track.read(start, end)) == 0
