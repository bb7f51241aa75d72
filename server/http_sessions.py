"""Encoders (WHIP) and players (WHEP): sessions made by HTTP that are in a room as the person of a link."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from server import booth
from server.errors import (
    InvalidToken,
    NotAllowed,
    RateLimited,
    RoomNotFound,
    RoomNotOpen,
    SessionNotFound,
)
from server.hearing import silent_for
from server.live_room import HttpSession, LiveRoom
from server.messages import IceServer
from server.rate import RateLimit
from server.rooms import Rooms
from server.store import Store
from server.store.records import LinkTarget
from server.turn import Turn
from wire.links import PeerRef, Play, Publish, Published, SessionRef, Trickle

MAX_OFFERS = 20
OFFERS_WINDOW_S = 60.0
MAX_PEOPLE = 4_096
"""Beyond it whoever offered longest ago is forgotten."""


class HttpSessions:
    """`on_person(room, person)` after somebody came, went, or sends something else."""

    def __init__(
        self, store: Store, rooms: Rooms, turn: Turn | None, *, on_person: Callable[[LiveRoom, str], None]
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._turn = turn
        self._on_person = on_person
        self._offers: OrderedDict[LinkTarget, RateLimit] = OrderedDict()
        self._silent: dict[str, tuple[str, ...]] = {}
        """By player's session: whom it was told not to let be heard."""
        self._known: set[str] = set()
        """Instances of media workers that said hello to this life of the server."""
        self._restoring: set[asyncio.Task[None]] = set()
        rooms.on_session_over = self._over
        rooms.on_refresh = self.tell_silence
        rooms.media.on_session_over = self._failed
        rooms.media.on_sessions = self._worker_came

    async def close(self) -> None:
        for task in self._restoring:
            task.cancel()
        await asyncio.gather(*self._restoring, return_exceptions=True)

    # --- what encoders and players ask ----------------------------------------------------------------------

    async def start(
        self, kind: Literal["whip", "whep"], target: LinkTarget, sdp: str, show: str | None = None
    ) -> tuple[HttpSession, str]:
        """The session and the answer.

        Raises RateLimited, InvalidToken, NotAllowed, RoomNotOpen, MediaUnavailable, MediaRefused.
        """
        self._check_rate(target)
        async with self._rooms.changing:
            live = await self._rooms.load(target.room_id)
            _check_may(live, kind, target.person_id)
            session = HttpSession(secrets.token_hex(16), target.person_id, kind)
            live.sessions[session.id] = session
            self._rooms.refresh(live)
        try:
            answer = await self._rooms.media.ask(live.id, _question(live, session, sdp, show))
        except BaseException:
            self._end(live, session)
            raise
        if live.sessions.get(session.id) is not session:
            self._rooms.media.end_session(live.id, session.person, session.id)
            raise RoomNotOpen("the consultation was closed, or the link withdrawn")
        return self._started(live, session, answer), answer.sdp

    def _started(self, live: LiveRoom, session: HttpSession, answer: Published) -> HttpSession:
        epoch = self._rooms.media.view(live.id).epoch
        up = replace(session, epoch=epoch, sources=answer.sources)
        for earlier in list(live.sessions.values()):
            if up.kind == earlier.kind == "whip" and earlier.person == up.person:
                del live.sessions[earlier.id]
        live.sessions[up.id] = up
        self._rooms.refresh(live)
        self._on_person(live, up.person)
        return up

    def ice_servers(self, person: str) -> tuple[IceServer, ...]:
        """Relays for the client, with credentials for a time."""
        return () if self._turn is None else (self._turn.ice_server(person, time.time()),)

    def find(self, kind: str, id: str, target: LinkTarget) -> tuple[LiveRoom, HttpSession]:
        """Raises SessionNotFound, also for somebody else's."""
        live = self._rooms.live.get(target.room_id)
        session = live.sessions.get(id) if live is not None else None
        if live is None or session is None or (session.kind, session.person) != (kind, target.person_id):
            raise SessionNotFound("there is no such session, or it is over")
        return live, session

    async def trickle(self, live: LiveRoom, session: HttpSession, fragment: str) -> None:
        """Raises MediaUnavailable, MediaRefused."""
        await self._rooms.media.ask(
            live.id,
            lambda request: Trickle(
                request=request,
                room=live.id,
                person=session.person,
                session=session.id,
                fragment=fragment,
            ),
        )

    def end(self, live: LiveRoom, session: HttpSession) -> None:
        self._end(live, session)
        self._on_person(live, session.person)

    def end_of(self, live: LiveRoom, person: str) -> None:
        """All of a person whose link was withdrawn."""
        for session in list(live.sessions.values()):
            if session.person == person:
                self.end(live, session)

    def _end(self, live: LiveRoom, session: HttpSession) -> None:
        live.sessions.pop(session.id, None)
        self._silent.pop(session.id, None)
        self._rooms.media.end_session(live.id, session.person, session.id)
        self._rooms.refresh(live)

    def _check_rate(self, target: LinkTarget) -> None:
        limit = self._offers.pop(target, None) or RateLimit(MAX_OFFERS, OFFERS_WINDOW_S)
        self._offers[target] = limit
        if len(self._offers) > MAX_PEOPLE:
            self._offers.popitem(last=False)
        if not limit.allows(time.monotonic()):
            raise RateLimited("too many sessions were begun with this link; wait a minute")

    def tell_silence(self, live: LiveRoom) -> None:
        """Players are told when who may be heard on them has changed."""
        for session in live.sessions.values():
            if session.kind != "whep" or not session.epoch:
                continue
            silent = _silent(live, session)
            if silent != self._silent.get(session.id):
                self._silent[session.id] = silent
                self._rooms.media.silence(live.id, session.person, session.id, silent)

    # --- what happens to them -------------------------------------------------------------------------------

    def _over(self, live: LiveRoom, session: HttpSession) -> None:
        """With its room, worker or person."""
        self._silent.pop(session.id, None)
        self._rooms.media.end_session(live.id, session.person, session.id)
        self._on_person(live, session.person)

    def _failed(self, room: str, id: str) -> None:
        live = self._rooms.live.get(room)
        if live is not None and (session := live.sessions.get(id)) is not None:
            self.end(live, session)

    def _worker_came(self, instance: str, peers: tuple[PeerRef, ...]) -> None:
        """Sessions that outlived the server are known again; those that ended while the link was down end."""
        outlived = instance not in self._known
        self._known.add(instance)
        for peer in peers:
            live = self._rooms.live.get(peer.room)
            missing = [ref for ref in peer.sessions if live is None or ref.session not in live.sessions]
            if missing and outlived:
                task = asyncio.create_task(self._restore(peer, missing))
                self._restoring.add(task)
                task.add_done_callback(self._restoring.discard)
            elif missing:
                for ref in missing:
                    self._rooms.media.end_session(peer.room, peer.person, ref.session)

    async def _restore(self, peer: PeerRef, refs: list[SessionRef]) -> None:
        with suppress(RoomNotFound):
            async with self._rooms.changing:
                live = await self._rooms.load(peer.room)
                epoch = self._rooms.media.view(live.id).epoch
                for ref in refs:
                    live.sessions[ref.session] = HttpSession(
                        ref.session, peer.person, ref.kind, epoch, ref.sources
                    )
                self._rooms.refresh(live)
            self._on_person(live, peer.person)


