"""`sangdam serve` as a user starts it: all planes, the sample day, its demo speakers."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import connect

from tests.server.peers import Browser

pytestmark = [pytest.mark.net, pytest.mark.models]

START_S = 60.0


@dataclass
class Served:
    process: asyncio.subprocess.Process
    announced: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self, stream: asyncio.StreamReader, lines: list[str]) -> None:
        while line := await stream.readline():
            async with self.changed:
                lines.append(line.decode().rstrip("\n"))
                self.changed.notify_all()

    async def logged(self, pattern: str, count: int = 1) -> re.Match[str]:
        """The `count`-th line of the log with `pattern`."""
        return await self._line(self.log, pattern, count)

    async def value(self, name: str) -> str:
        """What was printed after `name: `."""
        return (await self._line(self.announced, f"^{name}: (.+)$", 1))[1]

    async def _line(self, lines: list[str], pattern: str, count: int) -> re.Match[str]:
        def found() -> list[re.Match[str]]:
            return [match for line in lines if (match := re.search(pattern, line))]

        async with asyncio.timeout(START_S), self.changed:
            await self.changed.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]

    async def pid(self, name: str, count: int = 1) -> int:
        return int((await self.logged(rf"\b{name} started \(pid (\d+)\)", count))[1])


@asynccontextmanager
async def served(data_dir: Path) -> AsyncIterator[Served]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.cli", "serve", "--data", str(data_dir), "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    running = Served(process)
    readers = [
        asyncio.create_task(running.read(process.stdout, running.announced)),
        asyncio.create_task(running.read(process.stderr, running.log)),
    ]
    try:
        yield running
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_S):
            await process.wait()
        await asyncio.gather(*readers)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def healthy(session: ClientSession, restarted: dict[str, int]) -> dict[str, Any]:
    """/healthz once every process runs again, restarted as often as `restarted` says."""
    async with asyncio.timeout(START_S):
        while True:
            async with session.get("/healthz") as answer:
                health: dict[str, Any] = await answer.json()
            processes = {item["name"]: item for item in health["processes"]}
            restarts = {name: processes[name]["restarts"] for name in restarted}
            if health["status"] == "ok" and restarts == restarted:
                return health
            await asyncio.sleep(0.1)


async def test_everything_starts_survives_its_parts_and_stops(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server:
        url, token = await server.value("Ready"), await server.value("API token")
        assert (await server.value("Organiser")).startswith(f"{url}/organiser?key=")
        headers = {"Authorization": f"Bearer {token}"}
        async with ClientSession(url, headers=headers) as session:
            health = await healthy(session, {"media": 0, "transcription": 0})
            assert health["media_workers"] == health["transcription_workers"] == 1
            room = await demo_room(session)
            assert room["state"] == "open"
            async with interpreter(session, url, room) as page:
                speakers = {person["id"]: person["role"] for person in room["people"]}
                caption = await eventually(page, "caption")
                assert speakers[caption["speaker"]] in ("seller", "buyer")

                epoch = page.joined["media"]["epoch"]
                media = await server.pid("media")
                os.kill(media, signal.SIGKILL)
                assert await server.pid("media", 2) != media
                assert (await eventually(page, "media", state="ready"))["epoch"] != epoch
                await healthy(session, {"media": 1, "transcription": 0})

                os.kill(await server.pid("transcription"), signal.SIGKILL)
                await eventually(page, "transcription", state="unavailable")
                await eventually(page, "transcription", state="ready")
                # The speakers are in the room again and heard again.
                assert (await eventually(page, "caption"))["text"]
                await healthy(session, {"media": 1, "transcription": 1})
            async with session.post(f"/api/rooms/{room['id']}/close") as answer:
                assert answer.status == 200
            # The demo speakers leave with the room.
            health = await healthy(session, {"media": 1, "transcription": 1})
            assert [item["name"] for item in health["processes"]] == ["media", "transcription"]
        children = [await server.pid(name, 2) for name in ("media", "transcription")]
        children.append(await server.pid(f"demo-{room['id']}"))
        assert [line.split(":")[0] for line in server.announced] == ["Ready", "Organiser", "API token"]
    assert server.process.returncode == 0
    assert not any(is_alive(pid) for pid in children)


async def test_starting_again_keeps_rooms_and_secrets(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        async with served(tmp_path / "data") as server:
            url, token = await server.value("Ready"), await server.value("API token")
            headers = {"Authorization": f"Bearer {token}"}
            async with ClientSession(url, headers=headers) as session, session.get("/api/rooms") as answer:
                rooms = (await answer.json())["rooms"]
            seen.append((token, sorted(room["id"] for room in rooms)))
    assert seen[0] == seen[1]


async def demo_room(session: ClientSession) -> dict[str, Any]:
    async with session.get("/api/rooms") as answer:
        rooms: list[dict[str, Any]] = (await answer.json())["rooms"]
    return next(room for room in rooms if room["demo"])


@asynccontextmanager
async def interpreter(session: ClientSession, url: str, room: dict[str, Any]) -> AsyncIterator[Browser]:
    person = next(person["id"] for person in room["people"] if person["role"] == "interpreter")
    async with session.get(f"/api/rooms/{room['id']}/people/{person}/link") as answer:
        token = (await answer.json())["url"].rsplit("/", 1)[-1]
    async with connect(f"{url.replace('http', 'ws', 1)}/ws", proxy=None) as socket:
        page = Browser(socket)
        await page.send({"type": "join", "token": token})
        page.joined = await page.get("joined")
        yield page


async def eventually(page: Browser, type_: str, **wanted: Any) -> dict[str, Any]:
    """The next such message, for which speakers may have to speak and programs to start first."""
    async with asyncio.timeout(START_S):
        while True:
            message: dict[str, Any] = json.loads(await page.socket.recv())
            if message["type"] == type_ and all(message[name] == value for name, value in wanted.items()):
                return message
