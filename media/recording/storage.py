"""The disk of recordings: one thread that writes, and the bounds it keeps.

Packets count twice, for the file that is made of them lies beside them until they are deleted.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

MAX_WAITING_BYTES = 32 << 20
"""Of all rooms together, in memory, while the disk is slow."""
LOOK_EVERY_BYTES = 8 << 20
"""So much may be written between two looks at the disk."""


class RecordingStopped(Exception):
    """Recording cannot go on. `code`: `disk_full`, `disk_slow` or `disk_error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Bounds:
    """`max_bytes` for all recordings together, `min_free_bytes` that stay free on their disk."""

    max_bytes: int
    min_free_bytes: int = 1 << 30


class Looks:
    """Has `check` look at the disk at first and every 8 MiB."""

    def __init__(self, check: Callable[[int], None]) -> None:
        self._check = check
        self._unseen = LOOK_EVERY_BYTES

    def before(self, size: int) -> None:
        """`size` bytes are about to be written. Raises RecordingStopped, OSError."""
        self._unseen += size
        if self._unseen >= LOOK_EVERY_BYTES:
            self._check(size)
            self._unseen = 0


class Storage:
    """Owns the directory and the thread; `close` waits for what was handed over."""

    def __init__(self, directory: Path, bounds: Bounds) -> None:
        self.directory = directory
        # Until the next look as much may come again.
        self._looks = Looks(lambda size: check(directory, bounds, size + LOOK_EVERY_BYTES))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._waiting = 0

    def append(self, writes: list[tuple[Path, bytes]], failed: Callable[[RecordingStopped], None]) -> None:
        """Appends in the thread, which calls `failed` for what went wrong. Raises RecordingStopped when too
        much waits already."""
        size = sum(len(data) for _, data in writes)
        if self._waiting + size > MAX_WAITING_BYTES:
            raise RecordingStopped("disk_slow", "the disk does not keep up with what is said")
        self._waiting += size
        self._thread.submit(self._append, writes, size, failed)

    def _append(
        self, writes: list[tuple[Path, bytes]], size: int, failed: Callable[[RecordingStopped], None]
    ) -> None:
        try:
            self._looks.before(size)
            for path, data in writes:
                _append_whole(path, data)
        except RecordingStopped as error:
            failed(error)
        except OSError as error:
            log.warning("a recording could not be written: %s", error.strerror)
            code = "disk_full" if is_full(error.errno) else "disk_error"
            failed(RecordingStopped(code, f"the recording could not be written: {error.strerror}"))
        finally:
            self._waiting -= size

    def after(self, call: Callable[[], None]) -> None:
        """In the thread, once all that was handed over before has been written."""
        self._thread.submit(call)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def _append_whole(path: Path, data: bytes) -> None:
    """All of it or nothing, so that what follows is read. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        view = memoryview(data)
        try:
            while view:
                view = view[file.write(view) or 0 :]
        except OSError:
            file.truncate(before)
            raise


@dataclass(frozen=True, slots=True)
class Used:
    """Bytes below a directory of recordings."""

    packets: int = 0
    parts: int = 0
    """Of files that are being made."""
    files: int = 0

    @property
    def total(self) -> int:
        return self.packets + self.parts + self.files

    @property
    def to_come(self) -> int:
        """Of files that are yet to be made of the packets: each a little smaller than its packets are."""
        return max(0, self.packets - self.parts)


def used(directory: Path) -> Used:
    """What vanishes meanwhile counts nothing."""
    sizes = {".rtp": 0, ".part": 0, "": 0}
    for folder, _, names in os.walk(directory):
        for name in names:
            ending = os.path.splitext(name)[1]
            try:
                sizes[ending if ending in sizes else ""] += os.stat(os.path.join(folder, name)).st_size
            except FileNotFoundError:
                continue
    return Used(sizes[".rtp"], sizes[".part"], sizes[""])


def check(directory: Path, bounds: Bounds, size: int) -> None:
    """Whether `size` more bytes of packets may be written and a file be made of all packets.

    Raises RecordingStopped, OSError.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = used(directory)
    to_come = now.to_come + 2 * size
    _fits(directory, bounds, now.total + to_come, to_come)


def check_making(directory: Path, bounds: Bounds, size: int) -> None:
    """Whether `size` more bytes of a file may be written. Raises RecordingStopped, OSError."""
    _fits(directory, bounds, used(directory).total + size, size)


def _fits(directory: Path, bounds: Bounds, used_bytes: int, wanted_bytes: int) -> None:
    if shutil.disk_usage(directory).free - wanted_bytes < bounds.min_free_bytes:
        raise RecordingStopped("disk_full", "the disk is nearly full")
    if used_bytes > bounds.max_bytes:
        raise RecordingStopped("disk_full", "the space for recordings is used up")


def is_full(errno: int | None) -> bool:
    return errno in _FULL


_FULL = {28, 122}
"""ENOSPC, EDQUOT."""
