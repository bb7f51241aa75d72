"""Hostile input in bulk: mutated packets through the parsers, and a flood at a worker with a live call."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pylibsrtp
import pytest
import pytest_asyncio
from aiortc import RTCPeerConnection
from fuzz import parsers, seeds
from fuzz.mutation import PacketMutator
from fuzz.targets import SENT_VIDEO_SSRC, Media

from media import rtcp, sdp
from media.errors import BadSdp
from media.packet_path import ASKED_BURST, ASKED_PER_S
from tests.media.rig import Client, FakeServer, PictureTrack, ToneTrack, worker_process
from wire.links import MediaHello, PeerState

FLOOD = 100_000
BATCH = 100
"""Datagrams at a time: what the sockets' buffers hold while the worker reads."""
BETWEEN_S = 0.006
UNWANTED = ("datagram_failed", "task_failed", "tick_failed", "handler_failed", "loop_errors")


async def test_no_mutated_input_raises_or_takes_long() -> None:
    reports = await parsers.run(8_000, seed=2)
    assert {sort: report.shown for sort, report in reports.items() if not report.is_clean} == {}
    # The seeds still say something to the parsers: else nothing was tested.
    assert reports["rtp"].counters["packets_out"] > 500
    assert reports["rtcp"].counters["rtx_out"] > 50
    assert reports["sdp"].counters["taken"] > 300
    assert reports["stun"].counters["drop_stun_stranger"] > 50


@pytest.mark.load
async def test_a_hundred_thousand_mutated_inputs_raise_nothing_and_take_no_time() -> None:
    reports = await parsers.run(100_000, seed=3)
    assert {sort: report.shown for sort, report in reports.items() if not report.is_clean} == {}


@pytest.mark.load
def test_a_description_full_of_pairs_is_read_in_no_time() -> None:
    """Groups that name an unknown SSRC: what is done for each must not depend on how many are known."""
    flood = [f"a=ssrc:{n} x" for n in range(2_200)] + ["a=ssrc-group:FID 1 9999"] * 900
    text = seeds.offer() + "\r\n".join(flood)
    assert len(text) < sdp.MAX_BYTES

    def read(text: str) -> None:
        with suppress(BadSdp):
            sdp.read_offer(text)

    report = parsers.Report()
    parsers.run_one(report, read, lambda data: parsers.timed(read, data), text)
    assert report.is_clean, report.shown


def test_no_more_requests_are_read_than_a_bad_network_makes() -> None:
    """Each number costs a look into the history, and what nobody has is asked for by everybody."""
    target = Media()
    try:
        target.fill()
        for _ in range(100):
            target.take(rtcp.nack(1, SENT_VIDEO_SSRC, range(30_000, 30_000 + rtcp.MAX_LOST)))
    finally:
        target.close()
    assert ASKED_BURST - rtcp.MAX_LOST <= target.counters["nack_in"] < ASKED_BURST + ASKED_PER_S
    assert target.counters["drop_nack_flood"] > 50


@dataclass
class Worker:
    """A worker process with its server, and what it has written to standard error."""

    server: FakeServer
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def read_errors(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode())


@pytest_asyncio.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    async with (
        FakeServer().listen() as server,
        worker_process(f"http://127.0.0.1:{server.port}", "--udp-host", "127.0.0.1") as process,
    ):
        started = Worker(server, process)
        reader = asyncio.create_task(started.read_errors())
        await server.wait_for(lambda message: isinstance(message, MediaHello))
        yield started
        process.terminate()
        await reader


def ice_of(connection: RTCPeerConnection) -> Any:
    return connection.getTransceivers()[0].receiver.transport.transport._connection


