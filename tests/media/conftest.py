"""A worker with its server for `net` tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.media.rig import Client, FakeServer, worker_process
from wire.links import MediaHello

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def core_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled core, beside one that may be in use."""
    if shutil.which("cc") is None:
        pytest.skip("the compiled core needs a C compiler")
    made = tmp_path_factory.mktemp("core") / "libcore.so"
    subprocess.run([ROOT / "scripts/build_core", made], check=True)
    return made


@pytest.fixture
def worker_options() -> tuple[str, ...]:
    """What the worker of `server` is started with besides."""
    return ()


@pytest_asyncio.fixture
async def server(
    monkeypatch: pytest.MonkeyPatch, worker_options: tuple[str, ...]
) -> AsyncIterator[FakeServer]:
    """A server to which one worker is linked. The clients in this process use loopback alone."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    async with (
        FakeServer().listen() as listening,
        worker_process(f"http://127.0.0.1:{listening.port}", "--udp-host", "127.0.0.1", *worker_options),
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
