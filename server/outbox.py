"""The queue between the rooms and one browser: bounded, with waiting partials replaced by newer ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable

SLOW_READER = 4008
"""Close code for a browser that let the queue fill up."""
FATAL = 4000
"""Close code after a fatal `error` message."""
GOING_AWAY = 1001
"""Close code when the server stops."""


class Outbox:
    """`put` never waits. A message with a key takes the place of the waiting one with the same key, so a slow
    reader gets the newest revision of a caption only. A full queue ends the connection with SLOW_READER:
    what waits is thrown away and `on_overflow` is called."""

    def __init__(self, limit: int, *, on_overflow: Callable[[], None] = lambda: None) -> None:
        self._on_overflow = on_overflow
        self._waiting: dict[Hashable, str] = {}
        self._limit = limit
        self._keyless = 0
        self._ready = asyncio.Event()
        self.close_code: int | None = None
        """Set once the connection is to end: after what waits, or at once for a slow reader."""

    def put(self, text: str, *, key: Hashable = None) -> None:
        """Ignored once the connection is ending."""
        if self.close_code is not None:
            return
        if key is None:
            self._keyless += 1
            key = self._keyless
        if key not in self._waiting and len(self._waiting) >= self._limit:
            self._waiting.clear()
            self.close(SLOW_READER)
            self._on_overflow()
            return
        self._waiting[key] = text
        self._ready.set()

    def close(self, code: int) -> None:
        """What waits is still sent; the first code counts."""
        if self.close_code is None:
            self.close_code = code
        self._ready.set()

    async def next(self) -> str | None:
        """The oldest message; None when the connection is to be closed with `close_code`."""
        while not self._waiting:
            if self.close_code is not None:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.pop(next(iter(self._waiting)))

    def __len__(self) -> int:
        return len(self._waiting)
