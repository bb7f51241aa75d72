"""One stream for a player, cut together from several people's packets."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise

import pytest

from media import rtcp, vp8
from media.counters import Counters
from media.forwarding import StoredPacket
from media.keyframe import starts_keyframe
from media.programme import Programme
from media.receiver import Receiver, Reception
from media.sdp import Codec
from media.sender import Sender, Transmission
from tests.media.test_path import Wire

PAYLOAD_TYPE = 96


class Nowhere:
    def __init__(self) -> None:
        self.sent = 0

    def send_rtcp(self, packet: bytes) -> None:
        self.sent += 1


class Publisher:
    """`send` makes a packet; pictures are VP8 with long picture ids, or H.264."""

    def __init__(
        self, codec: Codec, *, sequence: int, timestamp: int, picture: int = 0, ssrc: int = 5
    ) -> None:
        self.wire = Nowhere()
        self.receiver = Receiver("audio" if codec == "opus" else "video", self.wire, Counters())
        self.receiver.codec = codec
        self.receiver.configure(Reception(48_000, frozenset({PAYLOAD_TYPE})), rtcp_ssrc=1)
        self.receiver.live = True
        self.sequence, self.timestamp, self.picture, self.ssrc = sequence, timestamp, picture, ssrc

    def send(self, *, keyframe: bool = False, sequence: int | None = None) -> None:
        if sequence is None:
            self.sequence = sequence = (self.sequence + 1) & 0xFFFF
            self.timestamp = (self.timestamp + 3_000) & 0xFFFFFFFF
            self.picture = (self.picture + 1) & 0x7FFF
        header = struct.pack("!BBHLL", 0x80, PAYLOAD_TYPE, sequence, self.timestamp, self.ssrc)
        data = header + self._payload(keyframe)
        self.receiver.on_rtp(data, PAYLOAD_TYPE, sequence, self.timestamp, self.ssrc, 1.0)

    def _payload(self, keyframe: bool) -> bytes:
        if self.receiver.codec == "opus":
            return b"voice"
        if self.receiver.codec == "h264":
            return bytes([0x67 if keyframe else 0x41, 1, 2])
        picture = bytes([0x80 | self.picture >> 8, self.picture & 0xFF])
        return b"\x90\x80" + picture + (b"\x10" if keyframe else b"\x11") + b"picture"


class Screen:
    """What the player gets."""

    def __init__(self) -> None:
        self.packets: list[StoredPacket] = []
        self.reports: list[rtcp.SenderReport] = []

    def forward(self, packets: Sequence[StoredPacket], send_time: int, level: int) -> None:
        self.packets += packets

    def pass_report(self, report: rtcp.SenderReport) -> None:
        self.reports.append(report)

    def restart(self) -> None:
        raise AssertionError("a programme is one stream")

    def tick(self, now_s: float) -> None:
        """Nothing to repeat."""

    @property
    def sequences(self) -> list[int]:
        return [packet[0] for packet in self.packets]


def watched(codec: Codec) -> tuple[Programme, Screen]:
    programme = Programme(codec, ["vp8", "h264"] if codec != "opus" else ["opus"], Counters())
    screen = Screen()
    programme.listen(screen)
    return programme, screen


def test_pictures_are_cut_at_a_keyframe_and_numbers_go_on() -> None:
    one = Publisher("vp8", sequence=65_530, timestamp=0xFFFFFF00, picture=0x7FFE)
    two = Publisher("vp8", sequence=100, timestamp=7, picture=300, ssrc=6)
    programme, screen = watched("vp8")
    programme.show(one.receiver, 1.0)
    one.send()
    assert screen.packets == []
    one.send(keyframe=True)
    one.send()
    programme.show(two.receiver, 2.0)
    assert two.wire.sent == 0, "without a stream there is nobody to ask"
    two.send()
    programme.tick(3.0)
    assert two.wire.sent == 1
    one.send()
    two.send(keyframe=True)
    one.send()
    two.send()
    assert screen.sequences == list(range(5))
    times = [packet[1] for packet in screen.packets]
    assert all(0 < (after - before) & 0xFFFFFFFF < 90_000 for before, after in pairwise(times))
    pictures = [vp8.pictures(packet[4]).picture for packet in screen.packets]
    assert pictures == [(pictures[0] + number) & 0x7FFF for number in range(5)]
    assert programme.stored(4) == screen.packets[4]


def test_a_sound_is_cut_at_once() -> None:
    one = Publisher("opus", sequence=5, timestamp=0)
    two = Publisher("opus", sequence=9_000, timestamp=1 << 31)
    programme, screen = watched("opus")
    programme.show(one.receiver, 1.0)
    one.send()
    programme.show(two.receiver, 1.0)
    one.send()
    two.send()
    one.send()
    assert screen.sequences == [0, 1, 2]


def test_what_is_late_for_a_cut_is_left_out_and_numbers_may_go_round() -> None:
    one = Publisher("vp8", sequence=0, timestamp=0)
    programme, screen = watched("vp8")
    programme.show(one.receiver, 1.0)
    one.send(keyframe=True)
    one.send(sequence=0)
    assert screen.sequences == [0]
    for _ in range(66_000):
        one.send()
    assert len(screen.packets) == 66_001
    assert screen.sequences[-1] == 66_000 & 0xFFFF


def test_a_publisher_that_begins_anew_is_cut_in_again() -> None:
    one = Publisher("vp8", sequence=10, timestamp=0)
    programme, screen = watched("vp8")
    programme.show(one.receiver, 1.0)
    one.send(keyframe=True)
    one.ssrc, one.sequence = 77, 40_000
    one.send()
    one.send(keyframe=True)
    assert screen.sequences == [0, 1]


def test_the_codec_follows_the_source() -> None:
    one, two = Publisher("vp8", sequence=1, timestamp=0), Publisher("h264", sequence=1, timestamp=0)
    programme, screen = watched("vp8")
    programme.show(one.receiver, 1.0)
    one.send(keyframe=True)
    programme.show(two.receiver, 1.0)
    two.send()
    assert programme.codec == "vp8"
    two.send(keyframe=True)
    assert programme.codec == "h264"
    assert screen.sequences == [0, 1]


@pytest.mark.parametrize("early", [True, False])
def test_packets_carry_the_payload_type_of_their_codec(early: bool) -> None:
    """Whether the player's connection is up before the first picture or after."""
    wire = Wire()
    sender = Sender(wire, Counters())
    programme = Programme("vp8", ["vp8", "h264"], Counters())
    sender.attach(programme)
    transmission = Transmission(96, 97, "1", "name", by_codec={"vp8": (96, 97), "h264": (103, 104)})
    one, two = Publisher("vp8", sequence=1, timestamp=0), Publisher("h264", sequence=1, timestamp=0)
    if early:
        sender.start(transmission, 1.0)
    programme.show(two.receiver, 1.0)
    two.send(keyframe=True)
    if not early:
        sender.start(transmission, 1.0)
    two.send()
    programme.show(one.receiver, 1.0)
    one.send(keyframe=True)
    payload_types = [packet[1] & 0x7F for packet in wire.rtp]
    assert set(payload_types[:-1]) == {103}
    assert payload_types[-1] == 96


def test_reports_are_on_one_clock_and_listeners_go_with_the_end() -> None:
    one, two = Publisher("opus", sequence=1, timestamp=50), Publisher("opus", sequence=1, timestamp=5)
    programme, screen = watched("opus")
    programme.each_second(1.0)
    programme.show(one.receiver, 1.0)
    one.send()
    one.receiver.on_sender_report(rtcp.SenderReport(5, 1, 1), 1.0)
    assert screen.reports == []
    programme.each_second(1.0)
    assert len(screen.reports) == 1
    programme.show(two.receiver, 1.0)
    programme.close()
    assert one.receiver.listeners == two.receiver.listeners == ()


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        (b"", False),
        (b"\x67\x42", True),
        (b"\x65\x88", True),
        (b"\x41\x9a", False),
        (b"\x78\x00\x04\x67\x42", True),
        (b"\x78\x00\x04\x41\x42", False),
        (b"\x78\x00", False),
        (b"\x7c\x85\x88", True),
        (b"\x7c\x05\x88", False),
        (b"\x7c\x81\x88", False),
        (b"\x7c", False),
    ],
)
def test_where_a_picture_in_h264_begins(payload: bytes, begins: bool) -> None:
    assert starts_keyframe("h264", payload) is begins
