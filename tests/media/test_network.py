"""The sockets of connections: ports of a range in turn, what happens when there are no more, other names."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from media import sdp
from media.connection import MediaConnection
from media.counters import Counters
from media.errors import NoFreePort
from media.network import Network
from media.ports import PortPool
from tests.media.rig import Client, FakeServer, PictureTrack, ToneTrack, new_connection, worker_process
from wire.links import Failed
from wire.ports import PortRange

pytestmark = pytest.mark.net


def free_range(size: int) -> PortRange:
    """Ports that are free now; below those the kernel gives to others."""
    for first in range(20_000, 32_000, size):
        probes = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(size)]
        try:
            for at, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + at))
        except OSError:
            continue
        else:
            return PortRange(first, first + size - 1)
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def test_ports_are_used_in_turn_and_again_only_when_all_were() -> None:
    ports = free_range(3)
    pool = PortPool(ports)
    used = []
    for _ in range(4):
        made = pool.bind("127.0.0.1")
        assert made is not None
        used.append(made.getsockname()[1])
        made.close()
    assert used == [ports.first, ports.first + 1, ports.last, ports.first]


def test_a_range_of_which_all_are_taken_says_so() -> None:
    ports = free_range(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", ports.first))
        pool = PortPool(ports)
        mine = pool.bind("127.0.0.1")
        assert mine is not None
        with mine:
            assert mine.getsockname()[1] == ports.last
            with pytest.raises(NoFreePort, match=str(ports)) as refused:
                pool.bind("127.0.0.1")
            assert refused.value.code == "no_free_port"


def test_an_address_that_left_the_machine_is_passed_over() -> None:
    assert PortPool().bind("192.0.2.77") is None


async def test_a_machine_without_its_addresses_says_so() -> None:
    with pytest.raises(NoFreePort, match="addresses"):
        await Network(["192.0.2.77"]).open(asyncio.DatagramProtocol, "ufrag")


async def test_candidates_have_the_public_address_and_the_port_that_is_listened_on() -> None:
    ports = free_range(4)
    network = Network((), {"127.0.0.1": ("203.0.113.5", "10.0.0.1")}, ports)
    connection = MediaConnection(network, Counters(), lambda state: None)
    connection.add_slot("opus")
    offer = await connection.offer()
    candidates = sdp.read_own(offer).transport.candidates
    assert [candidate.split()[4] for candidate in candidates] == ["203.0.113.5", "10.0.0.1"]
    assert {int(candidate.split()[5]) for candidate in candidates} == {ports.first}
    assert "127.0.0.1" not in offer
    with pytest.raises(OSError, match="in use"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", ports.first))
    await connection.close()


@asynccontextmanager
async def worker(*options: str) -> AsyncIterator[FakeServer]:
    async with (
        FakeServer().listen() as server,
        worker_process(f"ws://127.0.0.1:{server.port}", "--udp-host", "127.0.0.1", *options),
    ):
        await server.wait_for(lambda message: message.type == "hello")
        yield server


async def test_who_finds_no_port_is_told_and_gets_one_when_somebody_left() -> None:
    ports = free_range(2)
    async with worker("--udp-ports", str(ports)) as server:
        seller, buyer = Client(server, "r1", "p1"), Client(server, "r1", "p2")
        await seller.enter()
        await seller.publish(camera=PictureTrack(80))
        await buyer.enter()
        await buyer.publish(microphone=ToneTrack(440))
        third = Client(server, "r1", "p3")
        await third.enter()
        third.publishing = new_connection()
        third.publishing.addTransceiver(ToneTrack(440), direction="sendonly")
        await third.publishing.setLocalDescription(await third.publishing.createOffer())
        refused = await server.publish(
            "r1", "p3", "s1", third.publishing.localDescription.sdp, {"0": "microphone"}
        )
        assert isinstance(refused, Failed)
        assert refused.code == "no_free_port"
        assert str(ports) in refused.message
        await third.receive()
        with pytest.raises(TimeoutError):
            await server.wait_for(lambda message: message.type == "subscribe", timeout_s=1)
        await buyer.leave()
        await third.until_offered(("p1", "camera"))
        assert abs(await third.picture("p1") - 80) < 5
        assert (await server.stats()).counters["refused_no_free_port"] >= 2
        for client in (seller, buyer, third):
            await client.close()
