"""RTCP as far as a forwarder needs it: reports, NACK, keyframe requests, REMB (RFC 3550 §6, RFC 4585 §6)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from media.errors import BadPacket

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION = 200, 201, 202
TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 205, 206
MAX_LOST = 256
"""Sequence numbers read from one NACK; a datagram could name 6,000."""

MAX_LIMIT_BPS = 1_000_000_000
"""A REMB can say up to 2 to the 81st."""

_WORD = struct.Struct("!L")
_PAIR = struct.Struct("!LL")
_LOST = struct.Struct("!HH")
_SENDER_INFO = struct.Struct("!LQLLL")
_BLOCK = struct.Struct("!LLLLLL")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """`fraction_lost` in 1/256 since the last report, `jitter` in clock units, `delay_since` in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest_sequence: int
    jitter: int
    last_sender_report: int
    delay_since: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    ssrc: int
    ntp: int
    """64-bit NTP time of the publisher's clock that belongs to `rtp_timestamp`."""
    rtp_timestamp: int


@dataclass(frozen=True, slots=True)
class Reports:
    """The report blocks of a sender or receiver report."""

    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    media_ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """PLI or FIR."""

    media_ssrc: int


@dataclass(frozen=True, slots=True)
class BitrateLimit:
    """REMB: what a browser's estimate says that its line takes, of all that it receives with send times."""

    bps: int


Feedback = SenderReport | Reports | Nack | KeyframeRequest
"""What names an SSRC; a BitrateLimit is about the connection."""


def parse(data: bytes, max_lost: int = MAX_LOST) -> list[Feedback | BitrateLimit]:
    """What a compound packet says; kinds that a forwarder does not use are skipped. Raises BadPacket.

    Of each NACK at most `max_lost` sequence numbers are read.
    """
    found: list[Feedback | BitrateLimit] = []
    position = 0
    while position < len(data):
        if position + 4 > len(data) or data[position] >> 6 != 2:
            raise BadPacket("an RTCP packet has no valid header")
        end = position + 4 * (((data[position + 2] << 8) | data[position + 3]) + 1)
        if end > len(data):
            raise BadPacket("an RTCP packet is longer than its datagram")
        body_end = end
        if data[position] & 0x20:
            padding = data[end - 1]
            if not 0 < padding <= end - position - 4:
                raise BadPacket("an RTCP packet has wrong padding")
            body_end -= padding
        body = data[position + 4 : body_end]
        found += _parse_one(data[position] & 0x1F, data[position + 1], body, max_lost)
        position = end
    return found


def _parse_one(count: int, kind: int, body: bytes, max_lost: int) -> Iterable[Feedback | BitrateLimit]:
    if kind == SENDER_REPORT:
        if len(body) < 24 + 24 * count:
            raise BadPacket("a sender report is truncated")
        ssrc, ntp, timestamp, _, _ = _SENDER_INFO.unpack_from(body)
        yield SenderReport(ssrc, ntp, timestamp)
        yield Reports(_blocks(body, 24, count))
    elif kind == RECEIVER_REPORT:
        if len(body) < 4 + 24 * count:
            raise BadPacket("a receiver report is truncated")
        yield Reports(_blocks(body, 4, count))
    elif kind in (TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK):
        if len(body) < 8:
            raise BadPacket("an RTCP feedback packet is truncated")
        _, media_ssrc = _PAIR.unpack_from(body)
        if kind == TRANSPORT_FEEDBACK and count == 1:
            yield Nack(media_ssrc, _lost(body, max_lost))
        elif kind == PAYLOAD_FEEDBACK and count == 1:
            yield KeyframeRequest(media_ssrc)
        elif kind == PAYLOAD_FEEDBACK and count == 4:
            # FIR names its sources in the entries and leaves the header's field 0 (RFC 5104 §4.3.1.1).
            for entry in range(8, len(body) - 7, 8):
                yield KeyframeRequest(_WORD.unpack_from(body, entry)[0])
        elif kind == PAYLOAD_FEEDBACK and count == 15 and body[8:12] == b"REMB":
            yield _bitrate_limit(body)


