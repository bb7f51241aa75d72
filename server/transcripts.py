"""Captions on their way: hypotheses in, finals into the database, revisions out to the pages, corrections."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime

from server import booth, metrics
from server.captions import Utterance, flags_of
from server.corrections import LastCorrection, check_current, corrected, remarked, retranslated
from server.errors import (
    CaptionChanged,
    CaptionNotFound,
    NotAllowed,
    PersonNotFound,
    RoomNotFound,
    ServerError,
    StoreError,
)
from server.live_room import LiveRoom
from server.messages import CaptionRemoved, Correct
from server.rights import CORRECTORS
from server.store import Store
from server.store.records import Person, StoredCaption
from server.transcription_plane import TranscriptionPlane
from wire.captions import Caption
from wire.links import Hypothesis

log = logging.getLogger(__name__)

MAX_RETRANSLATIONS = 64
"""Corrections waiting for their new translation or a comparison; beyond it they do without."""
RETRIES_S = (0.5, 2.0, 8.0)
"""Waits before a final that could not be stored is tried again; each try may wait for the file's lock too."""
MAX_UNSTORED = 256
"""Finals waiting to be tried again; beyond it they stay partial at once."""


class Transcripts:
    """`room_of(id)` loads a room (raises RoomNotFound); `on_final(room)` after its lag may have changed."""

    def __init__(
        self,
        store: Store,
        *,
        room_of: Callable[[str], Awaitable[LiveRoom]],
        on_final: Callable[[LiveRoom], None],
    ) -> None:
        self._store = store
        self._room_of = room_of
        self._on_final = on_final
        self._tasks: set[asyncio.Task[None]] = set()
        """Corrections waiting for their new translation."""
        self._storing: dict[Utterance, asyncio.Task[None]] = {}
        """Finals waiting to be stored after all."""

    async def hypothesis(self, plane: TranscriptionPlane, instance: str, hypothesis: Hypothesis) -> bool:
        """Whether it is taken care of: otherwise the worker sends a final again after its link was lost."""
        received_s = time.monotonic()
        room_id, _, person = hypothesis.track.partition("-")
        try:
            room = await self._room_of(room_id)
        except RoomNotFound:
            return True
        utterance = Utterance(instance, hypothesis.track, hypothesis.utterance)
        if room.book is None or room.book.is_finished(utterance):
            return True
        if utterance in self._storing:
            return False
        if not hypothesis.text.strip():
            if hypothesis.state == "final":
                self._withdraw(room, room.book.finish(utterance))
            return True
        if room.book.needs_id(utterance):
            if hypothesis.state == "final" and await self._store.captions.has_source(utterance.source):
                room.book.finish(utterance)
                return True  # stored by a life of this server that could not say so any more
            try:
                number = await self._store.captions.next_number(room_id, person)
            except PersonNotFound:
                return True
            interpretation = booth.interprets_now(room, person)
            room.book.give_id(utterance, person, number, interpretation=interpretation)
        flags = flags_of(hypothesis, room.targets(hypothesis.lang), plane.models_for(room.id))
        caption = room.book.revise(utterance, person, hypothesis, flags)
        if caption is not None:
            await self._publish(room, utterance, caption, received_s)
        return room.book.is_finished(utterance)

    def worker_gone(self, rooms: list[LiveRoom], instance: str) -> None:
        """What the worker had begun will not be finished."""
        for room in rooms:
            for caption in room.book.abandon(instance) if room.book is not None else ():
                self._withdraw(room, caption)

    async def correct(
        self, plane: TranscriptionPlane, room: LiveRoom, person: Person, correct: Correct
    ) -> None:
        """Raises NotAllowed, CaptionNotFound, CaptionChanged, StoreError; BadMessage for a wrong language."""
        if person.role not in CORRECTORS:
            raise NotAllowed("only interpreters and organisers correct captions")
        async with room.correcting:
            caption = await self._find(room, correct.id)
            check_current(correct, person.id, room.corrections.get(caption.id))
            revision = corrected(caption, correct, person.name, room.readable())
            await self._replace(room, revision)
            room.corrections[caption.id] = LastCorrection(revision.rev, person.id)
        if correct.lang != caption.lang:
            self._later(self._compare_again(plane, room, revision, (correct.lang,)), room)
        elif correct.text != caption.text:
            self._later(self._translate_again(plane, room, revision), room)

    async def close(self) -> None:
        tasks = [*self._tasks, *self._storing.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _publish(
        self, room: LiveRoom, utterance: Utterance, caption: Caption, received_s: float
    ) -> None:
        if caption.state == "final":
            try:
                await self._store.captions.save(_stored(room, caption, utterance.source))
            except ServerError as error:
                # Shown, but not as final: only what is in the database is.
                shown = caption.model_copy(update={"state": "partial"})
                self._show_partial(room, utterance, shown, received_s)
                self._store_later(room, utterance, caption, received_s, error)
            else:
                self._show_final(room, utterance, caption, received_s)
        else:
            self._show_partial(room, utterance, caption, received_s)

    def _show_partial(
        self, room: LiveRoom, utterance: Utterance, caption: Caption, received_s: float
    ) -> None:
        assert room.book is not None
        caption = _lagging(caption, received_s)
        self._send(room, caption)
        room.book.keep_partial(utterance, caption)

    def _show_final(self, room: LiveRoom, utterance: Utterance, caption: Caption, received_s: float) -> None:
        """One that is in the database."""
        assert room.book is not None
        caption = _lagging(caption, received_s)
        self._send(room, caption)
        room.book.keep_final(utterance, caption)
        metrics.CAPTION_LAG.observe(caption.lag_ms / 1000)
        self._on_final(room)

    def _store_later(
        self, room: LiveRoom, utterance: Utterance, final: Caption, received_s: float, error: ServerError
    ) -> None:
        """A full disk or a lock that another program holds may pass; what else was refused stays refused."""
        if not isinstance(error, StoreError) or len(self._storing) >= MAX_UNSTORED:
            _not_stored(room, error)
            return
        # Pages leave aside what is not newer than the partial that they show.
        final = final.model_copy(update={"rev": final.rev + 1})
        task = asyncio.create_task(self._store_again(room, utterance, final, received_s, error))
        self._storing[utterance] = task
        task.add_done_callback(lambda _: self._storing.pop(utterance))

    async def _store_again(
        self, room: LiveRoom, utterance: Utterance, final: Caption, received_s: float, error: ServerError
    ) -> None:
        try:
            for delay_s in RETRIES_S:
                await asyncio.sleep(delay_s)
                try:
                    await self._store.captions.save(_stored(room, final, utterance.source))
                except StoreError as again:
                    error = again
                else:
                    self._show_final(room, utterance, final, received_s)
                    return
            _not_stored(room, error)
        except asyncio.CancelledError:
            _not_stored(room, error)
            raise
        except ServerError as refused:
            _not_stored(room, refused)
        except Exception:
            metrics.FAILED_TASKS.labels("storing").inc()
            log.exception("a final caption of room %s could not be stored", room.id)

    def _later(self, work: Coroutine[None, None, None], room: LiveRoom) -> None:
        if len(self._tasks) >= MAX_RETRANSLATIONS:
            work.close()
            log.warning("too many corrections wait for the worker, one in room %s is left out", room.id)
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _translate_again(self, plane: TranscriptionPlane, room: LiveRoom, base: Caption) -> None:
        targets = tuple(dict.fromkeys((*base.translations, *room.targets(base.lang))))
        try:
            translations = await plane.translate(room.id, base.text, base.lang, targets, room.terms())
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

    async def _find(self, room: LiveRoom, caption_id: str) -> Caption:
        """Its newest revision. Raises CaptionNotFound, CaptionChanged, StoreError."""
        if room.book is not None:
            if (kept := room.book.get(caption_id)) is not None:
                return kept
            if room.book.is_partial(caption_id):
                raise CaptionChanged("this sentence is still being spoken")
        stored = await self._store.captions.get(caption_id)
        if stored is None or stored.room != room.id:
            raise CaptionNotFound("there is no such caption in this room")
        return stored.caption

    async def _replace(self, room: LiveRoom, revision: Caption) -> None:
        await self._store.captions.save(_stored(room, revision))
        assert room.book is not None
        room.book.replace(revision)
        self._send(room, revision)

    def _send(self, room: LiveRoom, caption: Caption) -> None:
        metrics.CAPTIONS.labels(caption.state).inc()
        room.broadcast(caption, key=f"caption-{caption.id}")

    def _withdraw(self, room: LiveRoom, caption: Caption | None) -> None:
        if caption is not None:
            room.broadcast(CaptionRemoved(id=caption.id), key=f"caption-{caption.id}")


def _stored(room: LiveRoom, caption: Caption, source: str | None = None) -> StoredCaption:
    """`spoken_at` follows from the room's opening, from which captions count."""
    opened_s = room.record.opened_at.timestamp() if room.record.opened_at else 0.0
    spoken_at = datetime.fromtimestamp(opened_s + caption.start_ms / 1000, UTC)
    return StoredCaption(room=room.id, caption=caption, spoken_at=spoken_at, source=source)


def _not_stored(room: LiveRoom, error: ServerError) -> None:
    metrics.CAPTIONS_NOT_STORED.inc()
    log.error("a final caption of room %s could not be stored: %s", room.id, error.message)


def _lagging(caption: Caption, received_s: float) -> Caption:
    """The database's time counts too; the stored revision holds the worker's lag alone."""
    elapsed_ms = round((time.monotonic() - received_s) * 1000)
    return caption.model_copy(update={"lag_ms": caption.lag_ms + elapsed_ms})
