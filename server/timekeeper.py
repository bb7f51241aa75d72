"""Opens and closes rooms when the clock says so (server/clock.py)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

from server import clock, metrics
from server.errors import RoomNotFound
from server.live import Live
from server.store import Store
from server.store.records import EventSettings, Room

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""At least so often, whatever is due next: rooms and settings change, and clocks are set."""


class Timekeeper:
    """While `running`, looks at once, which makes up for the time the server was down, and then in time."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store = store
        self._live = live

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        while True:
            wait_s = LOOK_S
            try:
                next_at = await self.look(datetime.now(UTC))
                if next_at is not None:
                    wait_s = min(wait_s, max(0.05, (next_at - datetime.now(UTC)).total_seconds()))
            except Exception:
                metrics.FAILED_TASKS.labels("clock").inc()
                log.exception("rooms could not be opened or closed in time; trying again in %s s", LOOK_S)
            await asyncio.sleep(wait_s)

    async def look(self, now: datetime) -> datetime | None:
        """Does what is due; when something is due next."""
        settings = await self._store.events.settings()
        due = clock.due(await self._store.rooms.timed(now), settings, now)
        for room in due.open:
            await self._turn(room, "open", now, settings, clock.is_to_open)
        for room in due.close:
            await self._turn(room, "closed", now, settings, clock.is_to_close)
        return due.next_at

    async def _turn(
        self,
        id: str,
        state: Literal["open", "closed"],
        now: datetime,
        settings: dict[str, EventSettings],
        is_due: Callable[[Room, EventSettings, datetime], bool],
    ) -> None:
        """Only what is still due: somebody may have moved, extended or removed the room meanwhile."""
        try:
            room = await self._store.rooms.set_state(
                id,
                state,
                now,
                only_if=lambda room: is_due(room, settings.get(room.event, clock.BY_HAND), now),
            )
        except RoomNotFound:
            return
        if room.state == state == "open":
            log.info("room %s is opened by the clock", id)
            await self._live.room_opened(room)
        elif room.state == state:
            log.info("room %s is closed by the clock", id)
            await self._live.room_closed(room)
