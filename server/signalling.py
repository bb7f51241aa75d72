"""`GET /ws`: one browser's connection, from the first message to the last (docs/protocol.md, part 1)."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from aiohttp import WSMessage, WSMsgType, web

from server import metrics, networks
from server.config import Limits
from server.desk_messages import (
    AskFor,
    Confirm,
    Hold,
    PauseMachine,
    Redo,
    Replace,
    Say,
    StopReplacing,
    TellPartner,
    Undo,
)
from server.errors import (
    BadOrigin,
    NotAllowed,
    RateLimited,
    ServerError,
    Unauthorised,
    UnknownLink,
)
from server.followers import Follower
from server.heartbeat import Heartbeat
from server.hub import Hub
from server.keys import AUTH
from server.live_room import LiveRoom, Presence
from server.messages import (
    Alive,
    AnswerHelp,
    CallHelp,
    Consent,
    Correct,
    ErrorNotice,
    Follow,
    HandOver,
    InRoom,
    Interpret,
    InterpretationMode,
    Join,
    Languages,
    Leave,
    PublishOffer,
    PutTerm,
    Receive,
    Reception,
    RemoveTerm,
    State,
    Subscribed,
    TakeTurn,
    Tick,
    first_message,
    follower_message,
    of_room,
    room_message,
)
from server.outbox import FATAL, SLOW_READER, Outbox
from server.rate import RateLimit
from server.rights import may_send
from wire.errors import BadMessage

log = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 2.0
MAX_WAITING_OFFERS = 4
"""Publish requests of one browser that wait for the media worker at the same time."""
NORMAL = 1000
PING = "ping"
"""Among the texts of an outbox: not to be sent, but to be asked by a ping whether the browser is there."""


class Signalling:
    """Makes one `_Connection` per browser."""

    def __init__(self, hub: Hub, limits: Limits) -> None:
        self._hub = hub
        self._limits = limits

    async def handler(self, request: web.Request) -> web.WebSocketResponse:
        """Raises BadOrigin; programs, which send no Origin, are let in."""
        if "Origin" in request.headers and not request.app[AUTH].same_origin(request):
            raise BadOrigin("this request came from a page of another site")
        socket = web.WebSocketResponse(
            # Pings are ours, so that their answers count as signs of life.
            autoping=False,
            max_msg_size=self._limits.message_bytes,
            compress=False,
            timeout=CLOSE_TIMEOUT_S,
        )
        await socket.prepare(request)
        await _Connection(request, socket, self._hub, self._limits).run()
        return socket


class _Connection:
    def __init__(self, request: web.Request, socket: web.WebSocketResponse, hub: Hub, limits: Limits) -> None:
        self._request = request
        self._socket = socket
        self._hub = hub
        self._limits = limits
        self._outbox = Outbox(limits.out_queue_messages, on_overflow=self._stop_writing)
        self._rate = RateLimit(limits.rate_messages, limits.rate_window_s)
        self._offers: set[asyncio.Task[None]] = set()

        self._writer: asyncio.Task[None] | None = None

    async def run(self) -> None:
        self._writer = asyncio.create_task(self._write())
        try:
            await self._converse()
        except ServerError as error:
            self._refuse(error.code, error.message, field=error.field, fatal=True)
        except BadMessage as error:
            self._refuse(error.code, error.message, field=error.field, fatal=True)
        except Exception:
            metrics.FAILED_TASKS.labels("browser").inc()
            log.exception("a browser's connection failed")
            self._refuse("internal", "the server failed; its log says why", fatal=True)
        finally:
            for task in self._offers:
                task.cancel()
            self._outbox.close(NORMAL)
            await self._writer

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(self._limits.join_timeout_s):
                first = first_message.parse(_text(await self._socket.receive()))
        except TimeoutError:
            raise BadMessage(
                "nothing was said in time; the first message is `join`, `follow` or `watch`"
            ) from None
        match first:
            case Join():
                await self._in_room(first)
            case Follow():
                await self._following(first)
            case _:
                await self._at_board()

    async def _at_board(self) -> None:
        auth = self._request.app[AUTH]
        if auth.identify(self._request) is None:
            raise Unauthorised("sign in first")
        heart = self._heartbeat()
        with metrics.BROWSERS.labels("board").track_inprogress():
            try:
                await self._hub.watch(self._outbox)
                async for item in self._socket:
                    heart.heard()
                    if auth.identify(self._request) is None:
                        raise Unauthorised("you are signed out")
                    if not await self._is_pulse(item) and self._check_rate():
                        self._outbox.put(_tick(), key="tick")
            finally:
                heart.close()
                self._hub.unwatch(self._outbox)

    async def _in_room(self, join: Join) -> None:
        try:
            room, presence = await self._hub.admission.join(join, self._outbox)
        except UnknownLink as error:
            raise self._request.app[AUTH].refusal(self._request, error) from None
        heart = self._heartbeat()
        with metrics.BROWSERS.labels("room").track_inprogress():
            try:
                async for item in self._socket:
                    heart.heard()
                    if presence.outbox is not self._outbox:
                        break
                    if await self._is_pulse(item):
                        continue
                    if not await self._answer(room, presence, item):
                        self._hub.admission.left(room, presence)
                        self._outbox.close(NORMAL)
                        break
            finally:
                heart.close()
                self._hub.admission.lost(room, presence, self._outbox, silent_s=heart.silent_s)

    async def _following(self, follow: Follow) -> None:
        followers = self._hub.followers
        try:
            follower = await followers.add(follow.token, self._outbox)
        except UnknownLink as error:
            raise self._request.app[AUTH].refusal(self._request, error) from None
        heart = self._heartbeat()
        with metrics.BROWSERS.labels("rooms").track_inprogress():
            try:
                async for item in self._socket:
                    heart.heard()
                    if not await self._is_pulse(item) and self._check_rate():
                        await self._answer_follower(follower, item)
            finally:
                heart.close()
                followers.discard(follower)

    async def _answer_follower(self, follower: Follower, item: WSMessage) -> None:
        room = None
        try:
            message = follower_message.parse(_text(item))
            if isinstance(message, Alive):
                self._outbox.put(_tick(), key="tick")
                return
            room = message.room
            await self._hub.followers.say(follower, room, message.message)
        except (ServerError, BadMessage) as error:
            self._refuse(error.code, error.message, field=error.field, room=room)

    def _heartbeat(self) -> Heartbeat:
        return Heartbeat(
            interval_s=self._limits.ping_s,
            silence_s=self._limits.silence_s,
            ping=lambda: self._outbox.put(PING, key="ping"),
            dead=self._silent,
        )

    def _silent(self) -> None:
        """Nobody is there to say goodbye to."""
        metrics.SILENT_BROWSERS.inc()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _is_pulse(self, item: WSMessage) -> bool:
        """Whether it is a ping, which is answered here, or the answer to one of ours."""
        if item.type is WSMsgType.PING:
            await self._socket.pong(item.data)
        return item.type in (WSMsgType.PING, WSMsgType.PONG)

    async def _answer(self, room: LiveRoom, presence: Presence, item: WSMessage) -> bool:
        """Handles one message; what is wrong with it is answered. False when it was `leave`."""
        try:
            if not self._check_rate():
                return True
            message = room_message.parse(_text(item))
            if isinstance(message, Leave):
                return False
            await self._handle(room, presence, message)
        except (ServerError, BadMessage) as error:
            self._refuse(error.code, error.message, field=error.field)
        return True

    async def _handle(self, room: LiveRoom, presence: Presence, message: InRoom) -> None:
        """Raises NotAllowed, and whatever is wrong with the message."""
        hub = self._hub
        person = room.record.person(presence.person)
        if person is None:
            raise NotAllowed("you are not on this room's list any more")
        if not may_send(person.role, message):
            raise NotAllowed(f"your role may not send {message.type}")
        match message:
            case Alive():
                self._outbox.put(_tick(), key="tick")
            case State():
                hub.sends(room, presence, message)
            case Languages():
                await hub.change_languages(room, presence, message)
            case Correct():
                await hub.correct(room, presence, message)
            case PutTerm() | RemoveTerm():
                await hub.change_term(room, presence, message)
            case (
                Undo()
                | Redo()
                | Replace()
                | StopReplacing()
                | Say()
                | Hold()
                | Confirm()
                | PauseMachine()
                | AskFor()
                | TellPartner()
            ):
                await hub.desk.handle(room, presence.person, message)
            case Interpret() | HandOver() | InterpretationMode() | TakeTurn():
                hub.interpret(room, presence, message)
            case CallHelp():
                hub.call_help(room, presence, message)
            case AnswerHelp():
                hub.answer_help(room)
            case Consent():
                await hub.consent(room, presence, message)
            case PublishOffer():
                self._check_may_publish(room, presence, message)
                self._start_publishing(room, presence, message)
            case Reception():
                networks.reported(presence, message, time.monotonic())
            case Receive():
                presence.offer = None
                hub.media.receive(room.id, presence.person)
            case Subscribed():
                if presence.offer is not None and presence.offer.generation <= message.generation:
                    presence.offer = None
                hub.media.subscribed(room.id, presence.person, message)

    def _check_may_publish(self, room: LiveRoom, presence: Presence, offer: PublishOffer) -> None:
        """Raises NotAllowed."""
        person = room.record.person(presence.person)
        allowed = person.may_send() if person is not None else frozenset()
        if refused := sorted({track.source for track in offer.tracks} - allowed):
            raise NotAllowed(f"the organiser does not allow this: {', '.join(refused)}")
        if not room.is_open:
            raise NotAllowed("the consultation is not open")

    def _start_publishing(self, room: LiveRoom, presence: Presence, offer: PublishOffer) -> None:
        """The worker's answer is not waited for here, so that other messages go on. Raises RateLimited."""
        if len(self._offers) >= MAX_WAITING_OFFERS:
            raise RateLimited("too many offers wait for their answer")
        task = asyncio.create_task(self._publish(room, presence, offer))
        self._offers.add(task)
        task.add_done_callback(self._offers.discard)

    async def _publish(self, room: LiveRoom, presence: Presence, offer: PublishOffer) -> None:
        epoch = room.media.epoch
        try:
            answer = await self._hub.media.publish(room.id, presence.person, offer)
        except ServerError as error:
            if room.media.epoch == epoch:
                # Otherwise the page has been told of a new worker and begins anew anyway.
                self._refuse(error.code, error.message)
            return
        except Exception:
            metrics.FAILED_TASKS.labels("publish").inc()
            log.exception("an offer in room %s could not be passed on", room.id)
            return
        self._outbox.put(answer.model_dump_json())

    def _check_rate(self) -> bool:
        if self._rate.allows(time.monotonic()):
            return True
        self._refuse("rate_limited", "too many messages; slow down")
        return False

    def _refuse(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        fatal: bool = False,
        room: str | None = None,
    ) -> None:
        """`room`: of those that are followed, the one that it is about."""
        metrics.BAD_MESSAGES.labels(code).inc()
        text = ErrorNotice(code=code, message=message, field=field, fatal=fatal).model_dump_json()
        if room is not None:
            text = of_room(room, text)
        self._outbox.put(text, key="rate_limited" if code == "rate_limited" else None)
        if fatal:
            self._outbox.close(FATAL)

    def _stop_writing(self) -> None:
        """The reader is too slow: what is being sent may wait for it for ever."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        """Sends what waits until the outbox is closed, then closes the socket, by force if it must be."""
        try:
            while (text := await self._outbox.next()) is not None:
                if text is PING:
                    await self._socket.ping()
                else:
                    await self._socket.send_str(text)
        except (ConnectionError, RuntimeError):
            log.debug("a browser's socket broke while sending")
        except asyncio.CancelledError:
            if self._outbox.close_code != SLOW_READER:
                raise
            metrics.SLOW_READERS.inc()
            log.warning("a browser does not read its messages, closing its socket")
        await self._close_socket(self._outbox.close_code or NORMAL)

    async def _close_socket(self, code: int) -> None:
        try:
            async with asyncio.timeout(2 * CLOSE_TIMEOUT_S):
                await self._socket.close(code=code, drain=code != SLOW_READER)
        except (TimeoutError, asyncio.CancelledError):
            # Cancelled: once a send was cancelled, so is every later wait for the same full buffer.
            if self._request.transport is not None:
                self._request.transport.abort()


def _tick() -> str:
    return Tick(now_at=datetime.now(UTC)).model_dump_json()


def _text(item: WSMessage) -> str:
    """Raises BadMessage for anything but text."""
    if item.type is not WSMsgType.TEXT:
        raise BadMessage("a text message was expected")
    text: str = item.data
    return text
