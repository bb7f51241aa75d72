"""How Chromium asks for lost video packets (libwebrtc's NackRequester): far more eagerly than the worker.

A load that asked like the worker would never start the storm that the worker has to withstand.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.nack import NOTHING, Wanted

MAX_REQUESTS = 10
MAX_MISSING = 1_000
RETRY_S = 0.1
"""One round trip; this is the default before one is known."""


@dataclass(slots=True)
class _Missing:
    requests: int
    due_s: float


class BrowserNacks:
    """Takes the place of a receiver's LossTracker; times are seconds of a monotonic clock."""

    __slots__ = ("_missing", "asked", "highest")

    def __init__(self) -> None:
        self.highest: int | None = None
        self.asked = 0
        """Sequence numbers asked for, repeats included."""
        self._missing: dict[int, _Missing] = {}

    def received(self, sequence: int, now_s: float, *, repeated: bool = False) -> Wanted:
        if self.highest is None:
            self.highest = sequence
            return NOTHING
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead == 0 or ahead >= 0x8000:
            self._missing.pop(sequence, None)
            return NOTHING
        gap = [(self.highest + step) & 0xFFFF for step in range(1, min(ahead, MAX_MISSING + 2))]
        self.highest = sequence
        if len(self._missing) + len(gap) > MAX_MISSING:
            self._missing.clear()
            return Wanted(keyframe=True)
        for lost in gap:
            self._missing[lost] = _Missing(0, now_s)
        return self.due(now_s) if gap else NOTHING

    def due(self, now_s: float) -> Wanted:
        """Every 20 ms, and on each gap."""
        ready = [number for number, missing in self._missing.items() if now_s >= missing.due_s]
        for number in ready:
            missing = self._missing[number]
            missing.requests += 1
            missing.due_s = now_s + RETRY_S
            if missing.requests >= MAX_REQUESTS:
                del self._missing[number]
        self.asked += len(ready)
        return Wanted(tuple(ready)) if ready else NOTHING

    def __len__(self) -> int:
        return len(self._missing)
