"""Two of our own connections: one offers and sends, the other answers and receives."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from media import sdp
from media.connection import ConnectionState, MediaConnection, Slot
from media.counters import Counters
from media.errors import BadSdp, ConnectionLost
from media.network import Network
from media.receiver import Kind, Receiver, Reception
from media.subscription import MAX_SLOTS

pytestmark = pytest.mark.net
HERE = Network(["127.0.0.1"])


class Nowhere:
    """The publisher of a test has no connection of its own."""

    def send_rtcp(self, packet: bytes) -> None:
        """Feedback is not looked at."""


class Publisher:
    """A source whose packets a test makes up."""

    def __init__(self, kind: Kind) -> None:
        self.receiver = Receiver(kind, Nowhere(), Counters())
        self.receiver.configure(Reception(90_000, frozenset({96}), ssrc=5), rtcp_ssrc=1)
        self.receiver.live = True
        self._sequence = 0

    def send(self) -> None:
        self._sequence += 1
        packet = struct.pack("!BBHLL", 0x80, 96, self._sequence, self._sequence * 3_000, 5) + b"picture"
        self.receiver.on_rtp(packet, 96, self._sequence, self._sequence * 3_000, 5, self._sequence / 30)


class Ends:
    def __init__(self) -> None:
        self.counters = Counters()
        self.states: list[ConnectionState] = []
        self.offering = MediaConnection(HERE, self.counters, self.states.append)
        self.answering = MediaConnection(HERE, self.counters, self.states.append)

    async def negotiate(self) -> str:
        offer = await self.offering.offer()
        await self.offering.accept(await self.answering.answer(sdp.read_offer(offer)))
        return offer

    async def until(self, counter: str, publisher: Publisher) -> None:
        before = self.counters[counter]
        async with asyncio.timeout(10):
            while self.counters[counter] == before:
                publisher.send()
                await asyncio.sleep(0.01)

    def slot(self, publisher: Publisher, name: str) -> Slot:
        slot = self.offering.add_slot(publisher.receiver.codec)
        slot.open(publisher.receiver, "p1-person", name)
        return slot


def ssrcs(offer: str) -> set[str]:
    return set(re.findall(r"^a=ssrc:(\d+) ", offer, re.MULTILINE))


@pytest_asyncio.fixture
async def ends() -> AsyncIterator[Ends]:
    made = Ends()
    yield made
    await made.offering.close()
    await made.answering.close()


async def test_a_slot_carries_one_source_then_another(ends: Ends) -> None:
    first, second = Publisher("video"), Publisher("video")
    slot = ends.slot(first, "camera")
    await ends.negotiate()
    await ends.until("packets_in", first)
    slot.close()
    assert not slot.is_idle
    offer = await ends.negotiate()
    assert "a=inactive" in offer
    assert "a=ssrc" not in offer
    assert slot.is_idle
    slot.open(second.receiver, "p2-person", "camera")
    offer = await ends.negotiate()
    assert offer.count("m=video") == 1
    before = ends.counters["packets_out"]
    first.send()
    assert ends.counters["packets_out"] == before
    await ends.until("packets_in", second)
    assert ends.states.count("connected") == 2


async def test_who_comes_back_to_a_living_connection_has_fresh_ssrcs(ends: Ends) -> None:
    """Browsers keep what they know of an SSRC: numbers that begin anew would look like loss or replay."""
    publisher = Publisher("video")
    slot = ends.slot(publisher, "camera")
    before = ssrcs(await ends.negotiate())
    await ends.until("packets_in", publisher)
    slot.close()
    await ends.negotiate()
    slot.open(publisher.receiver, "p1-person", "camera")
    offer = await ends.negotiate()
    assert offer.count("m=video") == 1
    assert len(before) == len(ssrcs(offer)) == 2, "pictures and their repeats"
    assert not before & ssrcs(offer)
    assert str(slot.sender.ssrc if slot.sender else 0) in ssrcs(offer)
    await ends.until("packets_in", publisher)


async def test_a_bad_answer_leaves_the_offer_open(ends: Ends) -> None:
    publisher = Publisher("video")
    ends.slot(publisher, "camera")
    offer = await ends.offering.offer()
    with pytest.raises(BadSdp):
        await ends.offering.accept("v=0")
    await ends.offering.accept(await ends.answering.answer(sdp.read_offer(offer)))
    await ends.until("packets_in", publisher)
    with pytest.raises(BadSdp, match="no offer"):
        await ends.offering.accept("v=0")


async def test_a_later_offer_replaces_an_unanswered_one(ends: Ends) -> None:
    first, second = Publisher("audio"), Publisher("video")
    ends.slot(first, "microphone")
    await ends.offering.offer()
    ends.slot(second, "camera")
    await ends.negotiate()
    await ends.until("packets_in", second)


async def test_a_closed_connection_makes_no_offers() -> None:
    connection = MediaConnection(HERE, Counters(), lambda state: None)
    await connection.close()
    with pytest.raises(ConnectionLost):
        connection.add_slot("opus")
    with pytest.raises(ConnectionLost):
        await connection.offer()
    assert connection.state == "closed"


async def test_the_largest_offer_fits_the_wire(ends: Ends) -> None:
    source = Publisher("video")
    for number in range(MAX_SLOTS):
        slot = ends.offering.add_slot("vp8")
        slot.open(source.receiver, "p" + "x" * 32 + "-screen", "x" * 32 + f"-microphone{number}")
    assert len((await ends.offering.offer()).encode()) < sdp.MAX_BYTES
