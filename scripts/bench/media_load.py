"""The load of bench_media: rooms of two publishers, who replay encoded RTP, and three subscribers, who count.

Towards a server that forwards, every payload ends with the time at which it was sent, so that what arrives
tells its own latency.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.browser_nacks import BrowserNacks
from bench.encoded import FRAMES_PER_S, OPUS_FRAMES_PER_S
from media import sdp
from media.connection import MediaConnection, Slot
from media.counters import Counters
from media.network import Network
from media.receiver import Kind, Receiver, Reception
from media.rtcp import PAYLOAD_FEEDBACK
from wire import links

SUBSCRIBERS = 3
STAMP = struct.Struct("!d")
HEADER = struct.Struct("!BBHLL")
PAYLOAD_TYPE = 96
TICK_S = 0.02
PICTURE_LOSS = 1


@dataclass(slots=True)
class Window:
    """What was sent from `start_s` to `end_s`, and what of it arrived, even if later."""

    start_s: float
    end_s: float
    sent: int = 0
    received: int = 0
    latencies_s: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.sent * SUBSCRIBERS - self.received


class Tally:
    """Counts inside the windows that are being measured; outside them nothing."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def open(self, start_s: float, seconds: float) -> Window:
        self.windows.append(Window(start_s, start_s + seconds))
        return self.windows[-1]

    def note_sent(self, now_s: float) -> None:
        if (window := self.at(now_s)) is not None:
            window.sent += 1

    def note_received(self, sent_s: float, now_s: float) -> None:
        if (window := self.at(sent_s)) is not None:
            window.received += 1
            window.latencies_s.append(now_s - sent_s)

    def at(self, time_s: float) -> Window | None:
        for window in reversed(self.windows):
            if window.start_s <= time_s:
                return window if time_s < window.end_s else None
        return None


class Gaps:
    """Received and missing sequence numbers of one stream, for what was encoded again on the way."""

    def __init__(self) -> None:
        self.received = 0
        self._first: int | None = None
        self._highest = 0

    def add(self, sequence: int) -> None:
        self.received += 1
        if self._first is None:
            self._first = self._highest = sequence
            return
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead < 0x8000:
            self._highest += ahead

    @property
    def missing(self) -> int:
        return 0 if self._first is None else max(0, self._highest - self._first + 1 - self.received)


class Encoder:
    """Where a replayed stream's own feedback goes: a keyframe that is asked for begins its loop anew."""

    def __init__(self) -> None:
        self.keyframe_wanted = False

    def send_rtcp(self, packet: bytes) -> None:
        if packet[1] == PAYLOAD_FEEDBACK and packet[0] & 0x1F == PICTURE_LOSS:
            self.keyframe_wanted = True


