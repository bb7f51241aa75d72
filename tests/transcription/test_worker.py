"""The worker's process, end to end: over the real sockets, with espeak's speech in real time."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.transcription.voices import FRAME_US, Pcm, frames, joined, likeness, noise, say
from wire.links import (
    Hypothesis,
    Kept,
    Track,
    TranscriptionHello,
    TranscriptionStats,
    Translate,
    Translated,
    Untrack,
    transcription_to_server,
)
from wire.message import Message

pytestmark = pytest.mark.net

SECRET = "worker-secret"
ROOT = Path(__file__).parents[2]
KO_TEXT, EN_TEXT = "이 조건에 동의합니다.", "We agree to these terms."
ROOM = noise(0.8, 0.0005)
WITHIN_S = 60


class FakeServer:
    """The server's end of the link: keeps everything the worker says."""

    def __init__(self) -> None:
        self.url = ""
        self.messages: list[Message] = []
        self._socket: ServerConnection | None = None
        self._news = asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeServer"]:
        async with serve(self._link, "127.0.0.1", 0, process_request=self._admit, close_timeout=1) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            yield self

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {SECRET}" or request.path != "/workers":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no")
        return None

    async def _link(self, socket: ServerConnection) -> None:
        self._socket = socket
        with suppress(ConnectionClosed):
            async for text in socket:
                async with self._news:
                    self.messages.append(transcription_to_server.parse(text))
                    self._news.notify_all()

    async def say(self, message: Message) -> None:
        assert self._socket
        await self._socket.send(message.model_dump_json())

    async def drop_link(self) -> None:
        assert self._socket
        await self._socket.close()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S), self._news:
            await self._news.wait_for(true)

    async def hello(self, number: int = 1) -> TranscriptionHello:
        """Of the worker's first, second … link."""
        await self.until(lambda: len(self._hellos()) >= number)
        return self._hellos()[number - 1]

    def _hellos(self) -> list[TranscriptionHello]:
        return [message for message in self.messages if isinstance(message, TranscriptionHello)]

    def hypotheses(self, track: str) -> list[Hypothesis]:
        return [
            message for message in self.messages if isinstance(message, Hypothesis) and message.track == track
        ]

    def finals(self, track: str) -> list[Hypothesis]:
        return [message for message in self.hypotheses(track) if message.state == "final"]


async def start(url: str, models: Path, *more: str, secret: str = SECRET) -> Process:
    environment = {**os.environ, "SANGDAM_WORKER_SECRET": secret}
    arguments = ["-m", "transcription", "--server", url, "--models", str(models), "--threads", "1", *more]
    return await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=environment, stderr=PIPE, stdout=PIPE
    )


@asynccontextmanager
async def worker(url: str, models: Path) -> AsyncIterator[Process]:
    process = await start(url, models)
    reading = asyncio.create_task(process.communicate())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        output, errors = await reading
        assert process.returncode == 0, errors.decode()
        assert output == b""


async def speak(url: str, voices: dict[str, Pcm]) -> None:
    """Sends tracks at the pace they are spoken in."""
    began_us = time.time_ns() // 1000
    loop = asyncio.get_running_loop()
    began = loop.time()
    parts = {name: list(frames(name, pcm, began_us)) for name, pcm in voices.items()}
    async with connect(url, additional_headers={"Authorization": f"Bearer {SECRET}"}, proxy=None) as socket:
        for index in range(max(map(len, parts.values()))):
            await asyncio.sleep(max(0.0, began + (index + 1) * FRAME_US / 1e6 - loop.time()))
            for part in parts.values():
                if index < len(part):
                    await socket.send(part[index].pack())


async def test_two_people_are_captioned_over_the_sockets(models_directory: Path) -> None:
    async with FakeServer().running() as server, worker(server.url, models_directory):
        hello = await server.hello()
        assert hello.audio_url.startswith("ws://127.0.0.1:")
        assert {"ko", "en"} <= set(hello.models.languages)
        engines = {(route.source, route.target): route.engine for route in hello.models.routes}
        assert engines["ko", "en"] == "argos"
        assert engines["ko", "vi"] == engines["vi", "ko"] == "m2m"
        assert "vi" not in hello.models.languages
        await server.say(Track(track="r1-p1", lang="ko", targets=("en",)))
        await server.say(Track(track="r1-p2", lang="en", targets=("ko",)))
        await server.say(Translate(request=1, text=EN_TEXT, source="en", targets=("ko",)))
        await server.until(lambda: any(isinstance(message, Translated) for message in server.messages))
        await speak(
            hello.audio_url,
            {
                "r1-p1": joined(ROOM, say(KO_TEXT, "ko"), ROOM),
                "r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM),
                "r1-p3": ROOM,
            },
        )
        await server.until(lambda: bool(server.finals("r1-p1") and server.finals("r1-p2")))
        for track, text in (("r1-p1", KO_TEXT), ("r1-p2", EN_TEXT)):
            messages = server.hypotheses(track)
            assert likeness(messages[-1].text, text) >= 0.9
            assert messages[-1].translations
            assert len(messages) >= 2
            assert [message.rev for message in messages] == list(range(1, len(messages) + 1))
            for before, after in pairwise(messages):
                assert after.stable >= before.stable
                assert after.text.startswith(before.text[: before.stable])
        await server.until(lambda: isinstance(server.messages[-1], TranscriptionStats))
        stats = server.messages[-1]
        assert isinstance(stats, TranscriptionStats)
        assert stats.tracks == 2
        assert stats.counters["stable_violations"] == 0
        assert stats.counters["frames_of_unknown_tracks"] == 20
        assert stats.lag_ms_p50 is not None


