"""Sockets that are read together."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from media.aiortc_bridge import srtp_session
from media.core import SLOTS, Core
from media.core_reader import CoreReader
from media.counters import Counters
from media.latency import LatencyHistogram
from media.ports import PortPool
from media.post import Post
from media.reader import SWEEPS, Reader, ReadTogether
from tests.media.test_fanout import session_of

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


@pytest_asyncio.fixture(params=["python", "compiled"])
async def reader(request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    if request.param == "python":
        made = Reader(Post(Counters()))
    else:
        core = Core(request.getfixturevalue("core_library"), Counters())
        made = CoreReader(Post(core.counters, core), core)
    yield made
    made.close()


@pytest_asyncio.fixture
async def core_reader(core_library: Path) -> AsyncIterator[CoreReader]:
    core = Core(core_library, Counters())
    made = CoreReader(Post(core.counters, core), core)
    yield made
    made.close()


def opened(reader: Reader, host: str = "127.0.0.1") -> tuple[ReadTogether, Heard]:
    bound = PortPool().bind(host)
    assert bound is not None
    return reader.add(Heard, bound)


async def until(done: object) -> None:
    async with asyncio.timeout(10):
        while not done():  # type: ignore[operator]
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_everything_arrives_in_order_with_its_address(reader: Reader, host: str) -> None:
    ends = [opened(reader, host) for _ in range(3)]
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
    (first, failing), (second, going), (third, good) = [opened(reader) for _ in range(3)]
    failing.fails = True
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for data in (b"one", b"", bytes(1_600), b"two"):
            for transport in (first, second, third):
                far.sendto(data, transport.get_extra_info("sockname"))
        second.close()
        await until(lambda: b"two" in good.datagrams)
        await until(lambda: len(caplog.records) == 4)
    # The core passes on nothing of what is longer than any packet.
    assert good.datagrams[0::3] == [b"one", b"two"]
    assert good.datagrams[1] == b""
    assert good.datagrams[2] == (b"" if isinstance(reader, CoreReader) else bytes(1_600))
    assert going.datagrams == []
    first.close()
    third.close()


async def test_the_core_reads_many_in_rounds_and_few_as_they_come(core_reader: CoreReader) -> None:
    transport, heard = opened(core_reader)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for number in range(400):
            far.sendto(b"%d" % number, transport.get_extra_info("sockname"))
            if number % 8 == 0:
                await asyncio.sleep(0.001)
        await until(lambda: len(heard.datagrams) == 400)
        assert core_reader.in_rounds
        await until(lambda: not core_reader.in_rounds)
        far.sendto(b"last", transport.get_extra_info("sockname"))
        await until(lambda: heard.datagrams[-1] == b"last")
    transport.close()


class Decrypted:
    """What a connection does with what was decrypted."""

    def __init__(self) -> None:
        self.plain: list[tuple[bytes, int]] = []
        self.forged = 0

    def on_plain(self, plain: bytes, size: int) -> None:
        self.plain.append((plain, size))

    def on_forged(self) -> None:
        self.forged += 1


async def test_rtp_is_decrypted_once_the_keys_are_known_and_nothing_else_is(core_reader: Reader) -> None:
    transport, heard = opened(core_reader)
    assert isinstance(transport, ReadTogether)
    inbound, outbound, path = session_of(inbound=True), session_of(inbound=False), Decrypted()
    rtp = [bytes([0x80, 96, 0, number]) + bytes(8) + b"payload" for number in range(4)]
    sealed = [outbound.protect(packet) for packet in rtp]
    rtcp = bytes([0x80, 200, 0, 1]) + bytes(20)
    address = transport.get_extra_info("sockname")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.sendto(sealed[0], address)
        await until(lambda: len(heard.datagrams) == 1)
        native = srtp_session(inbound, "unprotect").native
        assert native is not None
        transport.let_in(native, path)
        for data in (sealed[1], sealed[2], sealed[2], sealed[3][:-1] + b"?", rtcp, b"\x80short", b"\x16dtls"):
            far.sendto(data, address)
        far.sendto(bytes([0x80, 96]) + bytes(1_510), address)
        await until(lambda: len(heard.datagrams) == 5)
    assert heard.datagrams[:4] == [sealed[0], rtcp, b"\x80short", b"\x16dtls"]
    assert path.plain == [(rtp[1], len(sealed[1])), (rtp[2], len(sealed[2]))]
    assert path.forged == 2, "what comes twice and what was changed"
    transport.close()


async def test_nobody_starves_where_more_comes_than_is_read_at_once(core_reader: CoreReader) -> None:
    ends = [opened(core_reader) for _ in range(16)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for _ in range(4):
            for transport, _ in ends:
                for _ in range(16):
                    far.sendto(b"x", transport.get_extra_info("sockname"))
            # Half of what lies there.
            assert core_reader._read()
        least = min(len(heard.datagrams) for _, heard in ends)
    assert least == 32
    for transport, _ in ends:
        transport.close()


async def test_of_a_socket_no_more_than_its_share_is_read_in_a_row() -> None:
    reader = Reader(Post(Counters()))
    transport, heard = opened(reader)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for _ in range(SWEEPS + 4):
            far.sendto(b"x", transport.get_extra_info("sockname"))
        assert not reader.is_behind
        reader._on_ready()
        assert len(heard.datagrams) == SWEEPS
        assert reader.is_behind
        await until(lambda: len(heard.datagrams) == SWEEPS + 4)
    transport.close()


async def test_a_reader_rests_without_sockets_and_is_used_again(reader: Reader) -> None:
    for _ in range(2):
        transport, heard = opened(reader)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
            far.sendto(b"one", transport.get_extra_info("sockname"))
            await until(lambda: heard.datagrams == [b"one"])  # noqa: B023 waited for here
        transport.close()
        transport.close()


async def test_what_is_measured_is_from_reading_to_the_last_copy() -> None:
    histogram = LatencyHistogram()
    post = Post(Counters())
    reader = Reader(post, histogram)
    transport, heard = opened(reader)
    sent = iter([0, 3])

    def received(data: bytes, address: tuple[str, int]) -> None:
        post.counters.packets_out += next(sent)
        heard.datagrams.append(data)

    reader._receive[transport.get_extra_info("socket").fileno()] = received
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        for number in range(2):
            far.sendto(b"x", transport.get_extra_info("sockname"))
            await until(lambda: len(heard.datagrams) == number + 1)  # noqa: B023 waited for here
            assert (histogram.quantile_us(0.5) > 0) == bool(number), "only what sent something"
    transport.close()
    reader.close()
