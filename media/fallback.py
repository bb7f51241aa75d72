"""What a weak network still gets: video, small video, voice, or captions and chat alone.

Of what is shown a shared screen is given up last: it is what the meeting is about.

Down as soon as something does not fit, as far as needed; up one level at a time, as a trial. A trial that
fails makes the next one wait twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from media.bitrate import MAX_BPS
from wire.links import Level

Step = Literal["full", "low", "screens", "small", "audio", "text"]
"""At the level `low`, where small pictures and shared screens do not both get through, screens alone are
shown, or else small pictures alone.
"""
STEPS: tuple[Step, ...] = get_args(Step)
_WAYS_UP: dict[Step, tuple[Step, ...]] = {
    "full": (),
    "low": ("full",),
    "screens": ("low",),
    "small": ("low", "screens"),
    "audio": ("screens", "small", "low"),
    "text": ("audio",),
}
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
    screens_bps: int | None = None
    """What shared screens cost then, on top; None while there are none."""

    def know(self, step: Step) -> bool:
        """Whether there is anything to show at this step that the next one does not."""
        match step:
            case "low":
                return self.low_bps is not None
            case "screens":
                return self.screens_bps is not None
            case "small":
                return self.low_bps is not None and self.screens_bps is not None
            case _:
                return True


class Ladder:
    """Updated about once a second with times of a monotonic clock."""

    def __init__(self) -> None:
        self.step: Step = "full"
        self._wait_s = FIRST_WAIT_S
        self._restless_s = 0.0
        """When something last changed or was wrong."""
        self._raised_s: float | None = None
        self._overruns = 0
        self._hopeless_s: float | None = None

    @property
    def level(self) -> Level:
        """What is said of the step."""
        return "low" if self.step == "screens" or self.step == "small" else self.step

    def update(self, limit_bps: int, congested: bool, loss: float, needs: Needs, now_s: float) -> Step:
        """`limit_bps`, `congested` and `loss` are Congestion's."""
        if congested or loss > HOPELESS_LOSS:
            self._restless_s = now_s
        self._note_overrun(limit_bps, needs)
        self._note_hopeless(loss, now_s)
        if not needs.know(self.step) and self.step != "low":
            # Nobody shares a screen any more.
            self.step = "low"
        lower = next(step for step in self._from_here_down() if self._fits(step, limit_bps, needs, now_s))
        if lower != self.step:
            self._fall(lower, now_s)
        else:
            self._rise(limit_bps, needs, now_s)
        return self.step

    def _from_here_down(self) -> tuple[Step, ...]:
        return STEPS[STEPS.index(self.step) :]

    def _fits(self, step: Step, limit_bps: int, needs: Needs, now_s: float) -> bool:
        screens_bps = FULL_SHARE * (needs.screens_bps or 0)
        small_bps = LOW_SHARE * (needs.low_bps or 0)
        match step:
            case "full":
                return limit_bps >= min(MAX_BPS, FULL_SHARE * needs.full_bps) and self._overruns < PATIENCE
            case "low":
                return needs.know(step) and limit_bps >= small_bps + screens_bps
            case "screens":
                return needs.know(step) and limit_bps >= screens_bps
            case "small":
                return needs.know(step) and limit_bps >= small_bps
            case "audio":
                return self._hopeless_s is None or now_s - self._hopeless_s < HOPELESS_S
            case "text":
                return True

    def _note_overrun(self, limit_bps: int, needs: Needs) -> None:
        over = self.step == "full" and limit_bps < MAX_BPS and needs.sent_bps > OVERRUN * limit_bps
        self._overruns = self._overruns + 1 if over else 0

    def _note_hopeless(self, loss: float, now_s: float) -> None:
        if self.step != "audio" or loss <= HOPELESS_LOSS:
            self._hopeless_s = None
        elif self._hopeless_s is None:
            self._hopeless_s = now_s

    def _fall(self, step: Step, now_s: float) -> None:
        failed = self._raised_s is not None and now_s - self._raised_s < TRIAL_S
        self._wait_s = min(MAX_WAIT_S, self._wait_s * 2) if failed else FIRST_WAIT_S
        self._move(step, now_s)
        self._raised_s = None

    def _rise(self, limit_bps: int, needs: Needs, now_s: float) -> None:
        if now_s - self._restless_s < self._wait_s:
            return
        ways = [step for step in _WAYS_UP[self.step] if needs.know(step)] or ["full"]
        higher = next((step for step in ways if self._fits(step, limit_bps, needs, now_s)), self.step)
        if higher != self.step:
            self._move(higher, now_s)
            self._raised_s = now_s

    def _move(self, step: Step, now_s: float) -> None:
        self.step = step
        self._restless_s = now_s
        self._overruns = 0
        self._hopeless_s = None
