"""How streams follow each other under one SSRC: numbers go on without a gap, time without a jump.

A subscriber's track may be paused, or changed to another encoding of the same picture. Each stretch of
packets from one source has its own distances; the last few are remembered for a while, so that what was lost
shortly before a change can still be repeated.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media import vp8
from media.forwarding import StoredPacket
from media.rtcp import SenderReport

if TYPE_CHECKING:
    from media.receiver import Receiver

MAX_STRETCHES = 4
VIDEO_RATE_HZ = 90_000
FRAME_TICKS = VIDEO_RATE_HZ // 30
SMALL_STEP_TICKS = VIDEO_RATE_HZ // 1000
OVERLAP_TICKS = VIDEO_RATE_HZ
"""Two encodings of one camera may be so far apart."""
MAX_STEP_TICKS = 60 * VIDEO_RATE_HZ
"""A longer step in time is a mistake in somebody's reports."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Packets of one source: what is added to their numbers. `first` is the outgoing number of the first."""

    source: Receiver | None = None
    first: int = 0
    sequence: int = 0
    timestamp: int = 0
    clock: int = 0
    """What is added to the times in sender reports: the exact distance, where `timestamp` had to give way a
    little so that the first picture is newer than the last one before it."""
    pictures: vp8.PictureShift | None = None

    def stored(self, outgoing: int) -> StoredPacket | None:
        """The source's packet that has this number for the subscriber."""
        return None if self.source is None else self.source.stored((outgoing - self.sequence) & 0xFFFF)


@dataclass(frozen=True, slots=True)
class _End:
    """The last packet that the subscriber was sent, as numbered for it, and the source's last report."""

    sequence: int
    timestamp: int
    pictures: vp8.Pictures
    stretch: Stretch
    report: SenderReport | None


class Splice:
    """The stretches of one sender."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []
        """The newest first."""
        self._end: _End | None = None

    @property
    def began(self) -> bool:
        return bool(self._stretches)

    def end(self, source: Receiver, last: StoredPacket | None) -> None:
        """The newest stretch ends with `last`, of what was passed on the one with the highest number.

        What came as a repeat counts: no number may be given twice on a living SSRC.
        """
        if not self._stretches or last is None:
            return
        stretch = self._stretches[0]
        pictures = vp8.NO_PICTURES
        if source.codec == "vp8":
            pictures = vp8.pictures(
                last[4] if stretch.pictures is None else vp8.shifted(last[4], stretch.pictures)
            )
        self._end = _End(
            (last[0] + stretch.sequence) & 0xFFFF,
            (last[1] + stretch.timestamp) & 0xFFFFFFFF,
            pictures,
            stretch,
            source.last_report,
        )

    def begin(self, source: Receiver, first: StoredPacket) -> Stretch:
        """A stretch that starts with this packet."""
        end = self._end
        if end is None:
            # Far from both ends, so that early reordering cannot upset SRTP's roll-over counter.
            outgoing = secrets.randbelow(0x7000) + 0x800
            stretch = Stretch(source, outgoing, (outgoing - first[0]) & 0xFFFF)
        else:
            outgoing = (end.sequence + 1) & 0xFFFF
            stretch = Stretch(
                source,
                outgoing,
                (outgoing - first[0]) & 0xFFFF,
                *_time_shifts(end, source, first[1]),
                None if source.codec != "vp8" else vp8.shift_after(end.pictures, vp8.pictures(first[4])),
            )
        self._stretches = [stretch, *self._stretches[: MAX_STRETCHES - 1]]
        return stretch

    def find(self, outgoing: int) -> Stretch | None:
        """The stretch that an outgoing number belongs to."""
        for stretch in self._stretches[:-1]:
            if (outgoing - stretch.first) & 0xFFFF < 0x8000:
                return stretch
        return self._stretches[-1] if self._stretches else None

    def settle(self) -> None:
        """The newest stretch is older than anything that is still repeated: numbers may go round now."""
        del self._stretches[1:]


def _time_shifts(end: _End, source: Receiver, timestamp: int) -> tuple[int, int]:
    """`Stretch.timestamp` and `clock`. The same source's clock goes on; another's is compared through both
    senders' reports, which name the same clock. Without those, or if they contradict the packets, the next
    picture follows at once.
    """
    shift: int | None = None
    if end.stretch.source is source:
        shift = end.stretch.clock
    elif end.report is not None and (report := source.last_report) is not None:
        apart = (report.ntp - end.report.ntp) * VIDEO_RATE_HZ >> 32
        shift = (end.stretch.clock + end.report.rtp_timestamp + apart - report.rtp_timestamp) & 0xFFFFFFFF
    if shift is not None:
        ahead = (timestamp + shift - end.timestamp) & 0xFFFFFFFF
        if 0 < ahead < MAX_STEP_TICKS:
            return shift, shift
        if ahead > 0xFFFFFFFF - OVERLAP_TICKS or not ahead:
            return (end.timestamp + SMALL_STEP_TICKS - timestamp) & 0xFFFFFFFF, shift
    shift = (end.timestamp + FRAME_TICKS - timestamp) & 0xFFFFFFFF
    return shift, shift
