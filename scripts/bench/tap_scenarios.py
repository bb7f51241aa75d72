"""Networks and microphones for `bench_tap`, each with what must come of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.line import Line, Outage
from bench.microphone import Microphone, Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """`share` of the speech that has to be delivered at least."""

    share: float
    line: Line = field(default_factory=Line)
    microphone: Microphone = field(default_factory=Microphone)
    seconds: float | None = None
    """Instead of what the caller asks for."""

    @property
    def missing(self) -> tuple[Span, ...]:
        lost = [Span(one.start_s, one.end_s) for one in self.line.outages if one.fate == "lost"]
        return (*lost, *self.microphone.detached)


SCENARIOS = {
    "clean": Scenario(0.999, Line(jitter_s=0.0)),
    "jitter": Scenario(0.999),
    "jitter-100": Scenario(0.99, Line(delay_s=0.12, jitter_s=0.1)),
    "loss-1": Scenario(0.99, Line(loss=0.01)),
    "loss-5": Scenario(0.97, Line(loss=0.05)),
    "loss-10": Scenario(0.92, Line(loss=0.10)),
    "loss-20": Scenario(0.85, Line(loss=0.20)),
    "burst-5": Scenario(0.97, Line(loss=0.05, burst=3.0)),
    "burst-10": Scenario(0.92, Line(loss=0.10, burst=3.0)),
    "loss-10-without-fec": Scenario(0.92, Line(loss=0.10), Microphone(fec=False)),
    "60-ms-frames-loss-5": Scenario(0.97, Line(loss=0.05), Microphone(frame_ms=60)),
    "dtx": Scenario(0.99, Line(), Microphone(dtx=True)),
    "dtx-loss-5": Scenario(0.96, Line(loss=0.05), Microphone(dtx=True)),
    "muted": Scenario(0.99, Line(), Microphone(muted=(Span(8.0, 20.0),))),
    "detached": Scenario(0.99, Line(), Microphone(detached=(Span(8.0, 20.0), Span(30.0, 30.4)))),
    "renumbered": Scenario(0.99, Line(), Microphone(renumbered_at_s=12.0)),
    "new-source": Scenario(0.98, Line(), Microphone(new_source_at_s=12.0)),
    "stall-1-held": Scenario(0.97, Line(outages=(Outage(10.0, 11.0, "held"),))),
    "stall-3-held": Scenario(0.97, Line(outages=(Outage(10.0, 13.0, "held"),))),
    "stall-30-held": Scenario(0.97, Line(outages=(Outage(10.0, 40.0, "held"),)), seconds=75.0),
    "stall-3-lost": Scenario(0.99, Line(outages=(Outage(10.0, 13.0, "lost"),))),
    "stall-30-lost": Scenario(0.99, Line(outages=(Outage(10.0, 40.0, "lost"),)), seconds=75.0),
    "drift-fast": Scenario(0.99, Line(), Microphone(drift_ppm=300.0), seconds=3_600.0),
    "drift-slow": Scenario(0.99, Line(), Microphone(drift_ppm=-300.0), seconds=3_600.0),
}
