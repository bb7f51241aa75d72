"""`GET /workers`: where workers dial in, and one worker's link as the planes see it."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import logging
import secrets
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from aiohttp import WSMsgType, web

from server import metrics
from server.errors import Unauthorised
from wire.errors import BadMessage
from wire.links import (
    Compared,
    Failed,
    Hypothesis,
    MediaHello,
    MediaStats,
    PeerState,
    Published,
    Quality,
    RecordingState,
    SubscribeOffer,
    TranscriptionHello,
    TranscriptionStats,
    Translated,
    media_to_server,
    transcription_to_server,
    worker_hello,
)
from wire.message import Codec, Message
from wire.network import Network

log = logging.getLogger(__name__)

MAX_QUEUED = 4_096
"""Messages waiting for one worker; a worker that lets them pile up is disconnected and starts afresh."""
MAX_MESSAGE_BYTES = 1 << 20
HELLO_TIMEOUT_S = 10.0
HEARTBEAT_S = 10.0

FromMedia = (
    MediaHello
    | Published
    | Failed
    | SubscribeOffer
    | PeerState
    | Quality
    | RecordingState
    | MediaStats
    | Network
)
FromTranscription = TranscriptionHello | Hypothesis | Translated | Compared | TranscriptionStats
H = TypeVar("H", MediaHello, TranscriptionHello)
M = TypeVar("M", bound=Message)
H_contra = TypeVar("H_contra", MediaHello, TranscriptionHello, contravariant=True)
M_contra = TypeVar("M_contra", bound=Message, contravariant=True)


class WorkerLink:
    """The sending end of one worker's connection."""

    def __init__(self, instance: str, name: str) -> None:
        self.instance = instance
        self.name = name
        self._waiting: deque[Message] = deque()
        self._ready = asyncio.Event()
        self.closed = False

    def send(self, message: Message) -> None:
        """Never waits; a worker that does not read is cut off: half of what it was told is worth nothing."""
        if self.closed:
            return
        if len(self._waiting) >= MAX_QUEUED:
            log.warning("worker %s does not read its messages, closing its link", self.name)
            self.close()
            return
        self._waiting.append(message)
        self._ready.set()

    def close(self) -> None:
        self.closed = True
        self._waiting.clear()
        self._ready.set()

    async def next(self) -> Message | None:
        """None once the link is to be closed."""
        while not self._waiting:
            if self.closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.popleft()


class Requests(Generic[M]):
    """Questions to workers that wait for the answer with the same number. Numbers start anywhere, so that an
    answer which outlived a restart of the server finds nobody waiting."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._numbers = itertools.count(secrets.randbelow(1 << 40))
        self._waiting: dict[int, asyncio.Future[M]] = {}

    async def ask(self, link: WorkerLink, question: Callable[[int], Message]) -> M:
        """Raises TimeoutError."""
        number = next(self._numbers)
        answer: asyncio.Future[M] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            link.send(question(number))
            async with asyncio.timeout(self._timeout_s):
                return await answer
        finally:
            del self._waiting[number]

    def answered(self, number: int, answer: M) -> None:
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)


class Plane(Protocol[H_contra, M_contra]):
    """What the media plane and the transcription plane do with their workers."""

    def attach(self, link: WorkerLink, hello: H_contra) -> None: ...

    async def handle(self, link: WorkerLink, message: M_contra) -> None: ...

    def detach(self, link: WorkerLink) -> None: ...


class WorkerEndpoint:
    """Accepts links that present the secret, and hands their messages to the plane they belong to."""

    def __init__(
        self,
        secret: str,
        *,
        media: Plane[MediaHello, FromMedia],
        transcription: Plane[TranscriptionHello, FromTranscription],
    ) -> None:
        self._expected = f"Bearer {secret}".encode()
        self._media = media
        self._transcription = transcription
        self._links: set[WorkerLink] = set()

    async def handler(self, request: web.Request) -> web.WebSocketResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            log.warning("a worker presented a wrong secret")
            raise Unauthorised("the worker secret is wrong")
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES, compress=False, timeout=2.0
        )
        await socket.prepare(request)
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = worker_hello.parse(await _text(socket))
        except (TimeoutError, BadMessage) as error:
            log.warning("a worker did not say hello: %s", error)
            await socket.close(code=1008, message=b"hello expected")
            return socket
        if isinstance(hello, MediaHello):
            await self._serve(socket, hello, self._media, media_to_server)
        else:
            await self._serve(socket, hello, self._transcription, transcription_to_server)
        return socket

    def close(self) -> None:
        """Ends every link; the workers dial again until the server is back."""
        for link in list(self._links):
            link.close()

    async def _serve(
        self, socket: web.WebSocketResponse, hello: H, plane: Plane[H, M], codec: Codec[M]
    ) -> None:
        link = WorkerLink(hello.instance, hello.name)
        log.info("%s worker %s connected (%s)", hello.kind, hello.name, hello.instance)
        self._links.add(link)
        writer = asyncio.create_task(_write(socket, link))
        try:
            plane.attach(link, hello)
            await _read(socket, link, plane, codec)
        finally:
            link.close()
            self._links.discard(link)
            plane.detach(link)
            log.warning("%s worker %s is gone (%s)", hello.kind, hello.name, hello.instance)
            await writer


async def _read(socket: web.WebSocketResponse, link: WorkerLink, plane: Plane[H, M], codec: Codec[M]) -> None:
    async for item in socket:
        if item.type is not WSMsgType.TEXT:
            break
        try:
            message = codec.parse(item.data)
        except BadMessage as error:
            metrics.BAD_WORKER_MESSAGES.inc()
            log.warning("ignored a message of worker %s: %s (%s)", link.name, error.message, error.field)
            continue
        try:
            await plane.handle(link, message)
        except Exception:
            metrics.FAILED_TASKS.labels("worker_message").inc()
            log.exception("a message of worker %s could not be handled", link.name)


async def _write(socket: web.WebSocketResponse, link: WorkerLink) -> None:
    try:
        while (message := await link.next()) is not None:
            await socket.send_str(message.model_dump_json())
    except (ConnectionError, RuntimeError):
        log.debug("link of worker %s broke while sending", link.name)
    await socket.close(code=1001)


async def _text(socket: web.WebSocketResponse) -> str:
    item = await socket.receive()
    if item.type is not WSMsgType.TEXT:
        raise BadMessage("a text message was expected")
    text: str = item.data
    return text
