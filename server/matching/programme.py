"""A problem as an integer programme: which pair in which slot, and how many interpreters of each group.

Interpreters with the same languages and the same free slots are a group; only their number in a slot is
decided. That loses nothing: groups, slots and their runs make a matrix of consecutive ones, so that whatever
numbers keep the limits can be dealt out to the single interpreters (timetable.py does it in turn). Booths are
interchangeable too: as many consultations as there are free booths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.matching.problem import Problem
from server.matching.wishes import Pair
from server.schedule.availability import works_between
from server.store.records import Placement

MAX_CHOICES = 40_000
"""Pairs times slots. With more, each pair is offered some of its slots, and there is no proven bound."""
RELIEF = 1_000
"""For an interpreter in a locked consultation that lacks one, more than any pair's score."""

Need = frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """`worked`: slots of the only member's locked consultations."""

    members: tuple[str, ...]
    languages: frozenset[str]
    free: frozenset[int]
    worked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Row:
    """The sum of column × factor is at most `upper`."""

    upper: int
    terms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """Columns: the meetings, locked consultations that lack an interpreter, then work (group, need, slot).

    All whole numbers from 0 to `uppers`; the sum of score × column is to be as large as can be.
    """

    meetings: tuple[tuple[Pair, int], ...]
    reliefs: tuple[tuple[Placement, int], ...]
    work: tuple[tuple[int, Need, int], ...]
    groups: tuple[Group, ...]
    scores: tuple[int, ...]
    uppers: tuple[int, ...]
    rows: tuple[Row, ...]
    is_complete: bool
    """False where pairs were offered only some of their slots."""


def programme(problem: Problem) -> Programme:
    groups = groups_of(problem)
    meetings, is_complete = _meetings(problem)
    reliefs = _reliefs(problem)
    scores = [problem.wanted[pair].score for pair, _ in meetings] + [RELIEF] * len(reliefs)
    uppers = [1] * len(scores)
    rows: list[Row] = []
    for columns in _exclusive(meetings):
        rows.append(Row(1, tuple((column, 1) for column in columns)))
    for at, left in enumerate(problem.booths_left):
        columns = [column for column, (_, slot) in enumerate(meetings) if slot == at]
        if len(columns) > left:
            rows.append(Row(left, tuple((column, 1) for column in columns)))

    needed: dict[tuple[Need, int], list[int]] = defaultdict(list)
    for column, (pair, at) in enumerate(meetings):
        if (need := problem.needs(pair)) is not None:
            needed[need, at].append(column)
    for number, (placement, at) in enumerate(reliefs):
        need = problem.needs(placement.pair)
        assert need is not None
        needed[need, at].append(len(meetings) + number)
    work: list[tuple[int, Need, int]] = []
    by_group: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (need, at), columns in needed.items():
        terms = [(column, problem.slots[at].crew) for column in columns]
        for number, group in enumerate(groups):
            if need <= group.languages and at in group.free:
                column = len(scores)
                work.append((number, need, at))
                scores.append(0)
                uppers.append(len(group.members))
                by_group[number, at].append(column)
                terms.append((column, -1))
        rows.append(Row(0, tuple(terms)))
    for (number, _), columns in by_group.items():
        if len(columns) > 1:
            rows.append(Row(len(groups[number].members), tuple((column, 1) for column in columns)))
    for number, group in enumerate(groups):
        for run in problem.runs:
            columns = [column for at in run for column in by_group.get((number, at), ())]
            if columns:
                rows.append(Row(run_limit(group, run), tuple((column, 1) for column in columns)))
    return Programme(
        tuple(meetings),
        tuple(reliefs),
        tuple(work),
        tuple(groups),
        tuple(scores),
        tuple(uppers),
        tuple(rows),
        is_complete,
    )


def run_limit(group: Group, run: range) -> int:
    """How much of a run's work the group can do: each member leaves out one of its slots."""
    return max(0, (len(run) - 1) * len(group.members) - len(group.worked & set(run)))


def groups_of(problem: Problem) -> list[Group]:
    members: dict[tuple[frozenset[str], frozenset[int], frozenset[int], str], list[str]] = defaultdict(list)
    for one in problem.of_role("interpreter"):
        worked = problem.worked_alone.get(one.id, frozenset())
        key = works_between(one), problem.free[one.id], worked, one.id if worked else ""
        members[key].append(one.id)
    return [
        Group(tuple(ids), languages, free, worked) for (languages, free, worked, _), ids in members.items()
    ]


def _meetings(problem: Problem) -> tuple[list[tuple[Pair, int]], bool]:
    offered = {pair: sorted(problem.free[pair[0]] & problem.free[pair[1]]) for pair in problem.open_pairs}
    total = sum(map(len, offered.values()))
    is_complete = total <= MAX_CHOICES
    found = []
    for number, (pair, slots) in enumerate(offered.items()):
        if not is_complete:
            slots = _some(slots, max(3, len(slots) * MAX_CHOICES // total), number)
        found += [(pair, at) for at in slots]
    return found, is_complete


def _some(slots: list[int], count: int, first: int) -> list[int]:
    """Spread over all, other ones for each pair."""
    if len(slots) <= count:
        return slots
    return sorted({slots[(first + number * len(slots) // count) % len(slots)] for number in range(count)})


def _reliefs(problem: Problem) -> list[tuple[Placement, int]]:
    return [
        (placement, at)
        for placement in problem.locked
        if not placement.interpreters
        and problem.needs(placement.pair) is not None
        and (at := problem.slot_of(placement)) is not None
    ]


def _exclusive(meetings: Iterable[tuple[Pair, int]]) -> Iterable[list[int]]:
    """Meetings of which at most one can be: of one pair, of one seller or buyer at one time."""
    found: Mapping[object, list[int]] = defaultdict(list)
    for column, ((seller, buyer), at) in enumerate(meetings):
        found[seller, buyer].append(column)
        found["seller", seller, at].append(column)
        found["buyer", buyer, at].append(column)
    return [columns for columns in found.values() if len(columns) > 1]
