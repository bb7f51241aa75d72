"""Janus (Debian's package) as bench_media's third server: its videoroom plugin, over its WebSocket API.

Fair to it: no debugging, no log, no recording, its default threads, the same codecs and no extras (no data
channels, no transport-wide congestion control), SRTP with AES-GCM like the others.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import socket
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bench.media_servers import running
from media.addresses import host_addresses
from wire import links

KEEPALIVE_S = 20
FEED_TRIES, FEED_WAIT_S = 20, 0.1
BITRATE_BPS = 4_000_000
LIBRARIES = Path("/usr/lib")
"""Debian's: under the name of the architecture."""


class JanusFailed(Exception):
    """Janus is missing, did not start, or refused a request."""


@dataclass(frozen=True, slots=True)
class JanusOffer:
    sdp: str
    tracks: tuple[None, ...]
    handle: int


def own_address() -> str:
    """Janus does not listen on loopback; packets to another address of this machine take the same way."""
    found = [address for address in host_addresses(()) if ":" not in address and address != "127.0.0.1"]
    if not found:
        raise JanusFailed("Janus needs an IPv4 address besides 127.0.0.1")
    return found[0]


@asynccontextmanager
async def janus(cores: frozenset[int]) -> AsyncIterator[tuple[Process, JanusRooms]]:
    """Raises JanusFailed."""
    program = shutil.which("janus")
    if program is None:
        raise JanusFailed("Janus is not installed (apt install janus)")
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        _configure(Path(folder), port)
        command = [program, "-F", folder, "-C", f"{folder}/janus.jcfg", "-N", "-i", own_address()]
        async with running(command, cores) as process, JanusRooms.connected(port) as rooms:
            yield process, rooms


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configure(folder: Path, port: int) -> None:
    library = next(LIBRARIES.glob("*/janus"), None)
    if library is None:
        raise JanusFailed(f"Janus' plugins are not under {LIBRARIES}")
    plugins = [path.name for path in library.glob("plugins/*.so")]
    transports = [path.name for path in library.glob("transports/*.so")]
    unused = ",".join(name for name in plugins if "videoroom" not in name)
    other_ways = ",".join(name for name in transports if "websockets" not in name)
    (folder / "janus.jcfg").write_text(
        "general: {\n"
        f'  configs_folder = "{folder}"\n'
        f'  plugins_folder = "{library}/plugins"\n'
        f'  transports_folder = "{library}/transports"\n'
        f'  events_folder = "{library}/events"\n'
        f'  loggers_folder = "{library}/loggers"\n'
        "  debug_level = 1\n"
        "}\n"
        f'nat: {{ ice_enforce_list = "{own_address()}" }}\n'
        f'plugins: {{ disable = "{unused}" }}\n'
        f'transports: {{ disable = "{other_ways}" }}\n'
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {}\n")
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"\n ws = true\n ws_port = {port}\n ws_ip = "127.0.0.1"\n }}\n'
        "admin: { admin_ws = false }\n"
    )


class JanusRooms:
    """Publishes and subscribes for the load, as ScriptedServer does with a worker of ours."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._session = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._rooms: dict[str, int] = {}
        self._feeds: dict[str, list[int]] = {}

    @classmethod
    @asynccontextmanager
    async def connected(cls, port: int) -> AsyncIterator[JanusRooms]:
        async with await _connect(port) as socket:
            rooms = cls(socket)
            tasks = [asyncio.create_task(rooms._read()), asyncio.create_task(rooms._keep_alive())]
            try:
                rooms._session = (await rooms._request(janus="create"))["data"]["id"]
                yield rooms
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def publish(
        self, room: str, person: str, offer: str, tracks: tuple[links.PublishedTrack, ...]
    ) -> str:
        """The answer."""
        handle = await self._attach()
        number = await self._room(room, handle)
        joined = await self._message(handle, {"request": "join", "ptype": "publisher", "room": number})
        self._feeds.setdefault(room, []).append(joined["plugindata"]["data"]["id"])
        published = await self._message(handle, {"request": "publish"}, {"type": "offer", "sdp": offer})
        return str(published["jsep"]["sdp"])

    async def receive(self, room: str, person: str) -> AsyncIterator[JanusOffer]:
        handle = await self._attach()
        feeds = [{"feed": feed} for feed in self._feeds[room]]
        join = {"request": "join", "ptype": "subscriber", "room": self._rooms[room], "streams": feeds}
        offered = await self._joined(handle, join)
        streams = offered["plugindata"]["data"]["streams"]
        yield JanusOffer(str(offered["jsep"]["sdp"]), (None,) * len(streams), handle)

    async def _joined(self, handle: int, join: dict[str, Any]) -> dict[str, Any]:
        """A feed is there only some time after it was accepted."""
        for _ in range(FEED_TRIES - 1):
            with suppress(JanusFailed):
                return await self._message(handle, join)
            await asyncio.sleep(FEED_WAIT_S)
        return await self._message(handle, join)

    async def answer(self, offer: JanusOffer, sdp: str) -> None:
        await self._message(offer.handle, {"request": "start"}, {"type": "answer", "sdp": sdp})

    async def _room(self, room: str, handle: int) -> int:
        if room not in self._rooms:
            number = 1 + len(self._rooms)
            wanted = {
                "request": "create",
                "room": number,
                "publishers": 6,
                "bitrate": BITRATE_BPS,
                "audiocodec": "opus",
                "videocodec": "vp8",
                "record": False,
                "transport_wide_cc_ext": False,
            }
            await self._message(handle, wanted)
            self._rooms[room] = number
        return self._rooms[room]

    async def _attach(self) -> int:
        attached = await self._request(janus="attach", plugin="janus.plugin.videoroom")
        return int(attached["data"]["id"])

    async def _message(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        described = {} if jsep is None else {"jsep": jsep}
        answer = await self._request(janus="message", handle_id=handle, body=body, **described)
        if "error" in answer or "error_code" in answer.get("plugindata", {}).get("data", {}):
            raise JanusFailed(f"Janus refused to {body['request']}: {json.dumps(answer)}")
        return answer

    async def _request(self, **fields: Any) -> dict[str, Any]:
        transaction = secrets.token_hex(6)
        self._waiting[transaction] = asyncio.get_running_loop().create_future()
        if self._session:
            fields["session_id"] = self._session
        await self._socket.send(json.dumps({**fields, "transaction": transaction}))
        async with asyncio.timeout(20):
            return await self._waiting[transaction]

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                waiting = self._waiting.get(message.get("transaction", ""))
                if waiting is not None and message["janus"] != "ack" and not waiting.done():
                    waiting.set_result(message)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            keepalive = {"janus": "keepalive", "session_id": self._session, "transaction": "keepalive"}
            await self._socket.send(json.dumps(keepalive))


async def _connect(port: int) -> ClientConnection:
    for _ in range(100):
        with suppress(OSError):
            return await connect(
                f"ws://127.0.0.1:{port}/",
                subprotocols=[Subprotocol("janus-protocol")],
                max_size=1 << 20,
            )
        await asyncio.sleep(0.1)
    raise JanusFailed("Janus did not come up")
