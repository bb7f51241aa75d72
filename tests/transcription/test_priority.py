import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os
from pathlib import Path
from transcription.priority import step_back

def group_niceness():
    group = Path("/proc/self/autogroup")
    return (group.read_text().split() if group.exists() else [])[-1:] or ["none"]

before, niceness = group_niceness(), os.nice(0)
step_back()
print(min(19, niceness + 10) == os.nice(0), *before, *group_niceness())
"""


@pytest.mark.parametrize("own_session", [True, False])
def test_the_process_steps_back_with_its_session_where_it_leads_one(own_session: bool) -> None:
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        start_new_session=own_session,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    stepped_back, before, after = output.split()
    assert stepped_back == "True"
    # Empty where the kernel does not group by session, or put this session into no group of its own.
    assert after == ("10" if own_session and before != "none" else before)
