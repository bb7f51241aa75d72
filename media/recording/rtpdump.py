"""Packets in a file: the rtpdump format of rtptools, which Wireshark reads too.

A line, a header with the wall clock, then for each packet its sizes, its offset in ms and the packet itself;
RTCP says 0 as the size of its RTP. Nothing has to be written at the end, so a file that was cut off is good
up to its last whole packet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"#!rtpplay1.0 0.0.0.0/0\n"
_START = struct.Struct("!IIIHH")
_RECORD = struct.Struct("!HHI")
_RTP = struct.Struct("!BBHII")
RTP_HEADER_BYTES = 12
MAX_PACKET_BYTES = 2_048


class BadDump(Exception):
    """The file does not begin like one of ours."""


@dataclass(frozen=True, slots=True)
class DumpedPacket:
    """`arrival_ms`: wall clock, ms since 1970. RTCP when `is_rtcp`, else RTP without header extensions."""

    arrival_ms: int
    data: bytes
    is_rtcp: bool


def opening(wall_ms: int) -> bytes:
    """How a file begins whose offsets count from `wall_ms`."""
    return MAGIC + _START.pack(wall_ms // 1000, wall_ms % 1000 * 1000, 0, 0, 0)


def rtp_record(
    offset_ms: int, sequence: int, timestamp: int, marker: int, padding: int, ssrc: int, payload: bytes
) -> bytes:
    """One packet under a bare header; `marker` is 0x80 or 0, `padding` 0x20 or 0, as in forwarding."""
    size = RTP_HEADER_BYTES + len(payload)
    header = _RTP.pack(0x80 | padding, marker | 96, sequence, timestamp, ssrc)
    return b"".join((_RECORD.pack(8 + size, size, offset_ms), header, payload))


def rtcp_record(offset_ms: int, packet: bytes) -> bytes:
    return _RECORD.pack(8 + len(packet), 0, offset_ms) + packet


def read(path: Path) -> Iterator[DumpedPacket]:
    """In the order of arrival; ends at the first packet that is not whole. Raises BadDump, OSError."""
    with path.open("rb") as file:
        yield from packets(file)


def packets(file: BinaryIO) -> Iterator[DumpedPacket]:
    """As `read`, of an open file."""
    yield from _packets(file, _opened(file))


def _opened(file: BinaryIO) -> int:
    head = file.read(len(MAGIC) + _START.size)
    if len(head) < len(MAGIC) + _START.size or not head.startswith(MAGIC):
        raise BadDump("this is not a packet dump")
    seconds, micros, *_ = _START.unpack_from(head, len(MAGIC))
    return int(seconds) * 1000 + int(micros) // 1000


def _packets(file: BinaryIO, start_ms: int) -> Iterator[DumpedPacket]:
    while len(head := file.read(_RECORD.size)) == _RECORD.size:
        length, rtp_length, offset_ms = _RECORD.unpack(head)
        size = length - _RECORD.size
        if not 0 < size <= MAX_PACKET_BYTES:
            return
        data = file.read(size)
        if len(data) < size:
            return
        yield DumpedPacket(start_ms + offset_ms, data, is_rtcp=rtp_length == 0)
