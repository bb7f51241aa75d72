"""Demo speakers: synthetic people hold a sample conversation in every open room that names one."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from server import programs
from server.errors import RoomNotFound
from server.store import Store
from server.store.records import Room
from server.supervisor import Program, Supervisor

log = logging.getLogger(__name__)


class Demo:
    """They come in by people's own links, through `base_url`, and leave when the room is closed."""

    def __init__(self, store: Store, supervisor: Supervisor, base_url: str) -> None:
        self._store = store
        self._supervisor = supervisor
        self._base_url = base_url
        self._running: dict[str, Program] = {}
        """By room."""
        self._following = asyncio.Lock()

    async def room_to_open(self) -> Room | None:
        """The latest room of the schedule that names a conversation; closed ones are left alone."""
        candidates = [room for room in await self._store.rooms.all() if room.demo and room.state != "closed"]
        earliest = datetime.min.replace(tzinfo=UTC)
        return max(candidates, key=lambda room: room.starts_at or earliest, default=None)

    async def resume(self) -> None:
        """Speakers for the rooms that are open already: they ended with the server that opened them."""
        for room in await self._store.rooms.all():
            if room.state == "open" and room.demo:
                await self.follow(room.id)

    async def follow(self, room_id: str) -> None:
        """The room may have changed: who speaks in it is what the database says now."""
        async with self._following:
            wanted, running = await self._speakers(room_id), self._running.get(room_id)
            if wanted == running:
                return
            if running is not None:
                del self._running[room_id]
                await self._supervisor.stop(running.name)
            if wanted is not None:
                self._running[room_id] = wanted
                self._supervisor.start(wanted)

    async def _speakers(self, room_id: str) -> Program | None:
        """None for a room that needs none, or has no two people with links."""
        try:
            room = await self._store.rooms.get(room_id)
        except RoomNotFound:
            return None
        if room.state != "open" or not room.demo:
            return None
        urls: dict[str, str] = {}
        for person in room.people:
            if person.role not in urls and (token := await self._store.links.url_token(room.id, person.id)):
                urls[person.role] = f"{self._base_url}/r/{token}"
        if "seller" not in urls or "buyer" not in urls:
            log.warning("no demo speakers in room %s: a seller and a buyer with links are needed", room.id)
            return None
        return programs.demo_speakers(f"demo-{room.id}", room.demo, urls["seller"], urls["buyer"])
