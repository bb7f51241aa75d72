"""Captions: what a browser is shown, and the hypothesis of the transcription worker that it comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wire.languages import LanguageTag
from wire.message import Message

MAX_TEXT_CHARS = 2_000
"""Longest text of one caption; an utterance is cut long before."""

MAX_MARKS = 100
"""Marked numbers of one line."""
NUMBER_FLAG = "number"
TYPED_FLAG = "typed"
"""Nobody spoke it into a microphone: `by` wrote it down."""
INTERPRETATION_FLAG = "interpretation"
"""What an interpreter says into a channel: the words of others, not their own."""

Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
"""Characters from and to, the last not included."""
Marks = Annotated[tuple[Span, ...], Field(max_length=MAX_MARKS)]
CaptionText = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]


class Translation(Message):
    """One language's line of a caption."""

    text: CaptionText
    stable: int = Field(default=0, ge=0)
    """Characters from the start that will not change again before a correction."""
    marks: Marks = ()
    """Numbers of this line that the original does not say. Finals and corrections only."""
    original_marks: Marks = ()
    """Numbers of the original that this line does not say."""


class Caption(Message):
    """design.md §6; sent as JSON to browsers and exported as the transcript's lines."""

    type: Literal["caption"] = "caption"
    id: str
    """`{room}-{person}-{number}`, the same from the first partial to the last correction."""
    rev: int
    """Grows with every change."""
    speaker: str
    """Person id within the room."""
    state: Literal["partial", "final", "corrected"]
    lang: LanguageTag
    text: CaptionText
    stable: int
    """Characters of `text` that will not change again before a correction."""
    translations: dict[LanguageTag, Translation]
    confidence: float | None
    """0–1, mean token probability; None when nobody measured it."""
    flags: tuple[str, ...]
    """`low_confidence`, `number`, `no_route:{lang}`, `language:{lang}`, `interpretation`, `typed` …"""
    start_ms: int
    """From the opening of the room."""
    end_ms: int
    lag_ms: int
    """From the end of the words' audio at the media worker to the sending of this revision."""
    by: str | None = None
    """Name of the person who corrected it."""
    by_id: str | None = None
    """Their id within the room: names may change. None of captions from before it was noted."""
