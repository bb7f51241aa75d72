"""The load of bench_media: rooms of two publishers, who replay encoded RTP, and three subscribers, who count.

It plays the server's part on a worker's link, so that the worker under test is the real program and nothing
else of Sangdam runs. Against the forwarding worker every payload ends with the time at which it was sent, so
that what arrives tells its own latency.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.encoded import FRAMES_PER_S, OPUS_FRAMES_PER_S
from bench.worker_link import ScriptedServer
from media import sdp
from media.connection import MediaConnection
from media.counters import Counters
from media.network import Network
from media.receiver import Kind, Receiver, Reception
from wire import links

HERE = Network(("127.0.0.1",))
SUBSCRIBERS = 3
STAMP = struct.Struct("!d")
HEADER = struct.Struct("!BBHLL")
PAYLOAD_TYPE = 96
TICK_S = 0.02


class Tally:
    """What was sent and received inside the measured window; outside it nothing is counted."""

    def __init__(self) -> None:
        self.window: tuple[float, float] | None = None
        self.sent = 0
        self.received = 0
        self.latencies_s: list[float] = []

    def note_sent(self, now_s: float) -> None:
        if self._inside(now_s):
            self.sent += 1

    def note_received(self, sent_s: float, now_s: float) -> None:
        if self._inside(sent_s):
            self.received += 1
            self.latencies_s.append(now_s - sent_s)

    def _inside(self, at_s: float) -> bool:
        return self.window is not None and self.window[0] <= at_s < self.window[1]


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


class NoFeedback:
    """Where the replayed streams' own feedback goes: they are not received from anywhere."""

    def send_rtcp(self, packet: bytes) -> None:
        """Dropped."""


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
        self.receiver = Receiver(recording.kind, NoFeedback(), Counters())
        self.receiver.configure(Reception(rate_hz, frozenset({PAYLOAD_TYPE}), ssrc=ssrc), rtcp_ssrc=1)
        self.receiver.live = True

    async def replay(self, start_s: float) -> None:
        """Until cancelled; a late frame is sent at once and the clock kept."""
        number = 0
        frames = self._recording.frames
        while True:
            await asyncio.sleep(start_s + number * self._period_s - time.monotonic())
            self._send(frames[number % len(frames)], number * self._ticks)
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
    """All rooms of one run against one worker."""

    def __init__(self, server: ScriptedServer, tally: Tally, *, stamped: bool) -> None:
        self.gaps: list[Gaps] = []
        self._server = server
        self._tally = tally
        self._stamped = stamped
        self._connections: list[MediaConnection] = []
        self._streams: list[tuple[Stream, MediaConnection]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open_room(self, room: str, publishers: list[list[Recording]]) -> None:
        for number, recordings in enumerate(publishers):
            await self._publish(room, f"p{number}", recordings)
        for number in range(SUBSCRIBERS):
            await self._subscribe(room, f"s{number}")

    def start(self) -> None:
        now_s = time.monotonic()
        for number, (stream, _) in enumerate(self._streams):
            offset_s = (number * 0.0137) % 0.04  # publishers are not in step
            self._tasks.append(asyncio.create_task(stream.replay(now_s + offset_s)))
        self._tasks.append(asyncio.create_task(self._keep_up()))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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

    def _connection(self) -> tuple[MediaConnection, asyncio.Event]:
        up = asyncio.Event()
        connection = MediaConnection(
            HERE, Counters(), lambda state: up.set() if state == "connected" else None
        )
        self._connections.append(connection)
        return connection, up

    async def _publish(self, room: str, person: str, recordings: list[Recording]) -> None:
        connection, up = self._connection()
        tracks = []
        for recording in recordings:
            slot = connection.add_slot("opus" if recording.kind == "audio" else "vp8")
            stream = Stream(recording, 1000 + len(self._streams), self._tally, stamped=self._stamped)
            slot.open(stream.receiver, person, person)
            self._streams.append((stream, connection))
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
            self._server.answer(offer, answer)
            if len(offer.tracks) == 4:
                break
        for receiver in connection.receivers():
            receiver.tap = self._counting_tap()
        await asyncio.wait_for(up.wait(), 20)

    def _counting_tap(self) -> Callable[[int, int, bytes], None]:
        tally, gaps = self._tally, Gaps()
        self.gaps.append(gaps)

        def stamped(sequence: int, timestamp: int, payload: bytes) -> None:
            tally.note_received(STAMP.unpack_from(payload, len(payload) - STAMP.size)[0], time.monotonic())

        def counted(sequence: int, timestamp: int, payload: bytes) -> None:
            if tally.window is not None and tally.window[0] <= time.monotonic() < tally.window[1]:
                gaps.add(sequence)

        return stamped if self._stamped else counted
