"""Captions whose numbers were compared: which characters the pages mark."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from transcription.glossary import Glossary
from transcription.numbers.comparison import Mismatch, compare
from transcription.numbers.extraction import extract
from transcription.numbers.quantity import Quantity
from wire.captions import MAX_MARKS, Span, Translation

MAX_COMPARED_CHARS = 1_500
"""Ten times an utterance; a longer correction is not compared, for it would hold up everybody's captions."""

log = logging.getLogger(__name__)


def marked(text: str, lang: str, lines: Mapping[str, Translation]) -> dict[str, Translation]:
    """The lines with what their numbers and those of `text` disagree in, and no other marks."""
    return {target: _marked(text, lang, target, line) for target, line in lines.items()}


def details(text: str, lang: str, glossary: Glossary) -> tuple[Span, ...]:
    """Numbers and terms of the glossary in a line, in order of their beginning; they may overlap."""
    if len(text) > MAX_COMPARED_CHARS:
        return ()
    try:
        spans = [(number.start, number.end) for number in extract(text, lang)]
    except Exception:
        log.exception("the numbers of a line could not be found (%s)", lang)
        spans = []
    spans += [(found.start, found.end) for found in glossary.find(text, lang, lang)]
    return tuple(sorted(spans))[:MAX_MARKS]


def _marked(text: str, lang: str, target: str, line: Translation) -> Translation:
    if max(len(text), len(line.text)) > MAX_COMPARED_CHARS:
        return line.model_copy(update={"marks": (), "original_marks": ()})
    try:
        mismatch = compare(text, lang, line.text, target)
    except Exception:
        # A fault in here would cost the caption itself, for which this is only a hint.
        log.exception("the numbers of a caption could not be compared (%s → %s)", lang, target)
        mismatch = Mismatch()
    marks = {"marks": _spans(mismatch.target), "original_marks": _spans(mismatch.source)}
    return line.model_copy(update=marks)


def _spans(quantities: Sequence[Quantity]) -> tuple[Span, ...]:
    return tuple((quantity.start, quantity.end) for quantity in quantities)[:MAX_MARKS]
