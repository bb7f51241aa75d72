"""One UDP port for all connections of a worker: its sockets, and what each connection sees instead of one."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

from media.counters import Counters
from media.demultiplexer import Address, Demultiplexer, End
from media.errors import NoFreePort
from media.ports import RECEIVE_BUFFER_BYTES, Endpoint, is_gone
from media.reader import Reader

SOCKETS = 8
"""Of each address. The kernel spreads peers over them, so that each peer keeps to one: the default receive
buffer (net.core.rmem_max, 208 KiB) of a single socket would hold a worker's packets for some milliseconds."""


class SharedEnd(End, Protocol):
    """What aioice makes of a socket, guarded."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None: ...

    def connection_lost(self, exc: Exception | None) -> None: ...

    def datagram_received(self, data: bytes, addr: Any) -> None: ...


P = TypeVar("P", bound=SharedEnd)


class _Transactions(dict[bytes, Any]):
    """aioice's own table of what it waits for, which also tells the port whose an answer is."""

    def __init__(self, table: Demultiplexer[SharedEnd], end: SharedEnd) -> None:
        super().__init__()
        self._table, self._end = table, end

    def __setitem__(self, transaction: bytes, value: Any) -> None:
        super().__setitem__(transaction, value)
        self._table.asked(transaction, self._end)

    def __delitem__(self, transaction: bytes) -> None:
        super().__delitem__(transaction)
        self._table.answered(transaction)


class SharedTransport(asyncio.DatagramTransport):
    """One connection's use of the port. `sendto` is the socket's own: packets go out without a detour."""

    def __init__(
        self,
        table: Demultiplexer[SharedEnd],
        ufrag: str,
        end: SharedEnd,
        socket: asyncio.DatagramTransport,
    ) -> None:
        super().__init__({"socket": socket.get_extra_info("socket")})
        self._table, self._ufrag, self._end = table, ufrag, end
        self.sendto = socket.sendto  # type: ignore[method-assign]
        self.transactions: dict[bytes, Any] = _Transactions(table, end)
        self._closed = False
        table.add(ufrag, end)

    def claim(self, address: Address) -> None:
        """A check from there carried the connection's password."""
        self._table.claim(address, self._end)

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._table.remove(self._ufrag, self._end)
            self.sendto = _drop  # type: ignore[assignment,method-assign]
            asyncio.get_running_loop().call_soon(self._end.connection_lost, None)


def _drop(data: bytes, address: Address) -> None:
    """Of a closed connection."""


class _Port(asyncio.DatagramProtocol):
    """Hands each datagram to the connection that it is for."""

    def __init__(self, table: Demultiplexer[SharedEnd], counters: Counters) -> None:
        self._table = table
        self._owners = table.owners
        self._counters = counters

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        address = cast(Address, addr)
        if data and 128 <= data[0] <= 191:
            owner = self._owners.get(address)
            if owner is None:
                self._counters.add("drop_media_stranger")
            else:
                owner.datagram_received(data, address)
            return
        found = self._table.find(data, address)
        if isinstance(found, str):
            self._counters.add(found)
        else:
            found.datagram_received(data, address)


class SharedPort:
    """`open` binds the port at every address of `announced`; `join` makes one more connection use it."""

    def __init__(self, port: int, announced: Mapping[str, tuple[str, ...]], counters: Counters) -> None:
        self._port = port
        self._announced = announced
        self._counters = counters
        self._tables: dict[str, Demultiplexer[SharedEnd]] = {}
        self._transports: dict[str, list[asyncio.DatagramTransport]] = {}
        self._joined = 0

    def open(self, reader: Reader) -> None:
        """Raises NoFreePort."""
        for host in self._announced:
            table = self._tables[host] = Demultiplexer()
            self._transports[host] = []
            for bound in _bind(host, self._port):
                transport, _ = reader.add(lambda: _Port(table, self._counters), bound)  # noqa: B023 called at once
                self._transports[host].append(transport)

    def close(self) -> None:
        for transports in self._transports.values():
            for transport in transports:
                transport.close()

    def join(self, make: Callable[[], P], ufrag: str) -> list[tuple[P, Endpoint]]:
        """The ends of one more connection. Raises NoFreePort where the machine lost all its addresses."""
        self._joined += 1
        made: list[tuple[P, Endpoint]] = []
        for host, transports in self._transports.items():
            if transports:
                end = make()
                socket = transports[self._joined % len(transports)]
                end.connection_made(SharedTransport(self._tables[host], ufrag, end, socket))
                made.append((end, Endpoint(host, self._port, self._announced[host])))
        if not made:
            raise NoFreePort(f"UDP port {self._port} is open at none of the machine's addresses")
        return made


def _bind(host: str, port: int) -> list[socket.socket]:
    """Several sockets at the same place; none if the machine does not have the address. Raises NoFreePort."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made: list[socket.socket] = []
    try:
        # Without SO_REUSEPORT first: a second worker must not take half of the first one's packets.
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, port))
        for _ in range(SOCKETS):
            one = socket.socket(family, socket.SOCK_DGRAM)
            made.append(one)
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            one.bind((host, port))
    except OSError as error:
        for one in made:
            one.close()
        if is_gone(error):
            return []
        taken = "is in use by another program" if error.errno == errno.EADDRINUSE else f": {error.strerror}"
        raise NoFreePort(f"UDP port {port} of {host} {taken}") from None
    return made
