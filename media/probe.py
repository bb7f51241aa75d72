"""How long the event loop was kept from running."""

from __future__ import annotations

import asyncio
import math

INTERVAL_S = 0.02
MAX_KEPT = 4_096
"""Of five seconds there are 250; more only if nobody takes them."""


class Stalls:
    """By how much timers were late; one that was due during a stall would have waited for the rest of it."""

    def __init__(self) -> None:
        self._late_s: list[float] = []

    def add(self, late_s: float) -> None:
        while len(self._late_s) < MAX_KEPT:
            self._late_s.append(max(0.0, late_s))
            late_s -= INTERVAL_S
            if late_s <= 0:
                return

    def take_ms(self) -> tuple[float, float]:
        """The 99th percentile and the longest since the last call; 0 when there were none."""
        late_s, self._late_s = sorted(self._late_s), []
        if not late_s:
            return 0.0, 0.0
        return _ms(late_s[math.ceil(0.99 * len(late_s)) - 1]), _ms(late_s[-1])


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 3)


class StallProbe:
    """`run` is its one task."""

    def __init__(self) -> None:
        self.stalls = Stalls()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before_s = loop.time()
            await asyncio.sleep(INTERVAL_S)
            self.stalls.add(loop.time() - before_s - INTERVAL_S)
