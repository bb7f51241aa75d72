"""The day's list from a CSV sheet: read it, compare it with the rooms there are, apply it as a whole.

Columns and errors are described in docs/schedule.md.
"""

from server.schedule.applying import Applied, apply, prepare
from server.schedule.planning import Plan, plan
from server.schedule.reading import read_sheet
from server.schedule.sample import sample_day
from server.schedule.sheet import CellError, ScheduledRoom, Sheet

__all__ = [
    "Applied",
    "CellError",
    "Plan",
    "ScheduledRoom",
    "Sheet",
    "apply",
    "plan",
    "prepare",
    "read_sheet",
    "sample_day",
]
