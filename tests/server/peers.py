"""A real server on a free port, and peers that speak the protocol to it: browsers and workers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.app import create_app
from server.auth import Auth
from server.config import Config, Limits
from server.hub import Hub
from server.store import Store
from server.store.records import NewPerson, NewRoom, Room, Token
from server.turn import Turn
from wire.captions import Translation
from wire.links import Hypothesis, MediaHello, Models, PeerRef, Route, TranscriptionHello
from wire.message import Message

QUICK = Limits(settle_s=0.0, reassign_s=0.1, grace_s=0.3, tick_s=60.0, join_timeout_s=2.0)
WAIT_S = 5.0
PEOPLE = (
    NewPerson("seller", "김 대표", "울산 코팅", "ko", "ko"),
    NewPerson("buyer", "采购", "长春", "zh-Hans", "zh-Hans"),
    NewPerson("interpreter", "박 통역", "", "ko", "zh-Hans"),
    NewPerson("observer", "Guest", "", "en", "en"),
    NewPerson("organiser", "운영", "", "ko", "ko"),
)
MODELS = Models(
    recogniser="test",
    languages=("ko", "zh", "en"),
    routes=(
        Route(source="ko", target="zh", via=("en",), engine="test"),
        Route(source="zh", target="ko", via=("en",), engine="test"),
    ),
    demo=True,
)


@dataclass(slots=True)
class RunningServer:
    url: str
    store: Store
    auth: Auth
    hub: Hub

    async def room(self, *, opened: bool = True) -> tuple[Room, dict[str, Token]]:
        room, tokens = await self.store.rooms.create(NewRoom("상담", PEOPLE))
        if opened:
            room = await self.open(room.id)
        return room, tokens

    async def open(self, room: str) -> Room:
        record = await self.store.rooms.set_state(room, "open", datetime.now(UTC))
        await self.hub.room_opened(record)
        return record

    async def close(self, room: str) -> None:
        await self.hub.room_closed(await self.store.rooms.set_state(room, "closed", datetime.now(UTC)))


@asynccontextmanager
async def running_server(
    data_dir: Path,
    limits: Limits = QUICK,
    *,
    port: int = 0,
    turn: Turn | None = None,
    recordings_max_gib: float = 20.0,
) -> AsyncIterator[RunningServer]:
    async with Store.in_directory(data_dir) as store:
        config = Config(data_dir=data_dir, limits=limits)
        auth = await Auth.load(store)
        recordings = data_dir / "recordings"
        hub = Hub(store, limits, recordings, recordings_max_gib=recordings_max_gib, turn=turn)
        runner = web.AppRunner(create_app(config, store, auth, hub), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield RunningServer(f"ws://127.0.0.1:{runner.addresses[0][1]}", store, auth, hub)
        finally:
            await runner.cleanup()


class Peer:
    """One WebSocket; `get` waits for the next message of a type and drops those before it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, message: Message | dict[str, Any]) -> None:
        text = json.dumps(message) if isinstance(message, dict) else message.model_dump_json()
        await self.socket.send(text)

    async def get(self, type_: str, **wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(WAIT_S):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] == type_ and all(message.get(k) == v for k, v in wanted.items()):
                    return message

    async def next(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        async with asyncio.timeout(WAIT_S):
            message: dict[str, Any] = json.loads(await self.socket.recv())
            return message

    async def rest(self) -> list[str]:
        """Types of the messages that came before the socket was closed and were not looked at."""
        types = []
        async with asyncio.timeout(WAIT_S):
            with suppress(ConnectionClosed):
                while True:
                    types.append(str(json.loads(await self.socket.recv())["type"]))
        return types

    async def closed(self) -> int:
        """The close code, after whatever else still comes."""
        async with asyncio.timeout(WAIT_S):
            with suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        assert self.socket.close_code is not None
        return self.socket.close_code


class Browser(Peer):
    joined: dict[str, Any]

    async def error(self) -> dict[str, Any]:
        return await self.get("error")

    async def caption(self, **wanted: Any) -> dict[str, Any]:
        return await self.get("caption", **wanted)


@asynccontextmanager
async def browser(server: RunningServer, token: str | None = None, **join: Any) -> AsyncIterator[Browser]:
    """Joined when a token is given."""
    async with connect(f"{server.url}/ws", proxy=None) as socket:
        peer = Browser(socket)
        if token is not None:
            await peer.send({"type": "join", "token": token, **join})
            peer.joined = await peer.get("joined")
        yield peer


class Worker(Peer):
    pass


@asynccontextmanager
async def worker(server: RunningServer, hello: Message) -> AsyncIterator[Worker]:
    headers = {"Authorization": f"Bearer {server.auth.worker_secret}"}
    async with connect(f"{server.url}/workers", additional_headers=headers, proxy=None) as socket:
        peer = Worker(socket)
        await peer.send(hello)
        yield peer


@asynccontextmanager
async def media_worker(
    server: RunningServer, instance: str = "m1", peers: tuple[PeerRef, ...] = ()
) -> AsyncIterator[Worker]:
    """Connected and known to the server."""
    async with worker(server, MediaHello(name=instance, instance=instance, peers=peers)) as peer:
        await peer.get("audio_target")
        yield peer


@asynccontextmanager
async def transcription_worker(server: RunningServer, instance: str = "t1") -> AsyncIterator[Worker]:
    hello = TranscriptionHello(
        name=instance, instance=instance, audio_url=f"ws://127.0.0.1:9/{instance}", models=MODELS
    )
    async with worker(server, hello) as peer:
        yield peer


async def alter(data_dir: Path, statement: str) -> None:
    """From outside; in a thread, for the server may be writing and needs its loop to come to an end."""

    def execute() -> None:
        with closing(sqlite3.connect(data_dir / "sangdam.db")) as database, database:
            database.execute(statement)

    await asyncio.to_thread(execute)


def hypothesis(
    track: str, text: str, *, final: bool = False, utterance: int = 1, rev: int = 1, **more: Any
) -> Hypothesis:
    """Something that was said in Korean just now."""
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    values: dict[str, Any] = {
        "track": track,
        "utterance": utterance,
        "rev": rev,
        "state": "final" if final else "partial",
        "lang": "ko",
        "text": text,
        "stable": len(text) if final else 0,
        "translations": {"zh-Hans": Translation(text=f"「{text}」", stable=0)},
        "confidence": 0.9,
        "start_wall_ms": now_ms - 1500,
        "end_wall_ms": now_ms - 500,
        "lag_ms": 500,
    }
    return Hypothesis(**(values | more))
