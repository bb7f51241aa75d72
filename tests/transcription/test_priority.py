import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os
from pathlib import Path
from transcription.priority import step_back
step_back()
group = Path("/proc/self/autogroup")
print(os.nice(0), group.read_text().split()[-1] if group.exists() else "none")
"""


@pytest.mark.parametrize("own_session", [True, False])
def test_the_process_steps_back_with_its_session_where_it_leads_one(own_session: bool) -> None:
    before = Path("/proc/self/autogroup")
    group_before = before.read_text(encoding="ascii").split()[-1] if before.exists() else "none"
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        start_new_session=own_session,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    niceness, group = output.split()
    assert int(niceness) >= 10
    if before.exists():
        assert group == ("10" if own_session else group_before)
