"""Fills a programme's columns one after the other: a first answer at once, and what fits on top of another.

What it finds keeps every limit; solving.py improves on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from server.matching.problem import Problem
from server.matching.programme import Programme

Values = Mapping[int, int]
"""Column → number, those that are not 0."""


def filled(problem: Problem, made: Programme, start: Values | None = None) -> dict[int, int]:
    """More meetings on top of `start`, the most wanted first."""
    return _Filling(problem, made, start or {}).run()


class _Filling:
    def __init__(self, problem: Problem, made: Programme, start: Values) -> None:
        self._problem, self._made = problem, made
        self._values = dict(start)
        self._room = [row.upper for row in made.rows]
        self._rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, row in enumerate(made.rows):
            for column, factor in row.terms:
                self._rows[column].append((number, factor))
                self._room[number] -= factor * self._values.get(column, 0)
        first = len(made.meetings) + len(made.reliefs)
        self._workers: dict[tuple[frozenset[str], int], list[int]] = defaultdict(list)
        for number, (_, need, at) in enumerate(made.work):
            self._workers[need, at].append(first + number)
        for columns in self._workers.values():
            # Those who know the fewest languages first: the others are needed elsewhere.
            columns.sort(key=lambda column: len(made.groups[made.work[column - first][0]].languages))

    def run(self) -> dict[int, int]:
        made, problem = self._made, self._problem
        for number, (placement, at) in enumerate(made.reliefs):
            self._place(len(made.meetings) + number, problem.needs(placement.pair), at)
        choices: dict[tuple[str, str], list[int]] = defaultdict(list)
        for column, (pair, _) in enumerate(made.meetings):
            choices[pair].append(column)
        order = sorted(choices, key=lambda pair: (-problem.wanted[pair].score, len(choices[pair])))
        for pair in order:
            if any(self._values.get(column) for column in choices[pair]):
                continue
            for column in choices[pair]:
                if self._place(column, problem.needs(pair), made.meetings[column][1]):
                    break
        return self._values

    def _place(self, column: int, need: frozenset[str] | None, at: int) -> bool:
        if self._values.get(column):
            return False
        crew: list[int] = []
        for _ in range(self._problem.slots[at].crew if need is not None else 0):
            free = next(
                (worker for worker in self._workers[need or frozenset(), at] if self._fits(worker)), None
            )
            if free is None:
                break
            self._add(free, 1)
            crew.append(free)
        if self._fits(column):
            self._add(column, 1)
            return True
        for worker in crew:
            self._add(worker, -1)
        return False

    def _fits(self, column: int) -> bool:
        within = self._values.get(column, 0) < self._made.uppers[column]
        return within and all(self._room[row] >= factor for row, factor in self._rows[column])

    def _add(self, column: int, count: int) -> None:
        self._values[column] = self._values.get(column, 0) + count
        if not self._values[column]:
            del self._values[column]
        for row, factor in self._rows[column]:
            self._room[row] -= factor * count
