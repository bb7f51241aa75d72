"""The sockets of a worker. What one has is handed over in a row, so that a picture's packets go together."""

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

SWEEPS = 16
MAX_AT_ONCE = 256
"""Datagrams of one socket and of all that are read in a row: none starves others, nor timers."""
MAX_DATAGRAM_BYTES = 2_048
"""What is longer comes cut: no packet is."""

BEHIND_S = 0.1

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
        except BlockingIOError:
            self._reader.post.counters.add("drop_out_busy")
        except OSError:
            self._reader.post.counters.add("drop_out_closed")

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

    def __init__(self, post: Post, latency: LatencyHistogram | None = None) -> None:
        self.post = post
        self._latency = latency
        self._poll = select.epoll()
        """One set of all sockets: an event loop's own way to each costs more than a packet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        """That waits for the set; None without sockets."""
        self._full_s = 0.0
        """When a reading ended at its bound."""
        self._sockets: dict[int, socket.socket] = {}
        self._receive: dict[int, Callable[[bytes, Address], None]] = {}
        self._media: dict[int, Callable[[bytes], None]] = {}
        """Of sockets that have one peer: RTP and RTCP, from wherever they come."""

    @property
    def is_behind(self) -> bool:
        """Whether more comes than is read: what is missing fell out of the sockets, or waits in them."""
        return time.monotonic() - self._full_s < BEHIND_S

    def add(self, make: Callable[[], P], bound: socket.socket) -> tuple[ReadTogether, P]:
        """The socket, which does not block, is this one's from now on."""
        protocol = make()
        descriptor = bound.fileno()
        self._sockets[descriptor] = bound
        self._receive[descriptor] = protocol.datagram_received
        on_media = getattr(protocol, "on_media", None)
        if on_media is not None:
            self._media[descriptor] = on_media
        transport = ReadTogether(self, bound, protocol)
        protocol.connection_made(transport)
        self._poll.register(descriptor, select.EPOLLIN)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._wait()
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

    def close(self) -> None:
        self._rest()
        self._poll.close()

    # --- when ---

    def _rest(self) -> None:
        """Until there is a socket again."""
        if self._loop is not None:
            self.stop_waiting()
            self._loop = None

    def _wait(self) -> None:
        """For the next datagram."""
        if self._loop is not None:
            self._loop.add_reader(self._poll.fileno(), self._on_ready)

    def stop_waiting(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._poll.fileno())

    def _on_ready(self) -> None:
        start_s = time.perf_counter()
        for descriptor, datagrams in self._read_all().items():
            sent = self.post.counters.packets_out
            if len(datagrams) > 1:
                self.post.gather()
            for data, address in datagrams:
                try:
                    self._hand_over(descriptor, data, address)
                except Exception:
                    self.post.failed()
            self.post.flush()
            if self._latency is not None and self.post.counters.packets_out != sent:
                self._latency.add(time.perf_counter() - start_s)

    # --- what ---

    def _read_all(self) -> dict[int, list[tuple[bytes, Address]]]:
        """By descriptor. Who was not reached comes first the next time, as epoll goes round."""
        arrived: dict[int, list[tuple[bytes, Address]]] = {}
        left = MAX_AT_ONCE
        for _ in range(SWEEPS):
            if not left:
                break
            ready = self._poll.poll(0, left)
            for descriptor, _ in ready:
                try:
                    datagram = self._sockets[descriptor].recvfrom(MAX_DATAGRAM_BYTES)
                except OSError:
                    # What the kernel says of an earlier packet.
                    continue
                arrived.setdefault(descriptor, []).append(datagram)
            left -= len(ready)
            if not ready:
                return arrived
        self._full_s = time.monotonic()
        return arrived

    def _hand_over(self, descriptor: int, data: bytes, address: Address) -> None:
        media = self._media.get(descriptor)
        if media is not None and data and 128 <= data[0] <= 191:
            media(data)
        elif (receive := self._receive.get(descriptor)) is not None:
            receive(data, address[:2])
