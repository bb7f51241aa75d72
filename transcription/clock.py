"""The two clocks of the pipeline, so that a test or a benchmark can bring its own."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    def wall_ms(self) -> int:
        """Since 1970; the clock that media workers stamp audio with."""

    def monotonic_s(self) -> float: ...


class SystemClock:
    """The machine's own."""

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()
