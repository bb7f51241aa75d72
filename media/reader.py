"""Sockets that are read together by the compiled core, in rounds while much arrives.

To wake for each packet costs as much as to forward it. From RATE_PER_MS on the sockets are looked at every
ROUND_S instead, which delays a packet by half of that; below, each is read as it comes.
"""

from __future__ import annotations

import asyncio
import logging
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from media.core import ADDRESS_SIZE, AS_IT_CAME, PLAIN, RECORD, SLOT_SIZE, SLOTS, Core, NativeSession

ROUND_S = 0.002
RATE_PER_MS = 1.0
"""At which a round finds something more often than not."""
MEMORY = 0.05
"""Of the newest round in the rate."""
MAX_KNOWN = 4096
"""Addresses whose text is kept."""
MAX_LOGGED_FAILURES = 10

P = TypeVar("P", bound=asyncio.DatagramProtocol)
log = logging.getLogger(__name__)


class Plain(Protocol):
    """Takes what was decrypted."""

    def on_plain(self, plain: bytes, size: int) -> None: ...

    def on_forged(self) -> None: ...


class ReadTogether(asyncio.DatagramTransport):
    """One socket. What cannot be sent at once is dropped, as the network does."""

    def __init__(self, reader: Reader, bound: socket.socket, protocol: asyncio.DatagramProtocol) -> None:
        super().__init__({"socket": bound, "sockname": bound.getsockname()})
        self._reader = reader
        self._socket = bound
        self._protocol = protocol
        self._closed = False

    def sendto(self, data: Any, addr: Any = None) -> None:
        if self._closed:
            return
        try:
            self._socket.sendto(data, addr)
        except OSError:
            self._reader.counters.add("drop_out_busy")

    def let_in(self, native: NativeSession, path: Plain) -> None:
        """RTP is decrypted with these keys as it is read, and goes to `path`."""
        if not self._closed:
            self._reader.let_in(self._socket, native, path)

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._reader.remove(self._socket)
        self._socket.close()
        asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()


