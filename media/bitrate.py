"""How much video a publisher may send: what the weakest necessary subscriber's network takes.

A subscriber far weaker than the rest does not count: it falls back by itself (`media/fallback.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_BPS = 10_000_000
"""As good as no limit."""
CAMERA_BPS = 2_500_000
SCREEN_BPS = 4_000_000
SMALL_BPS = 220_000
"""A camera's second, small encoding, which comes on top."""
LEAST_SMALL_BPS = 80_000
"""To how much it goes down while nobody sees the whole one."""
NECESSARY_SHARE = 0.4
"""Of what the best subscriber takes. With half of it everybody is content with the lesser picture."""
NECESSARY_ALONE_SHARE = 0.2
"""Where there is no small encoding, falling back means losing the picture."""
LEAST_BPS = 750_000
"""With less on top of the small one Chromium sends no 720p at all; for less there is the small encoding."""
LEAST_ALONE_BPS = 120_000


class Demand:
    """What each subscriber's network takes of one track, by the SSRC it is sent with."""

    __slots__ = ("_wishes",)

    def __init__(self) -> None:
        self._wishes: dict[int, int] = {}

    def wish(self, ssrc: int, bps: int) -> None:
        """0: the subscriber is shown the small encoding, or nothing."""
        self._wishes[ssrc] = bps

    def forget(self, ssrc: int) -> None:
        self._wishes.pop(ssrc, None)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody is shown the track whole, or nobody is there."""
        return not self._wishes or any(self._wishes.values())

    def lowest_bps(self, cap_bps: int) -> int:
        return min((wish for wish in self._wishes.values() if wish), default=cap_bps)

    def least_bps(self, cap_bps: int, *, small: bool, ssrc: int | None = None) -> int:
        """To how much the publisher would go down for one subscriber, that of `ssrc` if it did not wish for
        more; `small`: there is a small encoding.
        """
        share, least_bps = (NECESSARY_SHARE, LEAST_BPS) if small else (NECESSARY_ALONE_SHARE, LEAST_ALONE_BPS)
        others = (min(cap_bps, wish) for one, wish in self._wishes.items() if one != ssrc)
        best_bps = max(others, default=0)
        return max(least_bps, int(share * best_bps))

    def allowed_bps(self, cap_bps: int, *, small: bool) -> int:
        """What the publisher may send, its small encoding not counted."""
        if not self._wishes:
            return cap_bps
        wanted = [min(cap_bps, wish) for wish in self._wishes.values() if wish]
        least_bps = self.least_bps(cap_bps, small=small)
        if not wanted:
            return 0 if small else least_bps
        necessary_bps = min((wish for wish in wanted if wish >= least_bps), default=least_bps)
        return min(cap_bps, necessary_bps)


def small_bps(demand: Demand, small: Demand) -> tuple[int, int]:
    """How much the small encoding of a track may send, and to how much it would go down for one subscriber.

    A browser fills it up before it sends the whole one: while somebody is shown that, it stays as it is.
    """
    if demand.is_wanted:
        return SMALL_BPS, SMALL_BPS
    return max(LEAST_SMALL_BPS, small.lowest_bps(SMALL_BPS)), LEAST_SMALL_BPS


def shares(total_bps: int, wants: Sequence[tuple[float, int]]) -> list[int]:
    """Divides `total_bps` by weight, but gives nobody more than it wants: (weight, most) each."""
    given = [0] * len(wants)
    open_ones = [index for index, (weight, most) in enumerate(wants) if weight > 0 and most > 0]
    rest = total_bps
    while open_ones and rest > 0:
        weight = sum(wants[index][0] for index in open_ones)
        full = [i for i in open_ones if wants[i][1] - given[i] <= rest * wants[i][0] / weight]
        if not full:
            for index in open_ones:
                given[index] += int(rest * wants[index][0] / weight)
            break
        for index in full:
            rest -= wants[index][1] - given[index]
            given[index] = wants[index][1]
        open_ones = [index for index in open_ones if index not in full]
    return given
