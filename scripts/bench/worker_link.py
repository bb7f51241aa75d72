"""The server's end of a media worker's link, as much of it as a load needs."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from wire import links
from wire.message import Message


class WorkerFailed(Exception):
    """The worker refused a request."""


class ScriptedServer:
    """Waits for one worker and asks it to publish and to subscribe."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(16)
        self.url = ""
        self.stats: list[tuple[float, links.MediaStats]] = []
        """With the monotonic time at which they came."""
        self.reported = asyncio.Event()
        """Set with each entry of `stats`."""
        self._hello = asyncio.Event()
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._offers: dict[tuple[str, str], asyncio.Queue[links.SubscribeOffer]] = {}
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue(4_096)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[ScriptedServer]:
        async with serve(
            self._accept, "127.0.0.1", 0, process_request=self._check, max_size=1 << 20
        ) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/workers"
            yield self

    async def ready(self) -> None:
        await asyncio.wait_for(self._hello.wait(), 30)

    async def publish(
        self, room: str, person: str, offer: str, tracks: tuple[links.PublishedTrack, ...]
    ) -> str:
        """The worker's answer. Raises WorkerFailed."""
        self._send(links.Enter(room=room, person=person, transcribe=False))
        request = len(self._answers) + 1
        self._answers[request] = asyncio.get_running_loop().create_future()
        self._send(
            links.Publish(request=request, room=room, person=person, session="s1", sdp=offer, tracks=tracks)
        )
        return await asyncio.wait_for(self._answers[request], 20)

    async def receive(self, room: str, person: str) -> AsyncIterator[links.SubscribeOffer]:
        """The worker's offers, until the caller has the one it waits for."""
        queue = self._offers.setdefault((room, person), asyncio.Queue(64))
        self._send(links.Enter(room=room, person=person, transcribe=False))
        self._send(links.Subscribe(room=room, person=person))
        while True:
            yield await asyncio.wait_for(queue.get(), 20)

    async def answer(self, offer: links.SubscribeOffer, sdp: str) -> None:
        self._send(
            links.SubscribeAnswer(room=offer.room, person=offer.person, generation=offer.generation, sdp=sdp)
        )

    def _send(self, message: Message) -> None:
        self._outgoing.put_nowait(message)

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.secret}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "wrong secret\n")
        return None

    async def _accept(self, socket: ServerConnection) -> None:
        links.worker_hello.parse(await socket.recv())
        self._hello.set()
        writer = asyncio.create_task(self._write(socket))
        try:
            async for text in socket:
                self._heard(links.media_to_server.parse(text))
        finally:
            writer.cancel()

    async def _write(self, socket: ServerConnection) -> None:
        while True:
            await socket.send((await self._outgoing.get()).model_dump_json())

    def _heard(self, message: Message) -> None:
        match message:
            case links.Published():
                self._answers[message.request].set_result(message.sdp)
            case links.Failed():
                self._answers[message.request].set_exception(WorkerFailed(message.message))
            case links.SubscribeOffer():
                self._offers[(message.room, message.person)].put_nowait(message)
            case links.MediaStats():
                self.stats.append((time.monotonic(), message))
                self.reported.set()
