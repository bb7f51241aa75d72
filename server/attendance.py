"""Who came when and left when: noted as rooms change, kept in the database."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from server import metrics
from server.errors import ServerError
from server.live_room import LiveRoom
from server.store import Store
from server.store.records import Person, Role, Room, Visit

log = logging.getLogger(__name__)

EXPECTED: frozenset[Role] = frozenset({"seller", "buyer", "interpreter"})
"""Roles whose absence matters."""
STAMP_S = 20.0
"""How often it is noted that the server runs: what is known of the end of visits after a power cut."""
MAX_WAITING = 10_000
"""Notes that the database has not taken yet; beyond that the newest are lost, and counted."""
RETRY_S = 2.0
_ALIVE = "alive_at"

Standing = Literal["expected", "missing", "inside", "left", "no_show"]


def standing(room: Room, person: Person, visits: Sequence[Visit], now: datetime) -> Standing:
    """`missing`: the time has come, they have not. `no_show`: it is over, and they never did."""
    if visits:
        return "inside" if visits[-1].left_at is None else "left"
    if person.role not in EXPECTED or room.opened_at is None:
        return "expected"
    if room.state == "closed" or (room.ends_at is not None and now >= room.ends_at):
        return "no_show"
    started = room.starts_at is None or now >= room.starts_at
    return "missing" if room.state == "open" and started else "expected"


def minutes_of(visits: Iterable[Visit], now: datetime) -> int:
    """All of them together, rounded."""
    seconds = sum(((each.left_at or now) - each.came_at).total_seconds() for each in visits)
    return round(seconds / 60)


class Attendance:
    """`begin` reads what is known, `look` at a room after anybody came or went, `close` writes what waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._visits: dict[str, dict[str, list[Visit]]] = {}
        """By room and person, in the order of their coming."""
        self._waiting: asyncio.Queue[Visit | None] = asyncio.Queue(MAX_WAITING)
        """None: nothing comes any more."""
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Raises StoreError."""
        stamp = await self._store.settings.get(_ALIVE)
        await self._store.visits.end_all(datetime.fromisoformat(stamp) if stamp else datetime.now(UTC))
        found: defaultdict[str, dict[str, list[Visit]]] = defaultdict(dict)
        for visit in await self._store.visits.all():
            found[visit.room].setdefault(visit.person, []).append(visit)
        self._visits = dict(found)
        await self._stamp()
        self._task = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Whoever is inside leaves with the server. May be called again."""
        task, self._task = self._task, None
        if task is None:
            return
        now = datetime.now(UTC)
        for people in self._visits.values():
            for visits in people.values():
                self._end(visits, now)
        await self._waiting.put(None)
        await asyncio.gather(task, return_exceptions=True)

    def of(self, room: str) -> dict[str, list[Visit]]:
        """By person, of those who ever came."""
        return self._visits.get(room, {})

    def look(self, room: LiveRoom) -> None:
        """Organisers may look into a room that is closed: only an open one is attended."""
        now = datetime.now(UTC)
        inside = room.inside() if room.is_open else frozenset()
        known = self._visits.get(room.id, {})
        for person, visits in known.items():
            if person not in inside:
                self._end(visits, now)
        for person in inside:
            visits = self._visits.setdefault(room.id, {}).setdefault(person, [])
            if not visits or visits[-1].left_at is not None:
                visits.append(Visit(room.id, person, now, None))
                self._note(visits[-1])

    def forget(self, room: str) -> None:
        """It was removed, in the database too."""
        self._visits.pop(room, None)

    def _end(self, visits: list[Visit], now: datetime) -> None:
        if visits and visits[-1].left_at is None:
            visits[-1] = replace(visits[-1], left_at=now)
            self._note(visits[-1])

    def _note(self, visit: Visit) -> None:
        try:
            self._waiting.put_nowait(visit)
        except asyncio.QueueFull:
            metrics.FAILED_TASKS.labels("attendance").inc()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        stamp_s = loop.time() + STAMP_S
        while True:
            try:
                async with asyncio.timeout_at(stamp_s):
                    visit = await self._waiting.get()
            except TimeoutError:
                stamp_s = loop.time() + STAMP_S
                await self._stamp()
                continue
            if visit is None:
                return
            if not await self._put(visit) and self._task is not None:
                await asyncio.sleep(RETRY_S)
                self._note(visit)

    async def _put(self, visit: Visit) -> bool:
        """False: to be tried again."""
        try:
            await self._store.visits.put(visit)
        except ServerError as error:
            log.warning("who was in room %s could not be noted: %s", visit.room, error.code)
            return error.status < 500
        except Exception:
            metrics.FAILED_TASKS.labels("attendance").inc()
            log.exception("who was in room %s could not be noted", visit.room)
        return True

    async def _stamp(self) -> None:
        try:
            await self._store.settings.set(_ALIVE, datetime.now(UTC).isoformat())
        except ServerError as error:
            log.warning("it could not be noted that the server runs: %s", error.code)
