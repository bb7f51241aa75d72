"""A person's network in numbers: what went through in each direction since the last look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from wire.links import Source
from wire.network import Flow


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one stream since its beginning."""

    source: Source
    stream: Hashable
    """Another one begins to count anew."""
    octets: int
    expected: int
    """Packets, as far as the receiving end has told."""
    lost: int
    jitter_s: float | None


@dataclass(frozen=True, slots=True)
class _Since:
    octets: int
    expected: int
    lost: int
    jitter_s: float | None


class FlowMeter:
    """One direction. `read` now and then; times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Totals] = {}
        self._before_s = 0.0

    def read(self, streams: Sequence[Totals], now_s: float) -> tuple[Flow, ...]:
        """What is new since the last call; streams that are new themselves count from the next one on."""
        elapsed_s = now_s - self._before_s
        found: defaultdict[Source, list[_Since]] = defaultdict(list)
        for totals in streams:
            before = self._before.get(totals.stream)
            if before is not None and elapsed_s > 0:
                found[totals.source].append(_since(before, totals))
        self._before = {totals.stream: totals for totals in streams}
        self._before_s = now_s
        return tuple(_flow(source, parts, elapsed_s) for source, parts in found.items())


def _since(before: Totals, now: Totals) -> _Since:
    return _Since(
        max(0, now.octets - before.octets),
        max(0, now.expected - before.expected),
        now.lost - before.lost,
        now.jitter_s,
    )


def _flow(source: Source, parts: Iterable[_Since], elapsed_s: float) -> Flow:
    parts = list(parts)
    expected = sum(part.expected for part in parts)
    lost = sum(part.lost for part in parts)
    jitters = [part.jitter_s for part in parts if part.jitter_s is not None]
    return Flow(
        source=source,
        bps=round(8 * sum(part.octets for part in parts) / elapsed_s),
        loss=round(min(1.0, max(0.0, lost / expected)), 4) if expected > 0 else None,
        jitter_ms=round(max(jitters) * 1000, 1) if jitters else None,
    )
