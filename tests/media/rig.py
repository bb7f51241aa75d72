"""A media worker as a process, driven over a real link, with aiortc clients as browsers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from fractions import Fraction
from http import HTTPStatus
from typing import cast

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import AudioFrame, VideoFrame
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosedError
from websockets.http11 import Request, Response

from wire import audio
from wire.links import (
    AudioTarget,
    Enter,
    Exit,
    Failed,
    MediaHello,
    MediaStats,
    PeerState,
    Publish,
    Published,
    PublishedTrack,
    Source,
    Subscribe,
    SubscribeAnswer,
    SubscribedTrack,
    SubscribeOffer,
    media_to_server,
)
from wire.message import Message

SECRET = "a worker's secret"
WAIT_S = 20


class ToneTrack(MediaStreamTrack):
    """A sine of `hz` in real time, 48 kHz mono, half of full scale."""

    kind = "audio"

    def __init__(self, hz: float) -> None:
        super().__init__()
        self._hz = hz
        self._sent = 0
        self._start_s: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        if self._start_s is None:
            self._start_s = loop.time()
        await asyncio.sleep(max(0.0, self._start_s + self._sent / 48_000 - loop.time()))
        phase = 2 * np.pi * self._hz * (self._sent + np.arange(960)) / 48_000
        frame = AudioFrame.from_ndarray((16_383 * np.sin(phase)).astype(np.int16)[None], layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self._sent, Fraction(1, 48_000)
        self._sent += 960
        return frame


class PictureTrack(MediaStreamTrack):
    """`width`×96 grey of the given brightness, 15 pictures a second."""

    kind = "video"

    def __init__(self, brightness: int, width: int = 128) -> None:
        super().__init__()
        self._shape = (96 * 3 // 2, width)
        self._brightness = brightness
        self._sent = 0

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(1 / 15)
        picture = np.full(self._shape, 128, np.uint8)
        picture[:96] = self._brightness
        frame = VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = self._sent * 6_000, Fraction(1, 90_000)
        self._sent += 1
        return frame


class FakeServer:
    """The server's end of the worker's link."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.hellos: list[MediaHello] = []
        self.port = 0
        self._socket: ServerConnection | None = None
        self._news = asyncio.Condition()
        self._handlers: list[Callable[[Message], None]] = []
        self._requests = 0

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[FakeServer]:
        """On the same port again after it ended, as a restarted server."""
        async with serve(
            self._serve, "127.0.0.1", self.port, process_request=self._check, max_size=1 << 20
        ) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    @staticmethod
    def _check(connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        self._socket = socket
        with suppress(ConnectionClosedError):
            await self._read(socket)

    async def _read(self, socket: ServerConnection) -> None:
        async for text in socket:
            message = media_to_server.parse(text)
            if isinstance(message, MediaHello):
                self.hellos.append(message)
            for handler in self._handlers:
                handler(message)
            async with self._news:
                self.messages.append(message)
                self._news.notify_all()

    def on_message(self, handler: Callable[[Message], None]) -> None:
        self._handlers.append(handler)

    async def send(self, message: Message) -> None:
        assert self._socket is not None
        await self._socket.send(message.model_dump_json())

    async def send_text(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send(text)

    async def drop_link(self) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def wait_for(self, fits: Callable[[Message], bool], timeout_s: float = WAIT_S) -> Message:
        """The first message that fits, those that came already included."""
        async with asyncio.timeout(timeout_s), self._news:
            while True:
                for message in self.messages:
                    if fits(message):
                        return message
                await self._news.wait()

    async def wait_for_next(self, fits: Callable[[Message], bool], timeout_s: float = WAIT_S) -> Message:
        """The first message from now on that fits."""
        seen = len(self.messages)
        async with asyncio.timeout(timeout_s), self._news:
            while True:
                for message in self.messages[seen:]:
                    if fits(message):
                        return message
                await self._news.wait()

    async def publish(
        self, room: str, person: str, session: str, sdp: str, tracks: dict[str, Source]
    ) -> Published | Failed:
        self._requests += 1
        number = self._requests
        declared = tuple(PublishedTrack(mid=mid, source=source) for mid, source in tracks.items())
        await self.send(
            Publish(request=number, room=room, person=person, session=session, sdp=sdp, tracks=declared)
        )
        answer = await self.wait_for(lambda m: isinstance(m, Published | Failed) and m.request == number)
        assert isinstance(answer, Published | Failed)
        return answer

    async def peer_state(self, person: str, direction: str, state: str, timeout_s: float = WAIT_S) -> None:
        await self.wait_for(
            lambda m: (
                isinstance(m, PeerState) and (m.person, m.direction, m.state) == (person, direction, state)
            ),
            timeout_s,
        )

    async def stats(self) -> MediaStats:
        message = await self.wait_for_next(lambda m: isinstance(m, MediaStats))
        assert isinstance(message, MediaStats)
        return message


@asynccontextmanager
async def worker_process(
    url: str, *arguments: str, secret: str = SECRET
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-m", "media", "--server", url, "--name", "test", *arguments),
        env={"SANGDAM_WORKER_SECRET": secret, "PATH": "/usr/bin:/bin"},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def new_connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


class Client:
    """A browser of one person: a publishing and a receiving connection."""

    def __init__(self, server: FakeServer, room: str, person: str) -> None:
        self._server = server
        self._room = room
        self.person = person
        self.publishing: RTCPeerConnection | None = None
        self.receiving: RTCPeerConnection | None = None
        self.offers: list[SubscribeOffer] = []
        self.tracks: tuple[SubscribedTrack, ...] = ()
        self._session = 0
        self._sources: dict[RTCRtpTransceiver, Source] = {}
        self._answering = asyncio.Queue[SubscribeOffer]()
        self._task: asyncio.Task[None] | None = None
        self._offer_came = asyncio.Condition()
        server.on_message(self._on_message)

    async def enter(self, *, transcribe: bool = False) -> None:
        await self._server.send(Enter(room=self._room, person=self.person, transcribe=transcribe))

    async def leave(self) -> None:
        await self._server.send(Exit(room=self._room, person=self.person))
        await self.close()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        for connection in (self.publishing, self.receiving):
            if connection is not None:
                await connection.close()
        self.publishing = self.receiving = None

    # --- publishing ---

    async def publish(self, **tracks: MediaStreamTrack) -> None:
        """`microphone=`, `camera=`, `screen=`; a fresh connection."""
        if self.publishing is not None:
            await self.publishing.close()
        self.publishing = new_connection()
        self._session += 1
        self._sources.clear()
        await self.add(**tracks)

    async def add(self, **tracks: MediaStreamTrack) -> None:
        assert self.publishing is not None
        for source, track in tracks.items():
            self._sources[self.publishing.addTransceiver(track, direction="sendonly")] = cast(Source, source)
        await self.negotiate()

    async def remove(self, source: str) -> None:
        assert self.publishing is not None
        next(t for t, name in self._sources.items() if name == source).direction = "inactive"
        await self.negotiate()

    async def negotiate(self) -> None:
        assert self.publishing is not None
        await self.publishing.setLocalDescription(await self.publishing.createOffer())
        sources = {cast(str, transceiver.mid): source for transceiver, source in self._sources.items()}
        answer = await self._server.publish(
            self._room,
            self.person,
            f"s{self._session}",
            self.publishing.localDescription.sdp,
            sources,
        )
        assert isinstance(answer, Published), answer
        await self.publishing.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))

    # --- receiving ---

    async def receive(self) -> None:
        """With a fresh connection; offers are answered from now on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.receiving is not None:
            await self.receiving.close()
        self.receiving = new_connection()
        self.tracks = ()
        while not self._answering.empty():
            self._answering.get_nowait()
        self._task = asyncio.create_task(self._answer(self.receiving))
        await self._server.send(Subscribe(room=self._room, person=self.person))

    def _on_message(self, message: Message) -> None:
        if isinstance(message, SubscribeOffer) and (message.room, message.person) == (
            self._room,
            self.person,
        ):
            self._answering.put_nowait(message)

    async def _answer(self, connection: RTCPeerConnection) -> None:
        while True:
            offer = await self._answering.get()
            await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await connection.setLocalDescription()
            answer = connection.localDescription.sdp
            await self._server.send(
                SubscribeAnswer(room=self._room, person=self.person, generation=offer.generation, sdp=answer)
            )
            async with self._offer_came:
                self.offers.append(offer)
                self.tracks = offer.tracks
                self._offer_came.notify_all()

    async def until_offered(self, *expected: tuple[str, Source]) -> None:
        """Waits until exactly these (person, source) are offered."""
        async with asyncio.timeout(WAIT_S), self._offer_came:
            await self._offer_came.wait_for(
                lambda: {(track.person, track.source) for track in self.tracks} == set(expected)
            )

    def received(self, person: str, source: Source) -> MediaStreamTrack:
        assert self.receiving is not None
        mid = next(t.mid for t in self.tracks if (t.person, t.source) == (person, source))
        transceiver = next(t for t in self.receiving.getTransceivers() if t.mid == mid)
        return transceiver.receiver.track

    async def picture(self, person: str, source: Source = "camera") -> int:
        """Mean brightness of the next picture."""
        async with asyncio.timeout(WAIT_S):
            frame = await self.received(person, source).recv()
        assert isinstance(frame, VideoFrame)
        return int(frame.to_ndarray(format="yuv420p")[: frame.height].mean())

    async def pitch(self, person: str) -> float:
        """Strongest frequency in Hz of the next half second of somebody's voice."""
        track = self.received(person, "microphone")
        heard = []
        async with asyncio.timeout(WAIT_S):
            for _ in range(40):
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                heard.append(frame.to_ndarray().reshape(-1)[::2])
        return strongest_hz(np.concatenate(heard[15:]), 48_000)


def strongest_hz(samples: np.ndarray, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate_hz / len(samples))


class AudioServer:
    """The transcription worker's end of the audio link."""

    def __init__(self) -> None:
        self.frames: list[audio.AudioFrame] = []
        self.tokens: list[str | None] = []
        self.port = 0
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/audio"

    @property
    def target(self) -> AudioTarget:
        return AudioTarget(url=self.url)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[Server]:
        async with serve(self._serve, "127.0.0.1", self.port) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield server

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.tokens.append(socket.request.headers.get("Authorization"))
        async for data in socket:
            assert isinstance(data, bytes)
            async with self._news:
                self.frames.append(audio.unpack(data))
                self._news.notify_all()

    async def until_frames(self, count: int) -> list[audio.AudioFrame]:
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(lambda: len(self.frames) >= count)
        return self.frames[-count:]
