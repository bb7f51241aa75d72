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
REMB_URGENT_SHARE = 0.6
LEAST_JUDGED_BPS = 30_000
"""Less than this says nothing about a network."""
LOSS_SHARE = 0.10
"""Less is repaired by repeats, and is as often the radio's as the queue's."""
LOSS_INTERVAL_S = 2.0
"""Between two steps down: reports tell of the seconds before."""
REPORTS_S = 12.0
"""Without reports for so long nothing is being sent, and the loss of before says nothing any more."""
HEAVY_LOSS_SHARE = 0.30
LOSS_FLOOR_BPS = 250_000
"""Where loss is not heavy a small picture still pays: sending less would not lose less."""
QUEUE_S = 0.3
"""So much more round trip than at best is a queue that we fill."""
BASE_WINDOW_S = 30.0
GROWTH_PER_S = 1.08
KNEE_GROWTH_PER_S = 1.01
BACK_OFF = 0.85
"""Of what gets through: a browser's REMB steps down by as much, so that the queue can drain."""
KNEE_FROM, KNEE_TO = 0.8, 1.15
KNEE_MEMORY_S = 30.0
CALM_S = 2.0


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen since the last one; None where nothing was reported."""

    sent_bps: int
    """Of video, payloads and repeats: what REMB speaks of."""
    remb_bps: int | None = None
    loss: float | None = None
    """Share of packets, 0 to 1."""
    rtt_s: float | None = None


class Congestion:
    """Fed about once a second with times of a monotonic clock."""

    def __init__(self) -> None:
        self.limit_bps = MAX_BPS
        self.loss = 0.0
        """Smoothed."""
        self.congested = False
        """Whether the last observation said so."""
        self._sent_bps = 0.0
        self._strikes = 0
        self._knee_bps: float | None = None
        self._congested_s: float | None = None
        self._lowered_s: float | None = None
        self._updated_s: float | None = None
        self._reported_s: float | None = None
        self._base = RoundTrip()

    def update(self, seen: Observation, now_s: float) -> None:
        elapsed_s = 0.0 if self._updated_s is None else min(2.0, max(0.0, now_s - self._updated_s))
        self._updated_s = now_s
        self._sent_bps += 0.5 * (seen.sent_bps - self._sent_bps)
        if seen.loss is not None:
            self.loss += 0.4 * (seen.loss - self.loss)
            self._reported_s = now_s
        elif self._reported_s is not None and now_s - self._reported_s > REPORTS_S:
            self.loss = 0.0
        lower_bps = min(self._by_remb(seen), self._by_queue(seen, now_s), self._by_loss(seen, now_s))
        self.congested = lower_bps < MAX_BPS
        if self.congested:
            self._congested_s = now_s
            self._knee_bps = lower_bps / BACK_OFF
            self.limit_bps = max(MIN_BPS, min(self.limit_bps, int(lower_bps)))
        elif self._congested_s is None or now_s - self._congested_s >= CALM_S:
            self._grow(elapsed_s, now_s)
            if seen.remb_bps is not None or seen.loss is not None:
                # Nobody complained, so that much gets through.
                self.limit_bps = max(self.limit_bps, int(self._sent_bps))

    def _by_remb(self, seen: Observation) -> float:
        if seen.remb_bps is None or self._sent_bps < LEAST_JUDGED_BPS:
            self._strikes = 0
            return MAX_BPS
        share = seen.remb_bps / self._sent_bps
        self._strikes = self._strikes + 1 if share < REMB_SHARE else 0
        if share < REMB_URGENT_SHARE or self._strikes >= 2:
            return seen.remb_bps
        return MAX_BPS

    def _by_loss(self, seen: Observation, now_s: float) -> float:
        if self.loss <= LOSS_SHARE or seen.loss is None or self._sent_bps < LEAST_JUDGED_BPS:
            return MAX_BPS
        if self._lowered_s is not None and now_s - self._lowered_s < LOSS_INTERVAL_S:
            return self.limit_bps if self.limit_bps < MAX_BPS else MAX_BPS
        self._lowered_s = now_s
        floor_bps = MIN_BPS if self.loss > HEAVY_LOSS_SHARE else LOSS_FLOOR_BPS
        return max(floor_bps, self._sent_bps * (1 - 0.5 * self.loss))

    def _by_queue(self, seen: Observation, now_s: float) -> float:
        """For browsers that send no REMB, and for voice, of which REMB does not speak."""
        if seen.rtt_s is None or not self._base.is_queue(seen.rtt_s, now_s):
            return MAX_BPS
        return max(MIN_BPS, self._sent_bps * BACK_OFF)

    def _grow(self, elapsed_s: float, now_s: float) -> None:
        knee_bps = self._knee_bps
        if self._congested_s is not None and now_s - self._congested_s > KNEE_MEMORY_S:
            self._knee_bps = knee_bps = None
        near = knee_bps is not None and KNEE_FROM * knee_bps < self.limit_bps < KNEE_TO * knee_bps
        growth: float = (KNEE_GROWTH_PER_S if near else GROWTH_PER_S) ** elapsed_s
        self.limit_bps = min(MAX_BPS, int(self.limit_bps * growth) + 1)


class RoundTrip:
    """Whether a round trip is much longer than the shortest of the last minute, twice in a row."""

    def __init__(self) -> None:
        self._before_s: float | None = None
        self._current_s: float | None = None
        self._window_end_s = 0.0
        self._long = 0

    def is_queue(self, rtt_s: float, now_s: float) -> bool:
        if self._current_s is None or now_s >= self._window_end_s:
            self._before_s, self._current_s = self._current_s, rtt_s
            self._window_end_s = now_s + BASE_WINDOW_S
        self._current_s = min(self._current_s, rtt_s)
        base_s = self._current_s if self._before_s is None else min(self._before_s, self._current_s)
        self._long = self._long + 1 if rtt_s - base_s > QUEUE_S else 0
        return self._long >= 2
