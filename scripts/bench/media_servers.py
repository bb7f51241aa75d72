"""The servers that bench_media compares, each as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cores:
    """Where the server may run and where the load may."""

    server: frozenset[int]
    load: frozenset[int]

    @classmethod
    def shared(cls) -> Cores:
        """As the scheduler likes."""
        both = frozenset(os.sched_getaffinity(0))
        return cls(both, both)

    @classmethod
    def divided(cls) -> Cores:
        """A core for the server, the others for the load; the same one where there are no others."""
        first, *rest = sorted(os.sched_getaffinity(0))
        return cls(frozenset({first}), frozenset(rest or [first]))


@contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """Processes started in here stay on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@asynccontextmanager
async def running(
    command: Sequence[str], cores: frozenset[int], environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    with on(cores):
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **(environment or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def hogs(count: int, cores: frozenset[int]) -> AsyncIterator[None]:
    """Processes that want all of these cores, as a neighbour on a busy machine does."""
    with on(cores):
        started = [
            await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass")
            for _ in range(count)
        ]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            await process.wait()


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20), 1)
