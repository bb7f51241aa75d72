"""Sockets that are read by the compiled core, in rounds while much arrives; it decrypts RTP as it reads.

To wake for each packet costs as much as to forward it, for caches are cold. From RATE_PER_MS on the sockets
are looked at every ROUND_S instead, which delays a packet by half of that; below, each is read as it comes.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import Any

from media.core import ADDRESS_SIZE, AS_IT_CAME, PLAIN, RECORD, SLOT_SIZE, SLOTS, Core, NativeSession
from media.post import Post
from media.reader import Address, Plain, Reader

ROUND_S = 0.002
RATE_PER_MS = 1.0
"""At which a round finds something more often than not."""
MEMORY = 0.05
"""Of the newest round in the rate."""
MAX_KNOWN = 4096
"""Addresses whose text is kept."""


class CoreReader(Reader):
    def __init__(self, post: Post, core: Core) -> None:
        super().__init__(post)
        self._core = core
        self._lib = core.lib
        self._memory = core.ffi.new("uint8_t[]", core.lib.mailbox_size())
        self._box = box = core.ffi.cast("struct mailbox *", self._memory)
        self._unpack = core.ffi.unpack
        self._records = core.lib.mailbox_records(box)
        self._addresses = core.ffi.buffer(core.lib.mailbox_addresses(box), SLOTS * ADDRESS_SIZE)
        self._data = core.ffi.buffer(core.lib.mailbox_data(box), SLOTS * SLOT_SIZE)
        self._known: dict[bytes, Address] = {}
        self._plain: dict[int, Plain] = {}
        self._ways: dict[int, tuple[Any, NativeSession]] = {}
        """What core.c points to."""
        self._timer: asyncio.TimerHandle | None = None
        self._rate_per_ms = 0.0
        self._read_s = 0.0

    @property
    def in_rounds(self) -> bool:
        return self._timer is not None

    def let_in(self, bound: socket.socket, native: NativeSession, path: Plain) -> None:
        way = self._core.ffi.new("struct way_in *")
        way.unprotect = self._core.ffi.cast("int (*)(void *, void *, int *)", native.process)
        way.session = self._core.ffi.cast("void *", native.session)
        descriptor = bound.fileno()
        if self._lib.let_in(self._box, descriptor, way):
            self._plain[descriptor], self._ways[descriptor] = path, (way, native)

    def remove(self, bound: socket.socket) -> None:
        self._lib.let_in(self._box, bound.fileno(), self._core.ffi.NULL)
        self._plain.pop(bound.fileno(), None)
        self._ways.pop(bound.fileno(), None)
        super().remove(bound)

    # --- when ---

    def stop_waiting(self) -> None:
        if self._timer is None:
            super().stop_waiting()
        else:
            self._timer.cancel()
            self._timer = None

    def _on_ready(self) -> None:
        self._read()
        if self._loop is not None and self._rate_per_ms > RATE_PER_MS:
            self.stop_waiting()
            self._timer = self._loop.call_later(ROUND_S, self._on_round)

    def _on_round(self) -> None:
        more = False
        try:
            more = self._read()
        finally:
            if self._loop is not None and self._rate_per_ms > RATE_PER_MS / 2:
                self._timer = self._loop.call_later(0.0 if more else ROUND_S, self._on_round)
            else:
                self._timer = None
                self._wait()

    # --- what ---

    def _read(self) -> bool:
        """Whether some socket has more."""
        read_s = time.monotonic()
        count = self._drain()
        elapsed_ms = max(0.1, (read_s - self._read_s) * 1000)
        self._read_s = read_s
        self._rate_per_ms += min(1.0, MEMORY * elapsed_ms) * (count / elapsed_ms - self._rate_per_ms)
        return bool(self._lib.mailbox_more(self._box))

    def _drain(self) -> int:
        """Reads and hands over; how many datagrams."""
        count: int = self._lib.drain(self._poll.fileno(), self._box)
        records, data = iter(self._unpack(self._records, RECORD * count)), self._data
        self.post.gather()
        for slot in range(count):
            descriptor, size, wire_size, kind = next(records), next(records), next(records), next(records)
            datagram = data[slot * SLOT_SIZE : slot * SLOT_SIZE + size]
            try:
                if kind == AS_IT_CAME:
                    self._hand_over(descriptor, datagram, self._address(slot))
                elif (path := self._plain.get(descriptor)) is None:
                    pass
                elif kind == PLAIN:
                    path.on_plain(datagram, wire_size)
                else:
                    path.on_forged()
            except Exception:
                self.post.failed()
        self.post.flush()
        return count

    def _address(self, slot: int) -> Address:
        packed = self._addresses[slot * ADDRESS_SIZE : (slot + 1) * ADDRESS_SIZE]
        found = self._known.get(packed)
        if found is None:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            found = self._known[packed] = _unpacked(packed)
        return found


def _unpacked(packed: bytes) -> Address:
    (family,) = struct.unpack_from("=H", packed)
    (port,) = struct.unpack_from("!H", packed, 2)
    if family == socket.AF_INET6:
        return socket.inet_ntop(family, packed[8:24]), port
    return socket.inet_ntop(socket.AF_INET, packed[4:8]), port
