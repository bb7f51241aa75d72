"""The link a worker dials to the server: one WebSocket, opened again whenever it is lost."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import CloseCode

from wire.errors import BadMessage, LinkRefused
from wire.message import Codec, M, Message

log = logging.getLogger(__name__)

MAX_QUEUED = 4_096
"""Messages kept while the server is away; beyond it the oldest that may be dropped go first, then the oldest
of the others."""
FIRST_DELAY_S = 0.2
MAX_DELAY_S = 2.0
"""Reconnection delays, doubling: a restarted server must be found again well within 5 s."""


class Outbox:
    """Messages waiting for the link; `droppable` ones (partials, statistics) are lost while it is down."""

    def __init__(self, limit: int = MAX_QUEUED) -> None:
        self._items: deque[tuple[Message, bool]] = deque()
        """With whether it may be dropped."""
        self._limit = limit
        self._ready = asyncio.Event()
        self.connected = False
        self.dropped = 0

    def put(self, message: Message, *, droppable: bool = False) -> None:
        if droppable and not self.connected:
            self.dropped += 1
            return
        if len(self._items) >= self._limit:
            del self._items[next((at for at, (_, may) in enumerate(self._items) if may), 0)]
            self.dropped += 1
        self._items.append((message, droppable))
        self._ready.set()

    async def first(self) -> Message:
        """The oldest message, which stays queued until `done` says it was written."""
        while not self._items:
            self._ready.clear()
            await self._ready.wait()
        return self._items[0][0]

    def done(self, message: Message) -> None:
        if self._items and self._items[0][0] is message:
            self._items.popleft()

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, message: Message) -> bool:
        return any(waiting is message for waiting, _ in self._items)


class WorkerLink:
    """Dials `{server}/workers`, says hello, passes messages both ways, and dials again when the link is lost.

    `hello` is called at each connection, so that it can tell what the worker is still serving.
    `handle` is awaited for one message at a time, in order.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        hello: Callable[[], Message],
        codec: Codec[M],
        handle: Callable[[M], Awaitable[None]],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._secret = secret
        self._hello = hello
        self._codec = codec
        self._handle = handle
        self._tls = tls
        self.outbox = Outbox()

    def send(self, message: Message, *, droppable: bool = False) -> None:
        self.outbox.put(message, droppable=droppable)

    async def run(self) -> None:
        """Until cancelled; raises LinkRefused when the secret is wrong."""
        delay_s = FIRST_DELAY_S
        while True:
            try:
                async with self._connected() as socket:
                    delay_s = FIRST_DELAY_S
                    await self._exchange(socket)
            except InvalidStatus as error:
                if error.response.status_code in (401, 403):
                    raise LinkRefused("the server refused this worker's secret") from None
                log.warning("server answered %d, dialling again", error.response.status_code)
            except InvalidURI:
                raise LinkRefused(f"{self._url} is not a ws:// or wss:// address") from None
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as error:
                log.warning("link to the server lost (%s), dialling again", type(error).__name__)
            await asyncio.sleep(delay_s)
            delay_s = min(MAX_DELAY_S, delay_s * 2)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[ClientConnection]:
        headers = {"Authorization": f"Bearer {self._secret}"}
        async with connect(
            self._url,
            additional_headers=headers,
            ssl=self._tls,
            proxy=None,
            max_size=1 << 20,
            open_timeout=5,
            ping_interval=5,
            ping_timeout=10,
            compression=None,
        ) as socket:
            await socket.send(self._hello().model_dump_json())
            self.outbox.connected = True
            log.info("link to the server is up")
            try:
                yield socket
            except asyncio.CancelledError:
                # Left to itself the library would tell the server of an internal error.
                await socket.close(CloseCode.GOING_AWAY)
                raise
            finally:
                self.outbox.connected = False

    async def _exchange(self, socket: ClientConnection) -> None:
        writer = asyncio.create_task(self._write(socket))
        try:
            async for text in socket:
                try:
                    message = self._codec.parse(text)
                except BadMessage as error:
                    log.warning("ignored a message of the server: %s", error.message)
                    continue
                await self._handle(message)
        finally:
            writer.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await writer

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            message = await self.outbox.first()
            await socket.send(message.model_dump_json())
            self.outbox.done(message)
