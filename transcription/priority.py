"""This process behind the media plane's in the queue for the processor."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 10
"""Captions may be late, voices may not."""
_AUTOGROUP = Path("/proc/self/autogroup")


def step_back() -> None:
    """Lowers the priority of the process.

    Where Linux groups processes by session (sched(7), autogroup), niceness counts only inside a group: as the
    leader of its own session the process lowers that of its group as well.
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # not this kernel, or not allowed: the niceness is all there is
            _AUTOGROUP.write_text(str(NICENESS), encoding="ascii")
