"""One person in a room: what they publish, what they receive, and their tapped microphone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from media.audio_link import AudioLink
from media.connection import ConnectionState, MediaConnection
from media.counters import Counters
from media.errors import MediaError
from media.latency import LatencyHistogram
from media.network import Network
from media.publication import Publication
from media.receiver import Receiver
from media.recording.storage import Storage
from media.subscription import Offered, Subscription
from media.tap import Tap
from media.tasks import Tasks
from wire.links import Level, PeerState, Publish, Quality, SubscribedTrack, SubscribeOffer, track_id
from wire.message import Message

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
    latency: LatencyHistogram | None = None
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
        except MediaError:
            self._discard(connection)
            raise
        before, self.publication = self.publication, publication
        if before is not None:
            self._discard(before.connection)
        self._report("publish", connection.state)
        return answer

    def _publication_is(self, connection: MediaConnection) -> bool:
        return self.publication is not None and self.publication.connection is connection

    def set_transcribe(self, transcribe: bool) -> None:
        self._transcribe = transcribe
        self._retap()

    def _retap(self) -> None:
        """The tap follows the microphone: a new connection's is another stream."""
        microphone = None
        if self._transcribe and self.publication is not None:
            microphone = self.publication.tracks.get("microphone")
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

    def _send_level(self, level: Level) -> None:
        log.info("%s receives %s", self.track, level)
        self._around.send(Quality(room=self._room, person=self.person, level=level))

    # --- connections ---

    def _connect(
        self, direction: Literal["publish", "subscribe"], is_current: Callable[[MediaConnection], bool]
    ) -> MediaConnection:
        def on_state(state: ConnectionState) -> None:
            if is_current(connection):
                self._report(direction, state)
                if state in ("failed", "closed"):
                    self._drop(direction)

        around = self._around
        connection = MediaConnection(around.network, around.counters, on_state, around.latency)
        return connection

    def _report(self, direction: Literal["publish", "subscribe"], state: ConnectionState) -> None:
        if state == "new":
            return
        log.info("%s %s is %s", self.track, direction, state)
        self._around.send(PeerState(room=self._room, person=self.person, direction=direction, state=state))

    def _drop(self, direction: Literal["publish", "subscribe"]) -> None:
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

    def tick_audio(self, wall_s: float) -> None:
        if self._tap is not None:
            self._tap.tick(wall_s)

    def tick_video(self, now_s: float) -> None:
        if self.publication is not None:
            self.publication.tick(now_s)

    def each_second(self, now_s: float) -> None:
        if self.publication is not None:
            self.publication.each_second(now_s)
        self.subscription.each_second(now_s)

    def close(self) -> None:
        """Both connections end in the background."""
        self._task.cancel()
        publication, self.publication = self.publication, None
        if publication is not None:
            self._discard(publication.connection)
        self._retap()
        self.subscription.drop_connection()
        self._around.audio.forget(self.track)
