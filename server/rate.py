"""How many messages a connection may send within a window."""

from __future__ import annotations

from collections import deque


class RateLimit:
    """At most `limit` in any `window_s`; what is refused does not count."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window_s = window_s
        self._taken: deque[float] = deque()

    def is_full(self, now_s: float) -> bool:
        while self._taken and self._taken[0] <= now_s - self._window_s:
            self._taken.popleft()
        return len(self._taken) >= self._limit

    def allows(self, now_s: float) -> bool:
        """`now_s`: monotonic seconds."""
        if self.is_full(now_s):
            return False
        self._taken.append(now_s)
        return True
