"""Captions whose numbers were compared: which characters the pages mark."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from transcription.numbers.comparison import Mismatch, compare
from transcription.numbers.quantity import Quantity
from wire.captions import MAX_MARKS, Span, Translation

MAX_COMPARED_CHARS = 1_500
"""Ten times an utterance; a longer correction is not compared, for it would hold up everybody's captions."""

log = logging.getLogger(__name__)


def marked(text: str, lang: str, lines: Mapping[str, Translation]) -> dict[str, Translation]:
    """The lines with what their numbers and those of `text` disagree in, and no other marks."""
    return {target: _marked(text, lang, target, line) for target, line in lines.items()}


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
