"""How much of something a remote side may make us do: a token bucket, and repeats as a share of the media."""

from __future__ import annotations

from collections import deque

REPEAT_SHARE = 1.0
"""A subscriber is never sent more than twice the media, whatever it asks for. Where packets overtake each
other a browser asks for half of them."""
PACKET_OVERHEAD_OCTETS = 60
"""What a packet costs beside its payload, about: IPv4, UDP, RTP's header with extensions, SRTP's tag."""
REPEAT_WINDOW_S = 1.0
MARK_INTERVAL_S = 0.2


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


class RepeatBudget:
    """Repeats towards one subscriber, against the media sent to it in the second before.

    Fed with the running total of media, overhead and all; the window is cut short rather than long, so that
    what is allowed is never above the share. Times are seconds of a monotonic clock.
    """

    __slots__ = ("_marks", "_repeated", "_repeats")

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        """(time, media octets so far), at most one in MARK_INTERVAL_S."""
        self._repeats: deque[tuple[float, int]] = deque()
        self._repeated = 0

    def mark(self, now_s: float, octets: int) -> None:
        """Called a few times a second."""
        if not self._marks or now_s - self._marks[-1][0] >= MARK_INTERVAL_S:
            self._marks.append((now_s, octets))
            self._forget(now_s)

    def take(self, now_s: float, octets: int, size: int) -> bool:
        """Whether `size` more octets may be repeated now."""
        self._forget(now_s)
        media = octets - self._marks[0][1] if self._marks else 0
        if self._repeated + size > REPEAT_SHARE * media:
            return False
        self._repeats.append((now_s, size))
        self._repeated += size
        return True

    def _forget(self, now_s: float) -> None:
        while self._marks and now_s - self._marks[0][0] > REPEAT_WINDOW_S:
            self._marks.popleft()
        while self._repeats and now_s - self._repeats[0][0] > REPEAT_WINDOW_S:
            self._repeated -= self._repeats.popleft()[1]
