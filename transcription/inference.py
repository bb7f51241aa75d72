"""The one thread that models run in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, TypeVar

from transcription.errors import InferenceError
from transcription.recogniser import Recognition, Request
from transcription.translator import TranslationItem
from wire.captions import Translation

T = TypeVar("T")


class Recognising(Protocol):
    """What `transcription.recogniser.Recogniser` does."""

    passes: int
    fallbacks: int

    def knows(self, language: str) -> bool: ...
    def recognise(self, requests: Sequence[Request]) -> list[Recognition]: ...
    def recognise_again(self, request: Request) -> Recognition: ...


class Translating(Protocol):
    """What `transcription.translator.Translator` does."""

    def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]: ...


class InferenceThread:
    """Runs one batch at a time, off the event loop. Leaving the context waits for the running batch."""

    def __init__(self, recogniser: Recognising, translator: Translating) -> None:
        self._recogniser = recogniser
        self._translator = translator
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference")

    def __enter__(self) -> InferenceThread:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def recognise(self, requests: Sequence[Request], again: Sequence[bool]) -> list[Recognition]:
        """`again`: for which requests a result that is not trusted is repeated. Raises InferenceError."""
        return await self._run(lambda: self._recognise(requests, again))

    async def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]:
        """Raises InferenceError."""
        return await self._run(lambda: self._translator.translate(items)) if items else []

    def _recognise(self, requests: Sequence[Request], again: Sequence[bool]) -> list[Recognition]:
        return [
            result if result.trusted or not repeat else self._recogniser.recognise_again(request)
            for request, result, repeat in zip(
                requests, self._recogniser.recognise(requests), again, strict=True
            )
        ]

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except Exception as error:
            # Whatever a model library raises for one batch must not end the worker.
            raise InferenceError(f"{type(error).__name__}: {error}") from error
