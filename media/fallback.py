"""What a weak network still gets: video, small video, voice, or captions and chat alone.

Down as soon as something does not fit, as far as needed; up one level at a time, as a trial. A trial that
fails makes the next one wait twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from media.bitrate import MAX_BPS
from wire.links import Level

LEVELS: tuple[Level, ...] = get_args(Level)
FIRST_WAIT_S = 8.0
MAX_WAIT_S = 64.0
TRIAL_S = 20.0
"""A level that holds so long was no mistake."""
PATIENCE = 3
"""Seconds that a publisher is given to send what everybody can take."""
OVERRUN = 1.15
FULL_SHARE = 0.7
"""What is sent now is often hardly more than the least: one careful step down is no reason to give it up."""
LOW_SHARE = 0.6
"""A browser that was startled once asks for 0.85 of what it gets; for much less only if its line is full."""
HOPELESS_LOSS = 0.6
HOPELESS_S = 8.0


@dataclass(frozen=True, slots=True)
class Needs:
    """Bits of video per second that the levels cost."""

    full_bps: int
    """The least to which the publishers go for this subscriber."""
    sent_bps: int
    """What they send at present."""
    low_bps: int | None
    """None: there is no such level, because nobody sends a small picture."""


class Ladder:
    """Updated about once a second with times of a monotonic clock."""

    def __init__(self) -> None:
        self.level: Level = "full"
        self._wait_s = FIRST_WAIT_S
        self._restless_s = 0.0
        """When something last changed or was wrong."""
        self._raised_s: float | None = None
        self._overruns = 0
        self._hopeless_s: float | None = None

    def update(self, limit_bps: int, congested: bool, loss: float, needs: Needs, now_s: float) -> Level:
        """`limit_bps`, `congested` and `loss` are Congestion's."""
        if congested or loss > HOPELESS_LOSS:
            self._restless_s = now_s
        self._note_overrun(limit_bps, needs)
        self._note_hopeless(loss, now_s)
        lower = next(level for level in self._from_here_down() if self._fits(level, limit_bps, needs, now_s))
        if lower != self.level:
            self._fall(lower, now_s)
        else:
            self._rise(limit_bps, needs, now_s)
        return self.level

    def _from_here_down(self) -> tuple[Level, ...]:
        return LEVELS[LEVELS.index(self.level) :]

    def _fits(self, level: Level, limit_bps: int, needs: Needs, now_s: float) -> bool:
        match level:
            case "full":
                return limit_bps >= min(MAX_BPS, FULL_SHARE * needs.full_bps) and self._overruns < PATIENCE
            case "low":
                return needs.low_bps is not None and limit_bps >= LOW_SHARE * needs.low_bps
            case "audio":
                return self._hopeless_s is None or now_s - self._hopeless_s < HOPELESS_S
            case "text":
                return True

    def _note_overrun(self, limit_bps: int, needs: Needs) -> None:
        over = self.level == "full" and limit_bps < MAX_BPS and needs.sent_bps > OVERRUN * limit_bps
        self._overruns = self._overruns + 1 if over else 0

    def _note_hopeless(self, loss: float, now_s: float) -> None:
        if self.level != "audio" or loss <= HOPELESS_LOSS:
            self._hopeless_s = None
        elif self._hopeless_s is None:
            self._hopeless_s = now_s

    def _fall(self, level: Level, now_s: float) -> None:
        failed = self._raised_s is not None and now_s - self._raised_s < TRIAL_S
        self._wait_s = min(MAX_WAIT_S, self._wait_s * 2) if failed else FIRST_WAIT_S
        self._move(level, now_s)
        self._raised_s = None

    def _rise(self, limit_bps: int, needs: Needs, now_s: float) -> None:
        above = LEVELS[: LEVELS.index(self.level)]
        if not above or now_s - self._restless_s < self._wait_s:
            return
        higher = above[-1]
        if higher == "low" and needs.low_bps is None:
            higher = "full"
        if self._fits(higher, limit_bps, needs, now_s):
            self._move(higher, now_s)
            self._raised_s = now_s

    def _move(self, level: Level, now_s: float) -> None:
        self.level = level
        self._restless_s = now_s
        self._overruns = 0
        self._hopeless_s = None
