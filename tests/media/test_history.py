"""Packets of the last second, whatever the bitrate."""

from __future__ import annotations

import pytest

from media.forwarding import StoredPacket
from media.history import MAX_SLICE_PACKETS, SLICES, SPAN_S, History


def packet(number: int) -> StoredPacket:
    return (number & 0xFFFF, number * 10, 0, 0, b"%d" % number)


@pytest.mark.parametrize("per_s", [20, 300, 1500])
def test_a_second_is_kept_at_any_rate_and_not_much_more(per_s: int) -> None:
    history = History()
    for number in range(per_s * 5):
        now_s = number / per_s
        history.keep(packet(number), now_s)
        oldest = int((now_s - SPAN_S) * per_s) + 1
        if oldest >= 0:
            assert history.find(oldest & 0xFFFF) == packet(oldest)
        forgotten = int((now_s - 2 * SPAN_S) * per_s)
        if forgotten >= 0:
            assert history.find(forgotten & 0xFFFF) is None
    assert len(history) <= 1.5 * per_s + 1


def test_a_flood_does_not_grow_it() -> None:
    history = History()
    for number in range(50_000):
        history.keep(packet(number), number * 1e-5)
    assert len(history) <= MAX_SLICE_PACKETS * (SLICES + 1)
    assert history.find(49_999) == packet(49_999)


def test_numbers_go_round() -> None:
    history = History()
    for number in range(65_000, 66_000):
        history.keep(packet(number), number * 0.001)
    assert history.find(10) == packet(65_546)
    assert history.find(65_535) == packet(65_535)


def test_what_was_kept_before_a_long_silence_is_gone_after_it() -> None:
    history = History()
    history.keep(packet(1), 0.0)
    history.keep(packet(2), 60.0)
    history.keep(packet(3), 61.2)
    assert history.find(1) is None
    assert history.find(3) == packet(3)
