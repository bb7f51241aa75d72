"""How much video a publisher may send: a fixed cap, lowered a little while a receiver loses packets.

A cap that follows the receivers' own estimates stayed at 0.8 Mbit/s after 16 s of 720p where a fixed one
gave 2.5 at once (docs/media.md), so estimates are not used.
"""

from __future__ import annotations

CAMERA_BPS = 2_500_000
SCREEN_BPS = 4_000_000
LOSS_THRESHOLD = 0.15
"""A browser hides less than this with retransmissions."""
SMOOTHING = 0.2
"""Weight of the newest second: a short burst is no reason."""
STEP_DOWN, STEP_UP = 0.85, 1.05
FLOOR = 0.4
"""Share of the cap below which one weak receiver does not pull everybody's picture."""


class BitrateCap:
    """One source's cap; updated once a second."""

    __slots__ = ("_cap_bps", "_loss", "_share")

    def __init__(self, cap_bps: int) -> None:
        self._cap_bps = cap_bps
        self._share = 1.0
        self._loss = 0.0

    def update(self, worst_loss: float) -> int:
        """Bits per second to allow, given the worst share of packets a receiver lost in the last second."""
        self._loss += SMOOTHING * (worst_loss - self._loss)
        if self._loss > LOSS_THRESHOLD:
            self._share = max(FLOOR, self._share * STEP_DOWN)
        else:
            self._share = min(1.0, self._share * STEP_UP)
        return int(self._cap_bps * self._share)
