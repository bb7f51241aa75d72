"""Whether the kernel says that something keeps its clock right; nobody outside is asked."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from server.config import Config
from server.doctor.finding import Finding, ok, warning

_TIME_ERROR = 5
"""The return value of adjtimex(2) for a clock that nothing keeps."""
_TIMEX_BYTES = 512
"""More than the structure has anywhere; all zero asks and changes nothing."""


async def check(config: Config) -> Sequence[Finding]:
    state = _state()
    if state is None:
        return [warning("clock", "this system does not say whether its clock is right", "use NTP")]
    if state == _TIME_ERROR:
        advice = "turn on systemd-timesyncd or install chrony (in a container: on its host)"
        return [warning("clock", "nothing keeps it right; links, captions and relays go by it", advice)]
    return [ok("clock", "is kept right")]


def _state() -> int | None:
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    state: int = adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else state
