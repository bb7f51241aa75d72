"""Whether a browser is still there: asks it now and then, and says when it has been silent for too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Heartbeat:
    """`ping` is called every `interval_s`; `dead` once nothing was `heard` for `silence_s`. `close` ends."""

    def __init__(
        self, *, interval_s: float, silence_s: float, ping: Callable[[], None], dead: Callable[[], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._interval_s = interval_s
        self._silence_s = silence_s
        self._ping = ping
        self._dead = dead
        self._heard_s = self._loop.time()
        self._timer = self._loop.call_later(interval_s, self._beat)

    def heard(self) -> None:
        """Anything came, if only the answer to a ping."""
        self._heard_s = self._loop.time()

    @property
    def silent_s(self) -> float:
        return self._loop.time() - self._heard_s

    def close(self) -> None:
        self._timer.cancel()

    def _beat(self) -> None:
        if self.silent_s >= self._silence_s:
            self._dead()
            return
        self._ping()
        due_s = min(self._interval_s, self._silence_s - self.silent_s)
        self._timer = self._loop.call_later(due_s, self._beat)
