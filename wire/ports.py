"""A range of UDP ports, as an operator writes it: `40000-40199`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*")
MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class PortRange:
    """Both ends belong to it."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> PortRange:
        """Raises ValueError with a sentence that says what is wrong."""
        match = _RANGE.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is not a range of ports such as 40000-40199")
        first, last = int(match[1]), int(match[2])
        if not 1 <= first <= last <= MAX_PORT:
            raise ValueError(
                f"“{text}”: the first port must not be above the last, both from 1 to {MAX_PORT}"
            )
        return cls(first, last)

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
