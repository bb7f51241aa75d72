"""How people come into a room with their links, lose their connection, and leave."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from server import booth, help, networks, notice
from server.config import Limits
from server.desk_work import DeskWork
from server.errors import RoomNotOpen, UnknownLink
from server.live_room import LiveRoom, Presence
from server.messages import IceServer, IceServersShown, Join, Joined
from server.news import News
from server.outbox import GOING_AWAY, Outbox
from server.rights import CORRECTORS
from server.rooms import Rooms
from server.store import Store
from server.store.records import Person, Room
from server.turn import Turn
from wire.captions import Caption

KNOCK_S = 10.0
"""Pages ask every 3 s whether the room is open; who has not asked for so long waits no more."""
MISSED_MARGIN = timedelta(seconds=30)
"""A caption is stored before it is sent, if need be some seconds."""
MISSED_CAPTIONS = 2000
"""An hour and a half of uninterrupted talk."""


class Admission:
    """Made on the event loop. `on_agreed(room)` after somebody agreed to the text for participants."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        rooms: Rooms,
        turn: Turn | None,
        news: News,
        desk: DeskWork,
        on_agreed: Callable[[Room], Awaitable[None]],
    ) -> None:
        self._store = store
        self._limits = limits
        self._rooms = rooms
        self._turn = turn
        self._news = news
        self._desk = desk
        self._on_agreed = on_agreed
        self._loop = asyncio.get_running_loop()

    async def join(self, join: Join, outbox: Outbox) -> tuple[LiveRoom, Presence]:
        """Puts `joined` into `outbox`, and everything that follows.

        Raises UnknownLink, RevokedLink, RoomNotOpen, NoticeNotAccepted.
        """
        async with self._rooms.changing:
            target = await self._store.links.resolve(join.token)
            room = await self._rooms.load(target.room_id)
            person = room.record.person(target.person_id)
            if person is None:
                raise UnknownLink("this link is not known; ask the organiser for a new one")
            if not room.is_open and person.role != "organiser":
                self._knocked(room, person.id)
                raise RoomNotOpen(
                    "the consultation is over"
                    if room.record.state == "closed"
                    else "the consultation has not been opened yet"
                )
            if await notice.check_accepted(self._store, room.record, person, join):
                await self._on_agreed(room.record)
            if _differs(person, join):
                room.record = await self._store.rooms.change_person(
                    room.id, person.id, name=join.name, speaks=join.speaks, reads=join.reads
                )
            missed = await self._missed(room, join.since)
            self._waits_no_more(room, person.id)
            presence = self._take_place(room, person.id, join.session)
            booth.enter(room, person.id, join.interprets)
            self._desk.came(room)
            if join.help:
                room.help = help.returned(room.help, person.id, datetime.now(UTC))
            self._rooms.refresh(room)
            outbox.put(self._joined(room, presence, missed).model_dump_json())
            presence.outbox = outbox
            for weak, quality in room.qualities.items():
                presence.send(quality, key=f"quality-{weak}")
            if presence.offer is not None:
                presence.send(presence.offer, key="subscribe")
        self._news.person(room, person.id, but=person.id)
        self._news.interpretation(room, person.id)
        return room, presence

    def _knocked(self, room: LiveRoom, person: str) -> None:
        if room.record.state != "scheduled":
            return
        came = not self._waits_no_more(room, person)
        room.waiting[person] = self._loop.call_later(KNOCK_S, self._went, room, person)
        if came:
            self._news.row(room)

    def _waits_no_more(self, room: LiveRoom, person: str) -> bool:
        """Whether they did until now."""
        timer = room.waiting.pop(person, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _went(self, room: LiveRoom, person: str) -> None:
        room.waiting.pop(person, None)
        self._news.row(room)

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
        self._news.person(room, presence.person)
        self._news.interpretation(room, presence.person)

    def left(self, room: LiveRoom, presence: Presence) -> None:
        """Gone for good, until the next `join`."""
        presence.hold()
        presence.outbox = None
        if room.presences.get(presence.person) is presence:
            del room.presences[presence.person]
            booth.leave(room, presence.person)
            self._desk.left(room, presence.person)
            if presence.person in room.inside():
                self._rooms.media.end_session(room.id, presence.person, None)
            self._rooms.refresh(room)
            self._news.person(room, presence.person)
            self._news.interpretation(room, presence.person)

    def renew(self, room: LiveRoom, person: str) -> None:
        """What the person's page has set up is dropped; their encoder and players stay."""
        if any(session.person == person for session in room.sessions.values()):
            self._rooms.media.end_session(room.id, person, None)
        else:
            self._rooms.media.renew(room.id, person)

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
            self.renew(room, person)
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
        room.media = self._rooms.media.view(room.id)
        room.transcription = self._rooms.transcription.view(room.id)
        captions = room.as_shown_to(record.role, room.book.latest(missed)) if room.book else ()
        shown = self.shown(room, record, captions)
        return shown.model_copy(update={"ice_servers": self._issue_ice_servers(presence)})

    def shown(self, room: LiveRoom, you: Person, captions: tuple[Caption, ...]) -> Joined:
        """The room as somebody who comes sees it."""
        at_desk = you.role in CORRECTORS
        return Joined(
            you=room.person_view(you),
            room=room.view(),
            people=room.people(),
            captions=captions,
            media=self._rooms.media.view(room.id),
            transcription=self._rooms.transcription.view(room.id),
            glossary=room.glossary_view().terms if at_desk else (),
            interpretation=booth.view(room),
            recording=self._rooms.recordings.view(room, you.id),
            networks=networks.views(room),
            machine=room.desk.machine(),
            replacements=room.desk.replacements_view().replacements if at_desk else (),
            partner_messages=room.desk.partner_messages if at_desk else (),
            help=room.help_calls(),
            announcement=room.announcement,
            now_at=datetime.now(UTC),
        )

    def _issue_ice_servers(self, presence: Presence) -> tuple[IceServer, ...]:
        if self._turn is None:
            return ()
        presence.ice_issued_s = time.time()
        return (self._turn.ice_server(presence.person, presence.ice_issued_s),)

    def renew_ice_servers(self, presence: Presence) -> None:
        if self._turn is not None and self._turn.is_due(presence.ice_issued_s, time.time()):
            servers = self._issue_ice_servers(presence)
            presence.send(IceServersShown(ice_servers=servers), key="ice_servers")

    def send_away(self, room: LiveRoom, code: str, message: str) -> list[str]:
        """Everybody but the organisers; who that was."""
        organisers = {person.id for person in room.record.people if person.role == "organiser"}
        gone = [person for person in room.presences if person not in organisers]
        for person in gone:
            room.presences.pop(person).dismiss(code, message)
            booth.leave(room, person)
            self._desk.left(room, person)
        return gone


def _differs(person: Person, join: Join) -> bool:
    wanted = ((join.name, person.name), (join.speaks, person.speaks), (join.reads, person.reads))
    return any(new is not None and new != old for new, old in wanted)
