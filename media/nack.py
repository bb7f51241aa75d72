"""Which packets of a video stream to ask for again, and when (RFC 4585 §6.2.1).

Without a bound on repeats a busy moment turned into 837,000 requests in nine seconds, so each packet is asked
for a few times, further and further apart, all of them within a budget; beyond that a keyframe repairs more.

Packets that overtake one another leave gaps too: how late they come by themselves says how long a gap is
given before it counts as a loss, and how long answers take says when to ask again (RFC 4585 §3.5.2).

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
MAX_FIRST_RETRY_S = 0.3
RETRY_MARGIN = 1.25
"""Of the smoothed time that an answer takes."""
MAX_PATIENCE_S = 0.1
"""A browser's own buffer waits hardly longer for a packet."""
PATIENCE_KEPT = 0.98
"""With each call of `due`: half after two seconds without anything out of order."""
LEAST_PATIENCE_S = 0.004
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
    found_s: float
    due_s: float
    asked_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to send upstream now."""

    lost: tuple[int, ...] = ()
    keyframe: bool = False


NOTHING = Wanted()


class LossTracker:
    """Fed with every sequence number of one stream; times are seconds of a monotonic clock."""

    __slots__ = ("_answer_s", "_budget", "_called_s", "_missing", "_patience_s", "_share", "highest")

    def __init__(self) -> None:
        self.highest: int | None = None
        """Highest sequence number so far; the packet path compares with it before it calls `received`."""
        self._missing: dict[int, _Missing] = {}
        self._budget = Budget(rate=REQUESTS_PER_S, burst=BURST_REQUESTS)
        self._called_s: float | None = None
        self._share = 1.0
        """Of the requests that may be made."""
        self._patience_s = 0.0
        """How long a gap may be one of order only."""
        self._answer_s = FIRST_RETRY_S / RETRY_MARGIN
        """How long an answer takes, smoothed."""

    def received(self, sequence: int, now_s: float, *, repeated: bool = False) -> Wanted:
        """`repeated`: it came as the answer to a request (RTX)."""
        if self.highest is None:
            self.highest = sequence
            return NOTHING
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead == 0 or ahead >= 0x8000:
            if (missing := self._missing.pop(sequence, None)) is not None:
                self._learn(missing, now_s, repeated=repeated)
            return NOTHING
        gap = [(self.highest + step) & 0xFFFF for step in range(1, min(ahead, MAX_MISSING + 2))]
        self.highest = sequence
        if not gap:
            return NOTHING
        if len(self._missing) + len(gap) > MAX_MISSING:
            self._missing.clear()
            return Wanted(keyframe=True)
        for lost in gap:
            self._missing[lost] = _Missing(0, now_s, now_s + self._patience_s)
        if self._called_s is not None and now_s - self._called_s > LATE_S:
            return NOTHING
        return self._ask(now_s)

    def _learn(self, missing: _Missing, now_s: float, *, repeated: bool) -> None:
        if not repeated:
            late_s = min(MAX_PATIENCE_S, now_s - missing.found_s)
            self._patience_s = max(self._patience_s, late_s)
        elif missing.requests == 1:
            # Of several requests one cannot tell which was answered (Karn).
            self._answer_s += 0.125 * (now_s - missing.asked_s - self._answer_s)

    def due(self, now_s: float) -> Wanted:
        """What has to be asked for (again); called every 0.06 s."""
        self._patience_s *= PATIENCE_KEPT
        if self._patience_s < LEAST_PATIENCE_S:
            self._patience_s = 0.0
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
        retry_s = max(FIRST_RETRY_S, min(MAX_FIRST_RETRY_S, RETRY_MARGIN * self._answer_s))
        for sequence in ready:
            # What was not granted waits as well, and is hopeless after as many times.
            missing = self._missing[sequence]
            missing.due_s = now_s + retry_s * (1 << missing.requests)
            missing.requests += 1
            missing.asked_s = now_s
        return Wanted(tuple(ready[:granted]), keyframe=bool(hopeless))

    def __len__(self) -> int:
        return len(self._missing)
