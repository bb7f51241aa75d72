"""Runs a placement on the event loop's clock: moves clients when it is time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.placement import Placement


class Settling:
    """`settle` at every event; it comes back by itself when time alone will change something."""

    def __init__(self, *, reassign_s: float, settle_s: float, on_moved: Callable[[list[str]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self.placement = Placement(reassign_s=reassign_s, settled_at_s=self._loop.time() + settle_s)
        self._on_moved = on_moved
        self._timer: asyncio.TimerHandle | None = None

    def lost(self, instance: str) -> None:
        self.placement.lost(instance, self._loop.time())
        self.settle()

    def settle(self) -> None:
        if moved := self.placement.settle(self._loop.time()):
            self._on_moved(moved)
        self.close()
        due_s = self.placement.due_s()
        if due_s is not None and due_s > self._loop.time():
            self._timer = self._loop.call_at(due_s, self.settle)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
