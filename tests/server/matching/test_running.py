"""The solver's process: better than filling, true to its limits, and gone when it is cancelled."""

import asyncio
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from server.matching import running
from server.matching.problem import Problem, TimeSlot
from server.matching.running import Progress, run
from server.matching.wishes import wanted
from server.store.records import Wish
from tests.server.matching.test_timetable import STARTS, check, participant

pytestmark = pytest.mark.net


def _half_hours(count: int) -> tuple[TimeSlot, ...]:
    step = timedelta(minutes=30)
    return tuple(TimeSlot(STARTS + at * step, STARTS + (at + 1) * step) for at in range(count))


def _trap() -> Problem:
    """Filling takes the best pair first, and the other two are lost."""
    people = [participant(name, "seller") for name in ("s", "t")]
    people += [participant(name, "buyer") for name in ("b", "c")]
    wishes = [Wish("s", "want", about="b"), Wish("b", "want", category="x"), Wish("s", "want", about="c")]
    wishes += [Wish("t", "want", about="b")]
    made = wanted(people, wishes)
    made["s", "b"] = replace(made["s", "b"], score=5)
    return Problem(_half_hours(1), {one.id: one for one in people}, (), made)


async def test_it_finds_the_best_timetable_and_proves_it() -> None:
    heard: list[Progress] = []
    result = await run(_trap(), limit_s=10, on_progress=heard.append)
    assert (result.first_score, result.score, result.bound) == (5, 8, 8)
    assert {placement.pair for placement in result.placements} == {("s", "c"), ("t", "b")}
    assert heard[0] == Progress(5, None)
    assert heard[-1] == Progress(8, 8)


async def test_a_solver_that_fails_leaves_the_first_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    result = await run(_trap(), limit_s=10)
    assert (result.score, result.bound) == (5, None)
    check(_trap(), list(result.placements))


async def test_a_solver_that_ends_in_the_middle_of_a_line_leaves_the_best_answer_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = '{"values": null, "score": 0, "bound": 9.0}'
    program = f"import sys; sys.stdin.read(); print({line!r}); print({line[:9]!r}, end='')"
    monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", program))
    result = await run(_trap(), limit_s=10)
    assert (result.score, result.bound) == (5, 9)


async def test_one_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(running, "GRACE_S", 0.2)
    result = await asyncio.wait_for(run(_trap(), limit_s=0.1), 10)
    assert result.score == 5


async def test_cancelled_it_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()
    processes: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def remembered(*command: str, **more: object) -> asyncio.subprocess.Process:
        process = await start(*command, **more)  # type: ignore[arg-type]
        processes.append(process)
        started.set()
        return process

    monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(asyncio, "create_subprocess_exec", remembered)
    task = asyncio.create_task(run(_trap(), limit_s=30))
    await started.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert processes[0].returncode is not None


async def test_cancelled_it_ends_when_its_thread_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()
    prepare = running._prepared

    def slow(problem: Problem) -> object:
        begun.set()
        may_end.wait(10)
        ended.set()
        return prepare(problem)

    monkeypatch.setattr(running, "_prepared", slow)
    task = asyncio.create_task(run(_trap(), limit_s=10))
    await asyncio.to_thread(begun.wait, 10)
    for _ in range(2):
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not task.done()
    may_end.set()
    await asyncio.wait({task})
    assert task.cancelled()
    assert ended.is_set()
