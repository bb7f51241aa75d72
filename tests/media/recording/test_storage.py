"""The disk's bounds, and what a take does when they are reached."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from media.recording.storage import MAX_WAITING_BYTES, Bounds, RecordingStopped, Storage, check, used_bytes

PLENTY = Bounds(max_bytes=1 << 40, min_free_bytes=0)


def failures() -> tuple[list[RecordingStopped], threading.Event]:
    return [], threading.Event()


def test_what_is_appended_is_on_the_disk_in_order(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "recordings", PLENTY)
    path = tmp_path / "recordings" / "r1" / "a.rtp"
    for part in (b"one", b"two"):
        storage.append([(path, part)], pytest.fail)
    storage.close()
    assert path.read_bytes() == b"onetwo"
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_space_for_recordings_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "old.mkv").write_bytes(bytes(900))
    assert used_bytes(tmp_path) == 900
    check(tmp_path, Bounds(max_bytes=1_000, min_free_bytes=0), 100)
    with pytest.raises(RecordingStopped) as stopped:
        check(tmp_path, Bounds(max_bytes=1_000, min_free_bytes=0), 101)
    assert stopped.value.code == "disk_full"


def test_some_of_the_disk_stays_free(tmp_path: Path) -> None:
    with pytest.raises(RecordingStopped) as stopped:
        check(tmp_path, Bounds(max_bytes=1 << 60, min_free_bytes=1 << 60), 1)
    assert stopped.value.code == "disk_full"


def test_a_full_disk_is_said_from_the_thread(tmp_path: Path) -> None:
    storage = Storage(tmp_path, Bounds(max_bytes=10, min_free_bytes=0))
    said: list[RecordingStopped] = []
    storage.append([(tmp_path / "a.rtp", bytes(11))], said.append)
    storage.close()
    assert [error.code for error in said] == ["disk_full"]
    assert not (tmp_path / "a.rtp").exists()


def test_a_directory_that_cannot_be_written_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file in the way")
    storage = Storage(tmp_path / "recordings", PLENTY)
    said: list[RecordingStopped] = []
    storage.append([(tmp_path / "recordings" / "a.rtp", b"x")], said.append)
    storage.close()
    assert [error.code for error in said] == ["disk_error"]


def test_a_slow_disk_does_not_fill_the_memory(tmp_path: Path) -> None:
    storage = Storage(tmp_path, PLENTY)
    free = threading.Event()
    storage.after(lambda: free.wait(10) and None)
    big = bytes(MAX_WAITING_BYTES)
    storage.append([(tmp_path / "a.rtp", big)], pytest.fail)
    with pytest.raises(RecordingStopped) as stopped:
        storage.append([(tmp_path / "a.rtp", b"x")], pytest.fail)
    assert stopped.value.code == "disk_slow"
    free.set()
    storage.close()
    assert (tmp_path / "a.rtp").stat().st_size == MAX_WAITING_BYTES
