"""Where the connections of a worker listen, and under which addresses browsers are told to find them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from media.errors import NoFreePort
from media.ports import PortPool
from wire.ports import PortRange

P = TypeVar("P", bound=asyncio.DatagramProtocol)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One socket of one connection."""

    host: str
    port: int
    announced: tuple[str, ...]
    """Addresses in its candidates."""


class Network:
    """Each connection has a socket on each of `hosts`, at a port of its own."""

    def __init__(
        self,
        hosts: Sequence[str],
        announced: Mapping[str, tuple[str, ...]] | None = None,
        ports: PortRange | None = None,
    ) -> None:
        self._announced = announced or {host: (host,) for host in hosts}
        self._pool = PortPool(ports)

    async def open(self, protocol: Callable[[], P]) -> list[tuple[P, Endpoint]]:
        """The sockets of one more connection, each with its protocol. Raises NoFreePort."""
        opened: list[tuple[P, Endpoint]] = []
        try:
            for host, announced in self._announced.items():
                bound = self._pool.bind(host)
                if bound is None:
                    continue
                port = bound.getsockname()[1]
                _, made = await asyncio.get_running_loop().create_datagram_endpoint(protocol, sock=bound)
                opened.append((made, Endpoint(host, port, announced)))
        except NoFreePort:
            for made, _ in opened:
                made.transport.close()  # type: ignore[attr-defined]
            raise
        if not opened:
            raise NoFreePort("the machine has none of the addresses any more that this worker started with")
        return opened
