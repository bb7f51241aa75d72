"""The disk of recordings: one thread that writes, and the bounds it keeps."""

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


class Storage:
    """Owns the directory and the thread; `close` waits for what was handed over."""

    def __init__(self, directory: Path, bounds: Bounds) -> None:
        self.directory = directory
        self._bounds = bounds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._waiting = 0
        self._unseen = LOOK_EVERY_BYTES
        """Bytes written since the disk was looked at."""

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
            self._look(size)
            for path, data in writes:
                _append_whole(path, data)
        except RecordingStopped as error:
            failed(error)
        except OSError as error:
            log.warning("a recording could not be written: %s", error.strerror)
            code = "disk_full" if error.errno in _FULL else "disk_error"
            failed(RecordingStopped(code, f"the recording could not be written: {error.strerror}"))
        finally:
            self._waiting -= size

    def _look(self, size: int) -> None:
        """Raises RecordingStopped, OSError."""
        self._unseen += size
        if self._unseen >= LOOK_EVERY_BYTES:
            check(self.directory, self._bounds, size)
            self._unseen = 0

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


def check(directory: Path, bounds: Bounds, size: int) -> None:
    """Whether `size` more bytes may be written. Raises RecordingStopped, OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(directory).free - size < bounds.min_free_bytes:
        raise RecordingStopped("disk_full", "the disk is nearly full")
    if used_bytes(directory) + size > bounds.max_bytes:
        raise RecordingStopped("disk_full", "the space for recordings is used up")


def used_bytes(directory: Path) -> int:
    """Of all files below; what vanishes meanwhile counts nothing."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except FileNotFoundError:
                continue
    return total


_FULL = {28, 122}
"""ENOSPC, EDQUOT."""
