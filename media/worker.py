"""The media worker's process: the link to the server, the rooms, the clock that drives them, and the end."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

import uvloop

from media.audio_link import AudioLink
from media.check import report
from media.core import Core, CoreMissing
from media.counters import Counters
from media.errors import MediaError, MediaTimeout, NoSuchPeer, WorkerFull
from media.latency import LatencyHistogram
from media.network import Network
from media.options import BadOptions, Options, read_options
from media.opus import check_library
from media.peer import Surroundings
from media.post import Post
from media.probe import StallProbe
from media.recording.storage import Bounds, Storage
from media.room import Room
from media.shared_port import SharedPort
from media.tasks import Tasks
from wire.dial import WorkerLink
from wire.errors import LinkRefused
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
    Record,
    Silence,
    Source,
    Subscribe,
    SubscribeAnswer,
    Trickle,
    server_to_media,
)
from wire.message import Message

log = logging.getLogger(__name__)

EX_CONFIG = 78
MAX_ROOMS = 200
STATS_INTERVAL_S = 5.0
NETWORK_INTERVAL_S = 3.0
TICK_S = 0.02
"""Taps and requests for repeats are driven this often, other video feedback every third time, reports and
time-outs every fiftieth."""
PUBLISH_TIMEOUT_S = 5.0
"""Nothing in a negotiation waits for the network; this only bounds a mistake."""

FromServer = (
    AudioTarget
    | Enter
    | Exit
    | CloseRoom
    | Publish
    | Play
    | Trickle
    | Silence
    | EndSession
    | Subscribe
    | SubscribeAnswer
    | Record
)


class Worker:
    """Keeps serving while the server is away; `run` ends when `stop` is called.

    Raises LinkRefused, NoFreePort.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._rooms: dict[str, Room] = {}
        self._counters = Counters()
        self._latency = LatencyHistogram() if options.measure_latency else None
        self._probe = StallProbe()
        self._stopping = asyncio.Event()
        self._tasks = Tasks(self._counters)
        self._audio = AudioLink(options.secret, self._counters)
        self._link = WorkerLink(
            options.workers_url,
            options.secret,
            hello=self._hello,
            codec=server_to_media,
            handle=self._handle,
        )
        self._recordings = (
            Storage(options.recordings, Bounds(options.recordings_max_bytes)) if options.recordings else None
        )
        shared = (
            None
            if options.udp_port is None
            else SharedPort(options.udp_port, options.announced, self._counters)
        )
        core = None if options.compiled_core is None else Core(options.compiled_core, self._counters)
        self._network = Network(
            options.hosts,
            options.announced,
            options.udp_ports,
            shared,
            Post(self._counters, core),
            self._latency,
        )
        self._around = Surroundings(
            network=self._network,
            counters=self._counters,
            tasks=self._tasks,
            audio=self._audio,
            send=self._link.send,
            is_linked=lambda: self._link.outbox.connected,
            recordings=self._recordings,
        )

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._on_loop_error)
        self._network.start()
        jobs = [
            asyncio.create_task(job, name=name)
            for name, job in (
                ("link", self._link.run()),
                ("audio link", self._audio.run()),
                ("ticks", self._tick()),
                ("stats", self._send_stats()),
                ("networks", self._send_networks()),
                ("probe", self._probe.run()),
                ("stop", self._wait_for_stop()),
            )
        ]
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            for room in list(self._rooms.values()):
                room.close()
            await self._tasks.finish(timeout_s=2.0)
            self._network.close()
            if self._recordings is not None:
                await asyncio.to_thread(self._recordings.close)

    async def _wait_for_stop(self) -> None:
        await self._stopping.wait()

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """For what the WebRTC library leaves unattended: a negotiation that ends with its connection."""
        self._counters.add("loop_errors")
        error = context.get("exception")
        log.warning("%s: %s", context.get("message"), type(error).__name__)
        log.debug("unattended error", exc_info=error)

    # --- the server's messages ---

    def _hello(self) -> Message:
        peers = tuple(
            PeerRef(room=room.id, person=person, sessions=peer.sessions.refs())
            for room in self._rooms.values()
            for person, peer in room.peers.items()
        )
        return MediaHello(name=self._options.name, instance=self._options.instance, peers=peers)

    async def _handle(self, message: FromServer) -> None:
        try:
            await self._dispatch(message)
        except MediaError as error:
            log.info("%s refused: %s", message.type, error.code)
            self._counters.add(f"refused_{error.code}")
            self._refuse(message, error.code, error.message)
        except Exception:
            log.exception("%s failed", message.type)
            self._counters.add("handler_failed")
            self._refuse(message, "internal", "the media worker could not do this")

    def _refuse(self, message: FromServer, code: str, text: str) -> None:
        if isinstance(message, Publish | Play | Trickle):
            self._link.send(Failed(request=message.request, code=code, message=text))
        elif isinstance(message, Enter | Subscribe):
            self._link.send(
                PeerState(room=message.room, person=message.person, direction="subscribe", state="failed")
            )

    async def _dispatch(self, message: FromServer) -> None:
        match message:
            case AudioTarget():
                self._audio.set_target(message.url)
            case Enter():
                self._enter(message)
            case Exit():
                if (room := self._rooms.get(message.room)) is not None:
                    room.exit(message.person)
                    if not room.peers:
                        room.close()
                        del self._rooms[room.id]
            case CloseRoom():
                if (room := self._rooms.pop(message.room, None)) is not None:
                    room.close()
            case Record():
                if message.take is not None or message.room in self._rooms:
                    self._room(message.room).recording.record(message.take)
            case Publish() | Play() | Trickle():
                await self._negotiate(message)
            case Silence():
                self._room(message.room).peer(message.person).sessions.silence(
                    message.session, message.silent
                )
            case EndSession():
                self._room(message.room).peer(message.person).end_session(message.session)
            case Subscribe():
                self._room(message.room).peer(message.person).subscription.renew()
            case SubscribeAnswer():
                self._room(message.room).peer(message.person).subscription.answered(
                    message.generation, message.sdp
                )

    def _enter(self, message: Enter) -> None:
        if message.room not in self._rooms:
            if len(self._rooms) >= MAX_ROOMS:
                raise WorkerFull(f"a worker serves at most {MAX_ROOMS} rooms")
            self._rooms[message.room] = Room(message.room, self._around)
        self._rooms[message.room].enter(message.person, transcribe=message.transcribe)

    async def _negotiate(self, message: Publish | Play | Trickle) -> None:
        peer = self._room(message.room).peer(message.person)
        answer, sources = "", tuple[Source, ...]()
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                if isinstance(message, Trickle):
                    await peer.sessions.add_candidates(message.session, message.fragment)
                elif isinstance(message, Play):
                    answer = await peer.sessions.play(message)
                elif message.via == "whip":
                    answer, sources = await peer.publish_encoder(message)
                else:
                    answer = await peer.publish(message)
        except TimeoutError:
            raise MediaTimeout("the offer could not be answered in time") from None
        self._link.send(Published(request=message.request, sdp=answer, sources=sources))

    def _room(self, id: str) -> Room:
        room = self._rooms.get(id)
        if room is None:
            raise NoSuchPeer("nobody was let into this room")
        return room

    # --- time ---

    async def _tick(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(TICK_S)
            count += 1
            wall_s = time.time()
            now_s = time.monotonic()
            if count % 25 == 0:
                self._flush_recordings(now_s)
            for peer in [peer for room in self._rooms.values() for peer in room.peers.values()]:
                try:
                    peer.tick(wall_s, now_s)
                    if count % 3 == 0:
                        peer.tick_video(now_s)
                    if count % 50 == 0:
                        peer.each_second(now_s)
                except Exception:
                    self._counters.add("tick_failed")
                    log.exception("the tick of %s failed", peer.track)

    def _flush_recordings(self, now_s: float) -> None:
        for room in self._rooms.values():
            try:
                room.recording.flush(now_s)
            except Exception:
                self._counters.add("recording_failed")
                log.exception("the recording of room %s failed", room.id)

    async def _send_networks(self) -> None:
        while True:
            await asyncio.sleep(NETWORK_INTERVAL_S)
            for room in list(self._rooms.values()):
                try:
                    network = room.network(time.monotonic())
                except Exception:
                    self._counters.add("network_failed")
                    log.exception("the networks of room %s could not be read", room.id)
                    continue
                if network is not None:
                    self._link.send(network, droppable=True)

    async def _send_stats(self) -> None:
        while True:
            await asyncio.sleep(STATS_INTERVAL_S)
            counters = self._counters.snapshot()
            if self._latency is not None:
                counters["latency_p50_us"] = self._latency.quantile_us(0.50)
                counters["latency_p99_us"] = self._latency.quantile_us(0.99)
            stall_p99_ms, stall_ms = self._probe.stalls.take_ms()
            self._link.send(
                MediaStats(
                    rooms=len(self._rooms),
                    peers=sum(len(room.peers) for room in self._rooms.values()),
                    counters=counters,
                    loop_stall_ms=stall_ms,
                    loop_stall_p99_ms=stall_p99_ms,
                ),
                droppable=True,
            )


async def _serve(options: Options) -> None:
    worker = Worker(options)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after SIGTERM or SIGINT, 78 when it cannot start as configured."""
    try:
        options = read_options(sys.argv[1:] if arguments is None else arguments)
        logging.basicConfig(
            level=options.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            stream=sys.stderr,
        )
        # aioice reports every check at INFO, with addresses.
        logging.getLogger("aioice").setLevel(logging.WARNING)
        check_library()
        if options.check:
            print(report(options))
            return 0
        # What was imported stays: to look through it took 45 ms now and then, in which no packet went on.
        gc.collect()
        gc.freeze()
        uvloop.run(_serve(options))
    except (BadOptions, CoreMissing, LinkRefused, MediaError) as error:
        print(f"media worker: {error}", file=sys.stderr)
        return EX_CONFIG
    return 0
