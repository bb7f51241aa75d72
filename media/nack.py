"""Which packets of a video stream to ask for again, and when (RFC 4585 §6.2.1).

Without a bound on repeats a busy moment turned into 837,000 requests in nine seconds, so each packet is asked
for a few times, further and further apart, all of them within a budget; beyond that a keyframe repairs more.

When `due` is called late, the event loop was late, and what is missing fell out of our own socket's buffer:
asking for it would add to the load that lost it. Each late call halves what may be asked for, and it takes
seconds of punctual ones to earn it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from media.budget import Budget

FIRST_RETRY_S = 0.06
"""Then 0.12, 0.24, 0.48 s: beyond a typical round trip, and hopeless after about a second."""
MAX_REQUESTS = 4
MAX_MISSING = 150
"""More missing than this is an outage, not loss."""
REQUESTS_PER_S = 150.0
BURST_REQUESTS = 300.0
LATE_S = 0.25
"""`due` is called every 0.06 s."""
RECOVERY_PER_S = 0.2
LEAST_SHARE = 1 / 64


@dataclass(slots=True)
class _Missing:
    requests: int
    due_s: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to send upstream now."""

    lost: tuple[int, ...] = ()
    keyframe: bool = False


NOTHING = Wanted()


class LossTracker:
    """Fed with every sequence number of one stream; times are seconds of a monotonic clock."""

    __slots__ = ("_budget", "_called_s", "_missing", "_share", "highest")

    def __init__(self) -> None:
        self.highest: int | None = None
        """Highest sequence number so far; the packet path compares with it before it calls `received`."""
        self._missing: dict[int, _Missing] = {}
        self._budget = Budget(rate=REQUESTS_PER_S, burst=BURST_REQUESTS)
        self._called_s: float | None = None
        self._share = 1.0
        """Of the requests that may be made."""

    def received(self, sequence: int, now_s: float) -> Wanted:
        if self.highest is None:
            self.highest = sequence
            return NOTHING
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead == 0 or ahead >= 0x8000:
            self._missing.pop(sequence, None)
            return NOTHING
        gap = [(self.highest + step) & 0xFFFF for step in range(1, min(ahead, MAX_MISSING + 2))]
        self.highest = sequence
        if not gap:
            return NOTHING
        if len(self._missing) + len(gap) > MAX_MISSING:
            self._missing.clear()
            return Wanted(keyframe=True)
        for lost in gap:
            self._missing[lost] = _Missing(0, now_s)
        if self._called_s is not None and now_s - self._called_s > LATE_S:
            return NOTHING
        return self._ask(now_s)

    def due(self, now_s: float) -> Wanted:
        """What has to be asked for (again); called every 0.06 s."""
        if self._called_s is not None:
            pause_s = now_s - self._called_s
            if pause_s > LATE_S:
                self._share = max(LEAST_SHARE, self._share / 2)
            else:
                self._share = min(1.0, self._share + RECOVERY_PER_S * max(0.0, pause_s))
        self._called_s = now_s
        return self._ask(now_s)

    def _ask(self, now_s: float) -> Wanted:
        if not self._missing:
            return NOTHING
        ready: list[int] = []
        hopeless: list[int] = []
        for sequence, missing in self._missing.items():
            if now_s >= missing.due_s:
                (ready if missing.requests < MAX_REQUESTS else hopeless).append(sequence)
        for sequence in hopeless:
            del self._missing[sequence]
        granted = int(self._budget.take(now_s, ceil(len(ready) / self._share)) * self._share)
        for sequence in ready:
            # What was not granted waits as well, and is hopeless after as many times.
            missing = self._missing[sequence]
            missing.due_s = now_s + FIRST_RETRY_S * (1 << missing.requests)
            missing.requests += 1
        return Wanted(tuple(ready[:granted]), keyframe=bool(hopeless))

    def __len__(self) -> int:
        return len(self._missing)
