"""When a dump's packets were said: RTP time → wall clock of the media worker, in ms.

A sender report ties RTP time to the publisher's clock, and so microphone and camera to each other (RFC 3550
§6.4.1); the report that travelled fastest ties the publisher's clock to ours. Without reports the fastest
packet does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from media import rtcp
from media.errors import BadPacket
from media.forwarding import FIXED_HEADER
from media.recording.rtpdump import RTP_HEADER_BYTES, DumpedPacket

NTP_MS = 2**32 / 1000


@dataclass(slots=True)
class Clock:
    """Of one SSRC in one dump. Times of `at` are those of the publisher until `shift_ms` is added."""

    rate_hz: int
    origin: int | None = None
    """The first RTP timestamp; all others count from it."""
    fastest_ms: float = float("inf")
    """Smallest of arrival − RTP time."""
    reports: list[tuple[float, float]] = field(default_factory=list)
    """(ms of RTP time since the origin, ms of the publisher's clock), in order."""
    report_shift_ms: float = float("inf")
    """Smallest of arrival − publisher's clock."""

    def media_ms(self, timestamp: int) -> float:
        """`timestamp` may be extended or of 32 bits; a day from the origin at most."""
        difference = (timestamp - (self.origin or 0)) & 0xFFFFFFFF
        if difference >= 1 << 31:
            difference -= 1 << 32
        return difference * 1000 / self.rate_hz

    def at(self, timestamp: int, shift_ms: float | None) -> float:
        """Wall clock; `shift_ms` is the publisher's clock to ours, None without reports."""
        media_ms = self.media_ms(timestamp)
        if shift_ms is None or not self.reports:
            return media_ms + self.fastest_ms
        return self._published_ms(media_ms) + shift_ms

    def _published_ms(self, media_ms: float) -> float:
        """Between two reports along their line, outside them at the clock's nominal rate."""
        after = bisect_right(self.reports, media_ms, key=lambda report: report[0])
        if 0 < after < len(self.reports):
            (media_before, ms_before), (media_after, ms_after) = self.reports[after - 1], self.reports[after]
            share = (media_ms - media_before) / (media_after - media_before)
            return ms_before + share * (ms_after - ms_before)
        media_near, ms_near = self.reports[0 if after == 0 else -1]
        return ms_near + media_ms - media_near


def clocks(packets: Iterable[DumpedPacket], rate_hz: int) -> dict[int, Clock]:
    """By SSRC. A report of an SSRC that no packet has is left out."""
    found: dict[int, Clock] = {}
    early: dict[int, list[DumpedPacket]] = {}
    for dumped in packets:
        if dumped.is_rtcp:
            ssrc = int.from_bytes(dumped.data[4:8], "big")
            if ssrc in found:
                _report(found[ssrc], dumped)
            else:
                early.setdefault(ssrc, []).append(dumped)
        elif len(dumped.data) >= RTP_HEADER_BYTES:
            _, _, _, timestamp, ssrc = FIXED_HEADER.unpack_from(dumped.data)
            clock = found.setdefault(ssrc, Clock(rate_hz))
            if clock.origin is None:
                clock.origin = timestamp
                for report in early.pop(ssrc, []):
                    _report(clock, report)
            clock.fastest_ms = min(clock.fastest_ms, dumped.arrival_ms - clock.media_ms(timestamp))
    return found


def _report(clock: Clock, dumped: DumpedPacket) -> None:
    try:
        messages = rtcp.parse(dumped.data)
    except BadPacket:
        return
    for message in messages:
        if not isinstance(message, rtcp.SenderReport):
            continue
        media_ms, published_ms = clock.media_ms(message.rtp_timestamp), message.ntp / NTP_MS
        clock.report_shift_ms = min(clock.report_shift_ms, dumped.arrival_ms - published_ms)
        # Only what goes forward is a line that one can walk along.
        if not clock.reports or (media_ms > clock.reports[-1][0] + 1 and published_ms > clock.reports[-1][1]):
            clock.reports.append((media_ms, published_ms))


def shift_ms(of_person: Iterable[Clock]) -> float | None:
    """The publisher's clock to ours: one for all that a person sent; None where nobody reported."""
    least = min((clock.report_shift_ms for clock in of_person), default=float("inf"))
    return None if least == float("inf") else least
