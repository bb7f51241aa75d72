"""Where the connections of a worker listen, and under which addresses browsers are told to find them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from media.core_reader import CoreReader
from media.counters import Counters
from media.errors import NoFreePort
from media.latency import LatencyHistogram
from media.ports import Endpoint, PortPool
from media.post import Post
from media.reader import Reader
from media.shared_port import SharedEnd, SharedPort
from wire.ports import PortRange

P = TypeVar("P", bound=SharedEnd)


class Network:
    """Each connection has a socket on each of `hosts`, at a port of its own, or all have one together."""

    def __init__(
        self,
        hosts: Sequence[str],
        announced: Mapping[str, tuple[str, ...]] | None = None,
        ports: PortRange | None = None,
        shared: SharedPort | None = None,
        post: Post | None = None,
        latency: LatencyHistogram | None = None,
    ) -> None:
        self.post = post or Post(Counters())
        core = self.post.core
        self._reader = Reader(self.post, latency) if core is None else CoreReader(self.post, core)
        self._announced = announced or {host: (host,) for host in hosts}
        self._pool = PortPool(ports)
        self._shared = shared

    @property
    def is_behind(self) -> bool:
        """Reader.is_behind."""
        return self._reader.is_behind

    def start(self) -> None:
        """Before the first connection. Raises NoFreePort."""
        if self._shared is not None:
            self._shared.open(self._reader)

    def close(self) -> None:
        """After the last connection."""
        if self._shared is not None:
            self._shared.close()
        self._reader.close()

    async def open(self, protocol: Callable[[], P], ufrag: str) -> list[tuple[P, Endpoint]]:
        """What one more connection listens on, which checks name by `ufrag`. Raises NoFreePort."""
        if self._shared is not None:
            return self._shared.join(protocol, ufrag)
        opened: list[tuple[P, Endpoint]] = []
        try:
            for host, announced in self._announced.items():
                bound = self._pool.bind(host)
                if bound is None:
                    continue
                port = bound.getsockname()[1]
                make = cast(Callable[[], asyncio.DatagramProtocol], protocol)
                _, bare = self._reader.add(make, bound)
                opened.append((cast(P, bare), Endpoint(host, port, announced)))
        except BaseException:
            for made, _ in opened:
                made.transport.close()  # type: ignore[attr-defined]
            raise
        if not opened:
            raise NoFreePort("the machine has none of the addresses any more that this worker started with")
        return opened
