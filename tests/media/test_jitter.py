"""Order and time from packets that come late, twice, out of order or not at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.jitter import MAX_SILENCE, STEP, JitterBuffer, Lost, Piece, Silence, Speech, packet_samples

VOICE = b"\x78voice"
"""A 20 ms CELT packet by its first byte."""


def feed(
    packets: list[tuple[float, int]],
    until_s: float,
    *,
    start: tuple[int, int] = (0, 0),
    pause: tuple[int, int] = (0, 0),
) -> list[Piece]:
    """Packets as (arrival in s, number); polled every 20 ms. Sequence and timestamp count from `start`.

    From packet `pause[0]` on the timestamps are `pause[1]` packets further on than the sequence numbers.
    """
    buffer = JitterBuffer()
    pieces: list[Piece] = []
    waiting = sorted(packets)
    for tick in range(int(until_s * 50) + 1):
        while waiting and waiting[0][0] <= tick * 0.02:
            arrival_s, number = waiting.pop(0)
            steps = number + (pause[1] if number >= pause[0] else 0)
            sequence, timestamp = (start[0] + number) & 0xFFFF, (start[1] + steps * STEP) & 0xFFFFFFFF
            buffer.push(sequence, timestamp, VOICE + bytes([number & 0xFF]), 1e9 + arrival_s)
            pieces += buffer.pop(1e9 + arrival_s)
        pieces += buffer.pop(1e9 + tick * 0.02)
    return pieces


def spoken(pieces: list[Piece]) -> list[int]:
    return [piece.payload[-1] for piece in pieces if isinstance(piece, Speech)]


def samples(pieces: list[Piece]) -> int:
    return sum(STEP if isinstance(piece, Speech) else piece.samples for piece in pieces)


def test_in_order_packets_go_on_at_once() -> None:
    buffer = JitterBuffer()
    for number in range(5):
        now_s = 100 + number * 0.02
        buffer.push(number, number * STEP, VOICE, now_s)
        assert [type(piece) for piece in buffer.pop(now_s)] == [Speech]


def test_reordering_within_the_target_loses_nothing() -> None:
    pieces = feed([(0.0, 0), (0.02, 1), (0.06, 2), (0.061, 3), (0.055, 4), (0.1, 5)], 0.12)
    assert spoken(pieces) == [0, 1, 2, 3, 4, 5]
    assert all(isinstance(piece, Speech) for piece in pieces)


def test_a_hole_is_concealed_after_the_target_with_the_packet_behind_it() -> None:
    pieces = feed([(0.0, 0), (0.02, 1), (0.08, 4), (0.1, 5)], 0.14)
    (lost,) = [piece for piece in pieces if isinstance(piece, Lost)]
    assert (lost.timestamp, lost.samples) == (2 * STEP, 2 * STEP)
    assert lost.following == VOICE + b"\x04"
    assert spoken(pieces) == [0, 1, 4, 5]


def test_a_packet_that_comes_after_its_place_was_concealed_is_dropped() -> None:
    pieces = feed([(0.0, 0), (0.04, 2), (0.3, 1), (0.06, 3), (0.08, 4)], 0.1)
    assert spoken(pieces) == [0, 2, 3, 4]


def test_discontinuous_transmission_becomes_silence_of_the_same_length() -> None:
    buffer = JitterBuffer()
    buffer.push(7, 0, VOICE, 50.0)
    pieces = list(buffer.pop(50.0))
    buffer.push(8, 21 * STEP, VOICE, 50.42)
    pieces += buffer.pop(50.42)
    assert samples(pieces) == 22 * STEP
    assert all(isinstance(piece, Speech | Silence) for piece in pieces)


def test_when_packets_stop_silence_follows_the_clock_for_a_while() -> None:
    assert samples(feed([(0.0, 0)], 1.0)) == pytest.approx(0.4 * 48_000, abs=2 * STEP)
    assert samples(feed([(0.0, 0)], 30.0)) == MAX_SILENCE + STEP


def test_after_a_long_pause_the_timeline_goes_on_with_the_next_packet() -> None:
    pieces = feed([(0.0, 0), (5.0, 1)], 5.0, pause=(1, 249))
    last = pieces[-1]
    assert isinstance(last, Speech)
    assert last.timestamp == 250 * STEP
    assert samples(pieces) == MAX_SILENCE + 2 * STEP


@pytest.mark.parametrize("stall_s", [0.5, 1.5, 4.0])
def test_speech_after_a_stall_is_not_lost(stall_s: float) -> None:
    on_time = [(number * 0.02, number) for number in range(10)]
    stalled = [(0.2 + stall_s + number * 0.0001, number) for number in range(10, 10 + int(stall_s * 50))]
    pieces = feed(on_time + stalled, 0.5 + stall_s)
    assert spoken(pieces) == list(range(10 + int(stall_s * 50)))


def test_a_sender_whose_clock_stood_still_while_muted_is_heard_again() -> None:
    before = [(number * 0.02, number) for number in range(10)]
    after = [(5 + number * 0.02, number) for number in range(10, 20)]
    assert spoken(feed(before + after, 5.5)) == list(range(20))


def test_numbers_wrap() -> None:
    packets = [(number * 0.02, number) for number in range(40) if number != 13]
    pieces = feed(packets, 1.0, start=(65_530, 2**32 - 10 * STEP))
    assert spoken(pieces) == [number for number in range(40) if number != 13]
    assert sum(isinstance(piece, Lost) for piece in pieces) == 1


def test_a_sender_that_stood_still_is_dated_by_its_arrival_at_once() -> None:
    buffer = JitterBuffer()
    for number in range(40):
        arrived_s = 100 + number * 0.02 + (5 if number >= 10 else 0)
        for tick in range(250 if number == 10 else 1):
            list(buffer.pop(arrived_s - 5 + tick * 0.02))
        buffer.push(number, number * STEP, VOICE, arrived_s)
        list(buffer.pop(arrived_s))
        if number == 20:
            assert buffer.clock.wall_s(21 * STEP) == pytest.approx(arrived_s)


def test_what_a_stall_held_back_keeps_its_own_time() -> None:
    buffer = JitterBuffer()
    buffer.push(0, 0, VOICE, 100.0)
    pieces = list(buffer.pop(100.0))
    for tick in range(100):
        pieces += buffer.pop(100 + tick * 0.02)
    assert samples(pieces) > MAX_SILENCE
    for number in range(1, 101):
        buffer.push(number, number * STEP, VOICE, 102.0)
    late = list(buffer.pop(102.1))
    assert [piece.timestamp for piece in late] == [number * STEP for number in range(1, 101)]
    assert buffer.clock.wall_s(STEP) == pytest.approx(100.0)


def test_a_new_timeline_starts_with_its_second_packet() -> None:
    buffer = JitterBuffer()
    buffer.push(1, 0, VOICE, 10.0)
    assert len(list(buffer.pop(10.0))) == 1
    buffer.push(30_000, 2_000_000_000, VOICE, 10.02)
    assert not list(buffer.pop(10.02))
    buffer.push(30_001, 2_000_000_000 + STEP, VOICE, 10.04)
    assert [piece.timestamp for piece in buffer.pop(10.04)] == [2_000_000_000, 2_000_000_000 + STEP]
    assert buffer.clock.wall_s(2_000_000_000 + STEP) == pytest.approx(10.02)


def test_a_stray_packet_does_not_end_a_timeline() -> None:
    buffer = JitterBuffer()
    for number in range(10):
        buffer.push(number, number * STEP, VOICE, 10 + number * 0.02)
        if number == 5:
            buffer.push(40_000, 123_456_789, VOICE, 10.11)
        assert [type(piece) for piece in buffer.pop(10 + number * 0.02)] == [Speech]


def test_a_sender_that_counts_anew_is_heard_at_once() -> None:
    buffer = JitterBuffer()
    pieces: list[Piece] = []
    for number in range(100):
        sequence = number if number < 50 else number - 40
        buffer.push(sequence, number * STEP, VOICE, 10 + number * 0.02)
        pieces += buffer.pop(10 + number * 0.02)
    assert len(spoken(pieces)) == 100
    assert samples(pieces) == 100 * STEP


def test_it_waits_longer_on_a_line_whose_packets_come_later_than_the_target() -> None:
    """Every tenth packet comes 150 ms late: the first is given up, those after it are waited for."""
    packets = [(number * 0.02 + (0.15 if number % 10 == 5 else 0), number) for number in range(200)]
    pieces = feed(packets, 5.0)
    assert sum(isinstance(piece, Lost) for piece in pieces) == 1
    assert len(spoken(pieces)) == 199


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.2])
def test_duration_is_kept_under_loss_and_jitter(loss: float) -> None:
    chance = random.Random(1)
    packets = [
        (number * 0.02 + chance.random() * 0.03, number)
        for number in range(1_000)
        if number in (0, 999) or chance.random() >= loss
    ]
    pieces = feed(packets, 20.15)
    assert samples(pieces) == 1_000 * STEP
    assert len(spoken(pieces)) >= len(packets) * 0.999


@given(
    st.lists(
        st.tuples(
            st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.binary(max_size=6), st.floats(0, 0.5)
        ),
        max_size=60,
    )
)
def test_any_packets_leave_a_bounded_and_seamless_timeline(
    packets: list[tuple[int, int, bytes, float]],
) -> None:
    buffer = JitterBuffer()
    now_s = 1_000.0
    for sequence, timestamp, payload, pause_s in packets:
        now_s += pause_s
        buffer.push(sequence, timestamp, payload, now_s)
        for piece in buffer.pop(now_s):
            length = piece.samples if not isinstance(piece, Speech) else packet_samples(piece.payload) or STEP
            assert 0 < length <= 10 * 48_000


@pytest.mark.parametrize(
    ("payload", "duration_ms"),
    [
        (b"\x78", 20),
        (b"\x08", 20),
        (b"\x18", 60),
        (b"\x60", 10),
        (b"\x80", 2.5),
        (b"\x79", 40),
        (b"\x7b\x03", 60),
        (b"\x7b\x07", 0),
        (b"\x7b", 0),
        (b"", 0),
    ],
)
def test_duration_is_read_from_the_first_bytes(payload: bytes, duration_ms: float) -> None:
    assert packet_samples(payload) == duration_ms * 48
