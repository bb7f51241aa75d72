"""Finding a room's terms in what was said: longest first, as words, however they are spaced or cased.

The terms are sets of equivalents: whichever language is spoken, a term is found in it and known in the
others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from transcription.particles import following_pattern
from wire.glossary import Term
from wire.languages import primary

_HANGUL = r"\uac00-\ud7a3"
_LETTER = r"0-9a-z\u00df-\u024f\u0370-\u052f\u1e00-\u1eff"
"""What words are made of where spaces part them; everything is lower case by then."""
_IS_HANGUL = re.compile(f"[{_HANGUL}]")
_IS_LETTER = re.compile(f"[{_LETTER}]")
_GAP = re.compile(r"[\s\-‐‑–_·]+")
SPACED_FROM = 4
"""Korean compounds of so many syllables are also found written apart: 나노 실드."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: `text[start:end]` is to come out as `target`."""

    start: int
    end: int
    written: str
    """As the glossary has it in the language of the text."""
    target: str


_NOWHERE = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Entry:
    written: str
    target: str
    pattern: re.Pattern[str]


class Glossary:
    """Immutable; equal ones are found in the cache of `glossary_of`."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._terms = tuple(terms)
        self._entries: dict[tuple[str, str], tuple[_Entry, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._terms)

    def find(self, text: str, source: str, target: str) -> tuple[Found, ...]:
        """The terms of a text in `source` that `target` has a word for, in order.

        Of two that overlap the longer one counts, of two that are written alike the first.
        """
        if not self._terms:
            return ()
        lowered, starts, ends = _normalised(text)
        taken: list[Found] = []
        for entry in self._for(source, target):
            for match in entry.pattern.finditer(lowered):
                start, end = starts[match.start()], ends[match.end() - 1]
                if all(end <= found.start or found.end <= start for found in taken):
                    taken.append(Found(start, end, entry.written, entry.target))
        return tuple(sorted(taken, key=lambda found: found.start))

    def _for(self, source: str, target: str) -> tuple[_Entry, ...]:
        known = self._entries.get((source, target))
        if known is None:
            entries: dict[str, _Entry] = {}
            for term in self._terms:
                meant = term.said_in(target)
                for written in term.spoken_in(source) if meant else ():
                    key = _normalised(written)[0]
                    if key.strip() and key not in entries:
                        entries[key] = _Entry(written, meant or "", pattern_of(written, primary(source)))
            known = tuple(sorted(entries.values(), key=lambda entry: -len(entry.written)))
            self._entries[source, target] = known
        return known


NO_GLOSSARY = Glossary()


@lru_cache(maxsize=256)
def _cached(key: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> Glossary:
    return Glossary(Term(term=term, translations=dict(translations)) for term, translations in key)


def glossary_of(terms: Sequence[Term]) -> Glossary:
    """One for each list of terms: the tracks of a room share theirs."""
    if not terms:
        return NO_GLOSSARY
    return _cached(tuple((term.term, tuple(term.translations.items())) for term in terms))


def occurrences(text: str, word: str, language: str) -> list[tuple[int, int]]:
    """Where a word stands in a text, as a word."""
    lowered, starts, ends = _normalised(text)
    found = pattern_of(word, primary(language)).finditer(lowered)
    return [(starts[match.start()], ends[match.end() - 1]) for match in found]


@lru_cache(maxsize=8_192)
def pattern_of(word: str, language: str) -> re.Pattern[str]:
    """Matches the word in a normalised text, without what is attached to it."""
    lowered = _GAP.sub(" ", _normalised(word)[0]).strip()
    if not lowered:
        return _NOWHERE  # a term of nothing but dashes
    body = "".join(_pieces(lowered))
    first, last = lowered[:1], lowered[-1:]
    before = after = ""
    if _IS_HANGUL.match(first):
        before = f"(?<![{_HANGUL}{_LETTER}])"
    elif _IS_LETTER.match(first):
        before = f"(?<![{_LETTER}])(?<![{_LETTER}][-_])(?<![0-9][.,])"
    if _IS_HANGUL.match(last):
        ending = re.split(f"[^{_HANGUL}]", lowered)[-1]
        noun = ending if ending == lowered else f"〇{ending}"
        after = f"(?={following_pattern(noun)}(?![{_HANGUL}{_LETTER}]))"
    elif _IS_LETTER.match(last):
        plural = "(?:e?s)?" if language == "en" and last.isalpha() else ""
        after = f"{plural}(?![{_LETTER}])(?![-_][{_LETTER}])"
        after += r"(?![.,][0-9])" if last.isdigit() else ""
    return re.compile(before + body + after)


def _pieces(word: str) -> Iterable[str]:
    """The characters of a word, with the gaps that writers put between them or leave out."""
    syllables = len(_IS_HANGUL.findall(word))
    seen = 0
    for at, character in enumerate(word):
        before = word[at - 1] if at else ""
        if character == " ":
            after = word[at + 1]
            words = before.isalpha() and after.isalpha() and _IS_LETTER.match(before + after)
            yield r"[\s\-‐‑–_·]+" if words and _IS_LETTER.match(after) else r"[\s\-‐‑–_·]?"
            continue
        if _IS_HANGUL.match(character):
            if _IS_HANGUL.match(before) and syllables >= SPACED_FROM and seen >= 2:
                yield r"\s?"
            seen += 1
        if _changes(before, character):
            yield r"[\s\-‐‑–_·]?"
        yield re.escape(character)


def _changes(before: str, character: str) -> bool:
    """Between letters and figures, and between scripts: GK350, GK-350; UV코팅."""
    if not before or before == " ":
        return False
    latin = bool(_IS_LETTER.match(before)), bool(_IS_LETTER.match(character))
    if all(latin):
        return before.isdigit() != character.isdigit()
    hangul = bool(_IS_HANGUL.match(before)), bool(_IS_HANGUL.match(character))
    return (latin[0] and hangul[1]) or (hangul[0] and latin[1])


def _normalised(text: str) -> tuple[str, list[int], list[int]]:
    """Half width, composed, in lower case; and for each character where in `text` it begins and ends."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _goes_with(text[end]):
            end += 1
        for character in unicodedata.normalize("NFKC", text[at:end]).casefold():
            characters.append(character)
            starts.append(at)
            ends.append(end)
        at = end
    return "".join(characters), starts, ends


def _goes_with(character: str) -> bool:
    """Whether a character only completes the one before: an accent, or a part of a Hangul syllable."""
    return unicodedata.combining(character) != 0 or "\u1160" <= character <= "\u11ff"
