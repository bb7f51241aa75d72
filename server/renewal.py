"""What follows a correction: the other lines translated again, their numbers compared."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from server import metrics
from server.corrections import remarked, retranslated
from server.errors import ServerError
from server.live_room import LiveRoom
from server.transcription_plane import TranscriptionPlane
from wire.captions import Caption

log = logging.getLogger(__name__)

MAX_RETRANSLATIONS = 64
"""Corrections waiting for their new translation or a comparison; beyond it they do without."""


class Renewal:
    """`find(room, id)` gives a caption's newest revision, `replace(room, revision)` stores and shows
    a further one; both are awaited with `room.correcting` held."""

    def __init__(
        self,
        find: Callable[[LiveRoom, str], Awaitable[Caption]],
        replace: Callable[[LiveRoom, Caption], Awaitable[None]],
    ) -> None:
        self._find = find
        self._replace = replace
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def follow(
        self, plane: TranscriptionPlane, room: LiveRoom, revisions: Sequence[Caption], *, original: bool
    ) -> None:
        """Captions whose original, or some other line, was written; one after the other."""

        async def each() -> None:
            for base in revisions:
                if original:
                    targets = tuple(dict.fromkeys((*base.translations, *room.targets(base.lang))))
                    await self._translate_again(plane, room, base, targets)
                else:
                    await self._compare_again(plane, room, base, tuple(base.translations))

        if revisions:
            self._later(each(), room)

    def complete(self, plane: TranscriptionPlane, room: LiveRoom, revisions: Sequence[Caption]) -> None:
        """Captions that may lack a language; the lines that they have stay."""

        async def each() -> None:
            for base in revisions:
                missing = tuple(lang for lang in room.targets(base.lang) if lang not in base.translations)
                await self._translate_again(plane, room, base, missing)

        if revisions:
            self._later(each(), room)

    def compare(self, plane: TranscriptionPlane, room: LiveRoom, base: Caption, lang: str) -> None:
        self._later(self._compare_again(plane, room, base, (lang,)), room)

    def _later(self, work: Coroutine[None, None, None], room: LiveRoom) -> None:
        if len(self._tasks) >= MAX_RETRANSLATIONS:
            work.close()
            log.warning("too many corrections wait for the worker, one in room %s is left out", room.id)
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _translate_again(
        self, plane: TranscriptionPlane, room: LiveRoom, base: Caption, targets: tuple[str, ...]
    ) -> None:
        terms = room.terms()
        try:
            translations = (
                await plane.translate(room.id, base.text, base.lang, targets, terms) if targets else {}
            )
            async with room.correcting:
                revision = retranslated(await self._find(room, base.id), base, translations)
                if revision is not None:
                    await self._replace(room, revision)
        except ServerError as error:
            log.warning("a correction in room %s keeps its old translations: %s", room.id, error.message)
        except Exception:
            metrics.FAILED_TASKS.labels("retranslation").inc()
            log.exception("a correction in room %s could not be translated again", room.id)
        else:
            # Lines that the worker did not make keep their words, and are held against the new ones.
            kept = tuple(lang for lang in base.translations if lang not in translations)
            await self._compare_again(plane, room, base, kept)

    async def _compare_again(
        self, plane: TranscriptionPlane, room: LiveRoom, base: Caption, langs: tuple[str, ...]
    ) -> None:
        """Whether the numbers of these lines agree with the original now."""
        lines = {lang: base.translations[lang] for lang in langs}
        try:
            marked = await plane.compare(room.id, base.text, base.lang, lines) if lines else {}
            async with room.correcting:
                revision = remarked(await self._find(room, base.id), base.text, marked)
                if revision is not None:
                    await self._replace(room, revision)
        except ServerError as error:
            log.warning("the numbers of a correction in room %s stay unmarked: %s", room.id, error.message)
        except Exception:
            metrics.FAILED_TASKS.labels("comparison").inc()
            log.exception("the numbers of a correction in room %s could not be compared", room.id)
