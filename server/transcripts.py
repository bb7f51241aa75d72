"""Captions on their way: hypotheses in, finals into the database, revisions out to the pages, corrections."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from server import booth, metrics
from server.captions import Utterance, flags_of, unreachable
from server.corrections import (
    LastCorrection,
    check_current,
    confirmed,
    corrected,
)
from server.errors import (
    CaptionChanged,
    CaptionNotFound,
    NotAllowed,
    PersonNotFound,
    RoomNotFound,
    RoomNotOpen,
    ServerError,
    StoreError,
)
from server.history import Change, Touched, reverted
from server.holding import Mask, mask_of
from server.live_room import LiveRoom
from server.messages import CaptionRemoved, Correct
from server.renewal import Renewal
from server.replacements import replaced_hypothesis
from server.rights import CORRECTORS
from server.store import Store
from server.store.records import Person, StoredCaption
from server.transcription_plane import TranscriptionPlane
from wire.captions import TYPED_FLAG, Caption
from wire.links import Hypothesis

log = logging.getLogger(__name__)

RETRIES_S = (0.5, 2.0, 8.0)
"""Waits before a final that could not be stored is tried again; each try may wait for the file's lock too."""
MAX_SEARCHED = 2_000
MAX_CHANGED = 300
"""Captions that are looked through, and that are changed, by one key."""
Plan = Callable[[Caption], Change | None]
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
        self._renewal = Renewal(self.find, self._replace)
        self._storing: dict[Utterance, asyncio.Task[None]] = {}
        """Finals waiting to be stored after all."""
        self._releasing: set[asyncio.Task[None]] = set()

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
        said, hypothesis = hypothesis, replaced_hypothesis(hypothesis, room.desk.replacements)
        flags = flags_of(hypothesis, room.targets(hypothesis.lang), plane.models_for(room.id))
        caption = room.book.revise(utterance, person, hypothesis, flags)
        if caption is not None:
            mask = mask_of(caption, hypothesis.details) if room.desk.holds else None
            await self._publish(room, utterance, caption, mask, received_s)
        finished = room.book.is_finished(utterance)
        if caption is not None and finished and hypothesis is not said:
            self._renewal.follow(plane, room, (caption,), original=hypothesis.text != said.text)
        return finished

    def worker_gone(self, rooms: list[LiveRoom], instance: str) -> None:
        """What the worker had begun will not be finished."""
        for room in rooms:
            for caption in room.book.abandon(instance) if room.book is not None else ():
                self._withdraw(room, caption)

    async def correct(
        self, plane: TranscriptionPlane, room: LiveRoom, person: Person, correct: Correct
    ) -> Change:
        """Raises NotAllowed, CaptionNotFound, CaptionChanged, StoreError; BadMessage for a wrong language."""
        if person.role not in CORRECTORS:
            raise NotAllowed("only interpreters and organisers correct captions")
        async with room.correcting:
            caption = await self.find(room, correct.id)
            check_current(correct, person.id, room.corrections.get(caption.id))
            revision = corrected(caption, correct, person, room.readable())
            # Who corrects a line has read it.
            await self._replace(room, revision, read=True)
            room.corrections[caption.id] = LastCorrection(revision.rev, person.id)
        if correct.lang != caption.lang:
            self._renewal.compare(plane, room, revision, correct.lang)
        elif correct.text != caption.text:
            self._renewal.follow(plane, room, (revision,), original=True)
        return Change(correct.lang, caption, revision)

    async def replace(
        self, plane: TranscriptionPlane, room: LiveRoom, person: Person, plan: Plan, made: list[Change]
    ) -> None:
        """What `plan` makes of the room's captions: a revision, and the language of the line that it writes.

        The newest captions first, at most MAX_CHANGED; then their other lines follow. `made` is told of each
        as it is made. Raises StoreError.
        """
        try:
            async with room.correcting:
                stored = await self._store.captions.last_of_room(room.id, MAX_SEARCHED)
                planned = (plan(item.caption) for item in reversed(stored))
                wanted = [change for change in planned if change is not None][:MAX_CHANGED]
                await self._write(room, wanted, person, made)
        finally:
            for original in (True, False):
                revisions = [one.after for one in made if (one.lang == one.after.lang) is original]
                self._renewal.follow(plane, room, revisions, original=original)

    async def revert(
        self,
        plane: TranscriptionPlane,
        room: LiveRoom,
        person: Person,
        changes: Iterable[Change],
        touched: Touched,
        made: list[Change],
    ) -> None:
        """As they were before, but for lines that somebody wrote anew since. `made` is told of each as it is
        made. Raises StoreError.
        """
        wanted = []
        try:
            async with room.correcting:
                for change in changes:
                    try:
                        current = await self.find(room, change.after.id)
                    except (CaptionNotFound, CaptionChanged):
                        continue
                    if (back := reverted(current, change, touched)) is not None:
                        wanted.append(Change(change.lang, current, back))
                await self._write(room, wanted, person, made)
        finally:
            self._renewal.complete(plane, room, [one.after for one in made])

    async def _write(
        self, room: LiveRoom, changes: Iterable[Change], person: Person, made: list[Change]
    ) -> None:
        """For who holds `room.correcting`."""
        for change in changes:
            await self._replace(room, change.after)
            room.corrections[change.after.id] = LastCorrection(change.after.rev, person.id)
            made.append(change)

    async def say(
        self, plane: TranscriptionPlane, room: LiveRoom, speaker: Person, by: Person, lang: str, text: str
    ) -> Caption:
        """A caption that somebody typed. Raises RoomNotOpen, PersonNotFound, StoreError."""
        if room.book is None or not room.is_open:
            raise RoomNotOpen("the consultation is not open")
        number = await self._store.captions.next_number(room.id, speaker.id)
        now_ms = room.book.now_ms(time.time())
        flags = unreachable(lang, room.targets(lang), plane.models_for(room.id))
        caption = Caption(
            id=f"{room.id}-{speaker.id}-{number}",
            rev=1,
            speaker=speaker.id,
            state="corrected",
            lang=lang,
            text=text,
            stable=len(text),
            translations={},
            confidence=None,
            flags=(TYPED_FLAG, *flags),
            start_ms=now_ms,
            end_ms=now_ms,
            lag_ms=0,
            by=by.name,
            by_id=by.id,
        )
        async with room.correcting:
            await self._store.captions.save(_stored(room, caption))
            room.book.add(caption)
            room.corrections[caption.id] = LastCorrection(caption.rev, by.id)
            self._send(room, caption)
        self._renewal.follow(plane, room, (caption,), original=True)
        return caption

    async def confirm(self, room: LiveRoom, caption_id: str) -> None:
        """Nothing of it is held back any more, its doubts are settled. Raises CaptionNotFound, StoreError."""
        async with room.correcting:
            caption = await self.find(room, caption_id)
            if caption_id not in room.desk.held:
                return
            read = confirmed(caption)
            if read is None:
                del room.desk.held[caption_id]
                self._send(room, caption)
            else:
                await self._replace(room, read, read=True)

    def release(self, room: LiveRoom, caption_ids: Iterable[str]) -> None:
        """What was held back is shown: the pages have a revision less."""
        old = []
        for caption_id in caption_ids:
            if room.book is not None and (caption := room.book.get(caption_id)) is not None:
                self._send(room, caption)
            else:
                old.append(caption_id)
        if old:
            task = asyncio.create_task(self._release_stored(room, old))
            self._releasing.add(task)
            task.add_done_callback(self._releasing.discard)

    async def _release_stored(self, room: LiveRoom, caption_ids: Iterable[str]) -> None:
        """Those that the book has no more."""
        try:
            for caption_id in caption_ids:
                stored = await self._store.captions.get(caption_id)
                if stored is not None:
                    self._send(room, stored.caption)
        except ServerError as error:
            log.warning("captions of room %s stay held back: %s", room.id, error.message)
        except Exception:
            metrics.FAILED_TASKS.labels("releasing").inc()
            log.exception("captions of room %s stay held back", room.id)

    async def close(self) -> None:
        await self._renewal.close()
        tasks = [*self._storing.values(), *self._releasing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _publish(
        self, room: LiveRoom, utterance: Utterance, caption: Caption, mask: Mask | None, received_s: float
    ) -> None:
        if caption.state == "final":
            if mask is not None:
                # One is left for what the others are shown meanwhile.
                caption = caption.model_copy(update={"rev": caption.rev + 1})
                self.release(room, room.desk.hold_back(caption.id, mask))
            try:
                await self._store.captions.save(_stored(room, caption, utterance.source))
            except ServerError as error:
                # Shown, but not as final: only what is in the database is.
                shown = caption.model_copy(update={"state": "partial"})
                self._show_partial(room, utterance, shown, mask, received_s)
                self._store_later(room, utterance, caption, received_s, error)
            else:
                self._show_final(room, utterance, caption, received_s)
        else:
            self._show_partial(room, utterance, caption, mask, received_s)

    def _show_partial(
        self, room: LiveRoom, utterance: Utterance, caption: Caption, mask: Mask | None, received_s: float
    ) -> None:
        assert room.book is not None
        caption = _lagging(caption, received_s)
        self._send(room, caption, mask)
        room.book.keep_partial(utterance, caption)

    def _show_final(self, room: LiveRoom, utterance: Utterance, caption: Caption, received_s: float) -> None:
        """One that is in the database."""
        assert room.book is not None
        caption = _lagging(caption, received_s)
        self._send(room, caption)
        room.book.keep_final(utterance, caption)
        metrics.CAPTION_LAG.observe(caption.lag_ms / 1000)
        if caption.id in room.desk.held:
            room.broadcast(room.desk.machine(), key="machine")
        self._on_final(room)

    def _store_later(
        self, room: LiveRoom, utterance: Utterance, final: Caption, received_s: float, error: ServerError
    ) -> None:
        """A full disk or a lock that another program holds may pass; what else was refused stays refused."""
        if not isinstance(error, StoreError) or len(self._storing) >= MAX_UNSTORED:
            _not_stored(room, error)
            return
        # Pages leave aside what is not newer than the partial that they show, masks take one more.
        final = final.model_copy(update={"rev": final.rev + 2})
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

    async def find(self, room: LiveRoom, caption_id: str) -> Caption:
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

    async def _replace(self, room: LiveRoom, revision: Caption, *, read: bool = False) -> None:
        """`read`: somebody has, so that nothing of it is held back any more."""
        await self._store.captions.save(_stored(room, revision))
        assert room.book is not None
        if read:
            room.desk.held.pop(revision.id, None)
        room.book.replace(revision)
        self._send(room, revision)

    def _send(self, room: LiveRoom, caption: Caption, mask: Mask | None = None) -> None:
        metrics.CAPTIONS.labels(caption.state).inc()
        room.show_caption(caption, mask)

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
