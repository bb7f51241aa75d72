"""The live rooms: people come and go, workers come and go, and everybody inside hears of it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from server import booth, help, networks
from server.admission import Admission
from server.api.rows import room_row
from server.board import Board, BoardShown
from server.config import Limits
from server.consent import is_asked
from server.desk_work import DeskWork
from server.errors import NotAllowed, RoomNotFound, RoomNotOpen
from server.followers import Followers
from server.glossary import changed
from server.help import Help
from server.http_sessions import HttpSessions
from server.live import LoadedModels, ProcessState, RecordingFacts, WorkerCounts
from server.live_room import LiveRoom, Presence
from server.messages import (
    Announcement,
    CallHelp,
    Consent,
    Correct,
    HelpCall,
    Interpreting,
    Languages,
    PersonChanged,
    PersonRemoved,
    PutTerm,
    RecordingShown,
    RemoveTerm,
    RoomChanged,
    State,
    Tick,
)
from server.network_metrics import NETWORKS, Inside
from server.network_row import NetworkRow
from server.news import News
from server.outbox import GOING_AWAY, Outbox
from server.rights import CORRECTORS
from server.rooms import Rooms
from server.store import Store
from server.store.records import EventSettings, GlossaryTerm, Person, Room, Visit
from server.turn import Turn

log = logging.getLogger(__name__)


class Hub:
    """Implements `server.live.Live`. Made on the event loop; `close` ends its timers and tasks."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        recordings_dir: Path,
        *,
        recordings_max_gib: float,
        processes: Callable[[], list[ProcessState]] = list,
        on_room: Callable[[str], Awaitable[None]] | None = None,
        turn: Turn | None = None,
    ) -> None:
        """`on_room(id)` after a room was opened or closed, or one of its links ended."""
        self._store = store
        self._limits = limits
        self._processes = processes
        self._on_room = on_room
        self._rooms = Rooms(
            store,
            limits,
            recordings_dir,
            recordings_max_gib=recordings_max_gib,
            on_final=lambda room: self.news.row(room),
            on_workers=self._workers_changed,
            on_recording=self._recording_changed,
            on_network=lambda room: self.news.networks(room),
        )
        self.media, self.transcription = self._rooms.media, self._rooms.transcription
        self.recordings = self._rooms.recordings
        self.board = Board()
        self.news: News = News(
            self.board, self, on_interpreters=lambda room: self.sessions.tell_silence(room)
        )
        self.sessions: HttpSessions = HttpSessions(store, self._rooms, turn, on_person=self.news.person)
        self.desk = DeskWork(store, self._rooms, self._change_terms)
        self.admission = Admission(store, limits, self._rooms, turn, self.news, self.desk, self._agreed)
        self.followers = Followers(store, self._rooms, self.desk, self.admission.shown)
        self.complete = asyncio.Event()
        """Set once a media and a transcription worker were connected."""
        self._ticking = asyncio.create_task(self._tick())
        self._telling: set[asyncio.Task[None]] = set()
        NETWORKS.sources.append(self._inside)

    async def begin(self) -> None:
        """Before anybody comes in. Raises StoreError."""
        await self._rooms.begin()

    async def close(self) -> None:
        """Pages are told that the server goes away, and come back to the next one. May be called again."""
        if self._inside in NETWORKS.sources:
            NETWORKS.sources.remove(self._inside)
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        for room in self._rooms.live.values():
            for timer in room.waiting.values():
                timer.cancel()
            for presence in room.presences.values():
                presence.hold()
                if presence.outbox is not None:
                    presence.outbox.close(GOING_AWAY)
        for watcher in self.board.watchers:
            watcher.close(GOING_AWAY)
        self.followers.close()
        await self.sessions.close()
        await self.desk.close()
        await self._rooms.close()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    # --- what people inside do ------------------------------------------------------------------------------

    def sends(self, room: LiveRoom, presence: Presence, state: State) -> None:
        """Which of the person's devices are on."""
        presence.sends(state)
        self._rooms.refresh(room)
        self.news.person(room, presence.person)

    async def change_languages(self, room: LiveRoom, presence: Presence, languages: Languages) -> None:
        async with self._rooms.changing:
            room.record = await self._store.rooms.change_person(
                room.id, presence.person, speaks=languages.speaks, reads=languages.reads
            )
            self._rooms.refresh(room)
        self.news.person(room, presence.person)

    async def correct(self, room: LiveRoom, presence: Presence, correct: Correct) -> None:
        """Raises what `Transcripts.correct` raises."""
        await self.desk.correct(room, presence.person, correct)

    def interpret(self, room: LiveRoom, presence: Presence, message: Interpreting) -> None:
        """Raises NotAllowed, NotInRoom, ChannelTaken, NoHandover."""
        booth.change(room, presence.person, message)
        self._rooms.refresh(room)
        booth.show(room)

    async def change_term(self, room: LiveRoom, presence: Presence, message: PutTerm | RemoveTerm) -> None:
        """Stored, then shown; it holds from the next utterance on.

        Raises NotAllowed, TermNotFound, GlossaryFull, StoreError.
        """
        person = room.record.person(presence.person)
        if person is None or person.role not in CORRECTORS:
            raise NotAllowed("only interpreters and organisers change the glossary")
        if isinstance(message, RemoveTerm):
            put, remove = [], [message.term]
        else:
            put = [GlossaryTerm(message.term, message.translations)]
            remove = [] if message.replaces is None else [message.replaces]
        await self._change_terms(room, put, remove)

    async def _change_terms(self, room: LiveRoom, put: list[GlossaryTerm], remove: list[str]) -> None:
        async with self._rooms.changing:
            terms = await self._store.glossaries.change_room(
                room.id, lambda before: changed(before, put, remove)
            )
            room.record = replace(room.record, glossary=terms)
            self._rooms.refresh(room)
            room.show_glossary()

    def call_help(self, room: LiveRoom, presence: Presence, message: CallHelp) -> None:
        if message.wanted:
            room.help = help.called(room.help, presence.person, datetime.now(UTC))
        else:
            room.help = help.withdrawn(room.help, presence.person)
        room.show_help()
        self.news.row(room)

    def answer_help(self, room: LiveRoom) -> None:
        if room.help.calls:
            room.help = help.answered(room.help)
            room.show_help(answered=True)
            self.news.row(room)

    async def consent(self, room: LiveRoom, presence: Presence, consent: Consent) -> None:
        """Stored with its time before anything is recorded. Raises PersonNotFound, NotAllowed, StoreError."""
        person = room.record.person(presence.person)
        if person is None or not is_asked(person):
            raise NotAllowed("your role is not asked")
        async with self._rooms.changing:
            await self._store.consents.say(room.id, person.id, consent.recording)
            room.answers[person.id] = consent.recording
            self._rooms.refresh(room)
        self.news.row(room)

    # --- the organiser's list -------------------------------------------------------------------------------

    async def watch(self, outbox: Outbox) -> None:
        self.board.watchers.add(outbox)
        rooms = tuple(room_row(room, self) for room in await self._store.rooms.all())
        shown = BoardShown(rooms=rooms, workers=self.workers(), now_at=datetime.now(UTC))
        outbox.put(shown.model_dump_json())

    def unwatch(self, outbox: Outbox) -> None:
        self.board.watchers.discard(outbox)

    # --- server.live.Live -----------------------------------------------------------------------------------

    def present(self, room: str) -> frozenset[str]:
        live = self._rooms.live.get(room)
        return live.inside() if live is not None else frozenset()

    def lag_ms(self, room: str) -> float | None:
        live = self._rooms.live.get(room)
        return live.book.lag_ms() if live is not None and live.book is not None else None

    def recording(self, room: str) -> RecordingFacts:
        live = self._rooms.live.get(room)
        shown = self.recordings.view(live, "") if live is not None else RecordingShown()
        return {
            "state": shown.state,
            "code": shown.code,
            "files": len(self.recordings.files(room)),
            "making": self.recordings.is_making(room),
            "unmade": self.recordings.unmade(room),
        }

    def networks(self, room: str) -> dict[str, NetworkRow]:
        live = self._rooms.live.get(room)
        return networks.rows(live, time.monotonic()) if live is not None else {}

    def help_calls(self, room: str) -> tuple[HelpCall, ...]:
        live = self._rooms.live.get(room)
        return live.help_calls() if live is not None else ()

    def help_answered(self, room: str) -> None:
        if live := self._rooms.live.get(room):
            self.answer_help(live)

    def visits(self, room: str) -> Mapping[str, Sequence[Visit]]:
        return self._rooms.attendance.of(room)

    def waiting(self, room: str) -> frozenset[str]:
        live = self._rooms.live.get(room)
        return frozenset(live.waiting) if live is not None else frozenset()

    def settings_of(self, event: str) -> EventSettings:
        return self._rooms.settings_of(event)

    def workers(self) -> WorkerCounts:
        return {"media": self.media.count, "transcription": self.transcription.count}

    def models(self) -> list[LoadedModels]:
        return [
            {
                "recogniser": models.recogniser,
                "languages": list(models.languages),
                "routes": [route.model_dump() for route in models.routes],
                "demo": models.demo,
            }
            for models in self.transcription.loaded()
        ]

    def processes(self) -> list[ProcessState]:
        return self._processes()

    async def room_opened(self, room: Room) -> None:
        async with self._rooms.changing:
            room = await self._newest(room)
            if live := self._rooms.live.get(room.id):
                await self._rooms.adopt(live, room)
                live.broadcast(RoomChanged(room=live.view()))
            await self.followers.refresh(room)
        await self._state_changed(room)

    async def room_closed(self, room: Room) -> None:
        async with self._rooms.changing:
            room = await self._newest(room)
            live = self._rooms.live.get(room.id)
            if live is not None and room.state == "closed":
                live.record = room
                sent_away = self.admission.send_away(
                    live, "room_closed", "the organiser closed the consultation"
                )
                live.help, live.announcement = Help(), None
                self.recordings.finish(room.id)
                self.media.close_room(room.id)
                self._rooms.refresh(live)
                self._rooms.media_changed(room.id)
                live.broadcast(RoomChanged(room=live.view()))
                for person in sent_away:
                    self.news.person(live, person)
            await self.followers.refresh(room)
        await self._state_changed(room)

    async def room_changed(self, room: Room) -> None:
        async with self._rooms.changing:
            room = await self._newest(room)
            if live := self._rooms.live.get(room.id):
                before = live.record
                terms = live.terms()
                await self._rooms.adopt(live, room)
                live.broadcast(RoomChanged(room=live.view()))
                if live.terms() != terms:
                    live.show_glossary()
                for person in room.people:
                    self._stop_what_is_not_allowed(live, before.person(person.id), person)
                    if person != before.person(person.id):
                        live.broadcast(
                            PersonChanged(person=live.person_view(person)), key=f"person-{person.id}"
                        )
                for person in before.people:
                    if room.person(person.id) is None:
                        live.broadcast(PersonRemoved(id=person.id), key=f"person-{person.id}")
            await self.followers.refresh(room)
        self.news.record(room)

    def _stop_what_is_not_allowed(self, room: LiveRoom, before: Person | None, now: Person) -> None:
        """A venue that sends more than it may from now on loses its connections, and makes others."""
        presence = room.presences.get(now.id)
        if before is None or presence is None or now.may_send() >= before.may_send():
            return
        presence.sends(State(type="state", microphone=False, camera=False, screen=False))
        self.admission.renew(room, now.id)

    async def event_changed(self, event: str) -> None:
        async with self._rooms.changing:
            await self._rooms.read_settings()
            for live in self._rooms.live.values():
                if live.record.event == event:
                    before = live.view()
                    await self._rooms.adopt(live, live.record)
                    live.show_glossary()
                    if live.view() != before:
                        live.broadcast(RoomChanged(room=live.view()))
        for room in await self._store.rooms.all() if self.board.watchers else ():
            if room.event == event:
                self.news.record(room)

    async def room_removed(self, room: str) -> None:
        async with self._rooms.changing:
            self.followers.room_removed(room)
            if live := self._rooms.remove(room):
                for presence in live.presences.values():
                    presence.dismiss("room_closed", "the organiser removed the consultation")
                live.presences.clear()
        await self.recordings.forget(room)
        self.board.remove(room)

    async def _agreed(self, room: Room) -> None:
        """For who holds `rooms.changing`."""
        await self.followers.refresh(room)

    @asynccontextmanager
    async def rewriting(self, rooms: Iterable[str]) -> AsyncIterator[None]:
        async with self._rooms.changing, AsyncExitStack() as stack:
            loaded = [live for room in sorted(set(rooms)) if (live := self._rooms.live.get(room)) is not None]
            for live in loaded:
                await stack.enter_async_context(live.correcting)
            yield
            for live in loaded:
                await self._rooms.read_anew(live)

    async def link_revoked(self, room: str, person: str) -> None:
        async with self._rooms.changing:
            live = self._rooms.live.get(room)
            presence = live.presences.get(person) if live is not None else None
            if live is not None and presence is not None:
                presence.dismiss("revoked_link", "the organiser withdrew this link")
                self.admission.left(live, presence)
            if live is not None:
                self.sessions.end_of(live, person)
            with suppress(RoomNotFound):
                await self.followers.refresh(await self._store.rooms.get(room))
        if self._on_room is not None:
            await self._on_room(room)

    async def day_link_revoked(self, participant: str) -> None:
        async with self._rooms.changing:
            self.followers.link_revoked(participant)

    async def announce(self, room: str, text: str) -> None:
        live = await self._rooms.get(room)
        if not live.is_open:
            raise RoomNotOpen("the room is not open")
        live.announcement = Announcement(id=secrets.token_hex(4), text=text, said_at=datetime.now(UTC))
        live.broadcast(live.announcement, key="announcement")

    # --- inside ---------------------------------------------------------------------------------------------

    def _workers_changed(self) -> None:
        self.board.show_workers(self.workers())
        if self.media.count and self.transcription.count:
            self.complete.set()

    async def _newest(self, room: Room) -> Room:
        """What the database says by now: of two changes the news of the earlier one may come later."""
        try:
            return await self._store.rooms.get(room.id)
        except RoomNotFound:
            return room

    def _recording_changed(self, room: str) -> None:
        if live := self._rooms.live.get(room):
            self.news.row(live)
            return
        # Of an earlier life of the server.
        task = asyncio.create_task(self._tell_row(room))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_row(self, room: str) -> None:
        with suppress(RoomNotFound):
            self.news.record(await self._store.rooms.get(room))

    async def _state_changed(self, room: Room) -> None:
        self.news.record(room)
        if self._on_room is not None:
            await self._on_room(room.id)

    def _inside(self) -> Inside:
        return networks.inside(self._rooms.live.values())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._limits.tick_s)
            text = Tick(now_at=datetime.now(UTC)).model_dump_json()
            for room in self._rooms.live.values():
                for presence in room.presences.values():
                    if presence.outbox is not None:
                        presence.outbox.put(text, key="tick")
                        self.admission.renew_ice_servers(presence)
            for watcher in self.board.watchers:
                watcher.put(text, key="tick")
            self.followers.send(text, "tick")
