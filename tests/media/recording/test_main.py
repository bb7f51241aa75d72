"""The program that makes a file: within the bounds, whole or not at all."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import av
import pytest

from media.recording import __main__ as program
from media.recording import storage
from media.recording.muxing import mux
from tests.media.recording.dumped import OPUS_20_MS, DumpFile, vp8_packets, vp8_pictures

GIB = 1 << 30


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room's packets: sound and pictures of ten seconds."""
    monkeypatch.setattr("os.nice", lambda steps: 0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    folder = tmp_path / "r1" / "packets"
    folder.mkdir(parents=True)
    sound = DumpFile(folder / "1-001-p1-microphone.rtp", ssrc=1, rate_hz=48_000)
    for number in range(500):
        sound.packet(number * 20, OPUS_20_MS)
    sound.close()
    camera = DumpFile(folder / "1-002-p1-camera.rtp", ssrc=2, rate_hz=90_000)
    shown = vp8_pictures()
    for number in range(100):
        for payload, marker in vp8_packets(shown[number % len(shown)], number):
            camera.packet(number * 100, payload, marker=marker)
    camera.close()
    return folder


def made(folder: Path, max_bytes: int) -> int:
    root = folder.parents[1]
    out = folder.parent / "consultation-1.mkv"
    bounds = ("--recordings", str(root), "--recordings-max-gib", str(max_bytes / GIB))
    return program.main([str(folder), "--out", str(out), *bounds])


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.rglob("*") if path.is_file())


PACKETS = ["1-001-p1-microphone.rtp", "1-002-p1-camera.rtp"]


def test_a_file_is_no_larger_than_its_packets(folder: Path) -> None:
    packets = storage.used(folder).packets
    assert made(folder, 2 * packets) == 0
    assert left(folder) == [*PACKETS, "consultation-1.mkv"]
    assert storage.used(folder.parent).files < packets


def test_without_room_it_is_not_begun(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packets = storage.used(folder).packets
    assert made(folder, 2 * packets - 1) == program.EX_CANTCREAT
    assert left(folder) == PACKETS
    assert "space for recordings" in capsys.readouterr().err


def test_room_that_others_take_meanwhile_ends_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LOOK_EVERY_BYTES", 64_000)
    packets = storage.used(folder).packets
    looked: list[int] = []

    def begun(*given: object) -> None:
        (folder.parents[1] / "another.mkv").write_bytes(bytes(packets))
        mux(*given)  # type: ignore[arg-type]
        looked.append(1)

    monkeypatch.setattr(program, "mux", begun)
    assert made(folder, 2 * packets) == program.EX_CANTCREAT
    assert looked == []
    assert left(folder) == PACKETS
    # With room again it is made.
    (folder.parents[1] / "another.mkv").unlink()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    monkeypatch.setattr(program, "mux", mux)
    assert made(folder, 2 * packets) == 0
    with av.open(str(folder.parent / "consultation-1.mkv")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


def test_a_program_that_fails_leaves_no_half_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(directory: Path, labels: object, target: Path, before: object) -> None:
        target.write_bytes(bytes(1000))
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr(program, "mux", fails)
    with pytest.raises(RuntimeError):
        made(folder, GIB)
    assert left(folder) == PACKETS
