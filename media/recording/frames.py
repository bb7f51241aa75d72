"""Packets of one dump put together again: Opus packets and whole VP8 frames, each with its RTP time.

VP8's payload descriptor: RFC 7741 §4.2; the frame header: RFC 6386 §9.1; Opus' TOC: RFC 6716 §3.1.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from media.forwarding import FIXED_HEADER
from media.jitter import packet_samples
from media.recording.rtpdump import RTP_HEADER_BYTES, DumpedPacket

REORDER_PACKETS = 512
"""How many packets later one that was asked for again may still come."""
MAX_FRAME_PACKETS = 2_000


@dataclass(frozen=True, slots=True)
class RtpPacket:
    ssrc: int
    sequence: int
    """Extended: counts on beyond 16 bits."""
    timestamp: int
    """Extended likewise."""
    marker: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """What a container takes. `size` (width, height) where it is a VP8 keyframe."""

    ssrc: int
    timestamp: int
    data: bytes
    is_key: bool
    duration: int = 0
    """In the clock of `timestamp`; 0 where the next frame ends it."""
    size: tuple[int, int] | None = None


def in_order(packets: Iterable[DumpedPacket]) -> Iterator[RtpPacket]:
    """RTP by sequence number, SSRC after SSRC; repeats once, what comes too late not at all."""
    waiting: list[tuple[int, int, RtpPacket]] = []
    ssrc: int | None = None
    extended: _Extended | None = None
    given = -1
    for count, dumped in enumerate(packets):
        if dumped.is_rtcp or len(dumped.data) < RTP_HEADER_BYTES:
            continue
        _, second, sequence, timestamp, source = FIXED_HEADER.unpack_from(dumped.data)
        if source != ssrc or extended is None:
            yield from _drain(waiting, given)
            ssrc, extended, given = source, _Extended(sequence, timestamp), -1
        packet = RtpPacket(
            source,
            extended.sequence(sequence),
            extended.timestamp(timestamp),
            bool(second & 0x80),
            without_padding(dumped.data),
        )
        heapq.heappush(waiting, (packet.sequence, count, packet))
        while len(waiting) > REORDER_PACKETS:
            _, _, first = heapq.heappop(waiting)
            if first.sequence > given:
                given = first.sequence
                yield first
    yield from _drain(waiting, given)


def _drain(waiting: list[tuple[int, int, RtpPacket]], given: int) -> Iterator[RtpPacket]:
    while waiting:
        _, _, packet = heapq.heappop(waiting)
        if packet.sequence > given:
            given = packet.sequence
            yield packet


class _Extended:
    """16 and 32 bits that count on; the first of both lies well above 0, so that earlier ones fit too."""

    def __init__(self, sequence: int, timestamp: int) -> None:
        self._sequence = (1 << 16) + sequence
        self._timestamp = (1 << 32) + timestamp

    def sequence(self, value: int) -> int:
        self._sequence, near = _nearest(self._sequence, value, 1 << 16)
        return near

    def timestamp(self, value: int) -> int:
        self._timestamp, near = _nearest(self._timestamp, value, 1 << 32)
        return near


def _nearest(highest: int, value: int, modulus: int) -> tuple[int, int]:
    """(new highest, the number that ends in `value` nearest to the old highest)."""
    difference = (value - highest) % modulus
    if difference >= modulus // 2:
        difference -= modulus
    return max(highest, highest + difference), highest + difference


def without_padding(data: bytes) -> bytes:
    """The payload behind a bare header; empty when its padding is wrong."""
    payload = data[RTP_HEADER_BYTES:]
    if not data[0] & 0x20:
        return payload
    count = payload[-1] if payload else 0
    return payload[:-count] if 0 < count <= len(payload) else b""


def opus_frames(packets: Iterable[RtpPacket]) -> Iterator[Frame]:
    for packet in packets:
        if samples := packet_samples(packet.payload):
            yield Frame(packet.ssrc, packet.timestamp, packet.payload, is_key=True, duration=samples)


def vp8_frames(packets: Iterable[RtpPacket]) -> Iterator[Frame]:
    """Whole frames from a keyframe on; after one that is not whole, none until the next keyframe."""
    parts: list[RtpPacket] = []
    usable = False
    before: RtpPacket | None = None
    for packet in packets:
        follows = before is not None and packet.ssrc == before.ssrc and packet.sequence == before.sequence + 1
        if not follows or (parts and packet.timestamp != parts[0].timestamp):
            usable, parts = False, []
        before = packet
        if packet.payload:
            parts.append(packet)
        if not parts or not (packet.marker or len(parts) >= MAX_FRAME_PACKETS):
            continue
        frame = _vp8_frame(parts)
        parts = []
        usable = frame is not None and (usable or frame.is_key)
        if frame is not None and usable:
            yield frame


def _vp8_frame(parts: list[RtpPacket]) -> Frame | None:
    """None unless the parts are a whole frame from its first byte."""
    payloads = [vp8_payload(part.payload) for part in parts]
    if not payloads[0][0] or any(not data for _, data in payloads):
        return None
    data = b"".join(data for _, data in payloads)
    is_key = not data[0] & 1
    if not is_key:
        return Frame(parts[0].ssrc, parts[0].timestamp, data, is_key=False)
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":
        return None
    size = (int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF)
    return Frame(parts[0].ssrc, parts[0].timestamp, data, is_key=True, size=size)


def vp8_payload(payload: bytes) -> tuple[bool, bytes]:
    """(whether a frame begins here, what follows the descriptor); nothing follows a truncated one."""
    first = payload[0]
    begins = bool(first & 0x10) and not first & 0x07
    position = 1
    if first & 0x80:
        if len(payload) < 2:
            return begins, b""
        extension = payload[1]
        position = 2
        if extension & 0x80:
            position += 2 if len(payload) > 2 and payload[2] & 0x80 else 1
        position += bool(extension & 0x40) + bool(extension & 0x30)
    return begins, payload[position:]
