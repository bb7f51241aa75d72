"""Which of a camera's encodings is recorded."""

from __future__ import annotations

from pathlib import Path

from media.counters import Counters
from media.receiver import Receiver
from media.recording.room_recording import RoomRecording
from media.recording.storage import Bounds, Storage
from wire.message import Message


class Wire:
    def send_rtcp(self, packet: bytes) -> None: ...


async def test_the_encoding_that_comes_is_the_one_that_is_kept(tmp_path: Path) -> None:
    counters = Counters()
    whole, small = Receiver("video", Wire(), counters), Receiver("video", Wire(), counters)
    whole.small = small
    said: list[Message] = []
    storage = Storage(tmp_path, Bounds(max_bytes=1 << 30, min_free_bytes=0))
    recording = RoomRecording("r1", storage, lambda: {("p1", "camera"): whole.flowing}, said.append)
    recording.record("t1")
    assert (whole.recorder is not None, small.recorder) == (True, None)
    small.rate_bps = 150_000
    recording.flush(1.0)
    assert (whole.recorder, small.recorder is not None) == (None, True)
    whole.rate_bps = 900_000
    recording.flush(2.0)
    assert (whole.recorder is not None, small.recorder) == (True, None)
    recording.flush(3.0)
    storage.close()
    assert len(list((tmp_path / "r1").glob("*-p1-camera.rtp"))) == 3
