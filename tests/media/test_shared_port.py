"""All connections of a worker at one UDP port, with what a hostile peer would try there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aioice import stun
from aioice.candidate import Candidate

from media import sdp
from media.connection import MediaConnection
from media.counters import Counters
from media.demultiplexer import Address, Demultiplexer
from media.errors import NoFreePort
from media.network import Network
from media.post import Post
from media.reader import Reader
from media.shared_port import SharedEnd, SharedPort
from tests.media.rig import Client, FakeServer, PictureTrack, worker_process
from tests.media.test_connection import Publisher

pytestmark = pytest.mark.net


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Call:
    """`ours` is at the shared port; `peer` sends to it."""

    ours: MediaConnection
    peer: MediaConnection
    counters: Counters
    publisher: Publisher
    own: sdp.Transport
    """What our description says; `peers`, what the peer's does."""
    peers: sdp.Transport

    async def goes_on(self) -> None:
        """Returns after some packets more of this very call."""
        before = self.counters.packets_in
        async with asyncio.timeout(10):
            while self.counters.packets_in < before + 5:
                self.publisher.send()
                await asyncio.sleep(0.005)

    @property
    def user(self) -> str:
        return f"{self.own.ufrag}:{self.peers.ufrag}"

    @property
    def address(self) -> Address:
        """Where the peer is."""
        candidate = Candidate.from_sdp(self.peers.candidates[0])
        return candidate.host, candidate.port


