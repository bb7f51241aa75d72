"""What a subscriber's receiver reports say about one track: loss, and the round trip (RFC 3550 §6.4.1)."""

from __future__ import annotations

from media.rtcp import ReportBlock

REMEMBERED = 8
"""Sender reports whose answers may still come."""
MAX_ROUND_TRIP_S = 10.0


class Reported:
    """Times are seconds of a monotonic clock."""

    __slots__ = ("_loss", "_round_trip_s", "_sent_s")

    def __init__(self) -> None:
        self._sent_s: dict[int, float] = {}
        """Middle 32 bits of a sender report's NTP time, which is the publisher's → when it went out."""
        self._loss: float | None = None
        self._round_trip_s: float | None = None

    def on_sent(self, ntp: int, now_s: float) -> None:
        """A sender report went out."""
        self._sent_s[(ntp >> 16) & 0xFFFFFFFF] = now_s
        if len(self._sent_s) > REMEMBERED:
            del self._sent_s[next(iter(self._sent_s))]

    def on_block(self, block: ReportBlock, now_s: float) -> None:
        self._loss = max(self._loss or 0.0, block.fraction_lost / 256)
        sent_s = self._sent_s.get(block.last_sender_report)
        if sent_s is not None:
            round_trip_s = now_s - sent_s - block.delay_since / 65_536
            if 0.0 <= round_trip_s <= MAX_ROUND_TRIP_S:
                self._round_trip_s = round_trip_s

    def take(self) -> tuple[float | None, float | None]:
        """Since the last call: largest share of packets lost (0 to 1), newest round trip in seconds.

        None for what was not reported.
        """
        taken = self._loss, self._round_trip_s
        self._loss = self._round_trip_s = None
        return taken
