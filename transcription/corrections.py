"""Texts from outside recognition, mostly corrections: translated on demand, their numbers compared."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from transcription.glossary import glossary_of
from transcription.numbers.marking import marked
from transcription.translator import TranslationItem
from wire.captions import Translation
from wire.links import Compare, Compared, Translate, Translated

MAX_WAITING = 64
"""Beyond it they are answered without a translation."""
BATCH = 8

Translating = Callable[[Sequence[TranslationItem]], Awaitable[Sequence[Mapping[str, Translation] | None]]]


class Corrections:
    """`translate` is awaited for a batch at a time; `emit` gets one answer for each request."""

    def __init__(self, translate: Translating, emit: Callable[[Translated | Compared], None]) -> None:
        self._translate = translate
        self._emit = emit
        self._waiting: deque[Translate] = deque()
        self.refused = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, request: Translate) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self.refused += 1
            self._emit(Translated(request=request.request, translations={}))
            return
        self._waiting.append(request)

    def compare(self, request: Compare) -> None:
        """Answered at once."""
        lines = marked(request.text, request.source, request.lines)
        self._emit(Compared(request=request.request, lines=lines))

    async def answer(self) -> None:
        """The oldest, as many as one batch takes."""
        requests = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        items = [
            TranslationItem(
                text=request.text,
                source=request.source,
                targets=request.targets,
                previous={},
                final=True,
                glossary=glossary_of(request.glossary),
            )
            for request in requests
        ]
        for request, translations in zip(requests, await self._translate(items), strict=True):
            lines = marked(request.text, request.source, translations or {})
            self._emit(Translated(request=request.request, translations=lines))
