"""The threads that models run in: some for recognition, one for translation."""

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
    """What `transcription.recogniser.Recogniser` does; from several threads at a time."""

    passes: int
    fallbacks: int

    def knows(self, language: str) -> bool: ...
    def recognise(self, requests: Sequence[Request]) -> list[Recognition]: ...
    def recognise_again(self, request: Request) -> Recognition: ...


class Translating(Protocol):
    """What `transcription.translator.Translator` does; from one thread at a time."""

    def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]: ...


class Inference:
    """Runs batches off the event loop. Leaving the context waits for those that run.

    `workers`: recognitions at the same time.
    """

    def __init__(self, recogniser: Recognising, translator: Translating, *, workers: int = 1) -> None:
        self._recogniser = recogniser
        self._translator = translator
        self._recognising = ThreadPoolExecutor(workers, thread_name_prefix="recognition")
        self._translating = ThreadPoolExecutor(1, thread_name_prefix="translation")

    def __enter__(self) -> Inference:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in (self._recognising, self._translating):
            executor.shutdown(wait=True, cancel_futures=True)

    async def recognise(self, requests: Sequence[Request], again: Sequence[bool]) -> list[Recognition]:
        """`again`: for which requests a result that is not trusted is repeated. Raises InferenceError."""
        return await self._run(self._recognising, lambda: self._recognise(requests, again))

    async def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]:
        """Raises InferenceError."""
        if not items:
            return []
        return await self._run(self._translating, lambda: self._translator.translate(items))

    def _recognise(self, requests: Sequence[Request], again: Sequence[bool]) -> list[Recognition]:
        return [
            result if result.trusted or not repeat else self._recogniser.recognise_again(request)
            for request, result, repeat in zip(
                requests, self._recogniser.recognise(requests), again, strict=True
            )
        ]

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except Exception as error:
            # Whatever a model library raises for one batch must not end the worker.
            raise InferenceError(f"{type(error).__name__}: {error}") from error
