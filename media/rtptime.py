"""From RTP timestamps to wall-clock time, by the packet that was least delayed of late."""

from __future__ import annotations

WINDOW_S = 5.0
"""Two of them are looked at: long enough to see an undelayed packet, short enough to follow drift."""


class RtpClock:
    """Timestamps are extended, they do not wrap; wall times are seconds since 1970 on this machine."""

    __slots__ = ("_before", "_current", "_rate_hz", "_window_end_s")

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self.reset()

    def reset(self) -> None:
        """A new timeline begins with the next packet."""
        self._before: float | None = None
        self._current: float | None = None
        self._window_end_s = 0.0

    def observe(self, timestamp: int, arrival_s: float) -> None:
        offset_s = arrival_s - timestamp / self._rate_hz
        if self._current is None:
            self._current = offset_s
            self._window_end_s = arrival_s + WINDOW_S
        elif arrival_s >= self._window_end_s or arrival_s < self._window_end_s - 2 * WINDOW_S:
            self._before, self._current = self._current, offset_s
            self._window_end_s = arrival_s + WINDOW_S
        else:
            self._current = min(self._current, offset_s)

    def wall_s(self, timestamp: int) -> float:
        """When what ends just before `timestamp` would have arrived undelayed; 0 before the first packet."""
        if self._current is None:
            return 0.0
        offset_s = self._current if self._before is None else min(self._before, self._current)
        return timestamp / self._rate_hz + offset_s