class Attacker:
    """Sends datagrams as nobody, as the peer (from its own socket), and as a participant with keys."""

    def __init__(self, victims: list[RTCPeerConnection], insider: RTCPeerConnection) -> None:
        pairs = [ice_of(connection)._nominated[1] for connection in victims]
        self._targets = [(pair.remote_addr, pair.protocol.transport) for pair in pairs]
        self._outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._outside.setblocking(False)
        self._insider: Any = insider.getTransceivers()[0].receiver.transport
        self._random = random.Random(5)
        raw = [data for sort in ("stun", "dtls", "rtp", "rtcp") for data in seeds.captured(sort)]
        self._raw = PacketMutator([*raw, b"", b"\0", b"GET / HTTP/1.1\r\n\r\n"], 6)
        self._inside = PacketMutator([*self._own_packets(insider), *seeds.control()], 7)
        self.sent = {"stranger": 0, "spoofed": 0, "insider": 0}

    @staticmethod
    def _own_packets(insider: RTCPeerConnection) -> list[bytes]:
        """The captured packets under the insider's own SSRCs and payload types."""
        audio, video = (transceiver.sender for transceiver in insider.getTransceivers())
        own = {111: (96, audio._ssrc), 96: (97, video._ssrc), 97: (98, video._rtx_ssrc)}  # type: ignore[attr-defined]
        packets = []
        for data in seeds.rtp():
            kind, ssrc = own[data[1] & 0x7F]
            packets.append(
                data[:1] + bytes([data[1] & 0x80 | kind]) + data[2:8] + ssrc.to_bytes(4, "big") + data[12:]
            )
        return packets

    def send(self) -> None:
        chance = self._random.random()
        address, transport = self._random.choice(self._targets)
        if chance < 0.5:
            with suppress(BlockingIOError):
                self._outside.sendto(self._raw.next(), address)
                self.sent["stranger"] += 1
        elif chance < 0.75:
            transport.sendto(self._raw.next(), address)
            self.sent["spoofed"] += 1
        else:
            self._send_inside(self._inside.next())
            self.sent["insider"] += 1

    def _send_inside(self, packet: bytes) -> None:
        srtp = self._insider._tx_srtp
        is_control = len(packet) > 1 and 192 <= packet[1] <= 223
        # libsrtp refuses what is no packet at all, too long, or sent twice.
        with suppress(pylibsrtp.Error, ValueError):
            sealed = srtp.protect_rtcp(packet) if is_control else srtp.protect(packet)
            pair = self._insider.transport._connection._nominated[1]
            pair.protocol.transport.sendto(sealed, pair.remote_addr)

    def close(self) -> None:
        self._outside.close()


@pytest.mark.load
async def test_a_hundred_thousand_hostile_datagrams_cost_no_call(worker: Worker) -> None:
    server = worker.server
    speaker, listener, insider = (Client(server, "r1", person) for person in ("p1", "p2", "p3"))
    for each in (speaker, listener, insider):
        await each.enter()
    await speaker.publish(microphone=ToneTrack(440), camera=PictureTrack(200))
    await listener.receive()
    await listener.until_offered(("p1", "microphone"), ("p1", "camera"))
    await server.peer_state("p2", "subscribe", "connected")
    # The listener is sent what the insider makes up; its decoder complains and the others' pictures go on.
    await insider.publish(microphone=ToneTrack(500), camera=PictureTrack(20))
    await server.peer_state("p3", "publish", "connected")
    assert speaker.publishing is not None
    assert listener.receiving is not None
    assert insider.publishing is not None
    attacker = Attacker([speaker.publishing, listener.receiving], insider.publishing)
    before = (await server.stats()).counters
    try:
        for sent in range(FLOOD):
            attacker.send()
            if sent % BATCH == 0:
                await asyncio.sleep(BETWEEN_S)
        async with asyncio.timeout(20):
            assert abs(await listener.picture("p1") - 200) < 40
            assert abs(await listener.pitch("p1") - 440) < 20
        counters = (await server.stats()).counters
        print(attacker.sent, counters)
        assert {name: counters[name] for name in UNWANTED if counters.get(name)} == {}
        drops = sum(count for name, count in counters.items() if name.startswith("drop_"))
        arrived = drops - sum(count for name, count in before.items() if name.startswith("drop_"))
        assert arrived > FLOOD // 2, (attacker.sent, counters)
        assert counters["packets_out"] > before["packets_out"] + 100
        states = [message for message in server.messages if isinstance(message, PeerState)]
        assert {message.state for message in states} <= {"connecting", "connected"}
        assert worker.process.returncode is None
        assert not [line for line in worker.lines if "Traceback" in line or "Error" in line]
    finally:
        attacker.close()
        for each in (speaker, listener, insider):
            await each.close()
