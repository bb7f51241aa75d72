"""What a publisher's own line takes, from how long its packets take: a line with a queue, driven by hand."""

from __future__ import annotations

import struct

from media.bitrate import MAX_BPS
from media.counters import Counters
from media.receiver import Receiver, Reception
from media.uplink import VOICE_BPS, Uplink, carried
from tests.media.test_path import Wire

RATE_HZ = 90_000


class Line:
    """Video of `sent_bps` in packets of 1,000 octets, over a line of `capacity_bps` that never drops."""

    def __init__(self) -> None:
        self.receiver = Receiver("video", Wire(), Counters())
        self.receiver.configure(Reception(RATE_HZ, frozenset({96}), ssrc=5), rtcp_ssrc=1)
        self.receiver.live = True
        self.uplink = Uplink()
        self.octets = 0
        self._sequence = 0
        self._free_s = 0.0
        self._flying: list[tuple[float, int]] = []

    def second(self, number: int, sent_bps: int, capacity_bps: int) -> int:
        """The limit after that second."""
        self.send(number, sent_bps, capacity_bps)
        return self.uplink.each_second([self.receiver], self.octets, number + 1)

    def send(self, number: int, sent_bps: int, capacity_bps: int, *, late_s: float = 0.0) -> None:
        count = sent_bps // 8_000
        for index in range(count):
            sent_s = number + index / count
            self._free_s = max(sent_s, self._free_s) + 8_000 / capacity_bps
            self._flying.append((self._free_s + late_s, int(sent_s * RATE_HZ)))
        while self._flying and self._flying[0][0] < number + 1:
            self._arrive(*self._flying.pop(0))
        self.receiver.each_second(number + 1)
        self.receiver.report(number + 1)

    def _arrive(self, now_s: float, timestamp: int) -> None:
        self._sequence += 1
        data = struct.pack("!BBHLL", 0x80, 96, self._sequence & 0xFFFF, timestamp, 5) + bytes(988)
        self.receiver.on_rtp(data, 96, self._sequence & 0xFFFF, timestamp, 5, now_s)
        self.octets += len(data)


def test_a_line_that_takes_everything_is_not_limited() -> None:
    line = Line()
    assert {line.second(number, 1_200_000, 5_000_000) for number in range(30)} == {MAX_BPS}


def test_a_queue_on_the_way_is_drained() -> None:
    line = Line()
    sent_bps = 1_200_000
    for number in range(5):
        line.second(number, sent_bps, 5_000_000)
    queued_s = []
    for number in range(5, 60):
        sent_bps = min(1_200_000, line.second(number, sent_bps, 600_000) + VOICE_BPS)
        queued_s.append(max(0.0, line._free_s - number - 1))
    assert sent_bps < 650_000
    assert sum(queued < 0.5 for queued in queued_s[20:]) > 25


def test_a_line_that_was_cut_takes_as_much_as_before() -> None:
    """What was lost meanwhile says nothing of it."""
    line = Line()
    for number in range(5):
        line.second(number, 1_200_000, 5_000_000)
    limits = [line.second(number, 0, 5_000_000) for number in range(5, 8)]
    line._sequence += 3 * 150
    limits += [line.second(number, sent_bps, 5_000_000) for number, sent_bps in ((8, 300_000), (9, 600_000))]
    limits += [line.second(number, 1_200_000, 5_000_000) for number in range(10, 20)]
    assert set(limits) == {MAX_BPS}


def test_a_stream_that_paused_is_no_queue_as_long_as_another_is_on_time() -> None:
    line, steady = Line(), Line()
    limits = []
    for number in range(20):
        line.send(number, 500_000, 5_000_000, late_s=0.0 if number < 5 else 0.4)
        steady.send(number, 500_000, 5_000_000)
        limits.append(line.uplink.each_second([line.receiver, steady.receiver], line.octets, number + 1))
    assert set(limits) == {MAX_BPS}


def test_a_limit_is_not_raised_far_beyond_what_was_tried() -> None:
    line = Line()
    for number in range(5):
        line.second(number, 1_000_000, 5_000_000)
    for number in range(5, 12):
        line.second(number, 1_000_000, 400_000)
    limits = [line.second(number, 100_000, 5_000_000) for number in range(12, 60)]
    assert max(limits[10:]) < 400_000


def test_a_picture_without_a_voice_recovers_from_a_short_dip() -> None:
    line = Line()
    sent_bps = 1_200_000
    for number in range(5):
        line.second(number, sent_bps, 5_000_000)
    for number in range(5, 25):
        sent_bps = max(30_000, min(1_200_000, line.second(number, sent_bps, 90_000)))
    assert sent_bps < 200_000
    # Perfect again: a browser sends as much as it is told, and not a bit more.
    for number in range(25, 225):
        sent_bps = max(30_000, min(1_200_000, line.second(number, sent_bps, 5_000_000)))
    assert sent_bps == 1_200_000


def test_a_thin_stream_that_lost_a_few_packets_is_no_weak_line() -> None:
    def stream(ssrc: int) -> Receiver:
        receiver = Receiver("video", Wire(), Counters())
        receiver.configure(Reception(RATE_HZ, frozenset({96}), ssrc=ssrc), rtcp_ssrc=1)
        receiver.live = True
        return receiver

    thin, full = stream(5), stream(6)
    uplink, octets, limits = Uplink(), 0, set()
    for number in range(20):
        for receiver, count, ssrc in ((thin, 10, 5), (full, 100, 6)):
            for index in range(count):
                sequence = number * count + index + 1
                if receiver is thin and index in (3, 4, 5):
                    continue
                now_s = number + index / count
                data = struct.pack("!BBHLL", 0x80, 96, sequence, int(now_s * RATE_HZ), ssrc) + bytes(988)
                receiver.on_rtp(data, 96, sequence, int(now_s * RATE_HZ), ssrc, now_s)
                octets += len(data)
            receiver.each_second(number + 1)
        limits.add(uplink.each_second([thin, full], octets, number + 1))
    assert limits == {MAX_BPS}


def test_what_a_line_carries_of_a_camera_is_what_comes_of_it() -> None:
    camera, small = Line().receiver, Line().receiver
    camera.small = small
    camera.rate_bps = small.rate_bps = 200_000
    assert carried(camera) == "whole"
    camera.rate_bps = 0
    assert carried(camera) == "small"
    small.rate_bps = 0
    assert carried(camera) == "none"
    camera.small = None
    assert carried(camera) == "none"
    # Nobody is shown the whole one: that it does not come says nothing of the line.
    camera.small, small.rate_bps = small, 80_000
    camera.demand.wish(5, 0)
    assert carried(camera) == "whole"
