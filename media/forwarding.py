"""RTP in, RTP out, as bytes: where the payload starts, and the header that replaces the publisher's.

Packets are never turned into objects: at a thousand a second per room that was half the cost of forwarding.
Header: RFC 3550 §5.1; extensions: RFC 8285.
"""

from __future__ import annotations

import struct

FIXED_HEADER = struct.Struct("!BBHLL")
"""Version and flags, marker and payload type, sequence number, timestamp, SSRC."""
ONE_BYTE_PROFILE = 0xBEDE
"""RFC 8285 §4.2."""

_PADDING_BIT = 0x20
_EXTENSION_BIT = 0x10

StoredPacket = tuple[int, int, int, int, bytes]
"""Sequence number, timestamp, marker (0 or 0x80), padding bit (0 or 0x20), payload with its padding."""


def payload_start(data: bytes) -> int:
    """Offset of the payload behind CSRCs and extensions; 0 when the packet is malformed."""
    first = data[0]
    size = len(data)
    start = 12 + ((first & 0x0F) << 2)
    if first & _EXTENSION_BIT:
        if start + 4 > size:
            return 0
        start += 4 + (((data[start + 2] << 8) | data[start + 3]) << 2)
    if start > size:
        return 0
    if first & _PADDING_BIT and not 0 < data[-1] <= size - start:
        return 0
    return start


def extension(data: bytes, wanted: int) -> bytes | None:
    """Value of the one-byte header extension with id `wanted` (1–14), None without it.

    `data` must have passed `payload_start`. Two-byte extensions are not offered, so they are not looked into.
    """
    first = data[0]
    if not first & _EXTENSION_BIT:
        return None
    position = 12 + ((first & 0x0F) << 2)
    if (data[position] << 8) | data[position + 1] != ONE_BYTE_PROFILE:
        return None
    end = position + 4 + (((data[position + 2] << 8) | data[position + 3]) << 2)
    position += 4
    while position < end:
        head = data[position]
        if head == 0:
            position += 1
            continue
        length = (head & 0x0F) + 1
        if head >> 4 == wanted:
            value = data[position + 1 : position + 1 + length]
            return value if position + 1 + length <= end else None
        position += 1 + length
    return None


def without_padding(payload: bytes, padding: int) -> bytes:
    """`payload` of a packet whose padding bit is `padding`."""
    return payload[: -payload[-1]] if padding else payload


class OutgoingHeader:
    """The header of one subscriber's stream: everything that stays is written once, the rest per packet.

    Extension ids are those of the subscriber's connection, 0 for what was not negotiated. The element that
    changes with every packet comes first, so that it lies at a fixed offset.
    """

    __slots__ = ("_buffer", "_level_at", "_stamp_at", "first", "payload_type", "ssrc")

    def __init__(
        self,
        *,
        ssrc: int,
        payload_type: int,
        mid: str,
        mid_id: int = 0,
        send_time_id: int = 0,
        level_id: int = 0,
    ) -> None:
        self.ssrc = ssrc
        self.payload_type = payload_type
        self._stamp_at = 0
        self._level_at = 0
        elements = b""
        if send_time_id:
            self._stamp_at = 17
            elements += bytes([(send_time_id << 4) | 2, 0, 0, 0])
        elif level_id:
            self._level_at = 17
            elements += bytes([level_id << 4, 0x7F])
        name = mid.encode()
        if mid_id and 0 < len(name) <= 16:
            elements += bytes([(mid_id << 4) | (len(name) - 1)]) + name
        elements += bytes(-len(elements) % 4)
        self._buffer = bytearray(12)
        self.first = 0x80
        """Its first byte, without the padding bit."""
        if elements:
            self.first |= _EXTENSION_BIT
            self._buffer += struct.pack("!HH", ONE_BYTE_PROFILE, len(elements) // 4) + elements

    @property
    def changing(self) -> tuple[int, int]:
        """Offsets of the send time and of the level in what `write` returns; 0 for what is not there."""
        return self._stamp_at, 0 if self._stamp_at else self._level_at

    def template(self, send_time: int, level: int) -> bytearray:
        """The header without its numbers, in a buffer that the next call reuses."""
        buffer = self._buffer
        if self._stamp_at:
            buffer[17] = send_time >> 16
            buffer[18] = (send_time >> 8) & 0xFF
            buffer[19] = send_time & 0xFF
        elif self._level_at:
            buffer[17] = level
        return buffer

    def write(
        self, sequence: int, timestamp: int, marker: int, padding: int, send_time: int, level: int
    ) -> bytearray:
        """The header for one packet, in a buffer that the next call reuses.

        `marker` is 0 or 0x80, `padding` 0 or 0x20, `send_time` by `send_time_24`, `level` RFC 6464's byte.
        """
        buffer = self.template(send_time, level)
        FIXED_HEADER.pack_into(
            buffer, 0, self.first | padding, marker | self.payload_type, sequence, timestamp, self.ssrc
        )
        return buffer


def send_time_24(now_s: float) -> int:
    """`now_s` as abs-send-time: 6.18 fixed point seconds; receivers only compare two of them."""
    return int(now_s * 262_144) & 0xFFFFFF
