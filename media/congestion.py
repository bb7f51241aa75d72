"""How much video one subscriber's network takes, judged from what its browser reports.

A browser's REMB is believed only where it says that less gets through than is sent: of a thin stream it says
hardly more than that stream, and following it kept 720p at 0.8 Mbit/s for 16 s (docs/media.md). What is not
contradicted may grow, slowly where it did not get through before.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.bitrate import MAX_BPS

MIN_BPS = 20_000
REMB_SHARE = 0.9
"""A browser that sees its line full asks for 85 % of what came through; above this share it is only late."""
RISING, FALLING = 1.02, 0.9
"""From one second to the next."""
EVIDENCE_S = 5.0
"""A browser takes jitter for a full line as well: its word counts while there is a queue, or heavy loss."""
EVIDENCE_QUEUE_S = 0.2
LEAST_JUDGED_BPS = 30_000
"""Less than this says nothing about a network."""
RESUMED_S = 4.0
"""After publishers sent nothing for a while (their line was cut), or nobody was there to receive it, reports
speak of that gap for so long."""
UNHEARD_S = 1.5
"""Of who has said nothing at all for so long the line is cut, which is no lack of bits per second."""
LOSS_SHARE = 0.15
"""Less is repaired by repeats, and is as often the radio's as the queue's; packets that overtake each other
are reported as lost too."""
LOSS_INTERVAL_S = 2.0
"""Between two steps down: reports tell of the seconds before."""
REPORTS_S = 12.0
"""Without reports for so long nothing is being sent, and the loss of before says nothing any more."""
HEAVY_LOSS_SHARE = 0.30
LOSS_FLOOR_BPS = 250_000
"""Where loss is not heavy a small picture still pays: sending less would not lose less."""
QUEUE_S = 0.3
"""So much more round trip than at best is a queue that we fill."""
QUEUE_UP_S = 0.1
"""The same for the quickest packet of a second from the publisher, which is far steadier."""
BASE_WINDOW_S = 30.0
GROWTH_PER_S = 1.08
KNEE_GROWTH_PER_S = 1.01
TESTED = 1.5
UNTESTED_BPS = 300_000
"""Up to here a limit grows without that: it may leave too little for the browser to send anything."""
BACK_OFF = 0.85
"""Of what gets through: a browser's REMB steps down by as much, so that the queue can drain."""
KNEE_FROM, KNEE_TO = 0.8, 1.15
KNEE_MEMORY_S = 15.0
CALM_S = 2.0


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen since the last one; None where nothing was reported."""

    sent_bps: int
    """Of video, payloads and repeats: what REMB speaks of. On the way up: what was received."""
    remb_bps: int | None = None
    loss: float | None = None
    """Share of packets, 0 to 1."""
    queue_s: float | None = None
    """How much longer packets take than at best."""
    starved: bool = False
    """Pictures were to be sent, and none came from their publishers."""
    unheard: bool = False
    """Nothing came from the browser on this line, of a subscriber for `UNHEARD_S`."""


class Congestion:
    """Fed about once a second with times of a monotonic clock."""

    def __init__(self, *, max_queue_s: float = QUEUE_S, only_tested: bool = False) -> None:
        """`only_tested`: the limit does not grow far beyond what is sent."""
        self._only_tested = only_tested
        self.limit_bps = MAX_BPS
        self.loss = 0.0
        """Smoothed."""
        self.congested = False
        """Whether the last observation said so."""
        self._sent_bps = 0
        """The lesser of the last two seconds: estimates lag behind what is sent, up as well as down."""
        self._sent_before_bps = 0
        self._remb_before_bps = 0
        self._gap_s: float | None = None
        """When publishers that had sent something sent nothing, or this line was cut, last."""
        self._strikes = 0
        self._knee_bps: float | None = None
        self._congested_s: float | None = None
        self._lowered_s: float | None = None
        self._updated_s: float | None = None
        self._reported_s: float | None = None
        self._max_queue_s = max_queue_s
        self._queues = self._evident_queues = 0
        """Observations in a row with a queue: one to be heeded, one that bears a REMB out."""
        self._evidence_s: float | None = None

    def update(self, seen: Observation, now_s: float) -> None:
        elapsed_s = 0.0 if self._updated_s is None else min(2.0, max(0.0, now_s - self._updated_s))
        self._updated_s = now_s
        if self._speaks_of_a_gap(seen, now_s, elapsed_s):
            self._sent_before_bps = seen.sent_bps
            return
        self._sent_bps = min(seen.sent_bps, self._sent_before_bps)
        self._sent_before_bps = seen.sent_bps
        if seen.loss is not None:
            self.loss += 0.4 * (seen.loss - self.loss)
            self._reported_s = now_s
        elif self._reported_s is not None and now_s - self._reported_s > REPORTS_S:
            self.loss = 0.0
        lower_bps = min(self._by_remb(seen, now_s), self._by_queue(seen), self._by_loss(seen, now_s))
        self.congested = lower_bps < MAX_BPS
        if self.congested:
            self._congested_s = now_s
            self._knee_bps = lower_bps / BACK_OFF
            self.limit_bps = max(MIN_BPS, min(self.limit_bps, int(lower_bps)))
        elif self._congested_s is None or now_s - self._congested_s >= CALM_S:
            self._grow(elapsed_s, now_s)
            if (seen.remb_bps, seen.loss, seen.queue_s) != (None, None, None):
                # Nobody complained, so that much gets through.
                self.limit_bps = max(self.limit_bps, self._sent_bps)

    def _speaks_of_a_gap(self, seen: Observation, now_s: float, elapsed_s: float) -> bool:
        """Whether nothing was sent or received for a while: that is neither loss nor, as REMB, a limit."""
        before = self._gap_s
        goes_on = before is not None and now_s - before <= elapsed_s
        if seen.unheard:
            self._gap_s = now_s
            return True
        if seen.starved:
            if goes_on or self._sent_bps >= LEAST_JUDGED_BPS:
                self._gap_s = now_s
            return False
        return before is not None and now_s - before < RESUMED_S

    def _by_remb(self, seen: Observation, now_s: float) -> float:
        # A single round trip may be a late packet's.
        if seen.queue_s is not None:
            self._evident_queues = self._evident_queues + 1 if seen.queue_s > EVIDENCE_QUEUE_S else 0
        if (seen.loss or 0.0) > HEAVY_LOSS_SHARE or self._evident_queues >= 2:
            self._evidence_s = now_s
        if seen.remb_bps is None or self._sent_bps < LEAST_JUDGED_BPS:
            self._strikes = 0
            return MAX_BPS
        before_bps, self._remb_before_bps = self._remb_before_bps, seen.remb_bps
        # It rises by 8 % a second after a stream became faster, however little that means.
        rising = seen.remb_bps > RISING * before_bps
        self._strikes = 0 if rising or seen.remb_bps >= REMB_SHARE * self._sent_bps else self._strikes + 1
        if self._evidence_s is None or now_s - self._evidence_s > EVIDENCE_S:
            return MAX_BPS
        fell = seen.remb_bps < FALLING * before_bps
        return seen.remb_bps if self._strikes >= (1 if fell else 2) else MAX_BPS

    def _by_loss(self, seen: Observation, now_s: float) -> float:
        if seen.loss is None or self._sent_bps < LEAST_JUDGED_BPS:
            return MAX_BPS
        heavy = seen.loss > HEAVY_LOSS_SHARE
        if not heavy and self.loss <= LOSS_SHARE:
            return MAX_BPS
        if self._lowered_s is not None and now_s - self._lowered_s < LOSS_INTERVAL_S:
            return self.limit_bps
        self._lowered_s = now_s
        if heavy:
            return max(MIN_BPS, self._sent_bps * (1 - seen.loss))
        return max(LOSS_FLOOR_BPS, self._sent_bps * (1 - 0.5 * self.loss))

    def _by_queue(self, seen: Observation) -> float:
        """For browsers that send no REMB, for voice, of which REMB does not speak, and for the way up."""
        if seen.queue_s is None:
            return MAX_BPS
        self._queues = self._queues + 1 if seen.queue_s > self._max_queue_s else 0
        return max(MIN_BPS, self._sent_bps * BACK_OFF) if self._queues >= 2 else MAX_BPS

    def _grow(self, elapsed_s: float, now_s: float) -> None:
        if self._only_tested and self.limit_bps > max(TESTED * self._sent_bps, UNTESTED_BPS):
            return
        knee_bps = self._knee_bps
        if self._congested_s is not None and now_s - self._congested_s > KNEE_MEMORY_S:
            self._knee_bps = knee_bps = None
        judged = self._sent_bps > LEAST_JUDGED_BPS
        near = judged and knee_bps is not None and KNEE_FROM * knee_bps < self.limit_bps < KNEE_TO * knee_bps
        growth: float = (KNEE_GROWTH_PER_S if near else GROWTH_PER_S) ** elapsed_s
        self.limit_bps = min(MAX_BPS, int(self.limit_bps * growth) + 1)


class Baseline:
    """The least of the last half to whole minute: what exceeds it is a queue."""

    def __init__(self) -> None:
        self._before_s: float | None = None
        self._current_s: float | None = None
        self._window_end_s = 0.0

    def above(self, value_s: float, now_s: float) -> float:
        """How much `value_s`, a round trip or a transit time, exceeds the least of late."""
        if self._current_s is None or now_s >= self._window_end_s:
            self._before_s, self._current_s = self._current_s, value_s
            self._window_end_s = now_s + BASE_WINDOW_S
        self._current_s = min(self._current_s, value_s)
        base_s = self._current_s if self._before_s is None else min(self._before_s, self._current_s)
        return value_s - base_s