async def test_garbage_noise_and_a_lost_link_do_not_stop_it(models_directory: Path) -> None:
    async with FakeServer().running() as server, worker(server.url, models_directory):
        hello = await server.hello()
        await server.say(Track(track="r1-p1", lang="en", targets=()))
        async with connect(
            hello.audio_url, additional_headers={"Authorization": f"Bearer {SECRET}"}, proxy=None
        ) as socket:
            await socket.send(b"\xff" * 100)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        await server.drop_link()
        again = await server.hello(2)
        assert (again.instance, again.audio_url) == (hello.instance, hello.audio_url)
        await server.say(Track(track="r1-p1", lang="en", targets=()))
        await speak(hello.audio_url, {"r1-p1": joined(noise(2.0, 0.05), ROOM, say(EN_TEXT, "en"))})
        # He leaves in the middle of the hangover: what he said is finished first.
        await server.say(Untrack(track="r1-p1"))
        await server.until(lambda: any(message.text for message in server.finals("r1-p1")))
        texts = [message.text for message in server.finals("r1-p1") if message.text]
        assert len(texts) == 1
        assert likeness(texts[0], EN_TEXT) >= 0.8


async def test_a_final_is_said_again_until_the_server_keeps_it(models_directory: Path) -> None:
    async with FakeServer().running() as server, worker(server.url, models_directory):
        hello = await server.hello()
        await server.say(Track(track="r1-p1", lang="en", targets=()))
        await speak(hello.audio_url, {"r1-p1": joined(ROOM, say(EN_TEXT, "en"), ROOM)})
        await server.until(lambda: len(server.finals("r1-p1")) == 1)
        await server.drop_link()
        await server.until(lambda: len(server.finals("r1-p1")) == 2)
        first, again = server.finals("r1-p1")
        assert again == first
        await server.say(Kept(track=first.track, utterance=first.utterance))
        await server.drop_link()
        await server.hello(3)
        await server.until(lambda: isinstance(server.messages[-1], TranscriptionStats))
        assert server.finals("r1-p1") == [first, again]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_with_0_when_told_to(models_directory: Path, number: signal.Signals) -> None:
    async with FakeServer().running() as server:
        process = await start(server.url, models_directory)
        await server.hello()
        process.send_signal(number)
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()


async def ended(process: Process) -> tuple[int | None, list[str]]:
    async with asyncio.timeout(WITHIN_S):
        _, errors = await process.communicate()
    lines = [line for line in errors.decode().splitlines() if line.startswith("transcription worker: ")]
    return process.returncode, lines


async def test_a_refused_secret_is_a_wrong_configuration(models_directory: Path) -> None:
    async with FakeServer().running() as server:
        code, lines = await ended(await start(server.url, models_directory, secret="other"))
    assert code == 78
    assert len(lines) == 1
    assert "secret" in lines[0]


async def test_so_are_missing_and_broken_models(models_directory: Path, tmp_path: Path) -> None:
    code, lines = await ended(await start("http://127.0.0.1:1", tmp_path / "nowhere"))
    assert code == 78
    assert "nowhere" in lines[0]
    broken = tmp_path / "whisper"
    broken.mkdir()
    for file in (models_directory / "whisper").iterdir():
        (broken / file.name).write_bytes(b"" if file.name == "model.bin" else file.read_bytes())
    code, lines = await ended(await start("http://127.0.0.1:1", tmp_path))
    assert code == 78
    assert len(lines) == 1


async def test_so_is_a_taken_audio_port(models_directory: Path) -> None:
    async with FakeServer().running() as server:
        port = server.url.rsplit(":", 1)[1]
        code, lines = await ended(await start(server.url, models_directory, "--audio-port", port))
    assert code == 78
    assert port in lines[0]
