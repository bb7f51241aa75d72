"""Numbers and names that wait for an interpreter, and what others see meanwhile. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wire.captions import NUMBER_FLAG, Caption, Span, Translation

PLACEHOLDER = "…"
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*%?")
"""Held back even where no worker says what is a number in that language."""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """`spans` of `text` are not shown; of another text in its place nothing is."""

    text: str
    spans: tuple[Span, ...]


Mask = Mapping[str, HeldLine]
"""By language, the original's among them."""


def mask_of(caption: Caption, details: Mapping[str, tuple[Span, ...]]) -> Mask | None:
    """None where nothing has to wait. `details`: numbers and terms that the worker found, by language."""
    texts = {lang: line.text for lang, line in caption.translations.items()} | {caption.lang: caption.text}
    mask = {
        lang: HeldLine(text, merged(text, (*details.get(lang, ()), *_digits(text))))
        for lang, text in texts.items()
    }
    return mask if any(line.spans for line in mask.values()) else None


def masked(caption: Caption, mask: Mask) -> Caption:
    """As it is shown to those who wait. A finished one is a revision behind: the whole one is newer."""
    text, stable = _shown(caption.text, caption.stable, mask.get(caption.lang))
    lines = {}
    for lang, line in caption.translations.items():
        shown, sure = _shown(line.text, line.stable, mask.get(lang))
        lines[lang] = Translation(text=shown, stable=sure)
    change = {
        "text": text,
        "stable": stable,
        "translations": lines,
        "flags": tuple(flag for flag in caption.flags if flag != NUMBER_FLAG),
        "rev": caption.rev if caption.state == "partial" else caption.rev - 1,
    }
    return caption.model_copy(update=change)


def merged(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order and inside the text, those that touch as one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        end = min(end, len(text))
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _shown(text: str, stable: int, line: HeldLine | None) -> tuple[str, int]:
    """What comes behind a gap may still move: the gap has one width, whatever it hides."""
    if not text:
        return text, 0
    if line is None or line.text != text:
        return PLACEHOLDER, 0
    if not line.spans:
        return text, stable
    pieces, at = [], 0
    for start, end in line.spans:
        pieces += [text[at:start], PLACEHOLDER]
        at = end
    return "".join((*pieces, text[at:])), min(stable, line.spans[0][0])


def _digits(text: str) -> list[Span]:
    return [match.span() for match in _DIGITS.finditer(text)]
