"""The rooms in memory, and the workers that serve them: each hears from here what changed for the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from server import metrics, networks
from server.attendance import Attendance
from server.captions import KEPT_CAPTIONS, CaptionBook
from server.clock import BY_HAND
from server.config import Limits
from server.desk import Desk
from server.live_room import HttpSession, LiveRoom
from server.media_plane import MediaPlane
from server.messages import CaptionRemoved, QualityShown, ReceiveOffer
from server.recordings import Recordings
from server.store import Store
from server.store.records import EventSettings, Room
from server.transcription_plane import TranscriptionPlane
from server.transcripts import Transcripts
from wire.links import Hypothesis, Quality, RecordingState, SubscribeOffer
from wire.network import Network


class Rooms:
    """Rooms are read from the database when somebody needs them, and stay until they are removed.

    `on_final(room)` after a caption's lag became known, `on_workers()` when workers came or went,
    `on_recording(room)` when a recording began, ended or became a file.
    `on_final(room)` after a caption's lag became known, `on_network(room)` after everybody's network was
    measured, `on_workers()` when workers came or went, `on_recording(room)` when a recording began, ended or
    became a file.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits,
        recordings_dir: Path,
        *,
        recordings_max_gib: float,
        on_final: Callable[[LiveRoom], None],
        on_network: Callable[[LiveRoom], None],
        on_workers: Callable[[], None],
        on_recording: Callable[[str], None],
    ) -> None:
        self._store = store
        self._on_network = on_network
        self._on_workers = on_workers
        self.on_session_over: Callable[[LiveRoom, HttpSession], None] = lambda live, session: None
        """After an encoder's or player's session ended with its room, worker or person."""
        self.on_refresh: Callable[[LiveRoom], None] = lambda live: None
        self.live: dict[str, LiveRoom] = {}
        self.settings: dict[str, EventSettings] = {}
        """By the name of the event; `read_settings` fills it."""
        self.changing = asyncio.Lock()
        """Held while a room is read from the database or told of a change, so that the newest word wins."""
        self.media = MediaPlane(
            limits,
            on_change=self.media_changed,
            on_offer=self._media_offer,
            on_quality=self._media_quality,
            on_network=self._networks,
            on_worker=lambda instance: self.transcription.media_worker(instance),
            on_worker_gone=lambda instance: self.transcription.media_worker_gone(instance),
            on_count=on_workers,
            on_recording=self._recording,
        )
        self.transcription = TranscriptionPlane(
            limits,
            send_audio_to=self.media.send_audio_to,
            on_change=self._transcription_changed,
            on_hypothesis=self._hypothesis,
            on_gone=self._transcription_worker_gone,
        )
        self.recordings = Recordings(
            store,
            recordings_dir,
            recordings_max_gib,
            tell_media=self.media.record,
            on_change=on_recording,
        )
        self.attendance = Attendance(store)
        self.transcripts = Transcripts(store, room_of=self.get, on_final=on_final)

    async def close(self) -> None:
        self.media.close()
        self.transcription.close()
        await self.transcripts.close()
        await self.recordings.close()
        await self.attendance.close()

    async def begin(self) -> None:
        """Before anybody comes in. Raises StoreError."""
        await self.read_settings()
        await self.attendance.begin()

    async def read_settings(self) -> None:
        self.settings = await self._store.events.settings()

    def settings_of(self, event: str) -> EventSettings:
        return self.settings.get(event, BY_HAND) if event else BY_HAND

    async def get(self, room: str) -> LiveRoom:
        """Raises RoomNotFound."""
        if live := self.live.get(room):
            return live
        async with self.changing:
            return await self.load(room)

    async def load(self, room: str) -> LiveRoom:
        """As `get`, for who holds `changing`."""
        live = self.live.get(room)
        if live is None:
            desk = Desk.of_record(await self._store.desks.get(room))
            live = LiveRoom(await self._store.rooms.get(room), desk=desk)
            await self.adopt(live, live.record)
            self.live[room] = live
        return live

    async def adopt(self, live: LiveRoom, record: Room) -> None:
        """The database's newest word; captions count from the first opening."""
        if live.book is None and record.opened_at is not None:
            stored = await self._store.captions.last_of_room(record.id, KEPT_CAPTIONS)
            live.book = CaptionBook(record.id, record.opened_at, [item.caption for item in stored])
        live.answers = await self._store.consents.of_room(record.id)
        live.event_terms = await self._store.glossaries.of_event(record.event)
        live.record, live.settings = record, self.settings_of(record.event)
        self.refresh(live)

    async def read_anew(self, live: LiveRoom) -> None:
        """What was deleted is forgotten, on the pages too. For who holds `changing` and `correcting`."""
        before = live.book.latest() if live.book is not None else ()
        live.book = None
        live.corrections.clear()
        live.desk = Desk.of_record(await self._store.desks.get(live.id))
        await self.adopt(live, await self._store.rooms.get(live.id))
        for caption in before:
            if live.book is None or live.book.get(caption.id) is None:
                live.broadcast(CaptionRemoved(id=caption.id), key=f"caption-{caption.id}")

    def refresh(self, live: LiveRoom) -> None:
        """Tells the workers what the room needs now."""
        over = live.end_sessions(self.media.view(live.id).epoch)
        self.media.set_people(live.id, live.publishers())
        self.transcription.set_tracks(live.id, live.tracks(), self.media.worker_of(live.id))
        self.recordings.refresh(live)
        self.attendance.look(live)
        metrics.ROOMS_OPEN.set(sum(1 for room in self.live.values() if room.is_open and room.inside()))
        for session in over:
            self.on_session_over(live, session)
        self.on_refresh(live)

    def remove(self, room: str) -> LiveRoom | None:
        live = self.live.pop(room, None)
        if live is not None:
            self.media.close_room(room)
            self.transcription.forget_room(room)
        self.attendance.forget(room)
        return live

    def media_changed(self, room: str) -> None:
        """Its worker came, went or is another."""
        live = self.live.get(room)
        if live is None:
            return
        view = self.media.view(room)
        if view != live.media:
            if view.epoch != live.media.epoch:
                live.qualities.clear()
            live.media = view
            for presence in live.presences.values():
                presence.offer = None
            live.broadcast(view, key="media")
        if live.sessions:
            self.refresh(live)
        self.transcription.set_tracks(room, live.tracks(), self.media.worker_of(room))
        self._show_transcription(live)

    def _media_offer(self, offer: SubscribeOffer) -> None:
        live = self.live.get(offer.room)
        presence = live.presences.get(offer.person) if live is not None else None
        if presence is not None:
            message = ReceiveOffer(generation=offer.generation, sdp=offer.sdp, tracks=offer.tracks)
            presence.offer = message
            presence.send(message, key="subscribe")

    def _recording(self, state: RecordingState) -> None:
        if live := self.live.get(state.room):
            self.recordings.handle(live, state)

    def _media_quality(self, quality: Quality) -> None:
        live = self.live.get(quality.room)
        if live is not None and live.record.person(quality.person) is not None:
            live.show_quality(QualityShown(person=quality.person, level=quality.level, paused=quality.paused))

    def _networks(self, network: Network) -> None:
        if (live := self.live.get(network.room)) is not None:
            networks.measured(live, network, time.monotonic())
            self._on_network(live)

    async def _hypothesis(self, instance: str, hypothesis: Hypothesis) -> bool:
        return await self.transcripts.hypothesis(self.transcription, instance, hypothesis)

    def _transcription_changed(self) -> None:
        for live in self.live.values():
            self._show_transcription(live)
        self._on_workers()

    def _transcription_worker_gone(self, instance: str) -> None:
        self.transcripts.worker_gone(list(self.live.values()), instance)

    def _show_transcription(self, live: LiveRoom) -> None:
        view = self.transcription.view(live.id)
        if view != live.transcription:
            live.transcription = view
            live.broadcast(view, key="transcription")
