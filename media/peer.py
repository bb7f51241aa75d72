"""One person in a room: what they publish, what they receive, and their tapped microphone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from media.audio_link import AudioLink
from media.connection import ConnectionState, MediaConnection
from media.counters import Counters
from media.flows import FlowMeter
from media.network import Network
from media.publication import Publication
from media.receiver import Receiver
from media.recording.storage import Storage
from media.sessions import Direction, Sessions
from media.subscription import Offered, Subscription
from media.tap import Tap, level_of
from media.tasks import Tasks
from wire.links import (
    Level,
    PeerState,
    Picture,
    Publish,
    Quality,
    Source,
    SubscribedTrack,
    SubscribeOffer,
    track_id,
)
from wire.message import Message
from wire.network import PersonNetwork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every room of a worker shares."""

    network: Network
    counters: Counters
    tasks: Tasks
    audio: AudioLink
    send: Callable[[Message], None]
    """To the server; waits for the link when it is down."""
    is_linked: Callable[[], bool]
    """Whether the server can be reached now."""
    recordings: Storage | None = None
    """None where nothing may be recorded."""


class Peer:
    """`others` lists what this person is to receive; `changed` is called when what it sends has."""

    def __init__(
        self,
        room: str,
        person: str,
        around: Surroundings,
        others: Callable[[], list[Offered]],
        changed: Callable[[], None],
    ) -> None:
        self.person = person
        self.publication: Publication | None = None
        self._room = room
        self._around = around
        self._changed = changed
        self._transcribe = False
        self._tap: Tap | None = None
        self._tapped: Receiver | None = None
        self.sessions = Sessions(others, self._connect_session, self._discard, around.counters)
        self._sent, self._received = FlowMeter(), FlowMeter()
        self.subscription = Subscription(
            wanted=others,
            send_offer=self._send_offer,
            connect=self._connect_subscription,
            discard=self._discard,
            is_linked=around.is_linked,
            on_level=self._send_level,
            counters=around.counters,
        )
        self._task = around.tasks.start(self.subscription.run(), f"subscription {room}-{person}")

    @property
    def track(self) -> str:
        return track_id(self._room, self.person)

    def sent(self) -> dict[Source, Receiver]:
        """What the others receive: of a source that both send the encoder's goes before the page's."""
        page = self.publication.tracks if self.publication is not None else {}
        encoder = self.sessions.encoder.tracks if self.sessions.encoder is not None else {}
        return page | encoder

    # --- publishing ---

    async def publish(self, request: Publish) -> str:
        """The answer's SDP. Raises MediaError, and then what was published before goes on."""
        current = self.publication
        if current is not None and current.session == request.session:
            answer = await current.negotiate(request.sdp, request.tracks)
        else:
            answer = await self._replace_publication(request)
        self._retap()
        self._changed()
        return answer

    async def _replace_publication(self, request: Publish) -> str:
        connection = self._connect("publish", self._publication_is)
        publication = Publication(request.session, connection)
        try:
            answer = await publication.negotiate(request.sdp, request.tracks)
        except BaseException:
            # A time-out is no MediaError, and would leave the sockets behind as well.
            self._discard(connection)
            raise
        before, self.publication = self.publication, publication
        if before is not None:
            self._discard(before.connection)
        self._report("publish", connection.state)
        return answer

    async def publish_encoder(self, request: Publish) -> tuple[str, tuple[Source, ...]]:
        """The answer's SDP, and what the encoder sends. Raises MediaError; an earlier one goes on then."""
        answer = await self.sessions.publish(request.session, request.sdp)
        self._retap()
        self._changed()
        return answer, tuple(self.sessions.encoder.tracks) if self.sessions.encoder is not None else ()

    def end_session(self, session: str | None) -> None:
        """An encoder's or player's connection, or with None those of the page."""
        if session is None:
            self._drop("publish")
            self.subscription.drop_connection()
        elif self.sessions.end(session):
            self._retap()
            self._changed()

    def _publication_is(self, connection: MediaConnection) -> bool:
        return self.publication is not None and self.publication.connection is connection

    def set_transcribe(self, transcribe: bool) -> None:
        self._transcribe = transcribe
        self._retap()

    def _retap(self) -> None:
        """The tap follows the microphone: a new connection's is another stream."""
        microphone = None
        if self._transcribe:
            microphone = self.sent().get("microphone")
        if microphone is self._tapped:
            return
        if self._tapped is not None:
            self._tapped.tap = None
        if self._tap is not None:
            self._tap.close()
        self._tap, self._tapped = None, microphone
        if microphone is not None:
            tap = Tap(self._put_audio, self._around.counters)
            microphone.tap = lambda sequence, timestamp, payload: tap.push(
                sequence, timestamp, payload, time.time()
            )
            self._tap = tap

    def _put_audio(self, wall_us: int, samples: bytes) -> None:
        if self._tapped is not None:
            self._tapped.note_level(level_of(samples))
        self._around.audio.put(self.track, wall_us, samples)

    # --- subscribing ---

    def _connect_subscription(self) -> MediaConnection:
        return self._connect("subscribe", lambda made: self.subscription.connection is made)

    def _send_offer(self, generation: int, text: str, tracks: Sequence[SubscribedTrack]) -> None:
        self._around.send(
            SubscribeOffer(
                room=self._room, person=self.person, generation=generation, sdp=text, tracks=tuple(tracks)
            )
        )

    def _send_level(self, level: Level, paused: tuple[Picture, ...]) -> None:
        log.info("%s receives %s, %d of it paused", self.track, level, len(paused))
        self._around.send(Quality(room=self._room, person=self.person, level=level, paused=paused))

    # --- connections ---

    def _connect_session(
        self, direction: Direction, is_current: Callable[[MediaConnection], bool], session: str
    ) -> MediaConnection:
        return self._connect(direction, is_current, session)

    def _connect(
        self, direction: Direction, is_current: Callable[[MediaConnection], bool], session: str | None = None
    ) -> MediaConnection:
        def on_state(state: ConnectionState) -> None:
            if is_current(connection):
                self._report(direction, state, session)
                if state in ("failed", "closed"):
                    self._drop(direction) if session is None else self.end_session(session)

        around = self._around
        connection = MediaConnection(around.network, around.counters, on_state)
        return connection

    def _report(self, direction: Direction, state: ConnectionState, session: str | None = None) -> None:
        if state == "new":
            return
        log.info("%s %s is %s%s", self.track, direction, state, "" if session is None else " (session)")
        self._around.send(
            PeerState(room=self._room, person=self.person, direction=direction, state=state, session=session)
        )

    def _drop(self, direction: Direction) -> None:
        if direction == "subscribe":
            self.subscription.drop_connection()
            return
        publication, self.publication = self.publication, None
        if publication is not None:
            self._discard(publication.connection)
        self._retap()
        self._changed()

    def _discard(self, connection: MediaConnection) -> None:
        self._around.tasks.start(connection.close(), f"close {self.track}")

    # --- time and end ---

    def tick(self, wall_s: float, now_s: float) -> None:
        """Fifty times a second: voices and requests for repeats."""
        if self._tap is not None:
            self._tap.tick(wall_s)
        # What is asked for would be more to read.
        behind = self._around.network.is_behind
        if self.publication is not None and not behind:
            self.publication.tick_losses(now_s)
        if self.sessions:
            self.sessions.tick(now_s, behind=behind)

    def tick_video(self, now_s: float) -> None:
        if self.publication is not None:
            self.publication.tick(now_s)
        self.sessions.tick_video(now_s)

    def each_second(self, now_s: float) -> None:
        if self.publication is not None:
            self.publication.each_second(now_s)
        self.sessions.each_second(now_s)
        heard_s = 0.0 if self.publication is None else self.publication.connection.heard_s
        self.subscription.each_second(now_s, heard_s)

    def network(self, now_s: float) -> PersonNetwork | None:
        """Since the last call; None for somebody who neither sends nor receives."""
        encodings = [
            (source, encoding)
            for source, receiver in self.sent().items()
            for encoding in (receiver, receiver.small)
            if encoding is not None
        ]
        sending = [(one.source, one.sender) for one in self.subscription.shown()] + self.sessions.sending()
        sent = [encoding.totals(source) for source, encoding in encodings]
        received = [sender.totals(source) for source, sender in sending]
        trips = [trip for _, sender in sending if (trip := sender.reports.rtt_s(now_s)) is not None]
        network = PersonNetwork(
            person=self.person,
            sends=self._sent.read([totals for totals in sent if totals], now_s),
            receives=self._received.read([totals for totals in received if totals], now_s),
            rtt_ms=round(min(trips) * 1000, 1) if trips else None,
            camera="whole" if self.publication is None else self.publication.camera,
        )
        return network if network.sends or network.receives else None

    def close(self) -> None:
        """Both connections end in the background."""
        self._task.cancel()
        publication, self.publication = self.publication, None
        if publication is not None:
            self._discard(publication.connection)
        self.sessions.close()
        self._retap()
        self.subscription.drop_connection()
        self._around.audio.forget(self.track)
