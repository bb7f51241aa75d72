"""Language tags (BCP 47) as rooms, captions and pages use them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

LanguageTag = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", max_length=14)
]
"""`ko`, `zh-Hans`, `en-GB`, `fil`: language, optional script, optional region."""


def primary(tag: str) -> str:
    """The language subtag alone, as recognisers and translators name it: `zh-Hans` → `zh`."""
    return tag.split("-", 1)[0]


def same_language(one: str, other: str) -> bool:
    """Whether a reader of `one` needs no translation of `other` (scripts of one language count as one)."""
    return primary(one) == primary(other)
