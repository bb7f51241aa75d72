"""A worker with its server for `net` tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.media.rig import Client, FakeServer, worker_process
from wire.links import MediaHello


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeServer]:
    """A server to which one worker is linked. The clients in this process use loopback alone."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    async with (
        FakeServer().listen() as listening,
        worker_process(f"http://127.0.0.1:{listening.port}", "--udp-host", "127.0.0.1"),
    ):
        await listening.wait_for(lambda message: isinstance(message, MediaHello))
        yield listening


@pytest_asyncio.fixture
async def client(server: FakeServer) -> AsyncIterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(person: str, room: str = "r1") -> Client:
        made.append(Client(server, room, person))
        return made[-1]

    yield make
    for each in made:
        await each.close()
