"""Faults with which anybody could end a call: each against a real connection that must go on.

`Call` is a publishing aiortc client and a connection of ours. Every test sends its fault and then waits for
more packets; without the part of the guard that it names, the connection closes or the loop reports an error.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from typing import Any, cast

import pytest
import pytest_asyncio
from aioice.stun import parse_message
from aiortc import RTCDtlsParameters, RTCPeerConnection, RTCSessionDescription
from fuzz.seeds import Checks
from hypothesis import given
from hypothesis import strategies as st

from media import guard, sdp
from media.aiortc_bridge import (
    CHECKS_BURST,
    MAX_VOUCHED,
    GuardedConnection,
    MediaTransport,
)
from media.connection import SILENCE_TIMEOUT_S, ConnectionState, MediaConnection
from media.counters import Counters
from media.network import Network
from media.post import MAX_LOGGED_FAILURES, Post
from tests.media.rig import ToneTrack, new_connection

ALERT = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28"
"""Fatal handshake_failure, epoch 0, from nobody."""
FINGERPRINT = 0x8028
BINDING = struct.pack("!HHI12s", 0x0001, 0, guard.STUN_COOKIE, bytes(12))


def client_hello() -> bytes:
    """Offers the NULL cipher alone, which ends the handshake of a server that reads it."""
    body = b"\xfe\xfd" + os.urandom(32) + b"\x00\x00\x00\x02\x00\x00\x01\x00"
    length = len(body).to_bytes(3, "big")
    handshake = b"\x01" + length + bytes(2) + bytes(3) + length + body
    return b"\x16\xfe\xfd" + bytes(8) + len(handshake).to_bytes(2, "big") + handshake


def stun(*attributes: tuple[int, bytes], kind: int = 0x0001) -> bytes:
    body = b"".join(
        struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes
    )
    return struct.pack("!HHI12s", kind, len(body), guard.STUN_COOKIE, os.urandom(12)) + body


class Call:
    """`answered` can be held back, to attack before the handshake."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.states: list[ConnectionState] = []
        self.loop_errors: list[object] = []
        self.ours = MediaConnection(
            Network(["127.0.0.1"], post=Post(self.counters)), self.counters, self.states.append
        )
        self.client: RTCPeerConnection = new_connection()
        self.port = 0
        self._answer = ""
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.loop_errors.append(context))

    async def prepare(self) -> None:
        self.client.addTransceiver(ToneTrack(440), direction="sendonly")
        await self.client.setLocalDescription(await self.client.createOffer())
        self._answer = await self.ours.answer(sdp.read_offer(self.client.localDescription.sdp))
        candidate = next(line for line in self._answer.splitlines() if line.startswith("a=candidate"))
        self.port = int(candidate.split()[5])

    async def connect(self) -> None:
        await self.client.setRemoteDescription(RTCSessionDescription(self._answer, "answer"))
        await self.more_packets()

    async def more_packets(self) -> None:
        """Returns after a dozen more; fails when the call is over."""
        before = self.counters.packets_in
        async with asyncio.timeout(15):
            while self.counters.packets_in < before + 12:
                assert self.ours.state != "closed", self.loop_errors
                assert self.ours.state != "failed", self.loop_errors
                await asyncio.sleep(0.02)

    def stranger(self, *datagrams: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
            for datagram in datagrams:
                outside.sendto(datagram, ("127.0.0.1", self.port))

    async def authentic(self, packet: bytes) -> None:
        """From the client itself, encrypted."""
        await self.client.getSenders()[0].transport._send_rtp(packet)

    def rtp(self, first: int, rest: bytes) -> bytes:
        """A packet of the client's stream, a little ahead of it; `rest` follows the fixed header."""
        sender = self.client.getSenders()[0]
        sent = sender._RTCRtpSender__rtp_history.values()  # type: ignore[attr-defined]
        ahead = (max(packet.sequence_number for packet in sent) + 20) & 0xFFFF
        return struct.pack("!BBHLL", first, 96, ahead, 1, sender._ssrc) + rest

    async def goes_on(self, dropped: str) -> None:
        await self.more_packets()
        assert self.counters[dropped] > 0
        assert self.loop_errors == []

    async def close(self) -> None:
        await self.client.close()
        await self.ours.close()
        # aiortc's own task looks up from its pause between connectivity checks, and ends.
        async with asyncio.timeout(5):
            while any("__connect" in str(task.get_coro()) for task in asyncio.all_tasks()):
                await asyncio.sleep(0.01)


def ice_of(call: Call) -> GuardedConnection:
    """Our side's ICE connection."""
    (transceiver,) = call.ours._pc.getTransceivers()
    return cast(MediaTransport, cast(Any, transceiver.receiver).transport).ice


@pytest_asyncio.fixture
async def call(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Call]:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    made = Call()
    await made.prepare()
    yield made
    await made.close()


pytestmark = pytest.mark.net


@pytest.mark.parametrize("fault", ["empty", "alert", "hello"])
async def test_a_stranger_cannot_end_the_handshake(call: Call, fault: str) -> None:
    datagram, dropped = {
        "empty": (b"", "drop_empty"),
        "alert": (ALERT, "drop_dtls_stranger"),
        "hello": (client_hello(), "drop_dtls_stranger"),
    }[fault]
    call.stranger(datagram, datagram)
    await asyncio.sleep(0.05)
    await call.connect()
    await call.goes_on(dropped)


@pytest.mark.parametrize(
    ("datagram", "dropped"),
    [
        (b"", "drop_empty"),
        (b"\x80", "drop_media_size"),
        (b"\x80" + bytes(2_000), "drop_media_size"),
        (b"\x80\x60" + bytes(40), "drop_srtp"),
        (b"\x80\xc8" + bytes(40), "drop_srtcp"),
        (b"\x16\xfe\xfd" + bytes(60), "drop_dtls_stranger"),
        (ALERT, "drop_dtls_stranger"),
        (b"GET / HTTP/1.1\r\n", "drop_not_webrtc"),
        (stun((0x0024, b"\0\0")), "drop_stun_malformed"),
        (stun((0x0024, bytes(4)), (0x0006, b"\xff\xfe\xfd\xfc")), "drop_stun_malformed"),
        (BINDING, "drop_stun_malformed"),
        (b"\x00\x01\x00\x08" + BINDING[4:], "drop_stun_malformed"),
        (stun((0x0020, b"\0\1\0"), kind=0x0101), "drop_stun_malformed"),
        (stun((0x0024, bytes(4))), "drop_stun_stranger"),
        (stun((0x0024, bytes(4)), (0x0006, b"abcd:efgh")), "drop_stun_stranger"),
        (stun(kind=0x0101), "drop_stun_stranger"),
    ],
    ids=[
        "empty",
        "one byte of media",
        "huge",
        "forged RTP",
        "forged RTCP",
        "DTLS",
        "DTLS alert",
        "HTTP",
        "STUN with short priority",
        "STUN with a name that is no text",
        "STUN without priority",
        "STUN that is cut",
        "STUN with a short address",
        "STUN for nobody",
        "STUN for somebody else",
        "STUN answer that was not asked for",
    ],
)
async def test_a_stranger_cannot_disturb_a_call(call: Call, datagram: bytes, dropped: str) -> None:
    await call.connect()
    call.stranger(*[datagram] * 20)
    await call.goes_on(dropped)


async def test_strangers_who_know_the_name_cannot_flood(call: Call) -> None:
    """The name is in every check in the clear; each answer would cost a signature."""
    await call.connect()
    name = ice_of(call).local_username.encode() + b":x"
    for _ in range(4):
        call.stranger(*[stun((0x0024, bytes(4)), (0x0006, name)) for _ in range(int(CHECKS_BURST) // 2)])
        await asyncio.sleep(0.02)
    await call.goes_on("drop_stun_flood")


async def test_a_peer_has_so_many_addresses_and_no_more(call: Call) -> None:
    """Each would be a pair that is checked in a task of its own."""
    await call.connect()
    ice = ice_of(call)
    user = f"{ice.local_username}:{ice.remote_username}"
    checks = Checks(user.encode(), ice.local_password.encode(), seed=1)
    for _ in range(6 * MAX_VOUCHED):
        call.stranger(checks.next())
        await asyncio.sleep(0.001)
    await call.goes_on("drop_stun_addresses")
    assert len(ice._check_list) <= MAX_VOUCHED + 2


async def test_an_alert_behind_another_record_cannot_end_the_handshake(call: Call) -> None:
    """From the peer's own address, which others can make up, once that is believed."""
    dtls = call.client.getSenders()[0].transport
    start = dtls.start

    async def attacked(parameters: RTCDtlsParameters) -> None:
        warning = b"\x14\xfe\xfd" + bytes(8) + b"\x00\x01\x01"
        await dtls.transport._connection.send(warning + ALERT)
        await asyncio.sleep(0.1)
        await start(parameters)

    dtls.start = attacked  # type: ignore[method-assign]
    await call.connect()
    await call.goes_on("drop_dtls_alert")


async def test_what_nobody_foresaw_costs_no_call(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    await call.connect()
    path = call.ours._pc.path
    assert path is not None
    taken, path.on_plain = path.on_plain, lambda plain, size: [][0]  # type: ignore[method-assign]
    async with asyncio.timeout(5):
        while call.counters["datagram_failed"] < MAX_LOGGED_FAILURES + 2:
            await asyncio.sleep(0.02)
    path.on_plain = taken  # type: ignore[method-assign]
    await call.goes_on("datagram_failed")
    logged = [record for record in caplog.records if "could not be handled" in record.message]
    assert len(logged) == MAX_LOGGED_FAILURES


async def test_an_alert_in_the_clear_is_not_believed_even_from_the_peers_address(call: Call) -> None:
    await call.connect()
    ice = call.client.getSenders()[0].transport.transport._connection
    await ice.send(ALERT)
    await call.goes_on("drop_dtls_alert")


@pytest.mark.parametrize(
    "header_extension",
    [
        b"\xbe\xde\x00\x01\x21\x00\x00\x00",
        b"\xbe\xde\x00\x01\x2f\x00\x00\x00",
        b"\x10\x00\x00\x01\x02\x09\x00\x00",
    ],
    ids=["two bytes of level", "longer than the packet", "two-byte header cut"],
)
async def test_an_rtp_extension_of_the_wrong_length_costs_nothing(
    call: Call, header_extension: bytes
) -> None:
    await call.connect()
    await call.authentic(call.rtp(0x90, header_extension + b"zz"))
    await call.more_packets()
    assert call.loop_errors == []


async def test_a_packet_shorter_than_its_extension_is_dropped(call: Call) -> None:
    await call.connect()
    await call.authentic(call.rtp(0xB0, b"\xbe\xde\x00\x00\x09"))
    await call.goes_on("drop_rtp_malformed")


async def test_a_truncated_bitrate_limit_costs_nothing(call: Call) -> None:
    await call.connect()
    truncated = b"REMB" + bytes([200]) + b"\x01\x86\xa0"
    await call.authentic(struct.pack("!BBHLL", 0x8F, 206, 4, 1, 0) + truncated)
    await call.more_packets()
    assert call.loop_errors == []


@pytest.mark.parametrize(
    "packet",
    [
        struct.pack("!BBHL", 0x9F, 201, 1, 1),
        struct.pack("!BBHL", 0x81, 200, 1, 1),
        struct.pack("!BBHL", 0xA1, 205, 1, 0xFF),
        struct.pack("!BBHL", 0x81, 205, 1, 1),
    ],
    ids=["31 reports missing", "sender report cut", "padding too long", "NACK without a stream"],
)
async def test_malformed_rtcp_is_dropped(call: Call, packet: bytes) -> None:
    await call.connect()
    await call.authentic(packet)
    await call.goes_on("drop_rtcp_malformed")


async def test_a_peer_that_says_nothing_any_more_has_failed(call: Call) -> None:
    await call.connect()
    now_s = asyncio.get_running_loop().time()
    call.ours.check_alive(now_s + SILENCE_TIMEOUT_S - 2)
    assert call.ours.state == "connected"
    call.ours.check_alive(now_s + SILENCE_TIMEOUT_S + 2)
    assert call.states[-1] == "failed"


async def test_a_peer_that_never_connects_has_failed(call: Call) -> None:
    call.ours.check_alive(asyncio.get_running_loop().time() + 60)
    assert call.states == ["connecting", "failed"]


async def test_a_peer_that_leaves_is_noticed_at_once(call: Call) -> None:
    await call.connect()
    await call.client.close()
    async with asyncio.timeout(5):
        while call.ours.state != "closed":
            await asyncio.sleep(0.01)
    assert call.loop_errors == []


@given(st.binary(max_size=60))
def test_any_datagram_is_classified(data: bytes) -> None:
    kind = guard.classify(data)
    assert (kind is guard.Datagram.EMPTY) == (not data)
    if kind is guard.Datagram.STUN:
        guard.read_stun(data)
    elif kind is guard.Datagram.DTLS:
        guard.has_plaintext_alert(data)


@given(
    st.lists(
        st.tuples(st.integers(0, 0x0030) | st.integers(0x8020, 0x8030), st.binary(max_size=24)), max_size=4
    ),
    st.sampled_from([0x0001, 0x0011, 0x0101, 0x0111, 0x0003, 0x0FFF]),
)
def test_what_passes_as_stun_can_be_parsed(attributes: list[tuple[int, bytes]], kind: int) -> None:
    data = stun(*attributes, kind=kind)
    if guard.read_stun(data):
        # A wrong checksum is aioice's to find: it says so with an error that it handles itself.
        sound = all(name != FINGERPRINT for name, _ in attributes)
        with nullcontext() if sound else suppress(ValueError):
            assert parse_message(data).message_class & 0x0110 == kind & 0x0110
