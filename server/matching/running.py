"""Runs the solver's process: one answer after the other, a time limit, and an end when it is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from server.matching.filling import filled
from server.matching.problem import Problem
from server.matching.programme import Programme, programme
from server.matching.solving import Answer, task_of
from server.matching.timetable import timetable
from server.store.records import Placement

log = logging.getLogger(__name__)
T = TypeVar("T")

LIMIT_S = 25.0
GRACE_S = 5.0
"""For starting and ending; then the process is killed and the best answer so far is taken."""
MAX_LINE_BYTES = 4 << 20
COMMAND = (sys.executable, "-m", "server.matching.solving")


@dataclass(frozen=True, slots=True)
class Progress:
    """`bound`: no timetable scores more; None while unknown."""

    score: float
    bound: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """`first_score`: what filling in one wish after the other came to."""

    placements: tuple[Placement, ...]
    score: float
    bound: float | None
    first_score: float


async def run(
    problem: Problem, *, limit_s: float = LIMIT_S, on_progress: Callable[[Progress], None] = lambda _: None
) -> Result:
    """The best timetable found in that time. A solver that fails leaves the best one so far.

    Cancelled, it ends when nothing of it runs any more.
    """
    made, first = await _in_thread(lambda: _prepared(problem))
    first_score = float(sum(made.scores[column] * number for column, number in first.items()))
    on_progress(Progress(first_score, None))
    best, score, bound = first, first_score, None
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_LINE_BYTES,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(limit_s + GRACE_S):
            process.stdin.write(json.dumps(task_of(made, first, limit_s)).encode())
            await process.stdin.drain()
            process.stdin.close()
            async for line in process.stdout:
                answer: Answer = json.loads(line)
                bound = answer["bound"] if made.is_complete else None
                if answer["values"] is not None and answer["score"] >= score:
                    best, score = dict(answer["values"]), answer["score"]
                on_progress(Progress(score, bound))
    except TimeoutError:
        log.warning("the solver did not end in time; its best answer is taken")
    except (ConnectionError, ValueError):
        # Out of memory it may end in the middle of a line.
        log.warning("the solver ended early; its best answer is taken")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    best = await _in_thread(lambda: filled(problem, made, best))
    score = float(sum(made.scores[column] * number for column, number in best.items()))
    return Result(tuple(timetable(problem, made, best)), score, bound, first_score)


async def _in_thread(work: Callable[[], T]) -> T:
    """A thread cannot be stopped: who cancels waits for it, or the next one would run beside it."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({running})
        if not running.cancelled():
            running.exception()
        raise


def _prepared(problem: Problem) -> tuple[Programme, dict[int, int]]:
    made = programme(problem)
    return made, filled(problem, made)
