"""How much of something a remote side may make us do: a token bucket."""

from __future__ import annotations


class Budget:
    """`rate` units a second, saved up to `burst`; times are seconds of any one clock."""

    __slots__ = ("_burst", "_rate", "_tokens", "_updated_s")

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._updated_s: float | None = None

    def left(self, now_s: float) -> int:
        """How much would be granted."""
        if self._updated_s is not None:
            earned = (now_s - self._updated_s) * self._rate
            self._tokens = min(self._burst, self._tokens + max(0.0, earned))
        self._updated_s = now_s
        return int(self._tokens)

    def take(self, now_s: float, wanted: int = 1) -> int:
        """How many of `wanted` are granted."""
        granted = min(wanted, self.left(now_s))
        self._tokens -= granted
        return granted
