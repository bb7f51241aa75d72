"""The lag of the last finals."""

from __future__ import annotations

from collections import deque

KEPT = 100


class LagWindow:
    """Quantiles over the last finals, ms."""

    def __init__(self, size: int = KEPT) -> None:
        self._values: deque[int] = deque(maxlen=size)

    def add(self, lag_ms: int) -> None:
        self._values.append(lag_ms)

    def quantile(self, share: float) -> float | None:
        """None as long as there was no final."""
        if not self._values:
            return None
        ordered = sorted(self._values)
        return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])
