"""How long the event loop was kept from running."""

from __future__ import annotations

import asyncio

INTERVAL_S = 0.02


class StallProbe:
    """`run` is its one task."""

    def __init__(self) -> None:
        self._worst_s = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before_s = loop.time()
            await asyncio.sleep(INTERVAL_S)
            self._worst_s = max(self._worst_s, loop.time() - before_s - INTERVAL_S)

    def take_ms(self) -> float:
        """Longest stall since the last call."""
        worst_s, self._worst_s = self._worst_s, 0.0
        return round(1000 * max(0.0, worst_s), 3)
