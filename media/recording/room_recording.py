"""One room's recording: takes begin and end as the server says, and stop when the disk is full."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from media.receiver import Receiver
from media.recording.storage import RecordingStopped, Storage
from media.recording.take import Take
from wire.links import RecordingState
from wire.message import Message

log = logging.getLogger(__name__)

REPORT_EVERY_S = 5.0
Tracks = Callable[[], dict[tuple[str, str], Receiver]]
"""What is being sent in the room now, by person and source."""


class RoomRecording:
    """`storage` is None on a worker without a directory for recordings. A failed take never ends the call."""

    def __init__(
        self, room: str, storage: Storage | None, tracks: Tracks, send: Callable[[Message], None]
    ) -> None:
        self._room = room
        self._storage = storage
        self._tracks = tracks
        self._send = send
        self._take: Take | None = None
        self._reported_s = 0.0

    def record(self, name: str | None) -> None:
        """The take that goes on already is left alone."""
        if self._take is not None and self._take.name == name:
            return
        self.stop()
        if name is None:
            return
        if self._storage is None:
            self._report(name, "failed", "not_configured")
            return
        loop = asyncio.get_running_loop()

        def stopped(error: RecordingStopped) -> None:
            take.error = take.error or error
            loop.call_soon_threadsafe(self._failed, take, error)

        take = Take(name, self._storage.directory / self._room, self._storage, stopped)
        self._take = take
        self.follow()
        self._report(name, "running")

    def follow(self) -> None:
        """What people send may have changed."""
        if self._take is not None:
            self._take.follow(self._tracks(), time.monotonic())

    def flush(self, now_s: float) -> None:
        """About twice a second; another encoding of a picture may be the one that comes by now."""
        take = self._take
        if take is None:
            return
        self.follow()
        try:
            take.flush()
        except RecordingStopped as error:
            self._failed(take, error)
            return
        if now_s - self._reported_s >= REPORT_EVERY_S:
            self._reported_s = now_s
            self._report(take.name, "running", size=take.bytes)

    def stop(self) -> None:
        """The end is reported once all is on the disk."""
        take, self._take = self._take, None
        if take is None or self._storage is None:
            return
        take.stop()
        try:
            take.flush()
        except RecordingStopped as error:
            self._report(take.name, "failed", error.code, take.bytes)
            return
        loop = asyncio.get_running_loop()

        def written() -> None:
            error = take.error
            state = "stopped" if error is None else "failed"
            code = None if error is None else error.code
            loop.call_soon_threadsafe(self._report, take.name, state, code, take.bytes)

        self._storage.after(written)

    def _failed(self, take: Take, error: RecordingStopped) -> None:
        if take is not self._take:
            return
        log.warning("the recording of room %s stopped: %s", self._room, error.message)
        self._take = None
        take.stop()
        self._report(take.name, "failed", error.code, take.bytes)

    def _report(self, take: str, state: str, code: str | None = None, size: int = 0) -> None:
        self._send(
            RecordingState.model_validate(
                {"room": self._room, "take": take, "state": state, "code": code, "bytes": size}
            )
        )
