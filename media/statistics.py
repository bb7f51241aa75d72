"""Reception statistics of one RTP stream, for receiver reports (RFC 3550 §6.4.1, appendix A.3 and A.8)."""

from __future__ import annotations

from media.rtcp import ReportBlock


class StreamStatistics:
    """Fed with every packet of one SSRC; times are seconds of a monotonic clock."""

    __slots__ = (
        "_base",
        "_clock_rate_hz",
        "_cycles",
        "_expected_before",
        "_highest",
        "_jitter_q4",
        "_last_report",
        "_last_report_s",
        "_last_timestamp",
        "_last_transit",
        "_least_transit",
        "_received",
        "_received_before",
        "_reference",
    )

    def __init__(self, clock_rate_hz: int) -> None:
        self._clock_rate_hz = clock_rate_hz
        self._base: int | None = None
        self._highest = 0
        self._cycles = 0
        self._received = 0
        self._jitter_q4 = 0
        self._last_timestamp = -1
        self._last_transit = 0
        self._reference = 0
        self._least_transit: int | None = None
        """Relative to the first packet's, in clock units."""
        self._expected_before = 0
        self._received_before = 0
        self._last_report = 0
        self._last_report_s = 0.0

    def add(self, sequence: int, timestamp: int, now_s: float) -> None:
        self._received += 1
        if self._base is None:
            self._base = self._highest = sequence
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead >= 0x8000:
            return
        if sequence < self._highest:
            self._cycles += 0x10000
        self._highest = sequence
        if timestamp != self._last_timestamp:
            transit = (int(now_s * self._clock_rate_hz) - timestamp) & 0xFFFFFFFF
            if self._last_timestamp >= 0:
                difference = (transit - self._last_transit) & 0xFFFFFFFF
                if difference >= 0x80000000:
                    difference = 0x100000000 - difference
                # A jump of a second is a new timeline, not jitter.
                if difference < self._clock_rate_hz:
                    self._jitter_q4 += difference - ((self._jitter_q4 + 8) >> 4)
            else:
                self._reference = transit
            self._last_transit = transit
            relative = ((transit - self._reference + 0x80000000) & 0xFFFFFFFF) - 0x80000000
            if self._least_transit is None or relative < self._least_transit:
                self._least_transit = relative
            self._last_timestamp = timestamp

    @property
    def newest(self) -> tuple[int, int] | None:
        """Sequence number and timestamp of the packet furthest ahead; None before the first."""
        return None if self._base is None else (self._highest, self._last_timestamp)

    @property
    def expected(self) -> int:
        """Packets that should have come so far, by their numbers."""
        return 0 if self._base is None else self._cycles + self._highest - self._base + 1

    @property
    def lost(self) -> int:
        """Of them; negative when some came twice."""
        return self.expected - self._received

    @property
    def jitter_s(self) -> float:
        return (self._jitter_q4 >> 4) / self._clock_rate_hz

    def take_least_transit_s(self) -> float | None:
        """How long the least delayed packet since the last call took, compared with the first of all; None
        without one. What it grows by is a queue on the way."""
        least, self._least_transit = self._least_transit, None
        return None if least is None else least / self._clock_rate_hz

    def sender_report(self, ntp: int, now_s: float) -> None:
        """Remembers when the source last told the time, for the round-trip fields of the next report."""
        self._last_report = (ntp >> 16) & 0xFFFFFFFF
        self._last_report_s = now_s

    @property
    def lost_since_report(self) -> float:
        """Share of the packets since the last call of `report`, before repeats."""
        expected = self.expected - self._expected_before
        return max(0, expected - (self._received - self._received_before)) / expected if expected > 0 else 0.0

    def report(self, ssrc: int, now_s: float) -> ReportBlock | None:
        """What was received since the last call; None before the first packet."""
        if self._base is None:
            return None
        expected = self.expected
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self._received - self._received_before)
        self._expected_before = expected
        self._received_before = self._received
        fraction = min(255, (lost_now << 8) // expected_now) if expected_now > 0 and lost_now > 0 else 0
        delay = int((now_s - self._last_report_s) * 65_536) & 0xFFFFFFFF if self._last_report else 0
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=fraction,
            packets_lost=max(-0x800000, min(0x7FFFFF, self.lost)),
            highest_sequence=(self._cycles + self._highest) & 0xFFFFFFFF,
            jitter=self._jitter_q4 >> 4,
            last_sender_report=self._last_report,
            delay_since=delay,
        )