class Place:
    """A worker's port, and calls at it."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.port = free_port(host)
        self.counters = Counters()
        self.shared = SharedPort(self.port, {host: (host,)}, self.counters)
        self.network = Network((host,), shared=self.shared)
        self.calls: list[Call] = []

    @property
    def table(self) -> Demultiplexer[SharedEnd]:
        return self.shared._tables[self.host]

    async def call(self) -> Call:
        counters = Counters()
        ours = MediaConnection(self.network, counters, lambda state: None)
        peer = MediaConnection(Network((self.host,)), Counters(), lambda state: None)
        publisher = Publisher("video")
        peer.add_slot("vp8").open(publisher.receiver, "p1-person", "camera")
        offer = await peer.offer()
        answer = await ours.answer(sdp.read_offer(offer))
        await peer.accept(answer)
        own, peers = sdp.read_own(answer).transport, sdp.read_own(offer).transport
        made = Call(ours, peer, counters, publisher, own, peers)
        self.calls.append(made)
        await made.goes_on()
        return made

    def deliver(self, data: bytes, address: Address) -> None:
        """As if it had come from `address`, which takes a raw socket otherwise."""
        transport = self.shared._transports[self.host][0]
        transport.get_protocol().datagram_received(data, address)  # type: ignore[attr-defined]


@asynccontextmanager
async def place_at(host: str) -> AsyncIterator[Place]:
    made = Place(host)
    made.network.start()
    try:
        yield made
    finally:
        for call in made.calls:
            await call.peer.close()
            await call.ours.close()
        made.network.close()


@pytest_asyncio.fixture
async def place() -> AsyncIterator[Place]:
    async with place_at("127.0.0.1") as made:
        yield made


def check(user: str, password: str, *, nominate: bool = False) -> bytes:
    """An ICE connectivity check."""
    message = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    message.attributes["USERNAME"] = user
    message.attributes["PRIORITY"] = 1
    message.attributes["ICE-CONTROLLING"] = 1
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_calls_at_one_port_do_not_mix(host: str) -> None:
    async with place_at(host) as place:
        calls = [await place.call() for _ in range(4)]
        for call in calls:
            assert {candidate.split()[5] for candidate in call.own.candidates} == {str(place.port)}
        assert len({call.own.ufrag for call in calls}) == 4
        before = [call.counters.packets_in for call in calls]
        await calls[1].goes_on()
        after = [call.counters.packets_in for call in calls]
        assert [now - then for now, then in zip(after, before, strict=True)][::2] == [0, 0]
        assert after[3] == before[3]
        assert [name for name in place.counters.snapshot() if name.startswith("drop_media")] == []
        for call in calls:
            await call.ours.close()
        assert place.table.owners == {}
        assert place.table._by_ufrag == place.table._transactions == place.table._addresses == {}


async def test_a_stranger_who_replays_a_name_gets_nothing(place: Place) -> None:
    call = await place.call()
    owners = dict(place.table.owners)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        for data in (
            check(call.user, "x" * 22, nominate=True),
            check("nobody:x", "x" * 22),
            b"\x16\xfe\xfd" + bytes(40),
            b"\x80" + bytes(40),
            b"",
        ):
            stranger.sendto(data, ("127.0.0.1", place.port))
        await call.goes_on()
    assert place.table.owners == owners
    for reason in ("drop_stun_stranger", "drop_dtls_stranger", "drop_media_stranger", "drop_empty"):
        assert place.counters[reason] == 1, reason


async def test_a_participant_cannot_take_anothers_address(place: Place) -> None:
    victim, hostile = await place.call(), await place.call()
    place.deliver(check(hostile.user, hostile.own.password, nominate=True), victim.address)
    assert place.counters["drop_stun_held"] == 1
    assert place.table.owners[victim.address] is not place.table.owners[hostile.address]
    await victim.goes_on()
    await hostile.goes_on()


async def test_a_peer_that_moved_is_followed(place: Place) -> None:
    call, other = await place.call(), await place.call()
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as moved:
        moved.bind(("127.0.0.1", 0))
        moved.setblocking(False)
        there = moved.getsockname()
        await loop.sock_sendto(
            moved, check(call.user, call.own.password, nominate=True), ("127.0.0.1", place.port)
        )
        async with asyncio.timeout(10):
            while True:
                data, _ = await loop.sock_recvfrom(moved, 2_000)
                if data[0] > 3:
                    continue
                message = stun.parse_message(data)
                if message.message_class is stun.Class.REQUEST:
                    break
        answer = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=message.transaction_id,
        )
        answer.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", place.port)
        answer.add_message_integrity(call.peers.password.encode())
        await loop.sock_sendto(moved, bytes(answer), ("127.0.0.1", place.port))
        async with asyncio.timeout(10):
            while not place.table.owners[there].holds(there):
                await asyncio.sleep(0.01)
        assert place.table.owners[there] is place.table.owners[call.address]
        # What we send goes there now.
        call.ours.send_reports(1.0)
        async with asyncio.timeout(10):
            while (await loop.sock_recvfrom(moved, 2_000))[0][0] <= 127:
                pass
    await other.goes_on()


async def test_a_port_that_another_worker_has_is_refused(place: Place) -> None:
    second = SharedPort(place.port, {"127.0.0.1": ("127.0.0.1",)}, Counters())
    with pytest.raises(NoFreePort, match=f"{place.port} of 127.0.0.1 is in use"):
        second.open(Reader(Post(Counters())))
    await (await place.call()).goes_on()


async def test_an_address_that_is_not_there_is_passed_over() -> None:
    port = free_port()
    announced = {"192.0.2.77": ("192.0.2.77",), "127.0.0.1": ("203.0.113.5",)}
    shared = SharedPort(port, announced, Counters())
    network = Network((), announced, shared=shared)
    network.start()
    connection = MediaConnection(network, Counters(), lambda state: None)
    connection.add_slot("opus")
    (candidate,) = sdp.read_own(await connection.offer()).transport.candidates
    assert candidate.split()[4:6] == ["203.0.113.5", str(port)]
    await connection.close()
    network.close()


async def test_a_worker_serves_a_room_at_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    port = free_port()
    options = ("--udp-host", "127.0.0.1", "--udp-port", str(port))
    async with (
        FakeServer().listen() as server,
        worker_process(f"ws://127.0.0.1:{server.port}", *options),
    ):
        await server.wait_for(lambda message: message.type == "hello")
        people = [Client(server, "r1", f"p{number}") for number in (1, 2, 3)]
        for number, client in enumerate(people):
            await client.enter()
            await client.receive()
            await client.publish(camera=PictureTrack(60 + 60 * number))
        for number, client in enumerate(people):
            others = [(f"p{other + 1}", 60 + 60 * other) for other in range(3) if other != number]
            await client.until_offered(*((name, "camera") for name, _ in others))
            for name, brightness in others:
                assert await client.picture(name) == pytest.approx(brightness, abs=8)
            assert {line.split()[5] for line in _candidates(client.offers[-1].sdp)} == {str(port)}
        async with worker_process(f"ws://127.0.0.1:{server.port}", *options) as second:
            assert await second.wait() == 78
            assert second.stderr is not None
            assert f"UDP port {port} of 127.0.0.1 is in use" in (await second.stderr.read()).decode()
        counters = (await server.stats()).counters
        assert counters.get("loop_errors", 0) == counters.get("datagram_failed", 0) == 0
        for client in people:
            await client.close()


def _candidates(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("a=candidate:")]
