"""Fields that several messages of a room share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from server.one_line import one_line
from wire.captions import MAX_TEXT_CHARS
from wire.glossary import MAX_TERM_CHARS


def _one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    BeforeValidator(_one_line),
]
"""What would add lines to the minutes becomes blanks: nobody is kept out for a name they pasted."""
TermText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TERM_CHARS),
    BeforeValidator(_one_line),
]
MAX_TRANSLATIONS = 20
CaptionId = Annotated[str, StringConstraints(max_length=80)]
LineText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARS)]
