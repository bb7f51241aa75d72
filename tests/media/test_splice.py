"""Pausing a subscriber's track and moving it between encodings: one stream without a gap for the browser."""

from __future__ import annotations

import itertools
import struct
from itertools import pairwise

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media import rtcp
from media.counters import Counters
from media.forwarding import FIXED_HEADER, payload_start
from media.post import Post
from media.receiver import Receiver, Reception
from media.sender import SETTLED_S, Sender, Transmission
from tests.media.test_path import Wire

RATE_HZ, FRAMES_PER_S, NTP_S = 90_000, 30, 1 << 32
KEY, DELTA = b"\x10\x02\x00\x9d\x01\x2a", b"\x11\x02\x00"


class Encoding:
    """One encoding of a camera: a picture is one packet."""

    def __init__(self, ssrc: int, sequence: int, timestamp: int, picture: int, body: bytes) -> None:
        self.wire = Wire()
        self.receiver = Receiver("video", self.wire, Counters())
        self.receiver.configure(Reception(RATE_HZ, frozenset({96}), ssrc=ssrc), rtcp_ssrc=7)
        self.receiver.live = True
        self.sequence = sequence
        self._ssrc, self._timestamp, self._picture, self._body = ssrc, timestamp, picture, body

    def send(self, number: int, *, keyframe: bool = False, sequence: int | None = None) -> None:
        """Picture `number` since the beginning."""
        if sequence is None:
            sequence = self.sequence = (self.sequence + 1) & 0xFFFF
        timestamp = self.timestamp(number)
        picture = (self._picture + number) & 0x7FFF or 1
        descriptor = VpxPayloadDescriptor(
            partition_start=1, partition_id=0, picture_id=picture | 0x80, tl0picidx=number & 0xFF, tid=(0, 0)
        )
        body = (KEY if keyframe else DELTA) + self._body + b"%d" % number
        data = struct.pack("!BBHLL", 0x80, 0xE0, sequence, timestamp, self._ssrc) + bytes(descriptor) + body
        self.receiver.on_rtp(data, 0xE0, sequence, timestamp, self._ssrc, number / FRAMES_PER_S)

    def timestamp(self, number: int) -> int:
        return (self._timestamp + number * RATE_HZ // FRAMES_PER_S) & 0xFFFFFFFF

    def report(self, number: int) -> None:
        """The publisher's clock says second 1000 at picture 0."""
        ntp = 1000 * NTP_S + number * NTP_S // FRAMES_PER_S
        report = rtcp.SenderReport(self._ssrc, ntp, self.timestamp(number))
        self.receiver.on_sender_report(report, number / FRAMES_PER_S)

    def keyframes_wanted(self) -> int:
        return sum(isinstance(message, rtcp.KeyframeRequest) for message in self.wire.asked())


class Viewer:
    def __init__(self, source: Receiver) -> None:
        self.wire = Wire()
        self.sender = Sender(self.wire, Counters())
        self.sender.attach(source)
        self.sender.start(Transmission(107, None, "3", "name"), 0.0)

    def seen(self) -> list[tuple[int, int, bytes]]:
        """(sequence, timestamp, payload behind the descriptor) of each packet."""
        found = []
        for packet in self.wire.rtp:
            _, _, sequence, timestamp, _ = FIXED_HEADER.unpack_from(packet)
            found.append(
                (sequence, timestamp, VpxPayloadDescriptor.parse(packet[payload_start(packet) :])[1])
            )
        return found

    def pictures(self) -> list[tuple[int | None, int | None]]:
        parsed = [VpxPayloadDescriptor.parse(p[payload_start(p) :])[0] for p in self.wire.rtp]
        return [(one.picture_id, one.tl0picidx) for one in parsed]


def two() -> tuple[Encoding, Encoding]:
    full = Encoding(1, 65_530, 0xFFFF_F000, 300, b"full")
    return full, Encoding(2, 17, 77_000, 20_000, b"low")


@pytest.mark.parametrize("step", [20_000, 40_000, 65_000])
def test_numbers_go_on_although_the_sources_went_round_while_nobody_watched(step: int) -> None:
    full, _ = two()
    viewer = Viewer(full.receiver)
    full.send(0)
    for turn in range(1, 4):
        viewer.sender.show(None, turn)
        for _ in range(4):
            full.send(turn, sequence=(full.sequence + step // 4) & 0xFFFF)
            full.sequence = (full.sequence + step // 4) & 0xFFFF
        viewer.sender.show(full.receiver, turn + 0.5)
        full.send(turn, keyframe=True)
    numbers = [sequence for sequence, _, _ in viewer.seen()]
    assert numbers == [(numbers[0] + number) & 0xFFFF for number in range(4)]
    pictures = [picture or 0 for picture, _ in viewer.pictures()]
    assert pictures == [pictures[0] + number for number in range(4)]
    timestamps = [timestamp for _, timestamp, _ in viewer.seen()]
    assert [(later - before) & 0xFFFFFFFF for before, later in pairwise(timestamps)] == [3_000] * 3


def test_the_end_of_the_last_picture_goes_before_the_keyframe_of_the_same_reading() -> None:
    full, small = two()
    viewer = Viewer(full.receiver)
    post = Post(Counters())
    full.receiver._post = small.receiver._post = post
    full.send(0)
    small.send(0)
    viewer.sender.show(small.receiver, 0.1)
    post.gather()
    small.send(1)
    full.send(1)
    small.send(2, keyframe=True)
    post.flush()
    assert [b"low" in body for _, _, body in viewer.seen()] == [False, False, True]


def test_a_paused_track_goes_on_with_a_keyframe_and_without_a_gap() -> None:
    full, _ = two()
    viewer = Viewer(full.receiver)
    for number in range(10):
        full.send(number)
    viewer.sender.show(None, 0.4)
    for number in range(10, 40):
        full.send(number)
    assert len(viewer.wire.rtp) == 10
    viewer.sender.show(full.receiver, 1.4)
    assert full.keyframes_wanted() == 2
    full.send(40)
    full.send(41, keyframe=True)
    full.send(42)
    seen = viewer.seen()
    assert [(later[0] - seen[0][0]) & 0xFFFF for later in seen] == list(range(12))
    assert seen[10][2] == KEY + b"full41"
    assert (seen[10][1] - seen[9][1]) & 0xFFFFFFFF == 32 * RATE_HZ // FRAMES_PER_S


def test_a_change_of_encoding_keeps_numbers_time_and_pictures_in_step() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    for number in range(10):
        full.send(number)
        low.send(number)
    full.report(9)
    low.report(4)
    viewer.sender.show(low.receiver, 0.33)
    for number in range(10, 20):
        full.send(number)
        low.send(number, keyframe=number == 15)
    seen = viewer.seen()
    assert [(later[0] - seen[0][0]) & 0xFFFF for later in seen] == list(range(21))
    assert [b"low" in body for *_, body in seen] == [False] * 16 + [True] * 5
    steps = [(after[1] - before[1]) & 0xFFFFFFFF for before, after in itertools.pairwise(seen)]
    # Picture 15 came in both encodings: the second is a moment later, not at the same time.
    assert 0 < steps.pop(15) <= RATE_HZ // 1000
    assert all(abs(step - RATE_HZ // FRAMES_PER_S) <= 1 for step in steps)
    ids = viewer.pictures()
    assert ids[16] == ((ids[15][0] or 0) + 1, (ids[15][1] or 0) + 1)
    assert ids[17][1] == (ids[16][1] or 0) + 1


def test_a_sender_report_after_a_change_speaks_of_the_subscribers_timeline() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    for number in range(3):
        full.send(number)
    full.report(2)
    low.report(2)
    low.send(2)
    viewer.sender.show(low.receiver, 0.1)
    low.send(3, keyframe=True)
    low.report(6)
    reports = [message for message in viewer.wire.asked() if isinstance(message, rtcp.SenderReport)]
    first, last = reports[0], reports[-1]
    assert last.ssrc == viewer.sender.ssrc
    apart_s = (last.ntp - first.ntp) / NTP_S
    assert abs(((last.rtp_timestamp - first.rtp_timestamp) & 0xFFFFFFFF) / RATE_HZ - apart_s) < 0.001


def test_without_reports_the_new_encoding_follows_at_once() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    full.send(0)
    viewer.sender.show(low.receiver, 0.1)
    low.send(5, keyframe=True)
    before, after = viewer.seen()
    assert 0 < (after[1] - before[1]) & 0xFFFFFFFF <= RATE_HZ


def test_what_was_lost_before_a_change_is_still_repeated() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    for number in range(5):
        full.send(number)
    viewer.sender.show(low.receiver, 0.1)
    low.send(5, keyframe=True)
    low.send(6)
    lost = [viewer.seen()[index] for index in (3, 6)]
    viewer.sender.on_feedback(rtcp.Nack(viewer.sender.ssrc, tuple(sequence for sequence, *_ in lost)), 0.3)
    assert viewer.seen()[-2:] == lost


def test_a_late_packet_from_before_the_keyframe_takes_nobodys_number() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    full.send(0)
    low.send(0)
    late = low.sequence = low.sequence + 1
    viewer.sender.show(low.receiver, 0.1)
    low.send(2, keyframe=True)
    low.send(1, sequence=late)
    assert len(viewer.wire.rtp) == 2


def test_numbers_may_go_round_long_after_a_change() -> None:
    full, low = two()
    viewer = Viewer(full.receiver)
    full.send(0)
    viewer.sender.show(low.receiver, 0.1)
    low.send(1, keyframe=True)
    low.receiver.tick(1.0)
    low.receiver.tick(1.1 + SETTLED_S)
    for number in range(2, 40_000):
        low.send(number)
    assert len(viewer.wire.rtp) == 40_000
    low.receiver.tick(1_333.0)
    for number in range(40_000, 40_004):
        low.send(number)
    lost = viewer.seen()[-1]
    viewer.sender.on_feedback(rtcp.Nack(viewer.sender.ssrc, (lost[0],)), 1_333.4)
    assert viewer.seen()[-2:] == [lost, lost]


def test_a_stream_that_begins_anew_under_another_ssrc_goes_on_for_the_subscriber() -> None:
    wire = Wire()
    receiver = Receiver("video", wire, Counters())
    receiver.configure(Reception(RATE_HZ, frozenset({96})), rtcp_ssrc=7)
    receiver.live = True
    viewer = Viewer(receiver)
    for ssrc, first in ((5, 100), (6, 40_000)):
        for sequence in range(first, first + 3):
            body = bytes(VpxPayloadDescriptor(partition_start=1, partition_id=0)) + KEY
            data = struct.pack("!BBHLL", 0x80, 0xE0, sequence, sequence * 3_000, ssrc) + body
            receiver.on_rtp(data, 0xE0, sequence, sequence * 3_000, ssrc, 1.0)
    seen = viewer.seen()
    assert [(later[0] - seen[0][0]) & 0xFFFF for later in seen] == list(range(6))
    assert 0 < (seen[3][1] - seen[2][1]) & 0xFFFFFFFF <= RATE_HZ


def test_voice_is_paused_and_goes_on_at_once() -> None:
    receiver = Receiver("audio", Wire(), Counters())
    receiver.configure(Reception(48_000, frozenset({111}), ssrc=3), rtcp_ssrc=7)
    receiver.live = True
    wire = Wire()
    sender = Sender(wire, Counters())
    sender.attach(receiver)
    sender.start(Transmission(96, None, "0", "name"), 0.0)
    for number in range(6):
        if number == 2:
            sender.show(None, 0.0)
        if number == 4:
            sender.show(receiver, 0.0)
        data = struct.pack("!BBHLL", 0x80, 111, number, number * 960, 3) + b"opus"
        receiver.on_rtp(data, 111, number, number * 960, 3, 1.0)
    headers = [FIXED_HEADER.unpack_from(packet) for packet in wire.rtp]
    assert [(h[2] - headers[0][2]) & 0xFFFF for h in headers] == [0, 1, 2, 3]
    assert [h[3] for h in headers] == [0, 960, 3_840, 4_800]


def test_no_number_is_given_twice_although_the_last_packet_came_as_a_repeat() -> None:
    full, low = two()
    full.receiver.configure(
        Reception(RATE_HZ, frozenset({96}), retransmission={97: 96}, ssrc=full_ssrc(full), rtx_ssrc=99), 7
    )
    viewer = Viewer(full.receiver)
    full.send(0, keyframe=True)
    full.send(1)
    # The newest packet is known by its repeat alone.
    lost = (full.sequence + 1) & 0xFFFF
    body = struct.pack("!BBHLL", 0x80, 97, 5, full.timestamp(2), 99) + lost.to_bytes(2, "big")
    body += b"\x10" + DELTA + b"repeat"
    full.receiver.on_rtp(body, 97, 5, full.timestamp(2), 99, 0.1)
    viewer.sender.show(low.receiver, 0.1)
    low.send(3, keyframe=True)
    numbers = [sequence for sequence, _, _ in viewer.seen()]
    assert len(numbers) == 4
    assert len(set(numbers)) == 4


def full_ssrc(encoding: Encoding) -> int:
    assert encoding.receiver.ssrc is not None
    return encoding.receiver.ssrc


def test_a_voice_that_began_again_is_heard_for_hours() -> None:
    wire = Wire()
    voice = Receiver("audio", Wire(), Counters())
    voice.configure(Reception(48_000, frozenset({111}), ssrc=3), rtcp_ssrc=7)
    voice.live = True
    sender = Sender(wire, Counters())
    sender.attach(voice)
    sender.start(Transmission(111, None, "0", "name"), 0.0)

    def say(number: int) -> None:
        data = struct.pack("!BBHLL", 0x80, 111, number & 0xFFFF, number * 960 & 0xFFFFFFFF, 3) + b"opus"
        voice.on_rtp(data, 111, number & 0xFFFF, number * 960 & 0xFFFFFFFF, 3, number / 50)

    say(0)
    sender.show(None, 0.1)
    sender.show(voice, 0.2)
    for number in range(1, 45_001):
        say(number)
        if number % 3 == 0:
            voice.tick(number / 50)
    assert len(wire.rtp) == 45_001
