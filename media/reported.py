"""What a subscriber's receiver reports say about one track: loss, jitter, round trip (RFC 3550 §6.4.1)."""

from __future__ import annotations

from media.rtcp import ReportBlock

REMEMBERED = 8
"""Sender reports whose answers may still come."""
MAX_ROUND_TRIP_S = 10.0
ROUND_TRIP_LIFE_S = 20.0
"""Measured every few seconds; an older one says nothing any more."""


class Reported:
    """Times are seconds of a monotonic clock."""

    __slots__ = ("_first", "_last_trip", "_round_trip_s", "_sent_s", "_taken", "expected", "jitter", "lost")

    def __init__(self) -> None:
        self.expected = 0
        """Packets between the first report and the last, by their numbers."""
        self.lost = 0
        """Of them, before repeats; what the publisher's line had lost already is missing here as well."""
        self.jitter: int | None = None
        """In units of the track's clock."""
        self._first: tuple[int, int] | None = None
        """Highest sequence number and loss at the first report."""
        self._taken = 0, 0
        """`expected` and `lost` when they were last taken."""
        self._last_trip: tuple[float, float] | None = None
        """Seconds, and when they were measured."""
        self._sent_s: dict[int, float] = {}
        """Middle 32 bits of a sender report's NTP time, which is the publisher's → when it went out."""
        self._round_trip_s: float | None = None

    def on_sent(self, ntp: int, now_s: float) -> None:
        """A sender report went out."""
        self._sent_s[(ntp >> 16) & 0xFFFFFFFF] = now_s
        if len(self._sent_s) > REMEMBERED:
            del self._sent_s[next(iter(self._sent_s))]

    def on_block(self, block: ReportBlock, now_s: float) -> None:
        self._count(block)
        sent_s = self._sent_s.get(block.last_sender_report)
        if sent_s is not None:
            round_trip_s = now_s - sent_s - block.delay_since / 65_536
            if 0.0 <= round_trip_s <= MAX_ROUND_TRIP_S:
                self._round_trip_s = round_trip_s
                self._last_trip = round_trip_s, now_s

    def _count(self, block: ReportBlock) -> None:
        if self._first is None:
            self._first = block.highest_sequence, block.packets_lost
        first_sequence, first_lost = self._first
        self.expected = (block.highest_sequence - first_sequence) & 0xFFFFFFFF
        self.lost = block.packets_lost - first_lost
        self.jitter = block.jitter

    def rtt_s(self, now_s: float) -> float | None:
        """The newest round trip, while it is worth something."""
        fresh = self._last_trip is not None and now_s - self._last_trip[1] < ROUND_TRIP_LIFE_S
        return self._last_trip[0] if self._last_trip is not None and fresh else None

    def take(self) -> tuple[int, int, float | None]:
        """Since the last call: packets expected, those of them lost, newest round trip in seconds.

        None for what was not reported. Fewer may be lost than nothing: some come after they were missed. A
        browser reports with each request for a repeat, and there the fraction speaks of a packet or two.
        """
        expected, lost = self._taken
        self._taken = self.expected, self.lost
        round_trip_s, self._round_trip_s = self._round_trip_s, None
        return self.expected - expected, self.lost - lost, round_trip_s
