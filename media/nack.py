"""Which packets of a video stream to ask for again, and when (RFC 4585 §6.2.1).

Without a bound on repeats a busy moment turned into 837,000 requests in nine seconds, so each packet is asked
for during a second at most, all of them within a budget; beyond that a keyframe repairs more.

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

FIRST_ANSWER_S = 0.1
"""Taken for the time of an answer until one came."""
ASKED_PER_ANSWER = 3
"""So often within the time that an answer takes: the request itself may be lost, and a browser does not
answer the same one twice within its round trip."""
RETRY_MARGIN = 1.25
"""Of the smoothed time that an answer takes."""
LEAST_RETRY_S, MOST_RETRY_S = 0.03, 0.1
HOPELESS_S = 1.0
"""What is repeated later than this comes too late for a picture."""
MAX_PATIENCE_S = 0.1
"""A browser's own buffer waits hardly longer for a packet."""
PATIENCE_SHARE = 0.5
"""Of the latest that came by itself of late: to wait longer costs more than some repeats too many."""
PATIENCE_KEPT = 0.993
"""With each call of `due`: half after two seconds without anything out of order."""
LEAST_PATIENCE_S = 0.004
MAX_MISSING = 150
"""More missing than this is an outage, not loss."""
REQUESTS_PER_S = 150.0
BURST_REQUESTS = 300.0
LATE_S = 0.25
"""`due` is called every 0.02 s."""
RECOVERY_PER_S = 0.2
LEAST_SHARE = 1 / 64


@dataclass(slots=True)
class _Missing:
    found_s: float
    due_s: float
    asked_s: float | None = None
    """First."""


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
        self._answer_s = FIRST_ANSWER_S
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
            return self._ask_in_time(now_s)
        gap = [(self.highest + step) & 0xFFFF for step in range(1, min(ahead, MAX_MISSING + 2))]
        self.highest = sequence
        if not gap:
            return NOTHING
        if len(self._missing) + len(gap) > MAX_MISSING:
            self._missing.clear()
            return Wanted(keyframe=True)
        for lost in gap:
            self._missing[lost] = _Missing(now_s, now_s + PATIENCE_SHARE * self._patience_s)
        return self._ask_in_time(now_s)

    def _ask_in_time(self, now_s: float) -> Wanted:
        late = self._called_s is not None and now_s - self._called_s > LATE_S
        return NOTHING if late else self._ask(now_s)

    def _learn(self, missing: _Missing, now_s: float, *, repeated: bool) -> None:
        if not repeated:
            late_s = min(MAX_PATIENCE_S, now_s - missing.found_s)
            self._patience_s = max(self._patience_s, late_s)
        elif missing.asked_s is not None:
            # Of several requests one cannot tell which was answered; most often it is the first.
            self._answer_s += 0.125 * (now_s - missing.asked_s - self._answer_s)

    def due(self, now_s: float) -> Wanted:
        """What has to be asked for (again); called every 0.02 s."""
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
            if now_s - missing.found_s > HOPELESS_S:
                hopeless.append(sequence)
            elif now_s >= missing.due_s:
                ready.append(sequence)
        for sequence in hopeless:
            del self._missing[sequence]
        granted = int(self._budget.take(now_s, ceil(len(ready) / self._share)) * self._share)
        retry_s = RETRY_MARGIN * self._answer_s / ASKED_PER_ANSWER
        retry_s = max(LEAST_RETRY_S, min(MOST_RETRY_S, retry_s))
        for number, sequence in enumerate(ready):
            # What was not granted waits as well.
            missing = self._missing[sequence]
            missing.due_s = now_s + retry_s
            if number < granted and missing.asked_s is None:
                missing.asked_s = now_s
        return Wanted(tuple(ready[:granted]), keyframe=bool(hopeless))

    def __len__(self) -> int:
        return len(self._missing)
