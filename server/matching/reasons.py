"""Why a wish was left out of a timetable: what stands in the way in every slot that the two could meet in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from server.matching.problem import Problem
from server.matching.wishes import Pair
from server.schedule.availability import works_between
from server.store.records import Placement

Obstacle = Literal[
    "seller_busy", "buyer_busy", "both_busy", "no_booth", "no_interpreter", "interpreters_busy", "possible"
]
Code = Literal[
    "refused",
    "no_slots",
    "seller_hours",
    "buyer_hours",
    "no_common_hours",
    "no_interpreter",
    "seller_full",
    "buyer_full",
    "no_common_slot",
    "no_booth",
    "interpreters_busy",
    "mixed",
    "possible",
]


Interpreters = dict[tuple[frozenset[str], int], Obstacle | None]
"""Languages and slot → what keeps everybody from interpreting then."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """`obstacles`: slot → what stands in the way there, where both have hours. `who`: participant ids."""

    pair: Pair
    must: bool
    code: Code
    who: tuple[str, ...] = ()
    obstacles: tuple[tuple[int, Obstacle], ...] = ()


def unplaced(problem: Problem, placements: Sequence[Placement]) -> list[Unplaced]:
    """Of every wish that has no consultation in the timetable, the musts first. `problem` has none locked."""
    done = problem.settled | {placement.pair for placement in placements}
    settled = problem.lock(placements)
    interpreters: Interpreters = {}
    left = [
        _why(settled, pair, wanted.must, wanted.refused_by, interpreters)
        for pair, wanted in problem.wanted.items()
        if wanted.score > 0 and pair not in done
    ]
    return sorted(left, key=lambda each: (not each.must, -problem.wanted[each.pair].score))


def _why(
    problem: Problem, pair: Pair, must: bool, refused_by: tuple[str, ...], interpreters: Interpreters
) -> Unplaced:
    seller, buyer = pair
    hours = problem.in_hours
    if refused_by:
        return Unplaced(pair, must, "refused", refused_by)
    if not problem.slots:
        return Unplaced(pair, must, "no_slots")
    if not hours[seller] or not hours[buyer]:
        code: Code = "seller_hours" if not hours[seller] else "buyer_hours"
        return Unplaced(pair, must, code, tuple(who for who in pair if not hours[who]))
    common = sorted(hours[seller] & hours[buyer])
    if not common:
        return Unplaced(pair, must, "no_common_hours", pair)
    obstacles = tuple((at, obstacle(problem, pair, at, interpreters)) for at in common)
    return Unplaced(pair, must, _summary(obstacles), (), obstacles)


def _summary(obstacles: Sequence[tuple[int, Obstacle]]) -> Code:
    kinds = Counter(kind for _, kind in obstacles)
    if "possible" in kinds:
        return "possible"
    if set(kinds) <= {"seller_busy", "both_busy"}:
        return "seller_full"
    if set(kinds) <= {"buyer_busy", "both_busy"}:
        return "buyer_full"
    rest = set(kinds) - {"seller_busy", "buyer_busy", "both_busy"}
    if not rest:
        return "no_common_slot"
    if len(rest) > 1:
        return "mixed"
    only = rest.pop()
    return only if only in ("no_booth", "no_interpreter", "interpreters_busy") else "mixed"


def obstacle(problem: Problem, pair: Pair, at: int, interpreters: Interpreters | None = None) -> Obstacle:
    """What keeps the two from meeting in this slot, beside everything that `problem` has locked.

    `interpreters` remembers what was found for other pairs.
    """
    seller, buyer = (at in problem.free[who] for who in pair)
    if not seller or not buyer:
        return "both_busy" if not seller and not buyer else "buyer_busy" if seller else "seller_busy"
    need = problem.needs(pair)
    if need is not None:
        known = {} if interpreters is None else interpreters
        if (need, at) not in known:
            known[need, at] = _without_interpreters(problem, need, at)
        if (missing := known[need, at]) is not None:
            return missing
    return "no_booth" if problem.booths_left[at] < 1 else "possible"


def _without_interpreters(problem: Problem, need: frozenset[str], at: int) -> Obstacle | None:
    crew = problem.slots[at].crew
    if len(speaking(problem, need, at)) < crew:
        return "no_interpreter"
    return "interpreters_busy" if len(free_interpreters(problem, need, at)) < crew else None


def speaking(problem: Problem, need: frozenset[str], at: int) -> list[str]:
    """Interpreters between these languages who have hours then."""
    return [
        one.id
        for one in problem.of_role("interpreter")
        if need <= works_between(one) and at in problem.in_hours[one.id]
    ]


def free_interpreters(problem: Problem, need: frozenset[str], at: int) -> list[str]:
    """Those of them who have nothing else to do, and get their breaks."""
    return [
        who for who in speaking(problem, need, at) if at in problem.free[who] and _rests(problem, who, at)
    ]


def _rests(problem: Problem, who: str, at: int) -> bool:
    work = problem.worked_alone.get(who, frozenset()) | {at}
    return not any(at in run and work >= set(run) for run in problem.runs)
