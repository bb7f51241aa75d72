"""The tasks of a worker: each has a name, is held until it ends, and ends with its owner."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from media.counters import Counters

log = logging.getLogger(__name__)


class Tasks:
    """What fails in a task is logged and counted (`task_failed`), and hurts no other."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._running: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guarded(coroutine, name), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _guarded(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await coroutine
        except Exception:
            self._counters.add("task_failed")
            log.exception("%s failed", name)

    async def finish(self, timeout_s: float) -> None:
        """Lets what is running end by itself, then cancels the rest."""
        if self._running:
            await asyncio.wait(self._running, timeout=timeout_s)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
