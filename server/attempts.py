"""Counts wrong keys and links per address, so that guessing is slow and the log stays readable."""

from __future__ import annotations

from collections import OrderedDict

from server.rate import RateLimit

MAX_WRONG = 20
WINDOW_S = 60.0
MAX_ADDRESSES = 4_096
"""Beyond it the address that tried longest ago is forgotten."""


class Attempts:
    """Only wrong ones are refused: behind one router, or a proxy that is not trusted, are many people."""

    def __init__(self, most: int = MAX_WRONG, window_s: float = WINDOW_S) -> None:
        self._most, self._window_s = most, window_s
        self._wrong: OrderedDict[str, RateLimit] = OrderedDict()

    def is_over(self, address: str, now_s: float) -> bool:
        """Whether another wrong one would be too many."""
        limit = self._wrong.get(address)
        return limit is not None and limit.is_full(now_s)

    def wrong(self, address: str, now_s: float) -> bool:
        """Notes a wrong key at `now_s` (monotonic). False when there have been too many."""
        limit = self._wrong.pop(address, None) or RateLimit(self._most, self._window_s)
        self._wrong[address] = limit
        if len(self._wrong) > MAX_ADDRESSES:
            self._wrong.popitem(last=False)
        return limit.allows(now_s)
