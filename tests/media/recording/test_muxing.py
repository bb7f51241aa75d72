"""One file of a room's dumps, read again by libavformat."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from media.recording.muxing import Cue, Labels, NothingRecorded, Subtitles, mux
from tests.media.recording.dumped import (
    OPUS_20_MS,
    START_MS,
    DumpFile,
    noise,
    vp8_packets,
    vp8_pictures,
)

PICTURE_MS = 100


def sound(path: Path, seconds: float, *, ssrc: int = 1, drift: float = 0.0, reports: bool = True) -> None:
    """A microphone whose sound card is fast by `drift`, with a report each second."""
    dump = DumpFile(path, ssrc=ssrc, rate_hz=48_000)
    for number in range(round(seconds * 50)):
        media_ms = number * 20 * (1 + drift)
        if reports and number % 50 == 0:
            dump.report(media_ms, 1000 + number * 20)
        dump.packet(media_ms, OPUS_20_MS)
    dump.close()


def pictures(path: Path, seconds: float, *, ssrc: int = 2, lost: int | None = None) -> None:
    """A camera at ten pictures a second; of picture `lost` the first packet never comes."""
    dump = DumpFile(path, ssrc=ssrc, rate_hz=90_000)
    shown = vp8_pictures()
    for number in range(round(seconds * 10)):
        if number % 10 == 0:
            dump.report(number * PICTURE_MS, 1000 + number * PICTURE_MS)
        for part, (payload, marker) in enumerate(vp8_packets(shown[number % len(shown)], number)):
            if number == lost and part == 0:
                dump.skip()
            else:
                dump.packet(number * PICTURE_MS, payload, marker=marker, delay_ms=45)
    dump.close()


def times(path: Path, kind: str, index: int = 0) -> list[int]:
    """Of every packet of a stream, in ms."""
    with av.open(str(path)) as container:
        stream = [stream for stream in container.streams if stream.type == kind][index]
        return [packet.pts for packet in container.demux(stream) if packet.pts is not None]


def decoded(path: Path, kind: str) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(**{kind: 0}))


def test_sound_and_picture_are_kept_whole_and_in_time(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 4)
    pictures(tmp_path / "t1-002-p1-camera.rtp", 4)
    mux(tmp_path, Labels(title="상담", people={"p1": "김 대표"}), tmp_path / "out.mkv")
    assert times(tmp_path / "out.mkv", "audio") == [number * 20 for number in range(200)]
    assert times(tmp_path / "out.mkv", "video") == [number * PICTURE_MS for number in range(40)]
    assert decoded(tmp_path / "out.mkv", "audio") == 200
    assert decoded(tmp_path / "out.mkv", "video") == 40
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.metadata["title"] == "상담"
        assert [stream.metadata["title"] for stream in container.streams] == [
            "김 대표 (camera)",
            "김 대표 (microphone)",
        ]


def test_lips_and_voice_stay_together_though_the_sound_card_is_fast(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 60, drift=0.001)
    pictures(tmp_path / "t1-002-p1-camera.rtp", 60)
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    assert times(tmp_path / "out.mkv", "audio")[-50] == pytest.approx(59_000, abs=3)
    assert times(tmp_path / "out.mkv", "video")[-10] == pytest.approx(59_000, abs=3)


def test_two_people_who_began_apart_stay_apart(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 2)
    late = DumpFile(tmp_path / "t1-002-p2-microphone.rtp", ssrc=9, rate_hz=48_000)
    for number in range(50):
        late.packet(1500 + number * 20, OPUS_20_MS, delay_ms=30)
    late.close()
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    # Without reports a packet's own way is in its time: 30 ms here, against 25 ms of the other's reports.
    assert times(tmp_path / "out.mkv", "audio", 1)[0] == pytest.approx(1505, abs=2)


def test_after_a_lost_picture_nothing_is_shown_until_a_keyframe(tmp_path: Path) -> None:
    shown = len(vp8_pictures())
    pictures(tmp_path / "t1-001-p1-camera.rtp", 2 * shown / 10, lost=3)
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    expected = [n * PICTURE_MS for n in range(2 * shown) if n < 3 or n >= shown]
    assert times(tmp_path / "out.mkv", "video") == expected


def test_a_packet_that_came_again_later_is_put_in_its_place(tmp_path: Path) -> None:
    dump = DumpFile(tmp_path / "t1-001-p1-camera.rtp", ssrc=5, rate_hz=90_000)
    late: list[tuple[int, float, bytes, bool]] = []
    for number, picture in enumerate(vp8_pictures()[:8]):
        for payload, marker in vp8_packets(picture, number, 200):
            if number == 2 and not late:
                late.append((dump._sequence, number * 100.0, payload, marker))
                dump.skip()
                continue
            dump.packet(number * 100.0, payload, marker=marker)
    for sequence, media_ms, payload, marker in late * 2:
        dump.again(sequence, media_ms, payload, marker=marker)
    dump.close()
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    assert times(tmp_path / "out.mkv", "video") == [number * 100 for number in range(8)]


def test_a_new_ssrc_goes_on_in_the_same_track(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 1)
    again = DumpFile(tmp_path / "t2-001-p1-microphone.rtp", ssrc=77, rate_hz=48_000, timestamp=5)
    for number in range(50):
        again.packet(3000 + number * 20, OPUS_20_MS, delay_ms=25)
    again.close()
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    found = times(tmp_path / "out.mkv", "audio")
    assert len(found) == 100
    assert found[50] == pytest.approx(3000, abs=2)


def test_both_subtitle_tracks_have_their_language_and_time(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 6)
    first = START_MS + 25  # the first packet's time
    cues = (
        Cue(start_ms=first + 1000, end_ms=first + 2500, text="희석 비율은 10대 1입니다"),
        Cue(start_ms=first + 3000, end_ms=first + 4000, text="네"),
        Cue(start_ms=first - 9000, end_ms=first - 8000, text="before the recording"),
    )
    korean = Subtitles(lang="ko", title="한국어", cues=cues)
    chinese = Subtitles(
        lang="zh-Hans", title="简体中文", cues=(cues[0].model_copy(update={"text": "稀释比例是10比1"}),)
    )
    mux(tmp_path, Labels(subtitles=(korean, chinese)), tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        subtitles = [stream for stream in container.streams if stream.type == "subtitle"]
        assert [(s.metadata["language"], s.metadata["title"]) for s in subtitles] == [
            ("kor", "한국어"),
            ("chi", "简体中文"),
        ]
        said = [
            (packet.stream.index, packet.pts, packet.duration, bytes(packet).decode())
            for packet in container.demux(*subtitles)
            if packet.size
        ]
        at = subtitles[0].index
    assert sorted(said) == [
        (at, 1000, 1500, "희석 비율은 10대 1입니다"),
        (at, 3000, 1000, "네"),
        (at + 1, 1000, 1500, "稀释比例是10比1"),
    ]


def test_what_is_no_opus_and_no_vp8_is_left_out(tmp_path: Path) -> None:
    sound(tmp_path / "t1-001-p1-microphone.rtp", 1)
    junk = DumpFile(tmp_path / "t1-002-p2-camera.rtp", ssrc=3, rate_hz=90_000)
    for number in range(300):
        junk.packet(number * 10, noise(1 + number % 40, number), marker=number % 3 == 0)
    junk.close()
    mux(tmp_path, Labels(), tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert [stream.type for stream in container.streams] == ["audio"]


def test_an_empty_directory_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded):
        mux(tmp_path, Labels(), tmp_path / "out.mkv")
