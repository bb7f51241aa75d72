"""What one subscriber is sent of everything it was offered: decides once a second from what its browser says.

Voice first, then shared screens, then small pictures, then whole ones. `media/congestion.py` says how much
video gets through, `media/fallback.py` which level that is; this tells the senders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from media.bitrate import MAX_BPS, SCREEN_BPS, SMALL_BPS, shares
from media.congestion import LEAST_JUDGED_BPS, UNHEARD_S, Baseline, Congestion, Observation
from media.counters import Counters
from media.fallback import Ladder, Needs, Step
from media.receiver import Receiver
from media.sender import Sender
from wire.links import Level, Picture, Source

OnLevel = Callable[[Level, tuple[Picture, ...]], None]
"""The level, and what is paused at it although the level shows such pictures."""

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

    person: str
    source: Source
    receiver: Receiver
    sender: Sender

    @property
    def is_video(self) -> bool:
        return self.receiver.kind == "video"

    @property
    def is_screen(self) -> bool:
        """One that there is only as a whole."""
        return self.source == "screen" and self.receiver.small is None

    @property
    def screen_bps(self) -> int:
        """What it costs at least."""
        return self.receiver.demand.least_bps(SCREEN_BPS, small=False, ssrc=self.sender.ssrc)


class Quality:
    """Of one connection; a new one begins at the top. `on_level` is called when the level changes, or what is
    paused at it.
    """

    def __init__(self, counters: Counters, on_level: OnLevel) -> None:
        self._counters = counters
        self._on_level = on_level
        self._congestion = Congestion()
        self._round_trip = Baseline()
        self._ladder = Ladder()
        self._paused: tuple[Picture, ...] = ()
        self._sent: dict[int, int] = {}
        """SSRC → octets when they were last looked at."""
        self._updated_s: float | None = None

    @property
    def level(self) -> Level:
        return self._ladder.level

    def each_second(
        self, shown: Sequence[Shown], limit: tuple[int, float] | None, now_s: float, heard_s: float
    ) -> None:
        """`limit` is the path's last REMB, `heard_s` when anything came from the subscriber last."""
        elapsed_s = 0.0 if self._updated_s is None else now_s - self._updated_s
        self._updated_s = now_s
        seen = self._observe(shown, limit, elapsed_s, now_s)
        if now_s - heard_s > UNHEARD_S and seen.sent_bps >= LEAST_JUDGED_BPS:
            # Without pictures to report on a browser may be silent for longer.
            seen = replace(seen, unheard=True)
        if elapsed_s <= 0:
            return
        congestion = self._congestion
        congestion.update(seen, now_s)
        before = self.level, self._paused
        needs = _needs(shown, seen.sent_bps)
        step = self._ladder.update(congestion.limit_bps, congestion.congested, congestion.loss, needs, now_s)
        self._show(shown, step, now_s)
        self._paused = _paused(shown, step) if self.level == "low" else ()
        if self.level != before[0]:
            self._counters.add(f"fallback_{self.level}")
        if (self.level, self._paused) != before:
            self._on_level(self.level, self._paused)

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
            above = max(encoding.lost_lately for encoding in one.receiver.encodings())
            lost += lost_now - above * expected_now
            if round_trip_s is not None:
                round_trips.append(round_trip_s)
        fresh = limit is not None and now_s - limit[1] <= LIMIT_VALID_S
        sent_bps = int(video_octets * 8 / elapsed_s) if elapsed_s > 0 else 0
        return Observation(
            sent_bps=sent_bps,
            # A screen alone that does not change is sent as little.
            starved=self._ladder.step in ("full", "low", "small") and sent_bps < LEAST_JUDGED_BPS,
            remb_bps=limit[0] if limit is not None and fresh else None,
            loss=min(1.0, max(0.0, lost) / expected) if expected > 0 else None,
            queue_s=self._round_trip.above(min(round_trips), now_s) if round_trips else None,
        )

    def _show(self, shown: Sequence[Shown], step: Step, now_s: float) -> None:
        limit_bps = self._congestion.limit_bps
        for one in shown:
            one.sender.show(_encoding(one, step), now_s)
        videos = [one for one in shown if one.is_video]
        if step == "full":
            self._wish_whole(videos, limit_bps)
            return
        screens = [one for one in videos if one.is_screen and step in ("low", "screens")]
        small = [one for one in videos if one.receiver.small is not None and step in ("low", "small")]
        # What is not a screen's is the small pictures'; where there are screens they take the least.
        small_bps = 1 if screens else limit_bps // max(1, len(small))
        rest_bps = limit_bps - sum(_small_bps(one) for one in small)
        for one in videos:
            one.sender.wish_small(small_bps if one in small else 0)
            one.sender.wish(max(one.screen_bps, rest_bps // len(screens)) if one in screens else 0)

    def _wish_whole(self, videos: Sequence[Shown], limit_bps: int) -> None:
        wants = [(WEIGHTS[one.source], _wanted_bps(one)) for one in videos]
        given = shares(limit_bps, wants) if limit_bps < MAX_BPS else [MAX_BPS] * len(videos)
        for one, bps in zip(videos, given, strict=True):
            one.sender.wish_small(0)
            one.sender.wish(max(1, bps))


def _wanted_bps(one: Shown) -> int:
    return max(QUIET_BPS, int(one.receiver.rate_bps * HEADROOM))


def _encoding(one: Shown, step: Step) -> Receiver | None:
    """Which encoding of the track the subscriber is shown, None for nothing."""
    if not one.is_video:
        return None if step == "text" else one.receiver
    if step == "full":
        return one.receiver.flowing
    if one.is_screen:
        return one.receiver if step in ("low", "screens") else None
    return one.receiver.small if step in ("low", "small") else None


def _paused(shown: Sequence[Shown], step: Step) -> tuple[Picture, ...]:
    return tuple(
        Picture(person=one.person, source=one.source)
        for one in shown
        if one.is_video and _encoding(one, step) is None
    )


def _small_bps(one: Shown) -> int:
    small = one.receiver.small
    return 0 if small is None else small.least_bps or SMALL_BPS


def _flows(receiver: Receiver) -> bool:
    """A camera that is off sends next to nothing."""
    return any(encoding.rate_bps > OFF_BPS for encoding in receiver.encodings())


def _needs(shown: Sequence[Shown], sent_bps: int) -> Needs:
    videos = [one for one in shown if one.is_video]
    small = [one for one in videos if one.receiver.small is not None]
    screens = [one for one in videos if one.is_screen]
    return Needs(
        full_bps=sum(one.receiver.least_bps for one in videos if _flows(one.receiver)),
        sent_bps=sent_bps,
        low_bps=sum(_small_bps(one) for one in small) if small else None,
        screens_bps=sum(one.screen_bps for one in screens) if screens else None,
    )
