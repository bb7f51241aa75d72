"""What the models work on next, for all tracks: finals first, then the stalest partial, rooms in fair shares.

Pure policy. Rooms are served by start-time fair queueing (Goyal, Vin and Cheng, 1996): each pass costs its
room one unit of virtual time, and the room that is furthest behind comes next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Protocol, TypeVar

MAX_FINALS = 256
"""Ended utterances that wait. Beyond it the oldest is given up: it is captioned with its last partial."""
MAX_PARTIALS = 512
"""One an open utterance; beyond it further ones are refused and counted."""
MAX_BATCH = 4
"""Windows in one pass: a larger batch makes the first of them wait for the last."""
MAX_ROOMS = 1_024
"""Whose share is remembered; rooms that are not ahead of the others need no memory."""
IDLE_INTERVAL_S = 0.4
BUSY_INTERVAL_S = 2.0
"""Between two partials of one utterance."""
PARTIAL_SHARE = 0.6
"""Of the recognition threads' time that partials may take before they thin out."""
PASS_WEIGHT = 0.1
"""Of the newest pass in the running mean of passes."""


class Kind(IntEnum):
    """In order of urgency."""

    FINAL = 0
    SPECULATIVE = 1
    """A final pass begun while the hangover still runs."""
    PARTIAL = 2


class Work(Protocol):
    """An utterance that wants a pass; its audio is taken when the pass begins, so that it is the newest."""

    @property
    def key(self) -> Hashable:
        """The utterance."""

    @property
    def batch_key(self) -> Hashable:
        """Passes with the same one can be made together: the window's bucket."""

    @property
    def room(self) -> Hashable:
        """Whose share of the models the pass is taken from."""

    @property
    def busy(self) -> bool:
        """Whether a pass is being made of it: the next one waits."""

    @property
    def last_pass_at(self) -> float:
        """Monotonic time, s, when its previous pass began, or the utterance itself."""


W = TypeVar("W", bound=Work)


@dataclass(frozen=True, slots=True)
class Job(Generic[W]):
    work: W
    kind: Kind
    queued_at: float
    """Monotonic, s."""


class WorkQueue(Generic[W]):
    """One job an utterance: a more urgent one replaces a waiting one, a newer partial an older."""

    def __init__(self, *, max_finals: int = MAX_FINALS, max_partials: int = MAX_PARTIALS) -> None:
        self._jobs: dict[Hashable, Job[W]] = {}
        self._max_finals = max_finals
        self._max_partials = max_partials
        self._shares = Shares()
        self.counters: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job[W]) -> Job[W] | None:
        """Queues it; returns the final that was given up for it, if any."""
        waiting = self._jobs.get(job.work.key)
        if waiting is not None:
            if job.kind is Kind.PARTIAL:
                self.counters["replaced_partials"] += 1
            if waiting.kind <= job.kind:
                return None
        elif job.kind is Kind.PARTIAL and self._count(Kind.PARTIAL) >= self._max_partials:
            self.counters["refused_partials"] += 1
            return None
        self._jobs[job.work.key] = job
        return self._give_up() if job.kind is Kind.FINAL else None

    def cancel(self, key: Hashable) -> None:
        """The utterance goes on (its speculative pass is of no use) or is over."""
        self._jobs.pop(key, None)

    @property
    def has_finals(self) -> bool:
        return self._count(Kind.FINAL) > 0

    def take(self, *, max_batch: int = MAX_BATCH) -> list[Job[W]]:
        """The most urgent job with others of its kind and bucket; empty when nothing can be done now.

        A final does not wait for partials, so these never join it.
        """
        batch: list[Job[W]] = []
        ready = [job for job in self._jobs.values() if not job.work.busy]
        while ready and len(batch) < max_batch:
            job = min(ready, key=self._urgency)
            self._shares.serve(job.work.room)
            del self._jobs[job.work.key]
            batch.append(job)
            ready = [other for other in ready if other is not job and _goes_with(job, other)]
        if batch:
            self.counters["batches"] += 1
            self.counters["batched_passes"] += len(batch)
        return batch

    def _urgency(self, job: Job[W]) -> tuple[int, float, float]:
        since = job.work.last_pass_at if job.kind is Kind.PARTIAL else job.queued_at
        return job.kind, self._shares.behind(job.work.room), since

    def _give_up(self) -> Job[W] | None:
        if self._count(Kind.FINAL) <= self._max_finals:
            return None
        oldest = min(
            (job for job in self._jobs.values() if job.kind is Kind.FINAL), key=lambda job: job.queued_at
        )
        del self._jobs[oldest.work.key]
        self.counters["abandoned_finals"] += 1
        return oldest

    def _count(self, kind: Kind) -> int:
        return sum(job.kind is kind for job in self._jobs.values())


def _goes_with(job: Job[W], other: Job[W]) -> bool:
    alike = (other.kind is Kind.PARTIAL) == (job.kind is Kind.PARTIAL)
    return alike and other.work.batch_key == job.work.batch_key


class Shares:
    """Virtual time of the rooms, by how much each was served; whoever wanted nothing is brought up to it."""

    def __init__(self) -> None:
        self._now = 0.0
        self._served: dict[Hashable, float] = {}

    def behind(self, room: Hashable) -> float:
        """Virtual time at which the room's next pass starts: the lowest comes first."""
        return max(self._now, self._served.get(room, 0.0))

    def serve(self, room: Hashable) -> None:
        self._now = self.behind(room)
        self._served[room] = self._now + 1.0
        if len(self._served) > MAX_ROOMS:
            self._served = {room: at for room, at in self._served.items() if at > self._now}


class Pace:
    """How long to leave between two partials of an utterance, by what passes cost and how many speak."""

    def __init__(self) -> None:
        self._pass_s = 0.0

    def measured(self, seconds: float, passes: int) -> None:
        """`seconds` of a recognition thread went into a batch of so many."""
        each = seconds / max(1, passes)
        self._pass_s += (each - self._pass_s) * (PASS_WEIGHT if self._pass_s else 1.0)

    def interval_s(self, speaking: int, workers: int = 1) -> float:
        """`workers`: passes at the same time."""
        wanted = self._pass_s * speaking / (PARTIAL_SHARE * workers)
        return min(BUSY_INTERVAL_S, max(IDLE_INTERVAL_S, wanted))
