"""The rooms' side of the transcription workers: which speakers to listen to, and translations on demand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from server import metrics
from server.config import Limits
from server.messages import TranscriptionView
from server.settling import Settling
from server.workers import FromTranscription, Requests, WorkerLink
from wire.captions import Translation
from wire.glossary import Term
from wire.links import (
    Compare,
    Compared,
    Hypothesis,
    Kept,
    Models,
    Track,
    TranscriptionHello,
    TranscriptionStats,
    Translate,
    Translated,
    Untrack,
)

log = logging.getLogger(__name__)


class TranscriptionPlane:
    """A media worker sends all its speakers to one transcription worker, so rooms follow their media worker.

    `send_audio_to(media instance, url)` tells a media worker; `on_change()` after models came or went;
    `on_hypothesis(instance, hypothesis)` is awaited, in order, and says whether it is taken care of;
    `on_gone(instance)` when a worker's open utterances will not be finished.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        send_audio_to: Callable[[str, str | None], None],
        on_change: Callable[[], None],
        on_hypothesis: Callable[[str, Hypothesis], Awaitable[bool]],
        on_gone: Callable[[str], None],
    ) -> None:
        self._limits = limits
        self._send_audio_to = send_audio_to
        self._on_change = on_change
        self._on_hypothesis = on_hypothesis
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._links: dict[str, WorkerLink] = {}
        self._hellos: dict[str, TranscriptionHello] = {}
        """Connected workers, and those that may still return with their utterances."""
        self._tracks: dict[str, dict[str, Track]] = {}
        """Room → track id → what the room's worker should know."""
        self._media_of: dict[str, str | None] = {}
        self._told: dict[str, dict[str, Track | None]] = {}
        """Instance → track id → what it was told last; None when it is not sure to know."""
        self._requests: Requests[Translated | Compared] = Requests(limits.worker_request_timeout_s)
        self._settling = Settling(reassign_s=limits.reassign_s, settle_s=0.0, on_moved=self._moved)
        self._placement = self._settling.placement
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # --- what the rooms ask ---------------------------------------------------------------------------------

    def set_tracks(self, room: str, tracks: Mapping[str, Track], media: str | None) -> None:
        """`media`: the instance of the room's media worker."""
        self._tracks[room] = dict(tracks)
        self._media_of[room] = media
        self._synchronise()

    def forget_room(self, room: str) -> None:
        self.set_tracks(room, {}, None)
        del self._tracks[room], self._media_of[room]

    def media_worker(self, instance: str) -> None:
        """A media worker came, or came back."""
        self._placement.want(instance)
        self._settling.settle()
        self._send_audio_to(instance, self._audio_url(instance))

    def media_worker_gone(self, instance: str) -> None:
        self._placement.release(instance)

    def view(self, room: str) -> TranscriptionView:
        """What the room can have recognised and translated."""
        models = self.models_for(room)
        return TranscriptionView() if models is None else TranscriptionView.of(models)

    def models_for(self, room: str) -> Models | None:
        """None without a worker."""
        link = self._link(room)
        return self._hellos[link.instance].models if link is not None else None

    async def translate(
        self, room: str, text: str, source: str, targets: tuple[str, ...], glossary: tuple[Term, ...] = ()
    ) -> dict[str, Translation]:
        """Empty when no worker is there or it does not answer."""
        link = self._link(room)
        if link is None:
            return {}

        def question(request: int) -> Translate:
            return Translate(request=request, text=text, source=source, targets=targets, glossary=glossary)

        try:
            answer = await self._requests.ask(link, question)
        except TimeoutError:
            log.warning("transcription worker %s did not answer a translate request", link.name)
            return {}
        return answer.translations if isinstance(answer, Translated) else {}

    async def compare(
        self, room: str, text: str, source: str, lines: Mapping[str, Translation]
    ) -> dict[str, Translation]:
        """The lines with their numbers marked; empty when no worker is there or it does not answer."""
        link = self._link(room)
        if link is None:
            return {}

        def question(request: int) -> Compare:
            return Compare(request=request, text=text, source=source, lines=dict(lines))

        try:
            answer = await self._requests.ask(link, question)
        except TimeoutError:
            log.warning("transcription worker %s did not answer a compare request", link.name)
            return {}
        return answer.lines if isinstance(answer, Compared) else {}

    def loaded(self) -> list[Models]:
        """Of every connected worker."""
        return [self._hellos[instance].models for instance in self._links]

    @property
    def count(self) -> int:
        return len(self._links)

    def close(self) -> None:
        self._settling.close()
        for timer in self._timers.values():
            timer.cancel()

    # --- what the workers do --------------------------------------------------------------------------------

    def attach(self, link: WorkerLink, hello: TranscriptionHello) -> None:
        if earlier := self._links.get(link.instance):
            earlier.close()
        if timer := self._timers.pop(link.instance, None):
            timer.cancel()
        for instance, other in list(self._hellos.items()):
            if other.name == hello.name and instance != link.instance and instance not in self._links:
                self._give_up(instance)
        self._links[link.instance] = link
        self._hellos[link.instance] = hello
        self._told[link.instance] = dict.fromkeys(self._told.get(link.instance, ()))
        metrics.WORKERS.labels("transcription").set(self.count)
        self._placement.connected(link.instance, link.name)
        self._settling.settle()
        self._synchronise()
        self._on_change()

    async def handle(self, link: WorkerLink, message: FromTranscription) -> None:
        match message:
            case Hypothesis():
                taken_care_of = await self._on_hypothesis(link.instance, message)
                if message.state == "final" and taken_care_of:
                    link.send(Kept(track=message.track, utterance=message.utterance))
            case Translated() | Compared():
                self._requests.answered(message.request, message)
            case TranscriptionStats():
                metrics.report("transcription", link.name, message)
            case _:
                log.debug("transcription worker %s: %s", link.name, message.type)

    def detach(self, link: WorkerLink) -> None:
        if self._links.get(link.instance) is not link:
            return
        del self._links[link.instance]
        metrics.WORKERS.labels("transcription").set(self.count)
        metrics.forget("transcription", link.name)
        self._timers[link.instance] = self._loop.call_later(
            self._limits.grace_s, self._give_up, link.instance
        )
        self._settling.lost(link.instance)
        self._on_change()

    # --- inside ---------------------------------------------------------------------------------------------

    def _moved(self, media_workers: list[str]) -> None:
        """The tracks are announced before their audio is."""
        self._synchronise()
        for media in media_workers:
            self._send_audio_to(media, self._audio_url(media))
        self._on_change()

    def _give_up(self, instance: str) -> None:
        """The worker will not return: another life of it came, or too much time went by."""
        if timer := self._timers.pop(instance, None):
            timer.cancel()
        self._hellos.pop(instance, None)
        self._told.pop(instance, None)
        self._on_gone(instance)

    def _link(self, room: str) -> WorkerLink | None:
        """The worker that hears the room; any, for a room that has no media worker."""
        media = self._media_of.get(room)
        instance = self._placement.where(media) if media is not None else None
        return self._links.get(instance) if instance is not None else next(iter(self._links.values()), None)

    def _audio_url(self, media: str) -> str | None:
        instance = self._placement.where(media)
        hello = self._hellos.get(instance) if instance is not None else None
        return None if hello is None else hello.audio_url

    def _synchronise(self) -> None:
        """Tells every connected worker what changed for it."""
        wanted: dict[str, dict[str, Track]] = {instance: {} for instance in self._links}
        for room, tracks in self._tracks.items():
            media = self._media_of.get(room)
            instance = self._placement.where(media) if media is not None else None
            if instance in wanted:
                wanted[instance].update(tracks)
        for instance, tracks in wanted.items():
            link, told = self._links[instance], self._told.setdefault(instance, {})
            for gone in told.keys() - tracks.keys():
                link.send(Untrack(track=gone))
            for track in tracks.values():
                if told.get(track.track) != track:
                    link.send(track)
            self._told[instance] = dict(tracks)
