"""What one subscriber is sent of everything it was offered: decides once a second from what its browser says.

Voice first, then small pictures, then whole ones. `media/congestion.py` says how much video gets through,
`media/fallback.py` which level that is; this tells the senders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from media.bitrate import MAX_BPS, SMALL_BPS, shares
from media.congestion import LEAST_JUDGED_BPS, Baseline, Congestion, Observation
from media.counters import Counters
from media.fallback import Ladder, Needs
from media.receiver import Receiver
from media.sender import Sender
from wire.links import Level, Source

LIMIT_VALID_S = 5.0
"""Browsers repeat their REMB every second."""
WEIGHTS: dict[Source, float] = {"microphone": 0.0, "camera": 1.0, "screen": 2.0}
HEADROOM = 1.5
"""What a picture may grow to until the next second."""
OFF_BPS = 15_000
QUIET_BPS = 150_000
"""A camera that shows nothing at present still wants so much."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One track of somebody's, and the sender that passes it on."""

    source: Source
    receiver: Receiver
    sender: Sender

    @property
    def is_video(self) -> bool:
        return self.receiver.kind == "video"


class Quality:
    """Of one connection; a new one begins at the top. `on_level` is called when the level changes."""

    def __init__(self, counters: Counters, on_level: Callable[[Level], None]) -> None:
        self._counters = counters
        self._on_level = on_level
        self._congestion = Congestion()
        self._round_trip = Baseline()
        self._ladder = Ladder()
        self._sent: dict[int, int] = {}
        """SSRC → octets when they were last looked at."""
        self._updated_s: float | None = None

    @property
    def level(self) -> Level:
        return self._ladder.level

    def each_second(self, shown: Sequence[Shown], limit: tuple[int, float] | None, now_s: float) -> None:
        """`limit` is the path's last REMB."""
        elapsed_s = 0.0 if self._updated_s is None else now_s - self._updated_s
        self._updated_s = now_s
        seen = self._observe(shown, limit, elapsed_s, now_s)
        if elapsed_s <= 0:
            return
        congestion = self._congestion
        congestion.update(seen, now_s)
        before = self.level
        needs = _needs(shown, seen.sent_bps)
        level = self._ladder.update(congestion.limit_bps, congestion.congested, congestion.loss, needs, now_s)
        self._show(shown, level, now_s)
        if level != before:
            self._counters.add(f"fallback_{level}")
            self._on_level(level)

    def _observe(
        self, shown: Sequence[Shown], limit: tuple[int, float] | None, elapsed_s: float, now_s: float
    ) -> Observation:
        video_octets = expected = 0
        lost = 0.0
        round_trips = []
        before, self._sent = self._sent, {}
        for one in shown:
            sender = one.sender
            octets = self._sent[sender.ssrc] = sender.octets + sender.repeated_octets
            if one.is_video:
                video_octets += octets - before.get(sender.ssrc, octets)
            expected_now, lost_now, round_trip_s = sender.reports.take()
            expected += expected_now
            # What the publisher's own line lost is missing here too.
            above = max(encoding.lost_share for encoding in one.receiver.encodings())
            lost += lost_now - above * expected_now
            if round_trip_s is not None:
                round_trips.append(round_trip_s)
        fresh = limit is not None and now_s - limit[1] <= LIMIT_VALID_S
        sent_bps = int(video_octets * 8 / elapsed_s) if elapsed_s > 0 else 0
        return Observation(
            sent_bps=sent_bps,
            starved=self.level in ("full", "low") and sent_bps < LEAST_JUDGED_BPS,
            remb_bps=limit[0] if limit is not None and fresh else None,
            loss=min(1.0, max(0.0, lost) / expected) if expected > 0 else None,
            queue_s=self._round_trip.above(min(round_trips), now_s) if round_trips else None,
        )

    def _show(self, shown: Sequence[Shown], level: Level, now_s: float) -> None:
        limit_bps = self._congestion.limit_bps
        for one in shown:
            one.sender.show(_encoding(one, level, limit_bps), now_s)
        videos = [one for one in shown if one.is_video]
        for one in videos:
            one.sender.wish_small(limit_bps // len(videos) if level == "low" else 0)
        if level != "full" or limit_bps >= MAX_BPS:
            for one in videos:
                one.sender.wish(MAX_BPS if level == "full" else 0)
            return
        wants = [(WEIGHTS[one.source], _wanted_bps(one)) for one in videos]
        for one, bps in zip(videos, shares(limit_bps, wants), strict=True):
            one.sender.wish(max(1, bps))


def _wanted_bps(one: Shown) -> int:
    return max(QUIET_BPS, int(one.receiver.rate_bps * HEADROOM))


def _encoding(one: Shown, level: Level, limit_bps: int) -> Receiver | None:
    """Which encoding of the track the subscriber is shown, None for nothing."""
    if not one.is_video:
        return None if level == "text" else one.receiver
    if level == "full":
        return one.receiver.flowing
    if level != "low":
        return None
    if one.receiver.small is not None:
        return one.receiver.small
    return one.receiver if one.source == "screen" and limit_bps >= one.receiver.least_bps else None


def _flows(receiver: Receiver) -> bool:
    """A camera that is off sends next to nothing."""
    return any(encoding.rate_bps > OFF_BPS for encoding in receiver.encodings())


def _needs(shown: Sequence[Shown], sent_bps: int) -> Needs:
    videos = [one for one in shown if one.is_video]
    small = [one.receiver.small for one in videos if one.receiver.small is not None]
    return Needs(
        full_bps=sum(one.receiver.least_bps for one in videos if _flows(one.receiver)),
        sent_bps=sent_bps,
        low_bps=sum(one.least_bps or SMALL_BPS for one in small) if small else None,
    )
