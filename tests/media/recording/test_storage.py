"""The disk's bounds, and what a take does when they are reached."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from media.recording.storage import (
    MAX_WAITING_BYTES,
    Bounds,
    RecordingStopped,
    Storage,
    Used,
    check,
    check_making,
    used,
)

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


def full(directory: Path, max_bytes: int, size: int) -> bool:
    try:
        check(directory, Bounds(max_bytes, min_free_bytes=0), size)
    except RecordingStopped:
        return True
    return False


def test_packets_count_twice_for_the_file_that_is_made_of_them(tmp_path: Path) -> None:
    (tmp_path / "r1" / "packets").mkdir(parents=True)
    (tmp_path / "r1" / "consultation-1.mkv").write_bytes(bytes(900))
    assert not full(tmp_path, 1_100, 100)
    assert full(tmp_path, 1_100, 101)
    (tmp_path / "r1" / "packets" / "1-001-p1-camera.rtp").write_bytes(bytes(1_000))
    assert full(tmp_path, 2_999, 50)
    assert not full(tmp_path, 3_000, 50)
    # What is being made of them is the second time.
    (tmp_path / "r1" / "consultation-2.mkv.part").write_bytes(bytes(700))
    assert used(tmp_path) == Used(packets=1_000, parts=700, files=900)
    assert full(tmp_path, 2_999, 50)
    assert not full(tmp_path, 3_000, 50)


def test_a_file_that_is_made_counts_with_all_else_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "1-001-p1-camera.rtp").write_bytes(bytes(600))
    (tmp_path / "consultation-1.mkv.part").write_bytes(bytes(300))
    check_making(tmp_path, Bounds(max_bytes=1_000, min_free_bytes=0), 100)
    for bounds in (Bounds(max_bytes=999, min_free_bytes=0), Bounds(1 << 60, min_free_bytes=1 << 60)):
        with pytest.raises(RecordingStopped) as stopped:
            check_making(tmp_path, bounds, 100)
        assert stopped.value.code == "disk_full"


def test_what_was_recorded_up_to_the_bound_can_be_made_into_a_file(tmp_path: Path) -> None:
    bounds = Bounds(max_bytes=60 << 20, min_free_bytes=0)
    storage = Storage(tmp_path, bounds)
    stopped: list[RecordingStopped] = []
    for _ in range(80):
        storage.append([(tmp_path / "1-001-p1-camera.rtp", bytes(1 << 20))], stopped.append)
        written = threading.Event()
        storage.after(written.set)
        assert written.wait(30)
        if stopped:
            break
    storage.close()
    packets = used(tmp_path).packets
    assert packets > 16 << 20
    check_making(tmp_path, bounds, packets)


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
