"""Words that are replaced wherever they come: in lines that are there, and in those that the machine has yet
to write. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from server.errors import TooManyReplacements
from server.store.records import Person
from wire.captions import MAX_TEXT_CHARS, NUMBER_FLAG, Caption, Span, Translation
from wire.languages import same_language
from wire.links import Hypothesis

MAX_REPLACEMENTS = 50
_SPACED = r"0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1eff"
"""Letters of scripts in which a word may not be found inside another."""
_IS_SPACED = re.compile(f"[{_SPACED}]")


@dataclass(frozen=True, slots=True)
class Replacement:
    """`find` becomes `put` in lines of a language."""

    lang: str
    find: str
    put: str


Replacements = tuple[Replacement, ...]


def with_replacement(rules: Replacements, rule: Replacement) -> Replacements:
    """The newest first, and applied first; one for the same words takes the other's place.

    Raises TooManyReplacements.
    """
    rest = without(rules, rule.lang, rule.find)
    if len(rest) >= MAX_REPLACEMENTS:
        raise TooManyReplacements(f"a room may have {MAX_REPLACEMENTS} replacements; stop some first")
    return (rule, *rest)


def without(rules: Replacements, lang: str, find: str) -> Replacements:
    return tuple(rule for rule in rules if not (rule.find == find and same_language(rule.lang, lang)))


def rule_for(rules: Replacements, lang: str, find: str) -> Replacement | None:
    return next((rule for rule in rules if rule.find == find and same_language(rule.lang, lang)), None)


def replaced(text: str, rule: Replacement) -> str:
    return _pattern(rule.find).sub(lambda _: rule.put, text)


def replaced_caption(caption: Caption, rule: Replacement, by: Person) -> Caption | None:
    """The revision with the words replaced in whichever line has them; None where none has."""
    text = replaced(caption.text, rule) if same_language(caption.lang, rule.lang) else caption.text
    lines = {
        lang: replaced(line.text, rule) if same_language(lang, rule.lang) else line.text
        for lang, line in caption.translations.items()
    }
    before = {lang: line.text for lang, line in caption.translations.items()}
    if (text, lines) == (caption.text, before) or max(map(len, (text, *lines.values()))) > MAX_TEXT_CHARS:
        return None
    changed = {
        lang: line.model_copy(update={"original_marks": ()})
        if text != caption.text and lines[lang] == line.text
        else line
        if lines[lang] == line.text
        else Translation(text=lines[lang], stable=len(lines[lang]))
        for lang, line in caption.translations.items()
    }
    marks = any(line.marks or line.original_marks for line in changed.values())
    change = {
        "rev": caption.rev + 1,
        "state": "corrected",
        "by": by.name,
        "by_id": by.id,
        "text": text,
        "stable": len(text),
        "translations": changed,
        "flags": tuple(flag for flag in caption.flags if marks or flag != NUMBER_FLAG),
    }
    return caption.model_copy(update=change)


def replaced_hypothesis(said: Hypothesis, rules: Replacements) -> Hypothesis:
    """As the room has it written; the same object where it has nothing against it."""
    if not rules:
        return said
    text, stable, details = _line(said.text, said.stable, said.lang, said.details, rules)
    lines: dict[str, Translation] = {}
    for lang, line in said.translations.items():
        written, sure, details = _line(line.text, line.stable, lang, details, rules)
        if written == line.text:
            same = text == said.text
            lines[lang] = line.model_copy(
                update={"stable": sure} if same else {"stable": sure, "original_marks": ()}
            )
        else:
            lines[lang] = Translation(text=written, stable=sure)
    if (text, stable, lines) == (said.text, said.stable, said.translations):
        return said
    if said.state == "final":
        stable = len(text)
        lines = {lang: line.model_copy(update={"stable": len(line.text)}) for lang, line in lines.items()}
    marks = any(line.marks or line.original_marks for line in lines.values())
    flags = tuple(flag for flag in said.flags if marks or flag != NUMBER_FLAG)
    change = {"text": text, "stable": stable, "translations": lines, "details": details, "flags": flags}
    return said.model_copy(update=change)


Details = Mapping[str, tuple[Span, ...]]


def _line(
    text: str, stable: int, lang: str, details: Details, rules: Replacements
) -> tuple[str, int, Details]:
    for rule in rules:
        if not same_language(rule.lang, lang):
            continue
        found = [match.span() for match in _pattern(rule.find).finditer(text)]
        stable = _settled(text, stable, rule.find, found, len(rule.put))
        if not found:
            continue
        spans = details.get(lang, ())
        moved = tuple(
            (_moved(a, found, len(rule.put), 0), _moved(b, found, len(rule.put), 1)) for a, b in spans
        )
        details = {**details, lang: moved}
        text = replaced(text, rule)[:MAX_TEXT_CHARS]
    return text, min(stable, len(text)), details


def _settled(text: str, stable: int, find: str, found: list[Span], put_chars: int) -> int:
    """How much of the new text stays as more is said: neither words that are replaced in part, nor an
    end that may yet become the words, or stop being them."""
    head = text[:stable]
    cut = stable - next((size for size in range(len(find), 0, -1) if head.endswith(find[:size])), 0)
    cut = next((start for start, end in found if start < cut < end), cut)
    return cut + sum(put_chars - (end - start) for start, end in found if end <= cut)


def _moved(at: int, found: Iterable[Span], put_chars: int, edge: int) -> int:
    """Where a place is afterwards; what lies inside replaced words goes to their beginning or (1) end."""
    shift = 0
    for start, end in found:
        if at <= start:
            break
        if at < end:
            return start + shift + edge * put_chars
        shift += put_chars - (end - start)
    return at + shift


@lru_cache(maxsize=512)
def _pattern(find: str) -> re.Pattern[str]:
    before = f"(?<![{_SPACED}])" if _IS_SPACED.match(find[0]) else ""
    behind = f"(?![{_SPACED}])" if _IS_SPACED.match(find[-1]) else ""
    return re.compile(before + re.escape(find) + behind)
