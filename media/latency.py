"""How long packets stay in the worker: a histogram with logarithmic buckets, constant in memory."""

from __future__ import annotations

import math

_BUCKETS = 128
_PER_OCTAVE = 8
"""Buckets per doubling: quantiles are right to 9 %. The range is 1 µs to 65 ms."""


class LatencyHistogram:
    def __init__(self) -> None:
        self._counts = [0] * _BUCKETS
        self._total = 0

    def add(self, seconds: float) -> None:
        micros = seconds * 1e6
        bucket = int(math.log2(micros) * _PER_OCTAVE) if micros > 1 else 0
        self._counts[min(bucket, _BUCKETS - 1)] += 1
        self._total += 1

    def quantile_us(self, share: float) -> int:
        """Microseconds that `share` of the packets needed at most; 0 before the first."""
        wanted = share * self._total
        seen = 0
        for bucket, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return round(2 ** ((bucket + 1) / _PER_OCTAVE))
        return 0
