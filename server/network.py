"""How good one person's network is, from numbers to a word that does not flicker. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from wire.network import Flow, PersonNetwork

Grade = Literal["good", "weak", "bad"]
Reason = Literal[
    "picture_none", "picture_small", "loss_sent", "loss_received", "delay", "jitter", "gaps", "freezes"
]

GRADES: tuple[Grade, ...] = ("good", "weak", "bad")
WORSE_AFTER = 2
"""So many looks in a row must be worse, a look every 3 s, before it is said."""
BETTER_AFTER = 4
SMOOTHING = 0.4
"""Weight of the newest look at what is measured in packets: three seconds of voice are but 150."""
MIN_BPS = 8_000
"""A flow of less has too few packets to speak of their loss."""
NOTICED_LOSS = 0.02
REPORT_LIFE_S = 15.0
REPORT_PACE_S = 2.0
"""Pages report every 5 s; more often than this is refused."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A measure is weak or bad from `…_on` on, and stays so down to `…_off`."""

    weak_on: float
    weak_off: float
    bad_on: float
    bad_off: float

    def level(self, value: float, before: int) -> int:
        if value >= (self.bad_off if before == 2 else self.bad_on):
            return 2
        return 1 if value >= (self.weak_off if before else self.weak_on) else 0


NEVER = float("inf")
LIMITS: Mapping[Reason, Limits] = {
    "picture_none": Limits(NEVER, NEVER, 1, 1),
    "picture_small": Limits(1, 1, NEVER, NEVER),
    "loss_sent": Limits(0.05, 0.02, 0.15, 0.08),
    "loss_received": Limits(0.05, 0.02, 0.15, 0.08),
    "delay": Limits(400, 300, 1_000, 800),
    "jitter": Limits(50, 35, 120, 90),
    "gaps": Limits(0.05, 0.03, 0.15, 0.10),
    "freezes": Limits(0.05, 0.02, 0.25, 0.15),
}
"""Whether so little of the camera comes, shares, ms. 5 % of loss is hidden by repeats and error correction,
15 % is not.
"""

_PICTURES: frozenset[Reason] = frozenset({"picture_none", "picture_small"})
"""What the line has already taken: said beside whatever else is wrong."""
_SHARES: frozenset[Reason] = frozenset({"loss_sent", "loss_received"})
"""The first look counts no more than the others."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What a browser saw in the last `interval_ms`."""

    interval_ms: int
    freezes: int
    """Pictures that stood still for longer than they should."""
    frozen_ms: int
    """Of all pictures together."""
    concealed: float
    """Share of the sound that had to be made up."""
    round_trip_ms: float | None


