"""What a subscriber is sent, second by second, when its browser reports trouble."""

from __future__ import annotations

import struct
from typing import Any

from media import rtcp
from media.bitrate import SCREEN_BPS
from media.counters import Counters
from media.quality import Quality, Shown
from media.receiver import Receiver, Reception
from media.sender import Sender, Transmission
from tests.media.test_path import Wire
from wire.links import Level, Picture, Source


class Track:
    """A source, and the sender of one subscriber."""

    def __init__(self, source: Source, bps: int, person: str = "p1") -> None:
        kind = "audio" if source == "microphone" else "video"
        self.wire = Wire()
        self.receiver = Receiver(kind, Wire(), Counters())
        self.receiver.live = True
        self.sender = Sender(self.wire, Counters())
        self.sender.attach(self.receiver)
        self.sender.start(Transmission(107, None, "3", "name"), 0.0)
        self.shown = Shown(person, source, self.receiver, self.sender)
        self.bps = bps
        self.sequence = 0
        self.lost = 0.0
        self.report(0.0, 0.0)

    def report(self, loss: float, now_s: float) -> None:
        """What the subscriber's browser says of the last second."""
        self.lost += 50 * loss
        block = rtcp.ReportBlock(self.sender.ssrc, 0, round(self.lost), self.sequence, 0, 0, 0)
        self.sender.on_feedback(rtcp.Reports((block,)), now_s)

    def second(self, now_s: float) -> int:
        """What is sent in a second by a publisher that obeys; returns how many packets the subscriber got."""
        allowed_bps = self.receiver.demand.allowed_bps(4_000_000, small=False)
        bps = min(self.bps, allowed_bps) if self.shown.is_video else self.bps
        before = len(self.wire.rtp)
        for _ in range(50):
            self.sequence += 1
            stored = (self.sequence & 0xFFFF, self.sequence, 0, 0, b"\x10\x00" + bytes(bps // 400 - 2))
            for listener in self.receiver.listeners:
                listener.forward((stored,), 0, 0)
        self.receiver.rate_bps = bps
        return len(self.wire.rtp) - before


class Subscriber:
    def __init__(self, *tracks: Track) -> None:
        self.tracks = tracks
        self.levels: list[Level] = []
        self.paused: list[str] = []
        self.counters = Counters()
        self.quality = Quality(self.counters, self._told)
        self.now_s = 100.0

    def _told(self, level: Level, paused: tuple[Picture, ...]) -> None:
        if level != (self.levels[-1] if self.levels else "full"):
            self.levels.append(level)
        self.paused = [f"{one.person} {one.source}" for one in paused]

    def seconds(self, count: int, **said: Any) -> None:
        for _ in range(count):
            self.second(**said)

    def second(
        self, *, remb_bps: int | None = None, loss: float | None = None, unheard_s: float = 0.0
    ) -> list[int]:
        counts = [track.second(self.now_s) for track in self.tracks]
        for track in self.tracks:
            if loss is not None:
                track.report(loss, self.now_s)
        self.now_s += 1.0
        limit = None if remb_bps is None else (remb_bps, self.now_s - 0.1)
        self.quality.each_second(
            [track.shown for track in self.tracks], limit, self.now_s, self.now_s - unheard_s
        )
        return counts


def call(camera_bps: int = 1_000_000) -> Subscriber:
    tracks = Track("camera", camera_bps), Track("microphone", 32_000)
    tracks[0].receiver.least_bps = 350_000
    return Subscriber(*tracks)


def test_a_good_network_gets_everything_and_hears_nothing_of_it() -> None:
    viewer = call()
    counts = [viewer.second(remb_bps=1_400_000, loss=0.01) for _ in range(30)]
    assert counts == [[50, 50]] * 30
    assert viewer.levels == []


def test_a_network_too_weak_for_the_picture_keeps_the_voice() -> None:
    viewer = call()
    for _ in range(3):
        viewer.second()
    counts = [viewer.second(remb_bps=90_000, loss=0.4) for _ in range(4)]
    assert viewer.levels == ["audio"]
    assert counts[-1] == [0, 50]
    assert viewer.counters["fallback_audio"] == 1


def test_the_picture_comes_back_by_itself() -> None:
    viewer = call()
    for _ in range(3):
        viewer.second()
    for _ in range(3):
        viewer.second(remb_bps=90_000, loss=0.4)
    camera = viewer.tracks[0]
    for _ in range(60):
        viewer.second(remb_bps=None if viewer.levels[-1] == "audio" else 1_400_000)
    assert viewer.levels == ["audio", "full"]
    assert viewer.second(remb_bps=1_400_000) == [50, 50]
    assert camera.receiver.demand.allowed_bps(2_500_000, small=False) > 350_000


def test_after_a_cut_the_picture_is_there_at_once() -> None:
    """The reports of the first seconds speak of the cut, not of how much gets through now."""
    viewer = call()
    for _ in range(3):
        viewer.second(remb_bps=1_400_000, loss=0.0)
    for second in range(1, 4):
        viewer.second(unheard_s=second)
    counts = [viewer.second(remb_bps=200_000, loss=0.8) for _ in range(2)]
    counts += [viewer.second(remb_bps=200_000, loss=0.0) for _ in range(4)]
    assert counts == [[50, 50]] * 6
    assert viewer.levels == []
    for _ in range(3):
        viewer.second(remb_bps=90_000, loss=0.4)
    assert viewer.levels == ["audio"], "what goes on is the line's"


def test_who_has_no_picture_to_report_on_may_be_silent() -> None:
    viewer = call()
    for _ in range(3):
        viewer.second()
    for _ in range(3):
        viewer.second(remb_bps=90_000, loss=0.4)
    assert viewer.levels == ["audio"]
    for _ in range(60):
        viewer.second(unheard_s=3.0 if viewer.levels[-1] == "audio" else 0.0)
    assert viewer.levels == ["audio", "full"]


def test_a_small_encoding_takes_the_pictures_place() -> None:
    viewer = call()
    camera, small = viewer.tracks[0], Track("camera", 160_000)
    camera.receiver.small = small.receiver
    small.receiver.listeners = ()
    small.second(0.0)
    for _ in range(3):
        viewer.second()
    for _ in range(3):
        viewer.second(remb_bps=220_000, loss=0.4)
    assert viewer.levels == ["low"]
    assert camera.receiver.listeners != ()
    small.second(0.0)
    assert camera.receiver.listeners == ()
    before = len(camera.wire.rtp)
    small.second(0.0)
    assert len(camera.wire.rtp) - before == 50
    assert camera.receiver.demand.allowed_bps(2_500_000, small=True) == 0


def test_when_not_even_voices_get_through_they_make_way_for_captions() -> None:
    viewer = call()
    for _ in range(40):
        viewer.second(loss=0.8)
    assert viewer.levels == ["audio", "text"]
    assert viewer.second() == [0, 0]
    for _ in range(20):
        viewer.second()
    assert viewer.levels[2] == "audio"
    assert viewer.second()[1] == 50


def test_what_a_publishers_own_line_loses_is_not_held_against_the_subscriber() -> None:
    viewer = call()
    for track in viewer.tracks:
        track.receiver.lost_share = 0.7
    for _ in range(30):
        viewer.second(loss=0.72)
    assert viewer.levels == []


def test_a_subscriber_who_tells_of_it_first_is_not_blamed_for_a_second_either() -> None:
    viewer = call()
    viewer.seconds(3, loss=0.0)
    viewer.second()
    camera = viewer.tracks[0].receiver
    camera.configure(Reception(90_000, frozenset({96}), ssrc=5), rtcp_ssrc=1)
    listeners, camera.listeners = camera.listeners, ()
    for sequence in (1, 2, *range(12, 100, 10)):
        camera.on_rtp(struct.pack("!BBHLL", 0x80, 96, sequence, 0, 5) + bytes(100), 96, sequence, 0, 5, 1.0)
    camera.listeners = listeners
    viewer.tracks[0].report(0.9, viewer.now_s)
    viewer.second()
    assert viewer.levels == []


def test_an_estimate_of_long_ago_says_nothing() -> None:
    viewer = call()
    viewer.second()
    stale = (90_000, viewer.now_s)
    viewer.now_s += 30
    for _ in range(5):
        for track in viewer.tracks:
            track.second(viewer.now_s)
        viewer.now_s += 1.0
        viewer.quality.each_second(
            [track.shown for track in viewer.tracks], stale, viewer.now_s, viewer.now_s
        )
    assert viewer.levels == []


def test_two_pictures_share_what_gets_through() -> None:
    first, second = Track("camera", 1_000_000), Track("screen", 1_000_000)
    for track in (first, second):
        track.receiver.least_bps = 100_000
    viewer = Subscriber(first, second)
    for _ in range(3):
        viewer.second()
    for _ in range(3):
        viewer.second(remb_bps=900_000, loss=0.4)
    wishes = [track.receiver.demand.allowed_bps(4_000_000, small=False) for track in (first, second)]
    assert sum(wishes) <= 910_000
    assert 1.9 < wishes[1] / wishes[0] < 2.1
    first.sender.stop()
    assert first.receiver.demand.allowed_bps(4_000_000, small=False) == 4_000_000


def shared(*, encoder: bool = False) -> Subscriber:
    """Somebody's camera, voice and screen, and with `encoder` a camera that comes in one encoding."""
    camera, screen = Track("camera", 1_000_000), Track("screen", 400_000)
    small = Track("camera", 80_000)
    camera.receiver.small = small.receiver
    small.receiver.least_bps = 80_000
    camera.receiver.least_bps = 750_000
    others = (Track("camera", 300_000, "p2"),) if encoder else ()
    return Subscriber(screen, Track("microphone", 32_000), camera, *others)


def test_a_weak_network_keeps_the_screen_and_the_small_picture() -> None:
    viewer = shared()
    viewer.seconds(3)
    viewer.seconds(3, remb_bps=300_000, loss=0.4)
    assert viewer.levels == ["low"]
    assert viewer.paused == []
    screen, voice, camera = viewer.tracks
    assert screen.receiver.listeners != ()
    assert voice.receiver.listeners != ()
    # The screen gets what the small picture leaves of it.
    allowed_bps = screen.receiver.demand.allowed_bps(SCREEN_BPS, small=False)
    assert 120_000 < allowed_bps <= 300_000 - 80_000
    assert camera.receiver.demand.allowed_bps(2_500_000, small=True) == 0


def test_faces_make_way_for_the_screen_and_that_is_said_until_they_are_back() -> None:
    viewer = shared()
    viewer.seconds(3)
    viewer.seconds(3, remb_bps=110_000, loss=0.4)
    assert viewer.levels == ["low"]
    assert viewer.paused == ["p1 camera"]
    assert viewer.second()[:2] == [50, 50]
    viewer.seconds(30, remb_bps=1_000_000, loss=0.0)
    assert viewer.paused == []
    assert viewer.levels == ["low", "full"]


def test_a_screen_that_is_too_much_is_paused_and_said_and_its_end_is_no_trouble() -> None:
    viewer = shared(encoder=True)
    screen = viewer.tracks[0]
    # Somebody else takes it whole, and is not slowed down for this one.
    screen.receiver.demand.wish(77, SCREEN_BPS)
    viewer.seconds(3)
    viewer.seconds(3, remb_bps=300_000, loss=0.4)
    assert viewer.levels == ["low"]
    assert viewer.paused == ["p1 screen", "p2 camera"]
    assert viewer.second()[:2] == [0, 50]
    assert screen.receiver.demand.allowed_bps(SCREEN_BPS, small=False) == SCREEN_BPS
    viewer.tracks = viewer.tracks[1:]
    viewer.second()
    assert viewer.levels == ["low"]
    assert viewer.paused == ["p2 camera"]


def test_who_is_shown_the_screen_is_not_sent_what_only_the_others_take() -> None:
    viewer = shared()
    screen = viewer.tracks[0]
    screen.receiver.demand.wish(77, 1_000_000)
    viewer.seconds(3)
    viewer.seconds(3, remb_bps=320_000, loss=0.4)
    assert viewer.paused == []
    assert 200_000 <= screen.receiver.demand.allowed_bps(SCREEN_BPS, small=False) <= 320_000


def test_nothing_is_said_to_be_paused_where_no_picture_comes_at_all() -> None:
    viewer = shared()
    viewer.seconds(3)
    viewer.seconds(4, remb_bps=40_000, loss=0.4)
    assert viewer.levels == ["audio"]
    assert viewer.paused == []
