"""Loops that a decoder falls into: `four four four four …`."""

from __future__ import annotations

import re

MAX_PERIOD_CHARS = 60

_LOOP = re.compile(rf"(\S.{{0,{MAX_PERIOD_CHARS - 1}}}?)(?:\s*\1){{3,}}", re.DOTALL)
"""Four times the same run of characters, with or without spaces in between."""
_SHORTEST_CHARS = 6
"""A shorter run (`1,000,000`, `....`) is how people write."""


def has_loop(text: str) -> bool:
    return any(_is_loop(match) for match in _LOOP.finditer(text))


def without_loops(text: str) -> str:
    """`text` with every loop written once."""
    kept, start = "", 0
    for match in _LOOP.finditer(text):
        if not _is_loop(match):
            continue
        kept += text[start : match.start()] + match[1]
        start = match.end()
        if match[1].startswith(text[start:].strip()):
            start = len(text)  # the decoder was stopped in the middle of one more round
    return kept + text[start:]


def _is_loop(match: re.Match[str]) -> bool:
    return len(match[0]) >= _SHORTEST_CHARS and any(character.isalpha() for character in match[1])