class NetworkState:
    """Of somebody inside. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self.grade: Grade = "good"
        self.reasons: tuple[Reason, ...] = ()
        """What is wrong, the worst first; as slow to change as the grade."""
        self.flows: PersonNetwork | None = None
        """The last measurement; None for who neither sends nor receives."""
        self.freezes = 0
        self.frozen_ms = 0
        """Both since they came in."""
        self._reports: deque[tuple[float, PageReport]] = deque(maxlen=2)
        self._smooth: dict[Reason, float] = {}
        self._looks: deque[dict[Reason, int]] = deque(maxlen=BETTER_AFTER)
        """Level of what was not good, look by look."""

    def report(self, report: PageReport, now_s: float) -> bool:
        """What the page saw; False when it says so too often."""
        if self._reports and now_s - self._reports[-1][0] < REPORT_PACE_S:
            return False
        self._reports.append((now_s, report))
        if report.frozen_ms <= report.interval_ms:
            self.freezes += report.freezes
            self.frozen_ms += report.frozen_ms
        return True

    def rtt_ms(self, now_s: float) -> float | None:
        """By the worker's measurement, else by the page's."""
        measured = self.flows.rtt_ms if self.flows is not None else None
        if measured is not None:
            return measured
        return next((report.round_trip_ms for report in reversed(self._fresh(now_s))), None)

    @property
    def sent_loss(self) -> float:
        """What was lost of what this one sent, of late."""
        return self._smooth.get("loss_sent", 0.0)

    def measured(self, flows: PersonNetwork | None, now_s: float, *, others_lose: float = 0.0) -> bool:
        """A new look; whether grade or reasons are others now.

        `others_lose`: so much the worst other line loses of what is sent on it. That is missing here too, and
        from some loss on gaps and freezes are not this one's.
        """
        before = self.grade, self.reasons
        self.flows = flows
        if flows is None:
            self._looks.clear()
            self._smooth.clear()
            self.grade, self.reasons = "good", ()
        else:
            self._look(self._measures(flows, now_s, others_lose=others_lose))
        return before != (self.grade, self.reasons)

    def _look(self, measures: Mapping[Reason, float]) -> None:
        before = self._looks[-1] if self._looks else {}
        levels = {
            reason: level
            for reason, value in measures.items()
            if (level := LIMITS[reason].level(value, before.get(reason, 0)))
        }
        self._looks.append(levels)
        worst = [max(look.values(), default=0) for look in self._looks]
        shown = GRADES.index(self.grade)
        if len(worst) >= WORSE_AFTER and (sustained := min(worst[-WORSE_AFTER:])) > shown:
            self._show(sustained)
        elif len(worst) >= BETTER_AFTER and (lasting := max(worst)) < shown:
            self._show(lasting)
        elif shown and (self._is_other() or not any(self._lasts(reason) for reason in self.reasons)):
            self._show(shown)

    def _lasts(self, reason: Reason) -> bool:
        return any(reason in look for look in self._looks)

    def _is_other(self) -> bool:
        """Whether more or less of the picture comes than was said."""
        said = _PICTURES.intersection(self.reasons)
        found = _PICTURES.intersection(*list(self._looks)[-WORSE_AFTER:])
        return not found <= said or not all(self._lasts(reason) for reason in said)

    def _show(self, level: int) -> None:
        self.grade = GRADES[level]
        reasons: dict[Reason, int] = {}
        for look in list(self._looks)[-WORSE_AFTER:]:
            for reason, found in look.items():
                reasons[reason] = max(found, reasons.get(reason, 0))
        ordered = sorted(reasons, key=lambda reason: (-reasons[reason], list(LIMITS).index(reason)))
        self.reasons = tuple(ordered) if level else ()

    def _smoothed(self, found: Mapping[Reason, float | None]) -> dict[Reason, float]:
        """What is not known now stays as it was. One bad look does not echo, one good one mends nothing."""
        for reason, value in found.items():
            if value is not None:
                before = self._smooth.get(reason, 0.0 if reason in _SHARES else value)
                self._smooth[reason] = before + SMOOTHING * (value - before)
        return {
            reason: smooth
            if reason in self.reasons or (now := found.get(reason)) is None
            else min(now, smooth)
            for reason, smooth in self._smooth.items()
        }

    def _measures(self, flows: PersonNetwork, now_s: float, *, others_lose: float) -> dict[Reason, float]:
        reports = self._fresh(now_s) if others_lose < NOTICED_LOSS else []
        received = _loss(flows.receives)
        found = self._smoothed(
            {
                "loss_sent": _loss(flows.sends),
                "loss_received": None if received is None else max(0.0, received - others_lose),
                "delay": self.rtt_ms(now_s),
                "jitter": _voice_jitter(flows.sends),
            }
        )
        if flows.camera != "whole":
            found["picture_small" if flows.camera == "small" else "picture_none"] = 1
        if len(reports) == 2:
            # A moment is no network: both of the last two reports must say so. Pictures that were frozen for
            # longer than the interval had been paused, and came back.
            found["gaps"] = min(report.concealed for report in reports)
            found["freezes"] = min(
                report.frozen_ms / report.interval_ms if report.frozen_ms <= report.interval_ms else 0
                for report in reports
            )
        return found

    def _fresh(self, now_s: float) -> list[PageReport]:
        return [report for at_s, report in self._reports if now_s - at_s < REPORT_LIFE_S]


def sent_loss(flows: PersonNetwork) -> float:
    """What the others will miss."""
    return _loss(flows.sends) or 0.0


def _loss(flows: Iterable[Flow]) -> float | None:
    """Of the worst source."""
    return max((flow.loss for flow in flows if flow.loss is not None and flow.bps >= MIN_BPS), default=None)


def _voice_jitter(flows: Iterable[Flow]) -> float:
    """Pictures come in bursts, whatever the network; what is received has others' jitter in it as well."""
    jitters = (flow.jitter_ms for flow in flows if flow.source == "microphone")
    return max((jitter for jitter in jitters if jitter is not None), default=0.0)
