"""Timetables being made: one for an event at a time, and one at a time on this machine."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import Literal

from server.errors import MatchingChanged, ServerError
from server.matching.drafting import Draft, snapshot
from server.matching.running import LIMIT_S, Progress, run
from server.store import Store

log = logging.getLogger(__name__)

MAX_KEPT = 100
"""Outcomes of so many events are told; of the oldest no more."""
State = Literal["waiting", "solving", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """`score` and `bound` are of the best timetable so far; `message` says why it failed."""

    state: State = "waiting"
    limit_s: float = LIMIT_S
    elapsed_s: float = 0.0
    score: float | None = None
    bound: float | None = None
    message: str = ""

    @property
    def is_running(self) -> bool:
        return self.state in ("waiting", "solving")


class Jobs:
    """`close` ends them all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one = asyncio.Lock()
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._started_at: dict[str, float] = {}

    def of(self, event: str) -> Job | None:
        job = self._jobs.get(event)
        if job is None or job.state != "solving":
            return job
        return replace(job, elapsed_s=time.monotonic() - self._started_at[event])

    def check_idle(self, event: str) -> None:
        """Raises MatchingChanged while a timetable of the event is being made."""
        if event in self._tasks:
            raise MatchingChanged("a timetable is being made; wait for it, or stop it")

    async def start(self, event: str, limit_s: float = LIMIT_S) -> Job:
        """Everything that is not locked is placed anew. Raises EventNotFound, MatchingChanged."""
        self.check_idle(event)
        draft = await snapshot(self._store, event)
        self.check_idle(event)
        self._jobs.pop(event, None)
        while len(self._jobs) >= MAX_KEPT:
            oldest = next((name for name in self._jobs if name not in self._tasks), None)
            if oldest is None:
                raise MatchingChanged("too many timetables are being made; wait for them")
            del self._jobs[oldest]
        self._jobs[event] = job = Job(limit_s=limit_s)
        self._tasks[event] = asyncio.create_task(self._run(event, draft, limit_s))
        return job

    async def cancel(self, event: str) -> None:
        """The draft stays as it was."""
        task = self._tasks.get(event)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
            # One that is cancelled before its first step never ran at all.
            if self._tasks.pop(event, None) is not None:
                self._set(event, state="cancelled")

    async def close(self) -> None:
        for event in list(self._tasks):
            await self.cancel(event)

    async def _run(self, event: str, draft: Draft, limit_s: float) -> None:
        try:
            async with self._one:
                self._started_at[event] = time.monotonic()
                self._set(event, state="solving")
                await self._solve(event, draft, limit_s)
            self._set(event, state="done")
        except asyncio.CancelledError:
            self._set(event, state="cancelled")
            raise
        except ServerError as error:
            self._set(event, state="failed", message=error.message)
        except Exception:
            log.exception("no timetable was made")
            self._set(event, state="failed")
        finally:
            self._tasks.pop(event, None)
            self._started_at.pop(event, None)

    async def _solve(self, event: str, draft: Draft, limit_s: float) -> None:
        problem = draft.problem(each for each in draft.placements if each.locked)

        def heard(progress: Progress) -> None:
            self._set(event, score=progress.score, bound=progress.bound)

        result = await run(problem, limit_s=limit_s, on_progress=heard)
        begun = [each for each in draft.matching.placements if each.pair in draft.begun]
        terms = replace(draft.matching.terms, score=result.score, bound=result.bound)
        saved = replace(draft.matching, terms=terms, placements=(*begun, *result.placements))
        await self._store.matchings.save(saved)

    def _set(self, event: str, **changes: object) -> None:
        elapsed_s = time.monotonic() - self._started_at.get(event, time.monotonic())
        self._jobs[event] = replace(self._jobs[event], elapsed_s=elapsed_s, **changes)  # type: ignore[arg-type]
