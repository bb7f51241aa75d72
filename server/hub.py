"""The live rooms: people come and go, workers come and go, and everybody inside hears of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server import booth, networks, notice
from server.api.rows import room_row
from server.board import Board, BoardShown
from server.config import Limits
from server.consent import is_asked
from server.desk_work import DeskWork
from server.errors import NotAllowed, RoomNotFound, RoomNotOpen, UnknownLink
from server.followers import Followers
from server.glossary import changed
from server.http_sessions import HttpSessions
from server.live import LoadedModels, ProcessState, RecordingFacts, WorkerCounts
from server.live_room import LiveRoom, Presence
from server.messages import (
    Consent,
    Correct,
    IceServer,
    IceServersShown,
    Interpreting,
    Join,
    Joined,
    Languages,
    PersonChanged,
    PersonRemoved,
    PutTerm,
    QualityShown,
    RemoveTerm,
    RoomChanged,
    State,
    Tick,
)
from server.network_metrics import NETWORKS, Inside
from server.network_row import NetworkRow
from server.outbox import GOING_AWAY, Outbox
from server.rights import CORRECTORS
from server.rooms import Rooms
from server.store import Store
from server.store.records import GlossaryTerm, Person, Room
from server.turn import Turn
from wire.captions import Caption

log = logging.getLogger(__name__)

MISSED_MARGIN = timedelta(seconds=30)
"""A caption is stored before it is sent, if need be some seconds."""
MISSED_CAPTIONS = 2000
"""An hour and a half of uninterrupted talk."""


class Hub:
    """Implements `server.live.Live`. Made on the event loop; `close` ends its timers and tasks."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        recordings_dir: Path,
        *,
        processes: Callable[[], list[ProcessState]] = list,
        on_room: Callable[[str], Awaitable[None]] | None = None,
        turn: Turn | None = None,
    ) -> None:
        """`on_room(id)` after a room was opened or closed, or one of its links ended."""
        self._turn = turn
        self._store = store
        self._limits = limits
        self._processes = processes
        self._on_room = on_room
        self._rooms = Rooms(
            store,
            limits,
            recordings_dir,
            on_final=self._show_row,
            on_workers=self._workers_changed,
            on_recording=self._recording_changed,
            on_network=self._show_networks,
        )
        self.media, self.transcription = self._rooms.media, self._rooms.transcription
        self.recordings = self._rooms.recordings
        self.sessions = HttpSessions(store, self._rooms, turn, on_person=self._show_person)
        self.desk = DeskWork(store, self._rooms, self._change_terms)
        self._loop = asyncio.get_running_loop()
        self.board = Board()
        self.followers = Followers(store, self._rooms, self.desk, self._shown)
        self.complete = asyncio.Event()
        """Set once a media and a transcription worker were connected."""
        self._ticking = asyncio.create_task(self._tick())
        NETWORKS.sources.append(self._inside)

    async def close(self) -> None:
        """Pages are told that the server goes away, and come back to the next one. May be called again."""
        if self._inside in NETWORKS.sources:
            NETWORKS.sources.remove(self._inside)
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        for room in self._rooms.live.values():
            for presence in room.presences.values():
                presence.hold()
                if presence.outbox is not None:
                    presence.outbox.close(GOING_AWAY)
        for watcher in self.board.watchers:
            watcher.close(GOING_AWAY)
        self.followers.close()
        await self.sessions.close()
        await self._rooms.close()

    # --- people ---------------------------------------------------------------------------------------------

    async def join(self, join: Join, outbox: Outbox) -> tuple[LiveRoom, Presence]:
        """Puts `joined` into `outbox`, and everything that follows.

        Raises UnknownLink, RevokedLink, RoomNotOpen.
        """
        async with self._rooms.changing:
            target = await self._store.links.resolve(join.token)
            room = await self._rooms.load(target.room_id)
            person = room.record.person(target.person_id)
            if person is None:
                raise UnknownLink("this link is not known; ask the organiser for a new one")
            if not room.is_open and person.role != "organiser":
                raise RoomNotOpen(
                    "the consultation is over"
                    if room.record.state == "closed"
                    else "the consultation has not been opened yet"
                )
            await notice.check_accepted(self._store, room.record, person, join)
            if _differs(person, join):
                room.record = await self._store.rooms.change_person(
                    room.id, person.id, name=join.name, speaks=join.speaks, reads=join.reads
                )
            missed = await self._missed(room, join.since)
            presence = self._take_place(room, person.id, join.session)
            booth.enter(room, person.id, join.interprets)
            self._rooms.refresh(room)
            outbox.put(self._joined(room, presence, missed).model_dump_json())
            presence.outbox = outbox
            for weak, level in room.levels.items():
                presence.send(QualityShown(person=weak, level=level), key=f"quality-{weak}")
            if presence.offer is not None:
                presence.send(presence.offer, key="subscribe")
        self._show_person(room, person.id, but=person.id)
        self._show_interpretation(room, person.id)
        return room, presence

    def lost(self, room: LiveRoom, presence: Presence, outbox: Outbox, *, silent_s: float = 0.0) -> None:
        """The socket is gone, and was silent before; the place is kept for a while.

        Nothing happens if another socket took over.
        """
        if presence.outbox is not outbox:
            return
        presence.outbox = None
        later, limits = self._loop.call_later, self._limits
        presence.grace = later(max(0.0, limits.grace_s - silent_s), self.left, room, presence)
        presence.shown_lost = later(max(0.0, limits.lost_shown_s - silent_s), self._show_lost, room, presence)

    def _show_lost(self, room: LiveRoom, presence: Presence) -> None:
        presence.lost = True
        self._show_person(room, presence.person)
        self._show_interpretation(room, presence.person)

    def left(self, room: LiveRoom, presence: Presence) -> None:
        """Gone for good, until the next `join`."""
        presence.hold()
        presence.outbox = None
        if room.presences.get(presence.person) is presence:
            del room.presences[presence.person]
            booth.leave(room, presence.person)
            self.desk.left(room, presence.person)
            if presence.person in room.inside():
                self.media.end_session(room.id, presence.person, None)
            self._rooms.refresh(room)
            self._show_person(room, presence.person)
            self._show_interpretation(room, presence.person)

    def sends(self, room: LiveRoom, presence: Presence, state: State) -> None:
        """Which of the person's devices are on."""
        presence.sends(state)
        self._rooms.refresh(room)
        self._show_person(room, presence.person)

    async def change_languages(self, room: LiveRoom, presence: Presence, languages: Languages) -> None:
        async with self._rooms.changing:
            room.record = await self._store.rooms.change_person(
                room.id, presence.person, speaks=languages.speaks, reads=languages.reads
            )
            self._rooms.refresh(room)
        self._show_person(room, presence.person)

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

    async def consent(self, room: LiveRoom, presence: Presence, consent: Consent) -> None:
        """Stored with its time before anything is recorded. Raises PersonNotFound, NotAllowed, StoreError."""
        person = room.record.person(presence.person)
        if person is None or not is_asked(person):
            raise NotAllowed("your role is not asked")
        async with self._rooms.changing:
            await self._store.consents.say(room.id, person.id, consent.recording)
            room.answers[person.id] = consent.recording
            self._rooms.refresh(room)
        self._show_row(room)

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
        return {
            "state": self.recordings.state(live) if live is not None else "off",
            "files": len(self.recordings.files(room)),
            "making": self.recordings.is_making(room),
        }

    def networks(self, room: str) -> dict[str, NetworkRow]:
        live = self._rooms.live.get(room)
        return networks.rows(live, time.monotonic()) if live is not None else {}

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
                sent_away = self._send_away(live, "room_closed", "the organiser closed the consultation")
                self.recordings.finish(room.id)
                self.media.close_room(room.id)
                self._rooms.refresh(live)
                self._rooms.media_changed(room.id)
                live.broadcast(RoomChanged(room=live.view()))
                for person in sent_away:
                    self._show_person(live, person)
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
        self.board.show(room_row(room, self))

    def _stop_what_is_not_allowed(self, room: LiveRoom, before: Person | None, now: Person) -> None:
        """A venue that sends more than it may from now on loses its connections, and makes others."""
        presence = room.presences.get(now.id)
        if before is None or presence is None or now.may_send() >= before.may_send():
            return
        presence.sends(State(type="state", microphone=False, camera=False, screen=False))
        self._renew(room, now.id)

    def _renew(self, room: LiveRoom, person: str) -> None:
        """What the person's page has set up is dropped; their encoder and players stay."""
        if any(session.person == person for session in room.sessions.values()):
            self.media.end_session(room.id, person, None)
        else:
            self.media.renew(room.id, person)

    async def event_changed(self, event: str) -> None:
        async with self._rooms.changing:
            for live in self._rooms.live.values():
                if live.record.event == event:
                    await self._rooms.adopt(live, live.record)
                    live.show_glossary()

    async def room_removed(self, room: str) -> None:
        async with self._rooms.changing:
            self.followers.room_removed(room)
            if live := self._rooms.remove(room):
                for presence in live.presences.values():
                    presence.dismiss("room_closed", "the organiser removed the consultation")
                live.presences.clear()
        await self.recordings.forget(room)
        self.board.remove(room)

    async def link_revoked(self, room: str, person: str) -> None:
        async with self._rooms.changing:
            live = self._rooms.live.get(room)
            presence = live.presences.get(person) if live is not None else None
            if live is not None and presence is not None:
                presence.dismiss("revoked_link", "the organiser withdrew this link")
                self.left(live, presence)
            if live is not None:
                self.sessions.end_of(live, person)
            with suppress(RoomNotFound):
                await self.followers.refresh(await self._store.rooms.get(room))
        if self._on_room is not None:
            await self._on_room(room)

    async def day_link_revoked(self, participant: str) -> None:
        async with self._rooms.changing:
            self.followers.link_revoked(participant)

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

    def _take_place(self, room: LiveRoom, person: str, session: str | None) -> Presence:
        """The same page keeps its place and its media; another page replaces it."""
        earlier = room.presences.get(person)
        if earlier is not None and session is not None and earlier.session == session:
            earlier.hold()
            if earlier.outbox is not None:
                earlier.outbox.close(GOING_AWAY)
                earlier.outbox = None
            return earlier
        presence = Presence(person, session)
        room.presences[person] = presence
        if earlier is not None:
            earlier.dismiss("replaced", "this link was opened in another window")
            self._renew(room, person)
        return presence

    async def _missed(self, room: LiveRoom, since: datetime | None) -> tuple[Caption, ...]:
        """What a page that was away until now may not know, beyond what everybody is shown."""
        if since is None or room.book is None:
            return ()
        stored = await self._store.captions.saved_since(room.id, since - MISSED_MARGIN, limit=MISSED_CAPTIONS)
        return tuple(item.caption for item in stored)

    def _joined(self, room: LiveRoom, presence: Presence, missed: tuple[Caption, ...]) -> Joined:
        record = room.record.person(presence.person)
        assert record is not None
        room.media = self.media.view(room.id)
        room.transcription = self.transcription.view(room.id)
        captions = room.as_shown_to(record.role, room.book.latest(missed)) if room.book else ()
        shown = self._shown(room, record, captions)
        return shown.model_copy(update={"ice_servers": self._issue_ice_servers(presence)})

    def _shown(self, room: LiveRoom, you: Person, captions: tuple[Caption, ...]) -> Joined:
        at_desk = you.role in CORRECTORS
        return Joined(
            you=room.person_view(you),
            room=room.view(),
            people=room.people(),
            captions=captions,
            media=self.media.view(room.id),
            transcription=self.transcription.view(room.id),
            glossary=room.glossary_view().terms if at_desk else (),
            interpretation=booth.view(room),
            recording=self.recordings.view(room, you.id),
            networks=networks.views(room),
            machine=room.desk.machine(),
            replacements=room.desk.replacements_view().replacements if at_desk else (),
            partner_messages=room.desk.partner_messages if at_desk else (),
            now_at=datetime.now(UTC),
        )

    def _issue_ice_servers(self, presence: Presence) -> tuple[IceServer, ...]:
        if self._turn is None:
            return ()
        presence.ice_issued_s = time.time()
        return (self._turn.ice_server(presence.person, presence.ice_issued_s),)

    def _renew_ice_servers(self, presence: Presence) -> None:
        if self._turn is not None and self._turn.is_due(presence.ice_issued_s, time.time()):
            servers = self._issue_ice_servers(presence)
            presence.send(IceServersShown(ice_servers=servers), key="ice_servers")

    def _send_away(self, room: LiveRoom, code: str, message: str) -> list[str]:
        """Everybody but the organisers; who that was."""
        organisers = {person.id for person in room.record.people if person.role == "organiser"}
        gone = [person for person in room.presences if person not in organisers]
        for person in gone:
            room.presences.pop(person).dismiss(code, message)
            booth.leave(room, person)
            self.desk.left(room, person)
        return gone

    def _show_person(self, room: LiveRoom, person_id: str, *, but: str | None = None) -> None:
        if (person := room.record.person(person_id)) is not None:
            view = PersonChanged(person=room.person_view(person))
            room.broadcast(view, key=f"person-{person_id}", but=but)
        self._show_row(room)

    def _show_interpretation(self, room: LiveRoom, person_id: str) -> None:
        """An interpreter came or went."""
        person = room.record.person(person_id)
        if person is not None and person.role == "interpreter":
            booth.show(room)
            self.sessions.tell_silence(room)

    def _recording_changed(self, room: str) -> None:
        if live := self._rooms.live.get(room):
            self._show_row(live)

    async def _state_changed(self, room: Room) -> None:
        self.board.show(room_row(room, self))
        if self._on_room is not None:
            await self._on_room(room.id)

    def _show_row(self, room: LiveRoom) -> None:
        self.board.show(room_row(room.record, self))

    def _show_networks(self, room: LiveRoom) -> None:
        self.board.show_networks(room.id, lambda: self.networks(room.id))

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
                        self._renew_ice_servers(presence)
            for watcher in self.board.watchers:
                watcher.put(text, key="tick")
            self.followers.send(text, "tick")


def _differs(person: Person, join: Join) -> bool:
    wanted = ((join.name, person.name), (join.speaks, person.speaks), (join.reads, person.reads))
    return any(new is not None and new != old for new, old in wanted)
