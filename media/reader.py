"""The sockets of a worker, read together: in rounds while much arrives.

To wake for each packet costs as much as to forward it, for caches are cold. From RATE_PER_MS on the sockets
are looked at every ROUND_S instead, which delays a packet by half of that; below, each is read as it comes.
"""

from __future__ import annotations

import asyncio
import select
import socket
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from media.core import NativeSession
from media.latency import LatencyHistogram
from media.post import Post

ROUND_S = 0.002
RATE_PER_MS = 1.0
"""At which a round finds something more often than not."""
MEMORY = 0.05
"""Of the newest round in the rate."""
SWEEPS = 16
"""So many datagrams of one socket are read in a round, so that none starves the others."""
MAX_READY = 256
MAX_DATAGRAM_BYTES = 2_048
"""What is longer comes cut: no packet is."""

Address = tuple[str, int]
P = TypeVar("P", bound=asyncio.DatagramProtocol)


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
            self._reader.post.counters.add("drop_out_busy")

    def let_in(self, native: NativeSession, path: Plain) -> None:
        """RTP may be decrypted with these keys as it is read, and goes to `path` then."""
        if not self._closed:
            self._reader.let_in(self._socket, native, path)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

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

    def __init__(
        self, post: Post, *, round_s: float = ROUND_S, latency: LatencyHistogram | None = None
    ) -> None:
        self.post = post
        self._round_s = round_s
        """0: nothing is put off."""
        self._latency = latency
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._receive: dict[int, Callable[[bytes, Address], None]] = {}
        self._media: dict[int, Callable[[bytes], None]] = {}
        """Of sockets that have one peer: RTP and RTCP, from wherever they come."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rate_per_ms = 0.0
        self._read_s = 0.0

    @property
    def in_rounds(self) -> bool:
        return self._timer is not None

    def add(self, make: Callable[[], P], bound: socket.socket) -> tuple[ReadTogether, P]:
        """The socket, which does not block, is this one's from now on."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._poll.fileno(), self._on_ready)
        protocol = make()
        descriptor = bound.fileno()
        self._poll.register(descriptor, select.EPOLLIN)
        self._sockets[descriptor] = bound
        self._receive[descriptor] = protocol.datagram_received
        on_media = getattr(protocol, "on_media", None)
        if on_media is not None:
            self._media[descriptor] = on_media
        transport = ReadTogether(self, bound, protocol)
        protocol.connection_made(transport)
        return transport, protocol

    def let_in(self, bound: socket.socket, native: NativeSession, path: Plain) -> None:
        """ReadTogether.let_in."""

    def remove(self, bound: socket.socket) -> None:
        descriptor = bound.fileno()
        for table in (self._sockets, self._receive, self._media):
            table.pop(descriptor, None)
        if not self._poll.closed:
            self._poll.unregister(descriptor)
        if not self._sockets:
            self._rest()

    def _rest(self) -> None:
        """Until there is a socket again, perhaps of another loop."""
        loop, self._loop = self._loop, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        elif loop is not None and not loop.is_closed():
            loop.remove_reader(self._poll.fileno())

    def close(self) -> None:
        self._rest()
        self._poll.close()

    # --- when ---

    def _on_ready(self) -> None:
        self._read()
        if self._round_s and self._rate_per_ms > RATE_PER_MS and self._loop is not None:
            self._loop.remove_reader(self._poll.fileno())
            self._timer = self._loop.call_later(self._round_s, self._on_round)

    def _on_round(self) -> None:
        more = self._read()
        if self._loop is None:
            return
        if self._rate_per_ms > RATE_PER_MS / 2:
            self._timer = self._loop.call_later(0.0 if more else self._round_s, self._on_round)
        else:
            self._timer = None
            self._loop.add_reader(self._poll.fileno(), self._on_ready)

    # --- what ---

    def _read(self) -> bool:
        """Whether some socket has more."""
        read_s = time.monotonic()
        count, more = self._drain()
        elapsed_ms = max(0.1, (read_s - self._read_s) * 1000)
        self._read_s = read_s
        self._rate_per_ms += min(1.0, MEMORY * elapsed_ms) * (count / elapsed_ms - self._rate_per_ms)
        return more

    def _drain(self) -> tuple[int, bool]:
        """Reads and hands over; how many datagrams, and whether some socket has more.

        A socket's are handed over in a row: what one picture brings about leaves together, and soon.
        """
        arrived: dict[int, list[tuple[bytes, Address]]] = {}
        count = 0
        for _ in range(SWEEPS):
            ready = self._poll.poll(0, MAX_READY)
            if not ready:
                break
            for descriptor, _ in ready:
                try:
                    datagram = self._sockets[descriptor].recvfrom(MAX_DATAGRAM_BYTES)
                except OSError:
                    # What the kernel says of an earlier packet.
                    continue
                arrived.setdefault(descriptor, []).append(datagram)
                count += 1
        for descriptor, datagrams in arrived.items():
            self._hand_over_all(descriptor, datagrams)
        return count, bool(ready)

    def _hand_over_all(self, descriptor: int, datagrams: list[tuple[bytes, Address]]) -> None:
        post, counters = self.post, self.post.counters
        start_s, sent = time.perf_counter(), counters.packets_out
        if len(datagrams) > 1:
            post.gather()
        for data, address in datagrams:
            try:
                self._hand_over(descriptor, data, address)
            except Exception:
                post.failed()
        post.flush()
        if self._latency is not None and counters.packets_out != sent:
            self._latency.add(time.perf_counter() - start_s)

    def _hand_over(self, descriptor: int, data: bytes, address: Address) -> None:
        media = self._media.get(descriptor)
        if media is not None and data and 128 <= data[0] <= 191:
            media(data)
        elif (receive := self._receive.get(descriptor)) is not None:
            receive(data, address[:2])
