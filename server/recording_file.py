"""The file that a program of its own makes of a room's packets, and why it could not."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Literal

from server import programs
from server.exports import load
from server.exports.recording import labels
from server.store import Store

log = logging.getLogger(__name__)

MAKING_LIMIT_S = 1800.0
Unmade = Literal["disk_full", "disk_error", "no_packets", "failed"]
"""Why there is no file: no room, the disk fails, the packets did not come, the program says no more."""
_UNMADE: dict[int | None, Unmade] = {programs.EX_CANTCREAT: "disk_full", programs.EX_IOERR: "disk_error"}


class FileMaker:
    """`directory` of all recordings, which may have `max_gib` together."""

    def __init__(self, store: Store, directory: Path, max_gib: float) -> None:
        self._store = store
        self._directory = directory
        self._max_gib = max_gib
        self._one_at_a_time = asyncio.Lock()

    async def make(self, room: str) -> Unmade | None:
        """Of the packets that were set aside, which then go. Raises RoomNotFound, OSError."""
        async with self._one_at_a_time:
            return await self._make(room)

    async def _make(self, room: str) -> Unmade | None:
        folder = self._directory / room
        aside = packets_of(folder)
        packets = sorted(aside.glob("*.rtp"))
        names = await self._labels(room)
        taken = {path.name for path in folder.glob("consultation-*.mkv")}
        number = next(n for n in range(1, len(taken) + 2) if f"consultation-{n}.mkv" not in taken)
        out = folder / f"consultation-{number}.mkv"
        try:
            code, said = await self._run(
                programs.recording(aside, out, self._directory, self._max_gib), names
            )
        except TimeoutError:
            code, said = None, f"it took more than {MAKING_LIMIT_S:.0f} s"
        finally:
            remove_parts(folder)
        if code not in (0, programs.EX_NOINPUT):
            log.error("the recording of room %s could not be made: %s", room, said[-300:])
            return _UNMADE.get(code, "failed")
        for path in packets:
            path.unlink(missing_ok=True)
        return None

    @staticmethod
    async def _run(program: list[str], names: dict[str, object]) -> tuple[int | None, str]:
        """Its exit status and what it said. Raises TimeoutError."""
        process = await asyncio.create_subprocess_exec(
            *program, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(MAKING_LIMIT_S):
                _, said = await process.communicate(json.dumps(names).encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode, said.decode(errors="replace")

    async def _labels(self, room: str) -> dict[str, object]:
        people = (await self._store.rooms.get(room)).people
        languages: list[str | None] = [*dict.fromkeys(person.reads for person in people)] or [None]
        return labels([await load(self._store, room, lang) for lang in languages])


def packets_of(folder: Path) -> Path:
    """Where the packets of a room are that are being made into a file."""
    return folder / "packets"


def remove_parts(folder: Path) -> None:
    """What a program left that was killed."""
    for part in folder.glob("consultation-*.mkv.part"):
        part.unlink(missing_ok=True)
