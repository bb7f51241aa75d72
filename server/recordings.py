"""Recordings: when one runs, what became of it, and the files in `DATA/recordings/ROOM`.

The media worker writes packets there while everybody agrees (server/consent.py); when the room closes a
program makes one Matroska file of them, with the subtitles of all languages, and the packets go.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from server import metrics, programs
from server.consent import Decision, decide
from server.errors import RecordingNotFound, RoomNotFound
from server.exports import load
from server.exports.recording import labels
from server.live_room import LiveRoom
from server.messages import RecordingShown
from server.store import Store
from wire.links import RecordingState

log = logging.getLogger(__name__)

STOPPING_S = 5.0
"""How long the media worker may take to bring the last packets to the disk."""
MAKING_LIMIT_S = 1800.0
_FILE_NAME = re.compile(r"consultation-\d{1,4}\.mkv")

State = Literal["off", "asking", "refused", "recording", "failed"]
TellMedia = Callable[[str, str | None], None]
"""Takes a room and the take to record, or None."""


@dataclass(frozen=True, slots=True)
class RecordingFile:
    name: str
    bytes: int
    made_at: datetime


@dataclass(slots=True)
class _Running:
    """What a room does about recording in this life of the server."""

    told: str | None = ""
    """The take that the media worker was told; "" before it was told anything."""
    takes: int = 0
    code: str | None = None
    """Why the last take failed; until the organiser forbids and allows recording again."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Of the last take: its packets are on the disk."""

    @property
    def take(self) -> str:
        return f"t{self.takes}"


