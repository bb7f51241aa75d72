"""Sockets that are read together."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from media.core import SLOTS, Core
from media.counters import Counters
from media.ports import PortPool
from media.reader import Reader, endpoint

pytestmark = pytest.mark.net


class Heard(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.datagrams: list[bytes] = []
        self.addresses: list[tuple[str, int]] = []
        self.fails = self.ended = False

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self.fails:
            raise ValueError("a mistake")
        self.datagrams.append(data)
        self.addresses.append(addr)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


@pytest_asyncio.fixture
async def reader(core_library: Path) -> AsyncIterator[Reader]:
    made = Reader(Core(core_library, Counters()))
    yield made
    made.close()


async def opened(reader: Reader, host: str = "127.0.0.1") -> tuple[asyncio.DatagramTransport, Heard]:
    bound = PortPool().bind(host)
    assert bound is not None
    return await endpoint(Heard, bound, reader)


async def until(done: object) -> None:
    async with asyncio.timeout(10):
        while not done():  # type: ignore[operator]
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_everything_arrives_in_order_with_its_address(reader: Reader, host: str) -> None:
    ends = [await opened(reader, host) for _ in range(3)]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as far:
        far.bind((host, 0))
        for number in range(SLOTS):
            for transport, _ in ends:
                far.sendto(b"%d" % number, transport.get_extra_info("sockname")[:2])
        await until(lambda: all(len(heard.datagrams) == SLOTS for _, heard in ends))
        expected = [b"%d" % number for number in range(SLOTS)]
        for transport, heard in ends:
            assert heard.datagrams == expected
            assert set(heard.addresses) == {far.getsockname()[:2]}
            transport.sendto(b"answer", far.getsockname()[:2])
            assert far.recv(100) == b"answer"
            transport.close()
    await asyncio.sleep(0)
    assert [heard.ended for _, heard in ends] == [True] * 3


async def test_a_mistake_in_one_and_a_closed_one_harm_no_other(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    (first, failing), (second, going), (third, good) = [await opened(reader) for _ in range(3)]
    failing.fails = True
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for data in (b"one", b"", bytes(1_600), b"two"):
            for transport in (first, second, third):
                far.sendto(data, transport.get_extra_info("sockname"))
        second.close()
        await until(lambda: b"two" in good.datagrams)
        await until(lambda: len(caplog.records) == 4)
    # What is longer than any packet comes as nothing, like what is empty.
    assert good.datagrams == [b"one", b"", b"", b"two"]
    assert going.datagrams == []
    first.close()
    third.close()


async def test_many_are_read_in_rounds_and_few_as_they_come(reader: Reader) -> None:
    transport, heard = await opened(reader)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for number in range(400):
            far.sendto(b"%d" % number, transport.get_extra_info("sockname"))
            if number % 8 == 0:
                await asyncio.sleep(0.001)
        await until(lambda: len(heard.datagrams) == 400)
        assert reader.in_rounds
        await until(lambda: not reader.in_rounds)
        far.sendto(b"last", transport.get_extra_info("sockname"))
        await until(lambda: heard.datagrams[-1] == b"last")
    transport.close()
