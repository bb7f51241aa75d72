"""When to ask a publisher for a keyframe: at once for the first who needs it, then spaced out."""

from __future__ import annotations

MIN_INTERVAL_S = 1.0
"""A keyframe costs about as much as a second of video; one serves everybody who asked meanwhile."""


class KeyframeGate:
    """Times are seconds of a monotonic clock."""

    __slots__ = ("_last_s", "_waiting")

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._waiting = False

    def ask(self, now_s: float) -> bool:
        """Whether to send the request now; otherwise it is remembered for `due`."""
        if self._last_s is not None and now_s - self._last_s < MIN_INTERVAL_S:
            self._waiting = True
            return False
        self._last_s = now_s
        self._waiting = False
        return True

    def due(self, now_s: float) -> bool:
        """Whether a remembered request has to be sent now."""
        return self._waiting and self.ask(now_s)