class Recordings:
    """`on_change(room)` after a recording failed or became a file.

    `close` ends what is being made, which is then made at the next start.
    """

    def __init__(
        self, store: Store, directory: Path, *, tell_media: TellMedia, on_change: Callable[[str], None]
    ) -> None:
        self._store = store
        self._directory = directory
        self._tell_media = tell_media
        self._on_change = on_change
        self._rooms: dict[str, _Running] = {}
        self._making: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, int] = {}
        """Rooms that were closed again meanwhile."""
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    # --- while the room is open -----------------------------------------------------------------------------

    def refresh(self, live: LiveRoom) -> None:
        """Tells the media worker and the pages what holds now."""
        running = self._rooms.setdefault(live.id, _Running())
        if not live.record.recording_allowed:
            running.code = None
        decision = _decision(live)
        wanted = decision.is_recording and running.code is None
        if not wanted and running.told is not None:
            running.told = None
            self._tell_media(live.id, None)
        elif wanted and not running.told:
            running.takes += 1
            running.told = running.take
            running.ended = asyncio.Event()
            self._tell_media(live.id, running.take)
        self._show(live, decision)

    def handle(self, live: LiveRoom, state: RecordingState) -> None:
        """The media worker's word. A take that failed is not begun again by itself."""
        running = self._rooms.setdefault(live.id, _Running())
        if state.state == "running" or state.take != running.take:
            return
        running.ended.set()
        if state.state == "failed" and running.told == state.take:
            log.warning("the recording of room %s failed: %s", live.id, state.code)
            running.code, running.told = state.code or "disk_error", None
            self._tell_media(live.id, None)
            self._show(live, _decision(live))
            self._on_change(live.id)

    def state(self, live: LiveRoom) -> State:
        """For the organiser's list."""
        return self._view(live, _decision(live), "").state

    def view(self, live: LiveRoom, person: str) -> RecordingShown:
        return self._view(live, _decision(live), person)

    def _show(self, live: LiveRoom, decision: Decision) -> None:
        for presence in live.presences.values():
            view = self._view(live, decision, presence.person)
            if presence.told_recording != view:
                presence.told_recording = view
                presence.send(view, key="recording")

    def _view(self, live: LiveRoom, decision: Decision, person: str) -> RecordingShown:
        running = self._rooms.get(live.id)
        code = running.code if running is not None and decision.verdict != "off" else None
        return RecordingShown(
            state="failed" if code else decision.verdict,
            allowed=live.record.recording_allowed,
            unanswered=decision.unanswered,
            answer=live.answers.get(person),
            code=code,
        )

    # --- files ----------------------------------------------------------------------------------------------

    def files(self, room: str) -> list[RecordingFile]:
        """Finished ones, the oldest first."""
        found = []
        for path in sorted(self._folder(room).glob("consultation-*.mkv")):
            if _FILE_NAME.fullmatch(path.name):
                status = path.stat()
                made_at = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append(RecordingFile(path.name, status.st_size, made_at))
        return found

    def path(self, room: str, name: str) -> Path:
        """Raises RecordingNotFound."""
        path = self._folder(room) / name
        if not _FILE_NAME.fullmatch(name) or not path.is_file():
            raise RecordingNotFound("there is no recording of this name")
        return path

    def remove_file(self, room: str, name: str) -> None:
        """Raises RecordingNotFound."""
        self.path(room, name).unlink()
        self._on_change(room)

    def is_making(self, room: str) -> bool:
        return room in self._making

    def _folder(self, room: str) -> Path:
        return self._directory / room

    # --- afterwards -----------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """Makes the files that an earlier life of the server left unmade."""
        for folder in sorted(self._directory.glob("r*/")):
            if not any(folder.rglob("*.rtp")):
                continue
            try:
                room = await self._store.rooms.get(folder.name)
            except RoomNotFound:
                log.warning("recordings/%s belongs to no room any more", folder.name)
                continue
            if room.state == "closed":
                self.finish(room.id)

    def finish(self, room: str) -> None:
        """The room was closed: makes the file once the last packets are on the disk."""
        running = self._rooms.get(room)
        if running is not None:
            running.code = None
        recorded = running is not None and running.takes > 0
        if not recorded and not any(self._folder(room).rglob("*.rtp")):
            return
        before_ms = int(time.time() * 1000)
        if room in self._making:
            self._again[room] = before_ms
            return
        task = asyncio.create_task(self._finish(room, running, before_ms), name=f"recording of {room}")
        self._making[room] = task
        task.add_done_callback(lambda _: self._made(room))

    def _made(self, room: str) -> None:
        self._making.pop(room, None)
        self._on_change(room)
        if self._again.pop(room, None) is not None:
            self.finish(room)

    async def forget(self, room: str) -> None:
        """The room was removed, and so are its recordings."""
        self._rooms.pop(room, None)
        if task := self._making.get(room):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, self._folder(room), ignore_errors=True)

    async def _finish(self, room: str, running: _Running | None, before_ms: int) -> None:
        """What began before `before_ms`: the room may have been opened again and be recording anew."""
        try:
            if running is not None and running.takes and not running.ended.is_set():
                await self._wait(running.ended)
            await asyncio.to_thread(self._set_aside, room, before_ms)
            if not any(self._aside(room).glob("*.rtp")):
                return
            async with self._one_at_a_time:
                await self._make(room)
        except RoomNotFound:
            return
        except Exception:
            metrics.FAILED_TASKS.labels("recording").inc()
            log.exception("the recording of room %s could not be made", room)

    def _aside(self, room: str) -> Path:
        """Where the packets are that are being made into a file."""
        return self._folder(room) / "packets"

    def _set_aside(self, room: str, before_ms: int) -> None:
        """Their names begin with when their take began (media/recording/take.py)."""
        if not self._folder(room).is_dir():
            return
        self._aside(room).mkdir(exist_ok=True)
        for path in self._folder(room).glob("*.rtp"):
            began = path.name.partition("-")[0]
            if not began.isdigit() or int(began) <= before_ms:
                path.rename(self._aside(room) / path.name)

    @staticmethod
    async def _wait(ended: asyncio.Event) -> None:
        """A worker that died says nothing; what it wrote is there."""
        try:
            async with asyncio.timeout(STOPPING_S):
                await ended.wait()
        except TimeoutError:
            log.info("a media worker did not say that a recording ended")

    async def _make(self, room: str) -> None:
        folder, aside = self._folder(room), self._aside(room)
        packets = sorted(aside.glob("*.rtp"))
        names = await self._labels(room)
        taken = {path.name for path in folder.glob("consultation-*.mkv")}
        number = next(n for n in range(1, len(taken) + 2) if f"consultation-{n}.mkv" not in taken)
        process = await asyncio.create_subprocess_exec(
            *programs.recording(aside, folder / f"consultation-{number}.mkv"),
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(MAKING_LIMIT_S):
                _, said = await process.communicate(json.dumps(names).encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode not in (0, programs.EX_NOINPUT):
            log.error(
                "the recording of room %s could not be made: %s", room, said.decode(errors="replace")[-300:]
            )
            return
        for path in packets:
            path.unlink(missing_ok=True)

    async def _labels(self, room: str) -> dict[str, object]:
        people = (await self._store.rooms.get(room)).people
        languages: list[str | None] = [*dict.fromkeys(person.reads for person in people)] or [None]
        return labels([await load(self._store, room, lang) for lang in languages])


def _decision(live: LiveRoom) -> Decision:
    here = live.inside()
    inside = [person for person in live.record.people if person.id in here]
    return decide(
        allowed=live.record.recording_allowed, is_open=live.is_open, inside=inside, answers=live.answers
    )
