import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import connect

from server.app import Started, running
from server.config import Config
from server.store.key import load_key
from tests.server.peers import MODELS, WAIT_S
from wire.links import MediaHello, TranscriptionHello
from wire.message import Message

pytestmark = pytest.mark.net

HELLOS = (
    MediaHello(name="m", instance="m1"),
    TranscriptionHello(name="t", instance="t1", audio_url="ws://127.0.0.1:9/", models=MODELS),
)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def trusting(data_dir: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=data_dir / "tls" / "certificate.pem")


@asynccontextmanager
async def dialled(config: Config, hello: Message) -> AsyncIterator[None]:
    """A worker that dials until the server listens, over TLS, with the secret of the data directory."""
    secret = load_key(config.data_dir / "key").derive("worker-secret", 1)
    connection = connect(
        f"wss://127.0.0.1:{config.port}/workers",
        ssl=trusting(config.data_dir),
        additional_headers={"Authorization": f"Bearer {secret}"},
        proxy=None,
    )
    async with connection as worker:
        await worker.send(hello.model_dump_json())
        yield


async def listening(port: int) -> None:
    async with asyncio.timeout(WAIT_S * 4):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return


async def test_a_self_signed_server_serves_workers_from_elsewhere(tmp_path: Path) -> None:
    config = Config(
        data_dir=tmp_path,
        port=free_port(),
        demo=False,
        tls_self_signed=True,
        media=False,
        transcription=False,
    )
    ready: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    async def serve() -> None:
        async with running(config) as started:
            ready.set_result(started)
            await stop.wait()

    serving = asyncio.create_task(serve())
    try:
        await listening(config.port)
        async with dialled(config, HELLOS[0]):
            async with ClientSession() as session:
                url = f"https://127.0.0.1:{config.port}/healthz"
                async with session.get(url, ssl=trusting(tmp_path)) as answer:
                    assert (await answer.json())["status"] == "degraded"
            async with dialled(config, HELLOS[1]), asyncio.timeout(WAIT_S):
                started = await ready
        assert started.url == f"https://127.0.0.1:{config.port}"
        assert started.inner_url.startswith("http://127.0.0.1:")
        async with ClientSession() as session, session.get(f"{started.inner_url}/healthz") as answer:
            assert answer.status == 200
    finally:
        stop.set()
        await serving
