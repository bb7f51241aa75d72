"""A text in the form that the scanners read, and the way back to its characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ONE_FOR_ONE = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t\n\r"), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-"),
    **dict.fromkeys(map(ord, "〜～∼"), "~"),
    ord("："): ":",
    ord("∶"): ":",
    ord("’"): "'",
    ord("￦"): "₩",
    ord("￥"): "¥",
    ord("º"): "°",
    ord("µ"): "μ",
    ord("ё"): "е",
    ord("Ё"): "Е",
}


@dataclass(frozen=True, slots=True)
class NormalText:
    """`text` is lower case, `cased` is not; both have one character for each entry of `starts` and `ends`."""

    text: str
    cased: str
    starts: tuple[int, ...] | None
    """Where each character begins in the original; None where nothing moved."""
    ends: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normal(text: str) -> NormalText:
    """Composed (NFC), half-width, with one kind of space, hyphen and tilde."""
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    if not unicodedata.is_normalized("NFC", text):
        text, starts, ends = _composed(text)
    cased = text.translate(_ONE_FOR_ONE)
    lower = cased.lower()
    if len(lower) != len(cased):
        lower = "".join(low if len(low := character.lower()) == 1 else character for character in cased)
    return NormalText(lower, cased, starts, ends)


def _composed(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and _joins(text[at]):
            continue
        piece = unicodedata.normalize("NFC", text[begin:at])
        pieces.append(piece)
        starts += [begin] * len(piece)
        ends += [at] * len(piece)
        begin = at
    return "".join(pieces), tuple(starts), tuple(ends)


def _joins(character: str) -> bool:
    """Whether it belongs to the character before it: accents, vowels and finals of decomposed Hangul."""
    return unicodedata.combining(character) != 0 or "\u1160" <= character <= "\u11ff"
