"""Demo speakers: synthetic people hold a sample conversation in every open room that names one."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from server import programs
from server.store import Store
from server.store.records import Room
from server.supervisor import Supervisor

log = logging.getLogger(__name__)


class Demo:
    """They come in by people's own links, through `base_url`, and leave when the room is closed."""

    def __init__(self, store: Store, supervisor: Supervisor, base_url: str) -> None:
        self._store = store
        self._supervisor = supervisor
        self._base_url = base_url
        self._running: dict[str, str] = {}
        """Room → name of its process."""
        self._following = asyncio.Lock()

    async def room_to_open(self) -> Room | None:
        """The latest room of the schedule that names a conversation; closed ones are left alone."""
        candidates = [room for room in await self._store.rooms.all() if room.demo and room.state != "closed"]
        earliest = datetime.min.replace(tzinfo=UTC)
        return max(candidates, key=lambda room: room.starts_at or earliest, default=None)

    async def follow(self, room: Room) -> None:
        """A room was opened or closed."""
        async with self._following:
            if room.state == "open" and room.demo and room.id not in self._running:
                await self._start(room, room.demo)
            elif room.state != "open" and (name := self._running.pop(room.id, None)):
                await self._supervisor.stop(name)

    async def _start(self, room: Room, conversation: str) -> None:
        urls = {}
        for person in room.people:
            if person.role not in urls and (token := await self._store.links.url_token(room.id, person.id)):
                urls[person.role] = f"{self._base_url}/r/{token}"
        if "seller" not in urls or "buyer" not in urls:
            log.warning("no demo speakers in room %s: a seller and a buyer with links are needed", room.id)
            return
        name = f"demo-{room.id}"
        self._running[room.id] = name
        self._supervisor.start(programs.demo_speakers(name, conversation, urls["seller"], urls["buyer"]))
