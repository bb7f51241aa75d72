"""Deletes what was said in an event's rooms as many days after its end as the organiser set."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.live import Live
from server.recordings import Recordings
from server.store import Store
from server.store.records import Event, Room

log = logging.getLogger(__name__)

EVERY_S = 3600.0


def expires_at(event: Event, rooms: Iterable[Room]) -> datetime | None:
    """When nothing is kept any more: the days are counted from the end of the event's last day, where it is.

    An event without dates ends with its last consultation. None: kept for good, or it has no end yet.
    """
    days = event.settings.keeps_days
    if days is None:
        return None
    zone = ZoneInfo(event.time_zone)
    last = event.ends_on
    ends = [room.closed_at or room.ends_at for room in rooms]
    if last is None:
        known = [end.astimezone(zone).date() for end in ends if end is not None]
        if not known:
            return None
        last = max(known)
    # The day is over at the midnight after it.
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    return midnight + timedelta(days=days)


def to_empty(event: Event, rooms: Iterable[Room], now: datetime) -> list[Room]:
    """The event's closed rooms whose time is over and that hold something since they were emptied last."""
    of_event = [room for room in rooms if room.event == event.name]
    at = expires_at(event, of_event)
    if at is None or now < at:
        return []
    return [
        room
        for room in of_event
        if room.state == "closed"
        and (room.emptied_at is None or (room.closed_at is not None and room.closed_at > room.emptied_at))
    ]


class Retention:
    """While `running`, looks at once and then every hour."""

    def __init__(self, store: Store, live: Live, recordings: Recordings) -> None:
        self._store = store
        self._live = live
        self._recordings = recordings

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
            try:
                await self.look(datetime.now().astimezone())
            except Exception:
                log.exception("what is not to be kept any more could not be deleted; trying again in an hour")
            await asyncio.sleep(EVERY_S)

    async def look(self, now: datetime) -> int:
        """How many rooms were emptied."""
        rooms = await self._store.rooms.all()
        over = [room for event in await self._store.events.all() for room in to_empty(event, rooms, now)]
        if not over:
            return 0
        # Files first: should it break off here, the rooms are found again.
        for room in over:
            await self._recordings.forget(room.id)
        ids = [room.id for room in over]
        async with self._live.rewriting(ids):
            await self._store.personal_data.empty(ids)
        log.info("deleted transcripts and recordings of %d rooms, as their events say", len(over))
        return len(over)
