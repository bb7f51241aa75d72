"""Sentence boundaries by punctuation alone: translation models read one sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wire.languages import primary

MAX_SENTENCE_CHARS = 300
"""A longer one is cut at the last comma or space before it: models lose their way in long input."""

_UNSPACED = frozenset({"zh", "ja", "yue", "th", "lo", "km", "my"})
_BOUNDARY = re.compile(
    r"""
      [。！？]+ ["”’」』）)]* \s*             # full-width marks end a sentence wherever they stand
    | [.!?…]+ ["”’」』）)]* (?:\s+|$)         # ASCII ones only before a space: 3.5, 10:30
    | \n+
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(r"(?<![^\s(])(?:Mr|Mrs|Ms|Dr|Co|Ltd|Inc|Corp|St|vs|approx|max|min|[A-Za-z])\.\s*$")
_NUMBER_SIGN = re.compile(r"(?<![^\s(])No\.\s*$")
_SOFT_BREAK = re.compile(r"[,;，；、]\s*|\s+")


def split_sentences(text: str) -> list[str]:
    """`text` cut after each sentence; joined they are `text` again."""
    sentences: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.end()
        if end < len(text) and _goes_on(text, start, end):
            continue
        sentences += _cut(text[start:end])
        start = end
    if start < len(text):
        sentences += _cut(text[start:])
    return sentences


def join_sentences(sentences: Sequence[str], language: str) -> str:
    """Trimmed sentences as one text, with a space between them where `language` writes one."""
    separator = "" if primary(language) in _UNSPACED else " "
    return separator.join(part for part in (sentence.strip() for sentence in sentences) if part)


def closed_sentences(sentences: Sequence[str], stable: int) -> int:
    """How many of the first sentences can't change any more when `stable` characters of the text can't.

    The character after a sentence must be stable too, for it may belong to it (`3.` → `3.5`, `。` → `。」`).
    """
    closed = end = 0
    for sentence in sentences[:-1]:
        end += len(sentence)
        if end >= stable:
            break
        closed += 1
    return closed


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the full stop before `end` only shortens a word."""
    if _NUMBER_SIGN.search(text, start, end):
        return text[end].isdigit()
    return _ABBREVIATION.search(text, start, end) is not None


def _cut(sentence: str) -> list[str]:
    parts = []
    while len(sentence) > MAX_SENTENCE_CHARS:
        breaks = [match.end() for match in _SOFT_BREAK.finditer(sentence, 1, MAX_SENTENCE_CHARS)]
        at = breaks[-1] if breaks else MAX_SENTENCE_CHARS
        parts.append(sentence[:at])
        sentence = sentence[at:]
    return [*parts, sentence]
