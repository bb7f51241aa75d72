"""Recordings: when one runs, what became of it, and the files in `DATA/recordings/ROOM`.

The media worker writes packets there while everybody agrees (server/consent.py); when the room closes a
program makes one Matroska file of them, with the subtitles of all languages, and the packets go.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from server import metrics
from server.consent import Decision, decide
from server.errors import RecordingNotFound, RoomNotFound
from server.live_room import LiveRoom
from server.messages import RecordingShown
from server.recording_file import FileMaker, Unmade, packets_of, remove_parts
from server.store import Store
from wire.links import RecordingState

log = logging.getLogger(__name__)

STOPPING_S = 5.0
"""How long the media worker may take to bring the last packets to the disk."""
AGAIN_S = 600.0
"""After so long it is tried again to make a file."""
_FILE_NAME = re.compile(r"consultation-\d{1,4}\.mkv")

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
    wrote: bool = False
    """The media worker says that there are packets of which no file was made yet."""

    @property
    def take(self) -> str:
        return f"t{self.takes}"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Packets that could not be made into a file; a disk's failures pass, so that it is tried again."""

    why: Unmade
    before_ms: int
    again: asyncio.TimerHandle | None


class Recordings:
    """`on_change(room)` after a recording failed, became a file or could not be made into one.

    `close` ends what is being made, which is then made at the next start.
    """

    def __init__(
        self,
        store: Store,
        directory: Path,
        max_gib: float,
        *,
        tell_media: TellMedia,
        on_change: Callable[[str], None],
    ) -> None:
        self._store = store
        self._directory = directory
        self._maker = FileMaker(store, directory, max_gib)
        self._tell_media = tell_media
        self._on_change = on_change
        self._rooms: dict[str, _Running] = {}
        self._making: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, int] = {}
        """Rooms that were closed again meanwhile, and when (ms)."""
        self._unmade: dict[str, _Waiting] = {}

    async def close(self) -> None:
        self._again.clear()
        for room in list(self._unmade):
            self._stop_waiting(room)
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
        if state.take != running.take:
            return
        if state.state == "running":
            running.wrote = running.wrote or state.bytes > 0
            return
        running.ended.set()
        # What failed was said.
        running.wrote = state.state == "stopped" and (running.wrote or state.bytes > 0)
        if state.state == "failed" and running.told == state.take:
            log.warning("the recording of room %s failed: %s", live.id, state.code)
            running.code, running.told = state.code or "disk_error", None
            self._tell_media(live.id, None)
            self._show(live, _decision(live))
            self._on_change(live.id)

    def view(self, live: LiveRoom, person: str) -> RecordingShown:
        """What the person's page says; `person` is "" for the organiser's list."""
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
        for other in [each for each, waiting in self._unmade.items() if waiting.why == "disk_full"]:
            self.make_again(other)

    def is_making(self, room: str) -> bool:
        return room in self._making

    def unmade(self, room: str) -> Unmade | None:
        """Why what was recorded could not be made into a file."""
        waiting = self._unmade.get(room)
        return waiting.why if waiting is not None else None

    def _folder(self, room: str) -> Path:
        return self._directory / room

    # --- afterwards -----------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """Makes the files that an earlier life of the server left unmade."""
        for folder in sorted(self._directory.glob("r*/")):
            remove_parts(folder)
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
        if (running is None or not running.takes) and not any(self._folder(room).rglob("*.rtp")):
            return
        self._begin(room, int(time.time() * 1000), running)

    def make_again(self, room: str) -> None:
        """What could not be made into a file. Raises RecordingNotFound."""
        waiting = self._unmade.get(room)
        if waiting is None:
            raise RecordingNotFound("nothing waits to be made into a file")
        self._begin(room, waiting.before_ms, None, was_told=waiting.why == "no_packets")

    def _begin(self, room: str, before_ms: int, running: _Running | None, *, was_told: bool = False) -> None:
        if room in self._making:
            self._again[room] = before_ms
            return
        self._stop_waiting(room)
        task = asyncio.create_task(
            self._finish(room, running, before_ms, was_told), name=f"recording of {room}"
        )
        self._making[room] = task
        task.add_done_callback(lambda _: self._made(room))
        self._on_change(room)

    def _stop_waiting(self, room: str) -> None:
        waiting = self._unmade.pop(room, None)
        if waiting is not None and waiting.again is not None:
            waiting.again.cancel()

    def _made(self, room: str) -> None:
        self._making.pop(room, None)
        self._on_change(room)
        if (before_ms := self._again.pop(room, None)) is not None:
            self._begin(room, before_ms, self._rooms.get(room))

    async def forget(self, room: str) -> None:
        """The room was removed, and so are its recordings."""
        self._rooms.pop(room, None)
        self._again.pop(room, None)
        if task := self._making.get(room):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._stop_waiting(room)
        await asyncio.to_thread(shutil.rmtree, self._folder(room), ignore_errors=True)

    async def _finish(self, room: str, running: _Running | None, before_ms: int, was_told: bool) -> None:
        """What began before `before_ms`: the room may have been opened again and be recording anew."""
        try:
            why = await self._try(room, running, before_ms, was_told)
        except RoomNotFound:
            return
        except Exception as error:
            metrics.FAILED_TASKS.labels("recording").inc()
            log.exception("the recording of room %s could not be made", room)
            why = "disk_error" if isinstance(error, OSError) else "failed"
        if why is not None:
            loop, passes = asyncio.get_running_loop(), why in ("disk_full", "disk_error")
            again = loop.call_later(AGAIN_S, self.make_again, room) if passes else None
            self._unmade[room] = _Waiting(why, before_ms, again)

    async def _try(
        self, room: str, running: _Running | None, before_ms: int, was_told: bool
    ) -> Unmade | None:
        """`was_told`: that there are packets."""
        if running is not None:
            if running.takes and not running.ended.is_set():
                await self._wait(running.ended)
            was_told, running.wrote = running.wrote, False
        await asyncio.to_thread(self._set_aside, room, before_ms)
        if any(packets_of(self._folder(room)).glob("*.rtp")):
            return await self._maker.make(room)
        if was_told and not any(self._folder(room).rglob("*.rtp")):
            log.error("room %s was recorded, but the packets did not come to %s", room, self._directory)
            return "no_packets"
        return None

    def _set_aside(self, room: str, before_ms: int) -> None:
        """Their names begin with when their take began (media/recording/take.py)."""
        if not self._folder(room).is_dir():
            return
        aside = packets_of(self._folder(room))
        aside.mkdir(exist_ok=True)
        for path in self._folder(room).glob("*.rtp"):
            began = path.name.partition("-")[0]
            if not began.isdigit() or int(began) <= before_ms:
                path.rename(aside / path.name)

    @staticmethod
    async def _wait(ended: asyncio.Event) -> None:
        """A worker that died says nothing; what it wrote is there."""
        try:
            async with asyncio.timeout(STOPPING_S):
                await ended.wait()
        except TimeoutError:
            log.info("a media worker did not say that a recording ended")


def _decision(live: LiveRoom) -> Decision:
    here = live.inside()
    inside = [person for person in live.record.people if person.id in here]
    return decide(
        allowed=live.record.recording_allowed, is_open=live.is_open, inside=inside, answers=live.answers
    )
