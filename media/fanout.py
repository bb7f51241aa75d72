"""A packet's way to all subscribers that only numbers set apart, in one call of the compiled core.

Whoever needs more is served by Sender, in Python.
"""

from __future__ import annotations

import os
import socket
import struct

from media.core import MAX_HEADER_BYTES, Core, NativeSession
from media.forwarding import OutgoingHeader, StoredPacket
from media.vp8 import PictureShift


class WayOut:
    """How packets leave one connection. It has a descriptor of its own for the socket: what comes late never
    goes to another file that got the number.
    """

    def __init__(self, core: Core, native: NativeSession) -> None:
        self.core = core
        self._native = native
        self.data = core.ffi.new("struct way_out *", {"fd": -1})
        self.data.protect = core.ffi.cast("int (*)(void *, void *, int *)", native.process)
        self.data.session = core.ffi.cast("void *", native.session)

    def lead(self, bound: socket.socket, address: tuple[str, int]) -> None:
        """Raises OSError for an address that the socket does not understand."""
        packed = _packed(bound.family, address)
        self.close()
        self.data.address[0 : len(packed)] = packed
        self.data.address_size = len(packed)
        self.data.single = 0
        self.data.fd = os.dup(bound.fileno())

    def close(self) -> None:
        """Nothing leaves until it leads somewhere again."""
        self.core.lib.discard(self.core.post, self.data)
        before, self.data.fd = self.data.fd, -1
        if before >= 0:
            os.close(before)


def _packed(family: int, address: tuple[str, int]) -> bytes:
    host, port = address
    if family == socket.AF_INET6:
        return struct.pack("=H", family) + struct.pack("!HI16sI", port, 0, socket.inet_pton(family, host), 0)
    return struct.pack("=H", family) + struct.pack("!H4s8x", port, socket.inet_pton(family, host))


class Copy:
    """One track towards one subscriber: what is added to the numbers, and what was sent."""

    def __init__(
        self,
        out: WayOut,
        header: OutgoingHeader,
        sequence: int,
        timestamp: int,
        pictures: PictureShift | None = None,
    ) -> None:
        self.out = out
        written = bytes(header.write(0, 0, 0, 0, 0, 0))
        assert len(written) <= MAX_HEADER_BYTES
        self.data = out.core.ffi.new("struct copy *")
        self.data.out = out.data
        self.data.sequence_shift, self.data.timestamp_shift = sequence & 0xFFFF, timestamp & 0xFFFFFFFF
        self.data.header_size = len(written)
        self.data.header[0 : len(written)] = written
        self.data.stamp_at, self.data.level_at = header.changing
        if pictures is not None:
            self.data.moved = 1
            self.data.picture_shift, self.data.tl0_shift = pictures.picture, pictures.tl0

    @property
    def leads_nowhere(self) -> bool:
        return bool(self.data.out.fd < 0)

    @property
    def packets(self) -> int:
        return int(self.data.packets)

    @property
    def octets(self) -> int:
        """Of payload."""
        return int(self.data.octets)


class Fan:
    """The copies of one source."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._send = core.lib.fan_out
        self._copies: list[Copy] = []
        self._arrange()

    def __len__(self) -> int:
        return len(self._copies)

    def add(self, copy: Copy) -> None:
        self._copies.append(copy)
        self._arrange()

    def remove(self, copy: Copy) -> None:
        """What its subscriber gets from elsewhere comes after what waits."""
        self._core.flush()
        self._copies.remove(copy)
        self._arrange()

    def _arrange(self) -> None:
        self._array = self._core.ffi.new("struct copy *[]", [copy.data for copy in self._copies])

    def send(self, stored: StoredPacket, send_time: int, level: int) -> int:
        """To how many it goes, at the next flush. The numbers are as OutgoingHeader.write takes them."""
        sequence, timestamp, marker, padding, payload = stored
        queued: int = self._send(
            self._core.post,
            self._array,
            len(self._copies),
            payload,
            len(payload),
            sequence,
            timestamp,
            marker | padding,
            send_time,
            level,
        )
        return queued
