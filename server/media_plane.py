"""The rooms' side of the media workers: who may exchange media where, offers and answers, moving rooms."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping

from server import metrics
from server.config import Limits
from server.errors import MediaRefused, MediaUnavailable
from server.messages import MediaView, PublishAnswer, PublishOffer, Subscribed
from server.settling import Settling
from server.workers import FromMedia, Requests, WorkerLink
from wire.links import (
    AudioTarget,
    CloseRoom,
    EndSession,
    Enter,
    Exit,
    Failed,
    MediaHello,
    MediaStats,
    PeerRef,
    PeerState,
    Play,
    Publish,
    Published,
    Quality,
    Record,
    RecordingState,
    Silence,
    Subscribe,
    SubscribeAnswer,
    SubscribeOffer,
    Trickle,
)
from wire.network import Network

log = logging.getLogger(__name__)


class MediaPlane:
    """`people` of a room is what the worker should know; workers are told the difference.

    `on_change(room)` after a room's epoch or state changed, `on_offer` for a worker's subscribe offer,
    `on_quality` when somebody's network takes more or less than before,
    `on_network` for what it measured in a room,
    `on_worker(instance)` after a worker came, `on_worker_gone(instance)` when it serves nobody any more,
    `on_recording` for a worker's word on a recording, `on_count()` when there are more or fewer of them.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        on_change: Callable[[str], None],
        on_offer: Callable[[SubscribeOffer], None],
        on_quality: Callable[[Quality], None],
        on_network: Callable[[Network], None],
        on_worker: Callable[[str], None],
        on_worker_gone: Callable[[str], None],
        on_count: Callable[[], None],
        on_recording: Callable[[RecordingState], None] = lambda state: None,
    ) -> None:
        self._limits = limits
        self._on_change = on_change
        self._on_offer = on_offer
        self._on_quality = on_quality
        self._on_network = on_network
        self._on_worker = on_worker
        self._on_worker_gone = on_worker_gone
        self._on_count = on_count
        self._on_recording = on_recording
        self._takes: dict[str, str] = {}
        """Room → what is to be recorded."""
        self._loop = asyncio.get_running_loop()
        self._links: dict[str, WorkerLink] = {}
        self._instances: set[str] = set()
        """Connected ones, and those whose rooms wait for them."""
        self._people: dict[str, dict[str, bool]] = {}
        """Room → person → whether the microphone goes to the recogniser."""
        self._closings: Counter[str] = Counter()
        """How often a room was closed in this life of the server."""
        self._requests: Requests[Published | Failed] = Requests(limits.worker_request_timeout_s)
        self._settling = Settling(
            reassign_s=limits.reassign_s, settle_s=limits.settle_s, on_moved=self._moved
        )
        self._placement = self._settling.placement
        self.on_sessions: Callable[[str, tuple[PeerRef, ...]], None] = lambda instance, peers: None
        """A worker came: whom it serves, with their encoders and players."""
        self.on_session_over: Callable[[str, str], None] = lambda room, session: None
        """The connection of an encoder or player failed."""
        self._stray_timers: set[asyncio.TimerHandle] = set()

    # --- what the rooms ask ---------------------------------------------------------------------------------

    def set_people(self, room: str, people: Mapping[str, bool]) -> None:
        """Who is inside, and whether their microphone is transcribed."""
        before = self._people.get(room, {})
        if not people:
            if self._people.pop(room, None) is not None:
                for person in before:
                    self._tell(room, Exit(room=room, person=person))
                self._placement.release(room)
            return
        self._people[room] = dict(people)
        if self._placement.where(room) is None:
            self._placement.want(room)
            self._settling.settle()
            return
        for person in before.keys() - people.keys():
            self._tell(room, Exit(room=room, person=person))
        for person, transcribe in people.items():
            if before.get(person) != transcribe:
                self._tell(room, Enter(room=room, person=person, transcribe=transcribe))

    def renew(self, room: str, person: str) -> None:
        """Another page took the person's place: what the earlier one had set up is dropped."""
        transcribe = self._people.get(room, {}).get(person)
        if transcribe is not None:
            self._tell(room, Exit(room=room, person=person))
            self._tell(room, Enter(room=room, person=person, transcribe=transcribe))
            if take := self._takes.get(room):
                # Who was alone took the room, and its recording, with them.
                self._tell(room, Record(room=room, take=take))

    def record(self, room: str, take: str | None) -> None:
        """None: nothing any more."""
        if take is None:
            self._takes.pop(room, None)
        else:
            self._takes[room] = take
        if room in self._people:
            self._tell(room, Record(room=room, take=take))

    def close_room(self, room: str) -> None:
        self._takes.pop(room, None)
        self._tell(room, CloseRoom(room=room))
        self._people.pop(room, None)
        self._placement.release(room)
        self._closings[room] += 1

    def view(self, room: str) -> MediaView:
        """The epoch is another one after the room was closed: its connections are gone."""
        instance = self._placement.where(room)
        if instance is None:
            return MediaView()
        closings = self._closings[room]
        return MediaView(
            epoch=f"{instance}.{closings}" if closings else instance,
            state="ready" if self._placement.is_connected(instance) else "unavailable",
        )

    def worker_of(self, room: str) -> str | None:
        return self._placement.where(room)

    async def publish(self, room: str, person: str, offer: PublishOffer) -> PublishAnswer:
        """Raises MediaUnavailable, MediaRefused."""
        answer = await self.ask(
            room,
            lambda request: Publish(
                request=request,
                room=room,
                person=person,
                session=offer.session,
                sdp=offer.sdp,
                tracks=offer.tracks,
            ),
        )
        return PublishAnswer(session=offer.session, sdp=answer.sdp)

    async def ask(self, room: str, question: Callable[[int], Publish | Play | Trickle]) -> Published:
        """`question` is given its number. Raises MediaUnavailable, MediaRefused."""
        link = self._link(room)
        try:
            answer = await self._requests.ask(link, question)
        except TimeoutError:
            log.warning("media worker %s did not answer a request", link.name)
            raise MediaUnavailable("the media worker did not answer") from None
        if isinstance(answer, Failed):
            raise MediaRefused(answer.code, answer.message)
        return answer

    def silence(self, room: str, person: str, session: str, silent: tuple[str, ...]) -> None:
        """Who is not heard on a player."""
        self._tell(room, Silence(room=room, person=person, session=session, silent=silent))

    def end_session(self, room: str, person: str, session: str | None) -> None:
        """Of an encoder or player; with None the connections of the person's page."""
        self._tell(room, EndSession(room=room, person=person, session=session))

    def receive(self, room: str, person: str) -> None:
        """Raises MediaUnavailable."""
        self._link(room).send(Subscribe(room=room, person=person))

    def subscribed(self, room: str, person: str, answer: Subscribed) -> None:
        """Raises MediaUnavailable."""
        self._link(room).send(
            SubscribeAnswer(room=room, person=person, generation=answer.generation, sdp=answer.sdp)
        )

    def send_audio_to(self, instance: str, url: str | None) -> None:
        """Where the worker's speakers are to be heard."""
        if link := self._links.get(instance):
            link.send(AudioTarget(url=url))

    @property
    def count(self) -> int:
        return len(self._links)

    def close(self) -> None:
        self._settling.close()
        for timer in self._stray_timers:
            timer.cancel()

    # --- what the workers do --------------------------------------------------------------------------------

    def attach(self, link: WorkerLink, hello: MediaHello) -> None:
        if earlier := self._links.get(link.instance):
            earlier.close()
        self._links[link.instance] = link
        self._instances.add(link.instance)
        metrics.WORKERS.labels("media").set(self.count)
        self._placement.connected(link.instance, link.name, {peer.room for peer in hello.peers})
        self._on_worker(link.instance)
        self._on_count()
        returned = {peer.room for peer in hello.peers}
        for room in self._placement.clients(link.instance):
            self._enter_all(room)
            if room in returned and room not in self._takes and room in self._people:
                # Consent may have ended while the worker could not be told.
                self._tell(room, Record(room=room, take=None))
        served = {(peer.room, peer.person) for peer in hello.peers}
        strays = {(room, person) for room, person in served if person not in self._people.get(room, {})}
        if strays:
            self._later(self._limits.grace_s, lambda: self._drop_strays(link, strays))
        self._settling.settle()
        self.on_sessions(link.instance, hello.peers)

    async def handle(self, link: WorkerLink, message: FromMedia) -> None:
        match message:
            case Published() | Failed():
                self._requests.answered(message.request, message)
            case SubscribeOffer():
                if self._placement.where(message.room) == link.instance:
                    self._on_offer(message)
            case RecordingState():
                if self._placement.where(message.room) in (None, link.instance):
                    self._on_recording(message)
            case Quality():
                if self._placement.where(message.room) == link.instance:
                    self._on_quality(message)
            case Network():
                if self._placement.where(message.room) == link.instance:
                    self._on_network(message)
            case MediaStats():
                metrics.report("media", link.name, message)
            case PeerState(session=str() as session, state="failed" | "closed"):
                self.on_session_over(message.room, session)
            case _:
                log.debug("media worker %s: %s", link.name, message.type)

    def detach(self, link: WorkerLink) -> None:
        if self._links.get(link.instance) is not link:
            return
        del self._links[link.instance]
        metrics.WORKERS.labels("media").set(self.count)
        metrics.forget("media", link.name)
        rooms = self._placement.clients(link.instance)
        self._settling.lost(link.instance)
        for room in rooms:
            self._on_change(room)
        self._forget_gone()
        self._on_count()

    # --- inside ---------------------------------------------------------------------------------------------

    def _moved(self, rooms: list[str]) -> None:
        for room in rooms:
            log.info("room %s is served by media worker %s", room, self._placement.where(room))
            self._enter_all(room)
        self._forget_gone()

    def _forget_gone(self) -> None:
        """Lost workers that no room waits for."""
        for instance in self._instances - self._links.keys():
            if not self._placement.clients(instance):
                self._instances.discard(instance)
                self._on_worker_gone(instance)

    def _enter_all(self, room: str) -> None:
        for person, transcribe in self._people.get(room, {}).items():
            self._tell(room, Enter(room=room, person=person, transcribe=transcribe))
        if take := self._takes.get(room):
            self._tell(room, Record(room=room, take=take))
        self._on_change(room)

    def _drop_strays(self, link: WorkerLink, strays: set[tuple[str, str]]) -> None:
        """People whom a worker kept over a restart of the server, and who did not come back."""
        for room, person in strays:
            if self._placement.where(room) != link.instance or person not in self._people.get(room, {}):
                link.send(Exit(room=room, person=person))
            if room not in self._people and self._placement.where(room) == link.instance:
                self._placement.release(room)

    def _later(self, delay_s: float, call: Callable[[], None]) -> None:
        def run() -> None:
            self._stray_timers.discard(timer)
            call()

        timer = self._loop.call_later(delay_s, run)
        self._stray_timers.add(timer)

    def _tell(self, room: str, message: Enter | Exit | Silence | EndSession | CloseRoom | Record) -> None:
        instance = self._placement.where(room)
        if instance is not None and (link := self._links.get(instance)):
            link.send(message)

    def _link(self, room: str) -> WorkerLink:
        instance = self._placement.where(room)
        link = self._links.get(instance) if instance is not None else None
        if link is None:
            raise MediaUnavailable("no media worker is connected; the call will come back by itself")
        return link
