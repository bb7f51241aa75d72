"""One direction of a bad line: what becomes of each packet, and when it arrives. No clock, no I/O."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Impairment:
    """Without arguments a line that does nothing to its packets."""

    loss: float = 0.0
    """Share of packets lost at random, 0 to 1."""
    burst: float = 1.0
    """Mean number of packets lost in a row (Gilbert's model); 1: each on its own."""
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    """Each packet takes `delay_ms` ± up to this, evenly spread."""
    reorder: bool = True
    """Whether jitter lets packets overtake each other; otherwise a late one holds up those behind it."""
    rate_bps: float | None = None
    queue_ms: float = 300.0
    """With `rate_bps`: so long a packet waits for those before it; one that would wait longer is dropped."""
    cut: bool = False
    """Nothing gets through, and nobody is told."""


class Link:
    """Times are seconds of any clock; the same seed and packets meet the same fate."""

    def __init__(self, seed: int = 0) -> None:
        self.impairment = Impairment()
        self.counts: Counter[str] = Counter()
        """`passed`, and one for each way of being dropped: `lost`, `overflowed`, `cut`."""
        self._random = random.Random(seed)
        self._flying: list[tuple[float, int, bytes]] = []
        self._number = 0
        self._losing = False
        self._free_s = 0.0
        """When the last packet before has been sent, at the capped rate."""
        self._last_s = 0.0

    def push(self, now_s: float, packet: bytes) -> None:
        """A packet enters the line."""
        what = self.impairment
        if what.cut:
            self.counts["cut"] += 1
            return
        if self._is_lost(what):
            self.counts["lost"] += 1
            return
        due_s = now_s
        if what.rate_bps is not None:
            start_s = max(now_s, self._free_s)
            if start_s - now_s > what.queue_ms / 1000:
                self.counts["overflowed"] += 1
                return
            due_s = self._free_s = start_s + len(packet) * 8 / what.rate_bps
        due_s += max(0.0, what.delay_ms + self._random.uniform(-what.jitter_ms, what.jitter_ms)) / 1000
        if not what.reorder:
            due_s = max(due_s, self._last_s)
        self._last_s = due_s
        self._number += 1
        heapq.heappush(self._flying, (due_s, self._number, packet))

    def take(self, now_s: float) -> list[bytes]:
        """Packets that have arrived by now, in their order."""
        arrived = []
        while self._flying and self._flying[0][0] <= now_s:
            arrived.append(heapq.heappop(self._flying)[2])
        if self.impairment.cut:
            self.counts["cut"] += len(arrived)
            return []
        self.counts["passed"] += len(arrived)
        return arrived

    def due_s(self) -> float | None:
        """When the next packet arrives."""
        return self._flying[0][0] if self._flying else None

    def _is_lost(self, what: Impairment) -> bool:
        """Gilbert's two states: a run of losses ends with probability 1 / burst, and begins so often that the
        share comes out as `loss`."""
        if what.loss <= 0.0:
            self._losing = False
        elif what.burst <= 1.0:
            self._losing = self._random.random() < what.loss
        elif self._losing:
            self._losing = self._random.random() >= 1 / what.burst
        else:
            begins = what.loss / (what.burst * max(1e-9, 1 - what.loss))
            self._losing = self._random.random() < begins
        return self._losing