def _check_may(live: LiveRoom, kind: Literal["whip", "whep"], person_id: str) -> None:
    """Raises InvalidToken, NotAllowed, RoomNotOpen."""
    person = live.record.person(person_id)
    if person is None:
        raise InvalidToken("this link is not known; ask the organiser for a new one")
    # What an encoder sends is not known beforehand: only who may send sound and picture may have one.
    if kind == "whip" and not person.may_send() >= {"microphone", "camera"}:
        raise NotAllowed("this role listens and watches only")
    if not live.is_open:
        raise RoomNotOpen("the consultation is not open")


def _question(
    live: LiveRoom, session: HttpSession, sdp: str, show: str | None
) -> Callable[[int], Publish | Play]:
    place = {"room": live.id, "person": session.person, "session": session.id, "sdp": sdp}
    if session.kind == "whip":
        return lambda request: Publish(request=request, tracks=(), via="whip", **place)
    interpreters = tuple(person.id for person in live.record.people if person.role == "interpreter")
    silent = _silent(live, session)
    return lambda request: Play(request=request, show=show, behind=interpreters, silent=silent, **place)


def _silent(live: LiveRoom, session: HttpSession) -> tuple[str, ...]:
    listener = live.record.person(session.person)
    if listener is None:
        return ()
    return silent_for(listener, live.record.people, live.interpretation, booth.connected(live))