class Signalling(Protocol):
    """How a load publishes at a server and subscribes to it; what it yields has `sdp` and `tracks`."""

    async def publish(
        self, room: str, person: str, offer: str, tracks: tuple[links.PublishedTrack, ...]
    ) -> str: ...

    def receive(self, room: str, person: str) -> AsyncIterator[Any]: ...

    async def answer(self, offer: Any, sdp: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Recording:
    kind: Kind
    source: links.Source
    frames: list[list[bytes]]
    """Payloads of each frame."""


class Stream:
    """Replays one recording into a connection's slot."""

    def __init__(self, recording: Recording, ssrc: int, tally: Tally, *, stamped: bool) -> None:
        self._recording = recording
        self._ssrc = ssrc
        self._tally = tally
        self._stamped = stamped
        self._sequence = 0
        rate_hz, per_s = (48_000, OPUS_FRAMES_PER_S) if recording.kind == "audio" else (90_000, FRAMES_PER_S)
        self._period_s = 1 / per_s
        self._ticks = rate_hz // per_s
        self._encoder = Encoder()
        self.receiver = Receiver(recording.kind, self._encoder, Counters())
        self.receiver.configure(Reception(rate_hz, frozenset({PAYLOAD_TYPE}), ssrc=ssrc), rtcp_ssrc=1)
        self.receiver.live = True

    async def replay(self, start_s: float) -> None:
        """Until cancelled; a late frame is sent at once and the clock kept."""
        number = keyframe = 0
        frames = self._recording.frames
        while True:
            await asyncio.sleep(start_s + number * self._period_s - time.monotonic())
            if self._encoder.keyframe_wanted:
                self._encoder.keyframe_wanted, keyframe = False, number
            self._send(frames[(number - keyframe) % len(frames)], number * self._ticks)
            number += 1

    def _send(self, payloads: list[bytes], timestamp: int) -> None:
        for index, payload in enumerate(payloads):
            now_s = time.monotonic()
            second = PAYLOAD_TYPE | (0x80 if index == len(payloads) - 1 else 0)
            body = payload[: -STAMP.size] + STAMP.pack(now_s) if self._stamped else payload
            packet = HEADER.pack(0x80, second, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc) + body
            self.receiver.on_rtp(packet, second, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc, now_s)
            self._tally.note_sent(now_s)
            self._sequence = (self._sequence + 1) & 0xFFFF


class Load:
    """All rooms of one run against one server."""

    def __init__(self, server: Signalling, tally: Tally, host: str, *, stamped: bool) -> None:
        self.gaps: list[Gaps] = []
        self.nacks: list[BrowserNacks] = []
        self._server = server
        self._tally = tally
        self._network = Network((host,))
        self._stamped = stamped
        self._connections: list[MediaConnection] = []
        self._streams: list[list[Stream]] = []
        """By room."""
        self._replays: list[list[asyncio.Task[None]]] = []
        self._keeper = asyncio.create_task(self._keep_up())

    async def open_room(self, room: str, publishers: list[list[Recording]]) -> None:
        self._streams.append([])
        for number, recordings in enumerate(publishers):
            await self._publish(room, f"p{number}", recordings)
        for number in range(SUBSCRIBERS):
            await self._subscribe(room, f"s{number}")

    def play(self, rooms: int) -> None:
        """So many rooms send from now on, the others fall silent."""
        while len(self._replays) > rooms:
            for task in self._replays.pop():
                task.cancel()
        now_s = time.monotonic()
        for room in range(len(self._replays), min(rooms, len(self._streams))):
            # Publishers are not in step.
            offsets = [(0.0137 * (4 * room + number)) % 0.04 for number in range(len(self._streams[room]))]
            pairs = zip(self._streams[room], offsets, strict=True)
            self._replays.append([asyncio.create_task(stream.replay(now_s + late)) for stream, late in pairs])

    async def close(self) -> None:
        self.play(0)
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)
        for connection in self._connections:
            await connection.close()

    async def _keep_up(self) -> None:
        """Receiver reports and repeated requests, as a browser sends them."""
        count = 0
        while True:
            await asyncio.sleep(TICK_S)
            now_s = time.monotonic()
            count += 1
            for connection in self._connections:
                for receiver in connection.receivers():
                    receiver.tick(now_s)
                if count % 50 == 0:
                    connection.send_reports(now_s)
            for stream in [stream for room in self._streams for stream in room]:
                stream.receiver.tick(now_s)

    def _connection(self) -> tuple[MediaConnection, asyncio.Event]:
        up = asyncio.Event()
        connection = MediaConnection(
            self._network, Counters(), lambda state: up.set() if state == "connected" else None
        )
        self._connections.append(connection)
        return connection, up

    async def _publish(self, room: str, person: str, recordings: list[Recording]) -> None:
        connection, up = self._connection()
        tracks: list[Slot] = []
        for recording in recordings:
            slot = connection.add_slot("opus" if recording.kind == "audio" else "vp8")
            stream = Stream(recording, 1000 + len(tracks), self._tally, stamped=self._stamped)
            slot.open(stream.receiver, person, person)
            self._streams[-1].append(stream)
            tracks.append(slot)
        offer = await connection.offer()
        named = tuple(
            links.PublishedTrack(mid=str(slot.mid), source=recording.source)
            for slot, recording in zip(tracks, recordings, strict=True)
        )
        await connection.accept(await self._server.publish(room, person, offer, named))
        await asyncio.wait_for(up.wait(), 20)

    async def _subscribe(self, room: str, person: str) -> None:
        connection, up = self._connection()
        async for offer in self._server.receive(room, person):
            answer = await connection.answer(sdp.read_offer(offer.sdp))
            await self._server.answer(offer, answer)
            if len(offer.tracks) == 4:
                break
        for receiver in connection.receivers():
            receiver.tap = self._counting_tap()
            if receiver.kind == "video":
                self.nacks.append(BrowserNacks())
                receiver._losses = self.nacks[-1]  # type: ignore[assignment]
        await asyncio.wait_for(up.wait(), 20)

    def _counting_tap(self) -> Callable[[int, int, bytes], None]:
        tally, gaps = self._tally, Gaps()
        self.gaps.append(gaps)

        def stamped(sequence: int, timestamp: int, payload: bytes) -> None:
            tally.note_received(STAMP.unpack_from(payload, len(payload) - STAMP.size)[0], time.monotonic())

        def counted(sequence: int, timestamp: int, payload: bytes) -> None:
            if tally.at(time.monotonic()) is not None:
                gaps.add(sequence)

        return stamped if self._stamped else counted