class Reader:
    """Owns what is read of its sockets; `close` after the last of them."""

    def __init__(self, core: Core) -> None:
        self.counters = core.counters
        self._core = core
        self._drain = core.lib.drain
        self._more = core.lib.mailbox_more
        self._memory = core.ffi.new("uint8_t[]", core.lib.mailbox_size())
        self._box = box = core.ffi.cast("struct mailbox *", self._memory)
        self._unpack = core.ffi.unpack
        self._records = core.lib.mailbox_records(box)
        self._addresses = core.ffi.buffer(core.lib.mailbox_addresses(box), SLOTS * ADDRESS_SIZE)
        self._data = core.ffi.buffer(core.lib.mailbox_data(box), SLOTS * SLOT_SIZE)
        self._known: dict[bytes, tuple[str, int]] = {}
        self._poll = select.epoll()
        self._receive: dict[int, Callable[[bytes, tuple[str, int]], None]] = {}
        self._media: dict[int, Callable[[bytes], None]] = {}
        """Of sockets that have one peer: RTP and RTCP, from wherever they come."""
        self._plain: dict[int, Plain] = {}
        self._ways: dict[int, tuple[Any, NativeSession]] = {}
        """What core.c points to."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rate_per_ms = 0.0
        self._drained_s = 0.0

    @property
    def in_rounds(self) -> bool:
        return self._timer is not None

    def add(self, make: Callable[[], P], bound: socket.socket) -> tuple[ReadTogether, P]:
        """The socket, which does not block, is this one's from now on."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._poll.fileno(), self._on_ready)
        protocol = make()
        self._poll.register(bound.fileno(), select.EPOLLIN)
        self._receive[bound.fileno()] = protocol.datagram_received
        on_media = getattr(protocol, "on_media", None)
        if on_media is not None:
            self._media[bound.fileno()] = on_media
        transport = ReadTogether(self, bound, protocol)
        protocol.connection_made(transport)
        return transport, protocol

    def let_in(self, bound: socket.socket, native: NativeSession, path: Plain) -> None:
        way = self._core.ffi.new("struct way_in *")
        way.unprotect = self._core.ffi.cast("int (*)(void *, void *, int *)", native.process)
        way.session = self._core.ffi.cast("void *", native.session)
        descriptor = bound.fileno()
        if self._core.lib.let_in(self._box, descriptor, way):
            self._plain[descriptor], self._ways[descriptor] = path, (way, native)

    def remove(self, bound: socket.socket) -> None:
        self._core.lib.let_in(self._box, bound.fileno(), self._core.ffi.NULL)
        self._plain.pop(bound.fileno(), None)
        self._ways.pop(bound.fileno(), None)
        self._receive.pop(bound.fileno(), None)
        self._media.pop(bound.fileno(), None)
        if not self._poll.closed:
            self._poll.unregister(bound.fileno())

    def close(self) -> None:
        if self._loop is not None and not self._poll.closed:
            self._loop.remove_reader(self._poll.fileno())
        if self._timer is not None:
            self._timer.cancel()
        self._poll.close()

    def _on_ready(self) -> None:
        self._read()
        if self._rate_per_ms > RATE_PER_MS and self._loop is not None:
            self._loop.remove_reader(self._poll.fileno())
            self._timer = self._loop.call_later(ROUND_S, self._on_round)

    def _on_round(self) -> None:
        if self._loop is None or self._poll.closed:
            return
        self._read()
        if self._rate_per_ms > RATE_PER_MS / 2:
            self._timer = self._loop.call_later(0.0 if self._more(self._box) else ROUND_S, self._on_round)
        else:
            self._timer = None
            self._loop.add_reader(self._poll.fileno(), self._on_ready)

    def _read(self) -> None:
        count: int = self._drain(self._poll.fileno(), self._box)
        now_s = time.monotonic()
        elapsed_ms = max(0.1, (now_s - self._drained_s) * 1000)
        self._drained_s = now_s
        self._rate_per_ms += min(1.0, MEMORY * elapsed_ms) * (count / elapsed_ms - self._rate_per_ms)
        records, data = iter(self._unpack(self._records, RECORD * count)), self._data
        for slot in range(count):
            descriptor, size, wire_size, kind = next(records), next(records), next(records), next(records)
            datagram = data[slot * SLOT_SIZE : slot * SLOT_SIZE + size]
            try:
                if kind == AS_IT_CAME:
                    self._hand_over(descriptor, datagram, slot)
                elif (path := self._plain.get(descriptor)) is None:
                    pass
                elif kind == PLAIN:
                    path.on_plain(datagram, wire_size)
                else:
                    path.on_forged()
            except Exception:
                self.counters.add("datagram_failed")
                if self.counters["datagram_failed"] <= MAX_LOGGED_FAILURES:
                    log.exception("a datagram could not be handled")
        self._core.flush()

    def _hand_over(self, descriptor: int, datagram: bytes, slot: int) -> None:
        media = self._media.get(descriptor)
        if media is not None and datagram and 128 <= datagram[0] <= 191:
            media(datagram)
        elif (receive := self._receive.get(descriptor)) is not None:
            receive(datagram, self._address(slot))

    def _address(self, slot: int) -> tuple[str, int]:
        packed = self._addresses[slot * ADDRESS_SIZE : (slot + 1) * ADDRESS_SIZE]
        found = self._known.get(packed)
        if found is None:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            found = self._known[packed] = _unpacked(packed)
        return found


def _unpacked(packed: bytes) -> tuple[str, int]:
    (family,) = struct.unpack_from("=H", packed)
    (port,) = struct.unpack_from("!H", packed, 2)
    if family == socket.AF_INET6:
        return socket.inet_ntop(family, packed[8:24]), port
    return socket.inet_ntop(socket.AF_INET, packed[4:8]), port


async def endpoint(
    make: Callable[[], P], bound: socket.socket, reader: Reader | None
) -> tuple[asyncio.DatagramTransport, P]:
    """The event loop's own, or one that `reader` reads."""
    if reader is not None:
        return reader.add(make, bound)
    return await asyncio.get_running_loop().create_datagram_endpoint(make, sock=bound)