def _bitrate_limit(body: bytes) -> BitrateLimit:
    if len(body) < 16 or len(body) < 16 + 4 * body[12]:
        raise BadPacket("a REMB is truncated")
    exponent, mantissa = body[13] >> 2, (body[13] & 0x03) << 16 | body[14] << 8 | body[15]
    return BitrateLimit(min(mantissa << exponent, MAX_LIMIT_BPS))


def _blocks(body: bytes, start: int, count: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for index in range(count):
        ssrc, lost, highest, jitter, last, delay = _BLOCK.unpack_from(body, start + 24 * index)
        packets_lost = lost & 0xFFFFFF
        if packets_lost & 0x800000:
            packets_lost -= 0x1000000
        blocks.append(ReportBlock(ssrc, lost >> 24, packets_lost, highest, jitter, last, delay))
    return tuple(blocks)


def _lost(body: bytes, most: int) -> tuple[int, ...]:
    lost: list[int] = []
    for position in range(8, len(body) - 3, 4):
        first, bits = _LOST.unpack_from(body, position)
        lost.append(first)
        lost += [(first + 1 + bit) & 0xFFFF for bit in range(16) if bits >> bit & 1]
        if len(lost) >= most:
            break
    return tuple(lost[:most])


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(ssrc: int, ntp: int, rtp_timestamp: int, packets: int, octets: int, cname: str) -> bytes:
    """A sender report followed by the source description that every compound must carry (RFC 3550 §6.1)."""
    report = _SENDER_INFO.pack(ssrc, ntp, rtp_timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    name = cname.encode()[:255]
    item = bytes([1, len(name)]) + name + b"\x00"
    description = _WORD.pack(ssrc) + item + bytes(-len(item) % 4)
    return _packet(SENDER_REPORT, 0, report) + _packet(SOURCE_DESCRIPTION, 1, description)


def receiver_report(ssrc: int, blocks: Sequence[ReportBlock]) -> bytes:
    """At most 31 blocks, what the header's count field can say."""
    body = _WORD.pack(ssrc)
    for block in blocks[:31]:
        lost = (block.fraction_lost << 24) | (block.packets_lost & 0xFFFFFF)
        body += _BLOCK.pack(
            block.ssrc,
            lost,
            block.highest_sequence,
            block.jitter,
            block.last_sender_report,
            block.delay_since,
        )
    return _packet(RECEIVER_REPORT, min(31, len(blocks)), body)


def nack(ssrc: int, media_ssrc: int, lost: Sequence[int]) -> bytes:
    """`lost` in sending order; wraps at 65536."""
    body = _PAIR.pack(ssrc, media_ssrc)
    position = 0
    while position < len(lost):
        first = lost[position]
        bits = 0
        position += 1
        while position < len(lost) and 0 < (distance := (lost[position] - first) & 0xFFFF) <= 16:
            bits |= 1 << (distance - 1)
            position += 1
        body += _LOST.pack(first, bits)
    return _packet(TRANSPORT_FEEDBACK, 1, body)


def picture_loss(ssrc: int, media_ssrc: int) -> bytes:
    """Asks for a keyframe (RFC 4585 §6.3.1)."""
    return _packet(PAYLOAD_FEEDBACK, 1, _PAIR.pack(ssrc, media_ssrc))


def bitrate_limit(ssrc: int, bps: int, media_ssrcs: Sequence[int]) -> bytes:
    """REMB: how much the publisher may send in all (draft-alvestrand-rmcat-remb-03)."""
    exponent = max(0, bps.bit_length() - 18)
    mantissa = bps >> exponent
    body = _PAIR.pack(ssrc, 0) + b"REMB"
    body += struct.pack("!BBH", len(media_ssrcs), (exponent << 2) | (mantissa >> 16), mantissa & 0xFFFF)
    return _packet(PAYLOAD_FEEDBACK, 15, body + b"".join(map(_WORD.pack, media_ssrcs)))
