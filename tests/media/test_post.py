"""What leaves together, what a full socket leaves for later, and what is gathered."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from media.counters import Counters
from media.post import MAX_TOGETHER, MAX_WAITING, RETRY_S, Outbox, Post
from media.receiver import Reception
from tests.media.test_path import MEDIA, SSRC, Line

AUDIO = Reception(48_000, frozenset({MEDIA}), {}, SSRC)


class Kernel(socket.socket):
    """A real socket, whose calls are kept; `errors` says how the next ones end."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.bind(("127.0.0.1", 0))
        self.calls: list[int] = []
        self.errors: list[int] = []

    def get_extra_info(self, name: str) -> Kernel:
        assert name == "socket"
        return self

    def _end(self, packets: int) -> None:
        self.calls.append(packets)
        if self.errors and (error := self.errors.pop(0)):
            raise OSError(error, "as wanted")

    def sendto(self, data: Any, address: Any) -> int:  # type: ignore[override]
        self._end(1)
        return super().sendto(data, address)

    def sendmsg(self, packets: Any, *rest: Any) -> int:
        self._end(len(packets))
        return super().sendmsg(packets, *rest)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    with Kernel() as made:
        yield made


@pytest.fixture
def far() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


@pytest.fixture
def outbox(kernel: Kernel, far: socket.socket) -> Outbox:
    made = Outbox(Post(Counters()), Counters())
    made.lead(kernel, far.getsockname())
    return made


def received(far: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(far.recv(2_000))
        except BlockingIOError:
            return found


def numbered(sizes: list[int]) -> list[bytes]:
    return [bytes([number]) * size for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "calls"),
    [
        ([100], [1]),
        ([900, 900, 900, 300], [4]),
        ([900, 901, 901], [1, 2]),
        ([300, 900, 900, 200, 200], [1, 3, 1]),
        ([50] * (MAX_TOGETHER + 1), [MAX_TOGETHER, 1]),
    ],
)
def test_packets_of_one_size_leave_together_and_arrive_apart(
    outbox: Outbox, kernel: Kernel, far: socket.socket, sizes: list[int], calls: list[int]
) -> None:
    packets = numbered(sizes)
    outbox.put(list(packets))
    assert kernel.calls == calls
    assert received(far) == packets


@pytest.mark.parametrize("error", [errno.EINVAL, errno.EIO, errno.EMSGSIZE])
def test_where_they_cannot_leave_together_they_leave_one_by_one(
    outbox: Outbox, kernel: Kernel, far: socket.socket, error: int
) -> None:
    packets = numbered([900] * 3)
    kernel.errors = [error]
    for _ in range(2):
        outbox.put(list(packets))
    assert kernel.calls == [3, 1, 1, 1, 1, 1, 1], "it is not tried again"
    assert received(far) == packets * 2
    outbox.lead(kernel, far.getsockname())
    outbox.put(list(packets))
    assert kernel.calls[-1] == 3, "another place, another try"


async def test_what_a_full_socket_does_not_take_keeps_its_order(kernel: Kernel, far: socket.socket) -> None:
    post = Post(Counters())
    outbox = Outbox(post, post.counters)
    outbox.lead(kernel, far.getsockname())
    kernel.errors = [0, errno.EAGAIN, errno.EAGAIN]
    packets = numbered([900, 901, 901, 5, 6])
    outbox.put(packets[:3])
    assert kernel.calls == [1, 2]
    outbox.put(packets[3:])
    assert kernel.calls == [1, 2, 3], "still full"
    async with asyncio.timeout(5):
        while len(kernel.calls) < 5:
            await asyncio.sleep(RETRY_S)
    assert kernel.calls == [1, 2, 3, 3, 1]
    assert received(far) == packets
    kernel.errors = [errno.EAGAIN] * 4
    outbox.put([b"x"] * (MAX_WAITING + 5))
    assert post.counters["drop_out_busy"] == 5
    outbox.put([b"y"])
    assert post.counters["drop_out_busy"] == 6
    outbox.clear()
    await asyncio.sleep(2 * RETRY_S)
    assert received(far) == []


async def test_once_there_is_room_nothing_more_is_dropped(kernel: Kernel, far: socket.socket) -> None:
    post = Post(Counters())
    outbox = Outbox(post, post.counters)
    outbox.lead(kernel, far.getsockname())
    kernel.errors = [errno.EAGAIN]
    packets = numbered([900] * (MAX_WAITING + 10))
    outbox.put(packets[:25])
    outbox.put(packets[25:])
    assert received(far) == packets
    assert post.counters["drop_out_busy"] == 0


def test_a_socket_that_is_gone_harms_nobody(outbox: Outbox, kernel: Kernel) -> None:
    kernel.close()
    outbox.put([b"one", b"two"])
    outbox.put([b"three"])
    assert outbox._counters["drop_out_closed"] == 3


def test_a_picture_is_gathered_and_what_ends_it_delivers_it_first() -> None:
    line = Line()
    post = Post(line.counters)
    line.receiver._post = post
    line.start()
    for sequence in (1, 2):
        line.packet(sequence)
    assert len(line.down.rtp) == 2
    post.gather()
    for sequence in (3, 4, 5):
        line.packet(sequence)
    assert len(line.down.rtp) == 2
    post.flush()
    assert len(line.down.rtp) == 5
    first = line.down.numbers(107)[0]
    assert line.down.numbers(107) == [first + step for step in range(5)]
    post.flush()
    assert len(line.down.rtp) == 5


def test_a_tap_that_fails_costs_no_listener_the_packet() -> None:
    line = Line("audio", AUDIO).start()

    def fail(sequence: int, timestamp: int, payload: bytes) -> None:
        raise ValueError("a mistake")

    line.receiver.tap = fail
    with pytest.raises(ValueError, match="a mistake"):
        line.packet(1)
    assert len(line.down.rtp) == 1


def test_a_mistake_in_one_delivery_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    post = Post(Counters())
    delivered = []

    class Deliverer:
        def __init__(self, name: str) -> None:
            self.name = name

        def deliver(self) -> None:
            delivered.append(self.name)
            if self.name == "bad":
                raise ValueError("a mistake")

    post.gather()
    for name in ("bad", "good"):
        post.expect(Deliverer(name))
    post.flush()
    assert delivered == ["bad", "good"]
    assert post.counters["datagram_failed"] == 1
    assert len(caplog.records) == 1
