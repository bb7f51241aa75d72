"""A room's terms on their way to the workers: one thing, as it is written in each language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from wire.languages import LanguageTag, primary
from wire.message import Message

MAX_TERM_CHARS = 100
MAX_TERMS = 500
"""Of all that a worker is told about one room; the room's own terms come before those of its event."""
MAX_GLOSSARY_CHARS = 40_000

TermText = Annotated[str, Field(min_length=1, max_length=MAX_TERM_CHARS)]

_SCRIPTS = (
    (re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"), frozenset({"ko"})),
    (re.compile(r"[\u3040-\u30ff]"), frozenset({"ja"})),
    (re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"), frozenset({"zh", "yue", "ja"})),
    (re.compile(r"[\u0400-\u052f]"), frozenset({"ru", "uk", "be", "bg", "sr", "mk", "mn", "kk", "ky", "tg"})),
    (re.compile(r"[\u0e00-\u0e7f]"), frozenset({"th"})),
    (re.compile(r"[\u0600-\u06ff]"), frozenset({"ar", "fa", "ur"})),
    (re.compile(r"[\u0370-\u03ff]"), frozenset({"el"})),
    (re.compile(r"[\u0590-\u05ff]"), frozenset({"he"})),
)
_NOT_IN_LATIN = frozenset[str]().union(*(languages for _, languages in _SCRIPTS))


class Term(Message):
    """`translations`: language tag → the term in that language; `term` itself is in any language."""

    term: TermText
    translations: dict[LanguageTag, TermText] = Field(default_factory=dict)

    def said_in(self, tag: str) -> str | None:
        """How it is written in a language; None where nobody has said so.

        A name in Latin letters (`GK-350`, `NanoShield`) is the same in every language that has no other.
        """
        if tag in self.translations:
            return self.translations[tag]
        language = primary(tag)
        close = [text for other, text in self.translations.items() if primary(other) == language]
        if close:
            return close[0]
        if _may_be(self.term, language):
            return self.term
        return next((text for text in self.translations.values() if is_name(text)), None)

    def spoken_in(self, tag: str) -> tuple[str, ...]:
        """Every way in which a speaker of the language may write it."""
        names = (text for text in (self.term, *self.translations.values()) if is_name(text))
        said = self.said_in(tag)
        own = (self.term,) if _may_be(self.term, primary(tag)) else ()
        return tuple(dict.fromkeys((*((said,) if said else ()), *own, *names)))

    @property
    def chars(self) -> int:
        return len(self.term) + sum(map(len, self.translations.values()))


def is_name(text: str) -> bool:
    """Whether it is a name or a code in Latin letters, rather than a word of a language."""
    return any(character.isupper() or character.isdigit() for character in text) and not any(
        script.search(text) for script, _ in _SCRIPTS
    )


def bounded(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The first of them, as many as a worker is told."""
    kept: list[Term] = []
    chars = 0
    for term in terms:
        chars += term.chars
        if len(kept) == MAX_TERMS or chars > MAX_GLOSSARY_CHARS:
            break
        kept.append(term)
    return tuple(kept)


def _may_be(text: str, language: str) -> bool:
    """Whether a text of unknown language can be one of this language."""
    if is_name(text):
        return True
    scripts = [languages for script, languages in _SCRIPTS if script.search(text)]
    return all(language in languages for languages in scripts) if scripts else language not in _NOT_IN_LATIN
