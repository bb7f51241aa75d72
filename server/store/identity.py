"""When two entries mean the same person: role, company and name, however they are written."""

from __future__ import annotations

import unicodedata

Identity = tuple[str, str, str]


def identity(role: str, company: str, name: str) -> Identity:
    return role, folded(company), folded(name)


def folded(text: str) -> str:
    """Without capitals, blanks and full-width forms."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
