import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import CloseCode

from transcription.audio_server import MAX_CONNECTIONS, MAX_MESSAGE_BYTES, AudioServer
from wire.audio import AudioFrame

pytestmark = pytest.mark.net

GOOD = AudioFrame("r1-p1", 1_790_000_000_000_000, bytes(1280))


class Listening:
    """A server, its URL, and the frames that came."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[AudioFrame] = asyncio.Queue()
        self.server = AudioServer("s3cret", self.frames.put_nowait)
        self.url = ""

    def dial(self, secret: str = "s3cret", path: str = "") -> connect:
        headers = {"Authorization": f"Bearer {secret}"}
        return connect(self.url + path, additional_headers=headers, proxy=None, max_size=None)


@asynccontextmanager
async def listening() -> AsyncIterator[Listening]:
    here = Listening()
    async with here.server.listening("127.0.0.1", 0) as here.url:
        yield here


async def test_frames_of_many_tracks_and_connections_arrive_as_they_were_sent() -> None:
    other = AudioFrame("r2-p9", 5, b"\x01\x02")
    async with listening() as here, here.dial() as first, here.dial() as second:
        await first.send(GOOD.pack())
        assert await here.frames.get() == GOOD
        await second.send(other.pack())
        assert await here.frames.get() == other
        await first.send(other.pack())
        assert await here.frames.get() == other


@pytest.mark.parametrize("secret", ["", "wrong", "s3cre", "s3crets"])
async def test_a_wrong_secret_is_refused(secret: str) -> None:
    async with listening() as here:
        with pytest.raises(InvalidStatus) as refused:
            async with here.dial(secret):
                pass
        assert refused.value.response.status_code == 401
        assert here.server.counters["refused_audio_connections"] == 1


async def test_another_path_is_not_found() -> None:
    async with listening() as here:
        with pytest.raises(InvalidStatus) as refused:
            async with here.dial(path="/other"):
                pass
        assert refused.value.response.status_code == 404


@pytest.mark.parametrize(
    "garbage",
    ["text", "", b"", b"\x00", GOOD.pack()[:-1], b"\x02" + GOOD.pack()[1:], bytes(40_000), bytes(200_000)],
    ids=["text", "empty text", "empty", "one byte", "odd", "version", "zeros", "too long"],
)
async def test_garbage_closes_its_own_connection_and_no_other(garbage: str | bytes) -> None:
    async with listening() as here, here.dial() as good:
        async with here.dial() as bad:
            await bad.send(garbage)
            with pytest.raises(ConnectionClosed) as closed:
                await bad.recv()
        assert closed.value.rcvd
        if len(garbage) > MAX_MESSAGE_BYTES:
            assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG
        else:
            assert closed.value.rcvd.code == CloseCode.UNSUPPORTED_DATA
            assert here.server.counters["bad_audio_frames"] == 1
        await good.send(GOOD.pack())
        assert await here.frames.get() == GOOD
        assert here.frames.empty()


async def test_bytes_that_are_no_websocket_hurt_nobody() -> None:
    async with listening() as here, here.dial() as good:
        port = int(here.url.rsplit(":", 1)[1].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01\x02\x00" * 200 + b"\r\n\r\n")
        await writer.drain()
        await reader.read()
        writer.close()
        await good.send(GOOD.pack())
        assert await here.frames.get() == GOOD


async def test_connections_are_bounded() -> None:
    async with listening() as here:
        open_ones: list[ClientConnection] = []
        for number in range(MAX_CONNECTIONS):
            open_ones.append(await here.dial())
            await open_ones[-1].send(AudioFrame("r-p", number, b"\0\0").pack())
            await here.frames.get()
        with pytest.raises(InvalidStatus) as refused:
            async with here.dial():
                pass
        assert refused.value.response.status_code == 503
        for connection in open_ones:
            await connection.close()


async def test_a_taken_port_is_an_error() -> None:
    async with listening() as here:
        port = int(here.url.rsplit(":", 1)[1].split("/")[0])
        with pytest.raises(OSError, match="address already in use"):
            async with AudioServer("x", lambda frame: None).listening("127.0.0.1", port):
                pass
