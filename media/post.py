"""What the datagrams of one reading bring about, delivered and sent together.

A picture comes as a handful of packets. Each subscriber's copies of them are made in a row, and leave in one
call of the kernel's (UDP_SEGMENT) where they are of one size.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from typing import Any, Protocol

from media.core import Core
from media.counters import Counters

MAX_TOGETHER = 32
MAX_WAITING = 32
"""Packets that a full socket may leave for later."""
RETRY_S = 0.002
MAX_LOGGED_FAILURES = 10
UDP_SEGMENT = 103
"""linux/udp.h; Python's socket module does not name it."""
_BUSY = (errno.EAGAIN, errno.ENOBUFS, errno.EINTR)
_NOT_TOGETHER = (errno.EINVAL, errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT, errno.EMSGSIZE)
"""An old kernel, a device without checksums of its own, a path of smaller packets."""

log = logging.getLogger(__name__)


class Deliverer(Protocol):
    """Who gathers packets while `Post.gathers`."""

    def deliver(self) -> None: ...


class Outbox:
    """The packets of one connection, in their order, to where `lead` said last."""

    def __init__(self, post: Post, counters: Counters) -> None:
        self._post = post
        self._counters = counters
        self._socket: Any = None
        self._together = False
        self._address = ("", 0)
        self._waiting: list[bytes] = []

    def lead(self, transport: Any, address: tuple[str, int]) -> None:
        """`transport` is an asyncio.DatagramTransport."""
        bound = transport.get_extra_info("socket")
        self._together = isinstance(bound, socket.socket)
        self._socket = bound if self._together else transport
        self._address = address

    def put(self, packets: list[bytes]) -> None:
        """The list is this one's from now on."""
        if self._waiting:
            packets, self._waiting = self._waiting + packets, []
        if len(packets) > 1 or self._send_run(packets, 0, 1):
            self._send(packets)

    def clear(self) -> None:
        self._waiting = []

    def retry(self) -> None:
        packets, self._waiting = self._waiting, []
        self._send(packets)

    def _send(self, packets: list[bytes]) -> None:
        """What a full socket does not take waits; what is too much is dropped."""
        start, count = 0, len(packets)
        while start < count:
            end = _run(packets, start) if self._together else start + 1
            outcome = self._send_run(packets, start, end)
            if outcome in _BUSY:
                self._post.wait(self)
                self._keep(packets[start:])
                return
            if outcome in _NOT_TOGETHER and end - start > 1:
                self._together = False
                continue
            if outcome:
                self._counters.add("drop_out_closed", end - start)
            start = end

    def _send_run(self, packets: list[bytes], start: int, end: int) -> int:
        """The error's number, 0 without one."""
        try:
            if end - start == 1:
                self._socket.sendto(packets[start], self._address)
            else:
                size = len(packets[start]).to_bytes(2, sys.byteorder)
                together = [(socket.IPPROTO_UDP, UDP_SEGMENT, size)]
                self._socket.sendmsg(packets[start:end], together, 0, self._address)
        except OSError as error:
            return error.errno or errno.EIO
        return 0

    def _keep(self, left: list[bytes]) -> None:
        dropped = len(left) - MAX_WAITING
        if dropped > 0:
            self._counters.add("drop_out_busy", dropped)
        self._waiting = left[:MAX_WAITING]


def _run(packets: list[bytes], start: int) -> int:
    """Where those end that can leave together: of one size, of which the last may be shorter."""
    size = len(packets[start])
    end, limit = start + 1, min(len(packets), start + MAX_TOGETHER)
    while end < limit and len(packets[end]) == size:
        end += 1
    if end < limit and len(packets[end]) < size:
        end += 1
    return end


class Post:
    """One for a worker. Between `gather` and `flush` pictures are gathered."""

    def __init__(self, counters: Counters, core: Core | None = None) -> None:
        self.counters = counters
        self.core = core
        self.gathers = False
        self._deliverers: list[Deliverer] = []
        self._full: set[Outbox] = set()

    def gather(self) -> None:
        self.gathers = True

    def expect(self, deliverer: Deliverer) -> None:
        self._deliverers.append(deliverer)

    def wait(self, outbox: Outbox) -> None:
        """Its socket is full: it is tried again soon. Needs a running loop."""
        if not self._full:
            asyncio.get_running_loop().call_later(RETRY_S, self._retry)
        self._full.add(outbox)

    def _retry(self) -> None:
        full, self._full = self._full, set()
        for outbox in full:
            try:
                outbox.retry()
            except Exception:
                self.failed()

    def flush(self) -> None:
        """Delivers what was gathered."""
        self.gathers = False
        deliverers, self._deliverers = self._deliverers, []
        for deliverer in deliverers:
            try:
                deliverer.deliver()
            except Exception:
                self.failed()
        if self.core is not None:
            self.core.flush()

    def failed(self) -> None:
        """Within `except`: nothing is known that gets here. Whatever does must not cost a call."""
        self.counters.add("datagram_failed")
        if self.counters["datagram_failed"] <= MAX_LOGGED_FAILURES:
            log.exception("a datagram could not be handled")
