"""Placements from a programme's solution: interpreters in turn, each seller at one booth where possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from server.matching.problem import Problem
from server.matching.programme import Programme
from server.matching.wishes import Pair
from server.store.records import Placement


def timetable(problem: Problem, made: Programme, values: Mapping[int, int]) -> list[Placement]:
    """The locked ones, to which an interpreter or a booth may have come, and the new ones, in order."""
    placed = [made.meetings[column] for column in range(len(made.meetings)) if values.get(column)]
    relieved = [
        (placement.pair, at)
        for number, (placement, at) in enumerate(made.reliefs)
        if values.get(len(made.meetings) + number)
    ]
    crews = _crews(problem, made, values, [*placed, *relieved])
    new = [
        Placement(
            seller=pair[0],
            buyer=pair[1],
            starts_at=problem.slots[at].starts_at,
            duration_min=_minutes(problem, at),
            interpreters=crews.get((pair, at), ()),
        )
        for pair, at in placed
    ]
    locked = [_completed(problem, each, crews) for each in problem.locked]
    return sorted([*locked, *_with_booths(problem, new)], key=lambda each: (each.starts_at, each.pair))


def _completed(
    problem: Problem, placement: Placement, crews: Mapping[tuple[Pair, int], tuple[str, ...]]
) -> Placement:
    at = problem.slot_of(placement)
    found = crews.get((placement.pair, at)) if at is not None else None
    return replace(placement, interpreters=found) if found else placement


def _crews(
    problem: Problem, made: Programme, values: Mapping[int, int], placed: Iterable[tuple[Pair, int]]
) -> dict[tuple[Pair, int], tuple[str, ...]]:
    """In turn within each group, over all slots in order: in no run can anybody's turn come too often.

    A run's work of a group is at most (slots − 1) × members, so that each has at most slots − 1 of it.
    """
    first = len(made.meetings) + len(made.reliefs)
    turns = [0] * len(made.groups)
    waiting: dict[tuple[frozenset[str], int], list[str]] = defaultdict(list)
    for number, (group, need, at) in sorted(enumerate(made.work), key=lambda each: (each[1][2], each[1][0])):
        members = made.groups[group].members
        for _ in range(values.get(first + number, 0)):
            waiting[need, at].append(members[turns[group] % len(members)])
            turns[group] += 1
    crews = {}
    for pair, at in placed:
        languages = problem.needs(pair)
        if languages is not None:
            crew = waiting[languages, at]
            crews[pair, at] = tuple(crew.pop(0) for _ in range(problem.slots[at].crew))
    return crews


def _with_booths(problem: Problem, new: list[Placement]) -> list[Placement]:
    if not problem.booths:
        return new
    homes = _homes(problem, new)
    by_slot: dict[int, list[Placement]] = defaultdict(list)
    for placement in new:
        at = problem.slot_of(placement)
        assert at is not None
        by_slot[at].append(placement)
    found = []
    for at, placements in by_slot.items():
        free = list(problem.free_booths[at])
        strangers = []
        for placement in placements:
            home = homes.get(placement.seller)
            if home in free:
                free.remove(home)
                found.append(replace(placement, booth=home))
            else:
                strangers.append(placement)
        found += [replace(placement, booth=booth) for placement, booth in zip(strangers, free, strict=False)]
    return found


def _homes(problem: Problem, new: list[Placement]) -> dict[str, str]:
    """A booth for each seller: where their locked consultations are, or one that has the fewest sellers."""
    homes: dict[str, str] = {}
    for placement in problem.locked:
        if placement.booth:
            homes.setdefault(placement.seller, placement.booth)
    sellers: dict[str, int] = dict.fromkeys(problem.booths, 0)
    for booth in homes.values():
        if booth in sellers:
            sellers[booth] += 1
    for seller in sorted({placement.seller for placement in new} - homes.keys()):
        if sellers:
            home = min(sellers, key=lambda booth: sellers[booth])
            homes[seller] = home
            sellers[home] += 1
    return homes


def _minutes(problem: Problem, at: int) -> int:
    slot = problem.slots[at]
    return int((slot.ends_at - slot.starts_at).total_seconds()) // 60
