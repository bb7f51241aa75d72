"""The worker's link against a real WebSocket server that refuses, vanishes and comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from wire import links
from wire.dial import Outbox, WorkerLink
from wire.errors import LinkRefused

pytestmark = pytest.mark.net

HELLO = links.MediaHello(name="m", instance="i1")


class Peer:
    """The server's end: checks the secret, collects what comes, can be stopped and started on one port."""

    def __init__(self) -> None:
        self.received: asyncio.Queue[str] = asyncio.Queue()
        self.sockets: list[ServerConnection] = []
        self.port = 0

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Server]:
        async with serve(self._accept, "127.0.0.1", self.port, process_request=self._check) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield server

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != "Bearer right":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no\n")
        return None

    async def _accept(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        async for text in socket:
            await self.received.put(str(text))


def link_to(peer: Peer, secret: str = "right", heard: "asyncio.Queue[object] | None" = None) -> WorkerLink:
    async def handle(message: object) -> None:
        if heard is not None:
            await heard.put(message)

    return WorkerLink(
        f"ws://127.0.0.1:{peer.port}/workers",
        secret,
        hello=lambda: HELLO,
        codec=links.server_to_media,
        handle=handle,
    )


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_wrong_secret_ends_the_link() -> None:
    peer = Peer()
    async with peer.up():
        with pytest.raises(LinkRefused):
            await asyncio.wait_for(link_to(peer, "wrong").run(), 10)


async def test_what_matters_waits_for_a_server_that_was_away() -> None:
    peer = Peer()
    async with peer.up():
        link = link_to(peer)
        task = asyncio.create_task(link.run())
        assert '"hello"' in await asyncio.wait_for(peer.received.get(), 10)
    async with asyncio.timeout(10):
        while link.outbox.connected:
            await asyncio.sleep(0.01)
    link.send(links.Failed(request=7, code="bad_sdp", message="no"))
    link.send(links.MediaStats(rooms=0, peers=0, counters={}, loop_stall_ms=0), droppable=True)
    async with peer.up():
        assert '"hello"' in await asyncio.wait_for(peer.received.get(), 10)
        assert '"failed"' in await asyncio.wait_for(peer.received.get(), 10)
        await stop(task)
    assert link.outbox.dropped == 1
    assert len(link.outbox) == 0


async def test_nonsense_from_the_server_is_passed_over() -> None:
    peer, heard = Peer(), asyncio.Queue[object]()
    async with peer.up():
        task = asyncio.create_task(link_to(peer, heard=heard).run())
        await asyncio.wait_for(peer.received.get(), 10)
        for text in ("{", '{"type": "enter"}', b"\0", '{"type": "close_room", "room": "r1"}'):
            await peer.sockets[0].send(text)
        assert await asyncio.wait_for(heard.get(), 10) == links.CloseRoom(room="r1")
        await stop(task)
    assert heard.empty()


async def test_a_worker_that_stops_says_goodbye() -> None:
    peer = Peer()
    async with peer.up():
        task = asyncio.create_task(link_to(peer).run())
        await asyncio.wait_for(peer.received.get(), 10)
        await stop(task)
        await asyncio.wait_for(peer.sockets[0].wait_closed(), 10)
        assert peer.sockets[0].close_code == 1001


async def test_the_outbox_is_bounded_and_drops_the_oldest() -> None:
    outbox = Outbox(limit=3)
    for request in range(5):
        outbox.put(links.Failed(request=request, code="c", message="m"))
    assert len(outbox) == 3
    assert outbox.dropped == 2
    first = await outbox.first()
    assert first == links.Failed(request=2, code="c", message="m")


async def test_a_full_outbox_gives_up_partials_before_finals() -> None:
    outbox = Outbox(limit=3)
    outbox.connected = True
    final, partial, last = (links.Failed(request=number, code="c", message="m") for number in range(3))
    outbox.put(final)
    outbox.put(partial, droppable=True)
    outbox.put(partial, droppable=True)
    outbox.put(last)
    assert outbox.dropped == 1
    sent = []
    while len(outbox):
        message = await outbox.first()
        outbox.done(message)
        sent.append(message)
    assert sent == [final, partial, last]
