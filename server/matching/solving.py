"""Solves an integer programme in a process of its own: `python -m server.matching.solving`.

One JSON object comes in on standard input (`Task`), one a line goes out for every better answer (`Answer`).
The process is niced, its memory is limited, and it ends by itself when its time is up.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from typing import IO, Any, TypedDict

from server.matching.programme import Programme

MEMORY_BYTES = 2 << 30
NICENESS = 15
GAP = 0.001
"""Relative to the bound; closer is not looked for."""


class Task(TypedDict):
    """`rows`: (upper, columns, factors). `start`: (column, number) of a first answer."""

    scores: list[int]
    uppers: list[int]
    rows: list[tuple[int, list[int], list[int]]]
    start: list[tuple[int, int]]
    limit_s: float


class Answer(TypedDict):
    """`values`: (column, number), None where only the bound is news. `bound`: no answer can score more."""

    score: float
    bound: float | None
    values: list[tuple[int, int]] | None
    is_last: bool


def task_of(made: Programme, start: Mapping[int, int], limit_s: float) -> Task:
    return Task(
        scores=list(made.scores),
        uppers=list(made.uppers),
        rows=[
            (row.upper, [column for column, _ in row.terms], [factor for _, factor in row.terms])
            for row in made.rows
        ],
        start=list(start.items()),
        limit_s=limit_s,
    )


def solve(task: Task, out: IO[str]) -> None:
    import highspy
    import numpy as np

    def say(score: float, bound: float | None, values: Any, is_last: bool = False) -> None:
        numbers = None
        if values is not None:
            whole = np.rint(np.asarray(values)).astype(int)
            numbers = [(int(column), int(whole[column])) for column in np.flatnonzero(whole)]
        known = bound is not None and bound < 1e20
        answer = Answer(score=score, bound=bound if known else None, values=numbers, is_last=is_last)
        out.write(json.dumps(answer) + "\n")
        out.flush()

    columns, rows = len(task["scores"]), task["rows"]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(task["scores"], float)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.array(task["uppers"], float)
    lp.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    lp.row_upper_ = np.array([upper for upper, _, _ in rows], float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(each) for _, each, _ in rows])
    lp.a_matrix_.index_ = np.array([column for _, each, _ in rows for column in each], int)
    lp.a_matrix_.value_ = np.array([factor for _, _, each in rows for factor in each], float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns

    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("time_limit", task["limit_s"]),
        ("mip_rel_gap", GAP),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(lp)
    first = highspy.HighsSolution()
    values = [0.0] * columns
    for column, number in task["start"]:
        values[column] = float(number)
    first.col_value = values
    highs.setSolution(first)
    highs.cbMipImprovingSolution += lambda event: say(
        event.data_out.objective_function_value, event.data_out.mip_dual_bound, event.data_out.mip_solution
    )
    highs.run()
    info = highs.getInfo()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        solution = highs.getSolution().col_value
        say(info.objective_function_value, info.mip_dual_bound, solution, is_last=True)


def main() -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # Whatever the library itself prints is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    solve(json.load(sys.stdin), answers)


if __name__ == "__main__":
    main()
