"""Text that stays on one line: names and titles must not add lines to minutes, lists or logs."""

from __future__ import annotations

import re

_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters, and the separators that editors break lines at."""


def is_one_line(text: str) -> bool:
    return _BREAKING.search(text) is None


def one_line(text: str) -> str:
    """Each such character as a blank."""
    return _BREAKING.sub(" ", text)
