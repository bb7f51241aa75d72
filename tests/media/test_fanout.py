"""What the compiled core sends against what Python sends, through real sockets and libsrtp."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from pylibsrtp import Policy, Session

from media import vp8
from media.aiortc_bridge import srtp_session
from media.core import Core, CoreMissing
from media.counters import Counters
from media.fanout import Copy, WayOut
from media.forwarding import OutgoingHeader
from media.packet_path import PacketPath
from media.post import Post
from media.receiver import Receiver, Reception
from media.sender import Sender, Transmission
from tests.media.test_path import MEDIA, SSRC, Line

pytestmark = pytest.mark.net
ROOT = Path(__file__).parents[2]
KEY = bytes(range(28))


@pytest.fixture(autouse=True)
def sockets() -> Iterator[None]:
    yield
    for path in Call.paths_made:
        path.close()
    for one in Transport.made:
        one.close()
    Call.paths_made.clear()
    Transport.made.clear()


@pytest.fixture
def core(core_library: Path) -> Core:
    return Core(core_library, Counters())


class Transport:
    """What a path sends through."""

    made: ClassVar[list[socket.socket]] = []

    def __init__(self, family: int) -> None:
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.made.append(self.socket)
        self.socket.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))

    def sendto(self, data: bytes, address: tuple[str, int]) -> None:
        self.socket.sendto(data, address)

    def get_extra_info(self, name: str) -> socket.socket:
        assert name == "socket"
        return self.socket


class Pair:
    """A nominated pair, and who is at its other end."""

    def __init__(self, family: int = socket.AF_INET) -> None:
        self.protocol = self
        self.transport = Transport(family)
        self.far = Transport(family).socket
        self.far.setblocking(False)
        self.remote_addr = self.far.getsockname()[:2]
        self._inbound = session_of(inbound=True)

    def received(self) -> list[bytes]:
        """Plain, in the order of their coming, with an SSRC of zeros."""
        plain = []
        while True:
            try:
                data = self.far.recv(2_000)
            except BlockingIOError:
                return plain
            packet = self._inbound.unprotect(data)
            plain.append(packet[:8] + bytes(4) + packet[12:])


def session_of(*, inbound: bool) -> Session:
    direction = Policy.SSRC_ANY_INBOUND if inbound else Policy.SSRC_ANY_OUTBOUND
    profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    return Session(policy=Policy(key=KEY, ssrc_type=direction, srtp_profile=profile))


class Call:
    """A publisher's track with subscribers on sockets of this process."""

    paths_made: ClassVar[list[PacketPath]] = []

    def __init__(self, core: Core | None, count: int = 2, family: int = socket.AF_INET) -> None:
        self.core = core
        self.line = Line()
        self.post = Post(self.line.counters, core)
        self.line.sender.stop()
        self.line.down.rtp.clear()
        self.counters, self.receiver = self.line.counters, self.line.receiver
        self.receiver._post = self.post
        self.pairs = [Pair(family) for _ in range(count)]
        self.paths, self.senders = [], []
        for number, pair in enumerate(self.pairs):
            path = PacketPath({1: pair}, self.counters, self.post)
            path.open(
                srtp_session(session_of(inbound=True), "unprotect"),
                srtp_session(session_of(inbound=False), "protect"),
            )
            sender = Sender(path, self.counters)
            sender.attach(self.receiver)
            sender.start(Transmission(107, 108, str(number), "name", mid_id=1, send_time_id=3), 0.0)
            self.paths.append(path)
            self.paths_made.append(path)
            self.senders.append(sender)

    def tick(self) -> None:
        for sender in self.senders:
            sender.tick(5.0)

    def send(self, *packets: tuple[int, bytes]) -> None:
        """One round."""
        self.post.gather()
        for sequence, payload in packets:
            self.line.packet(sequence, payload)
        self.post.flush()

    def received(self) -> list[list[bytes]]:
        return [pair.received() for pair in self.pairs]

    def handed_over(self) -> int:
        return len(self.receiver.listeners) - len(self.receiver._others)


def round_of(first: int, sizes: list[int]) -> list[tuple[int, bytes]]:
    return [(first + number, bytes([number]) * size) for number, size in enumerate(sizes)]


ROUNDS = [
    round_of(100, [900, 900, 900, 300]),
    round_of(104, [40]),
    round_of(105, [300, 900, 900, 1_100, 20, 20]),
    round_of(111, [1_000] * 70),
    [(182, b"late"), (181, b"one")],
    [(183, b"")],
]


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_core_sends_what_python_sends(core: Core, family: int) -> None:
    said = []
    for call in (Call(None, family=family), Call(core, family=family)):
        call.send((99, b"first"))
        call.tick()
        for packets in ROUNDS:
            call.send(*packets)
        assert call.handed_over() == (0 if call.core is None else 2)
        said.append(call.received())
        assert call.counters.packets_out == 2 * 85
        assert [sender.packets for sender in call.senders] == [85, 85]
        octets = 5 + sum(len(payload) for packets in ROUNDS for _, payload in packets)
        assert [sender.octets for sender in call.senders] == [octets, octets]
    python, compiled = said
    for one, other in zip(python, compiled, strict=True):
        assert [_numbers(packet, one) for packet in one] == [_numbers(packet, other) for packet in other]


def _numbers(packet: bytes, all_of_it: list[bytes]) -> tuple[int, int, bytes]:
    """The sequence number's distance from the first one's, which is drawn, and the rest without send time."""
    distance = (int.from_bytes(packet[2:4], "big") - int.from_bytes(all_of_it[0][2:4], "big")) & 0xFFFF
    return distance, packet[1], packet[4:17] + packet[20:]


VP8 = [
    b"\x90\xf0\x92\x34\xfe\x20picture",
    b"\x90\xc0\xff\xff\xfftop",
    b"\x90\x80\xff\xffno tl0",
    b"\x90\x80\x12short",
    b"\x10no descriptor",
    b"\x90\xf0\x92\x34\xfe\x20",
    b"\x90\xf0",
    b"\x90",
]


def test_picture_numbers_move_on_as_python_moves_them(core: Core) -> None:
    said = []
    for call in (Call(None, 1), Call(core, 1)):
        call.send((99, b"first"))
        sender = call.senders[0]
        sender._stretch = replace(sender._stretch, pictures=vp8.PictureShift(0x6DCC, 7))
        sender._pictures = sender._stretch.pictures if call.core is None else None
        call.tick()
        call.send(*enumerate(VP8, 100))
        assert call.handed_over() == (0 if call.core is None else 1)
        said.append([packet[24:] for packet in call.received()[0]])
    assert said[0] == said[1]
    assert said[0][1] == b"\x90\xf0\x80\x00\x05\x20picture"


def test_what_waits_for_a_closed_connection_is_forgotten(core: Core) -> None:
    call = Call(core)
    call.send((99, b"first"))
    call.tick()
    call.line.packet(100, b"waits")
    call.paths[0].close()
    call.paths[0] = call.senders[0] = None  # type: ignore[call-overload]
    core.flush()
    assert [len(packets) for packets in call.received()] == [1, 2]


def test_what_the_kernel_does_not_take_at_once_goes_one_by_one(core: Core) -> None:
    call = Call(core)
    call.send((99, b"first"))
    call.tick()
    for path in call.paths:
        assert path._out is not None
        path._out.data.single = 1
    call.send(*ROUNDS[0])
    assert [len(packets) for packets in call.received()] == [5, 5]


def test_a_pause_and_a_return_go_on_in_the_numbers(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    call.send(*ROUNDS[0])
    sender = call.senders[0]
    sender.show(None, 6.0)
    call.send((104, b"unseen"))
    assert call.handed_over() == 0
    assert (sender.packets, sender.octets) == (5, 3_005)
    sender.show(call.receiver, 7.0)
    call.send((105, b"\x10\0\0\0keyframe"))
    numbers = [int.from_bytes(packet[2:4], "big") for packet in call.received()[0]]
    assert numbers == [(numbers[0] + step) & 0xFFFF for step in range(6)]


def test_a_subscriber_who_moved_is_followed_and_one_who_left_gets_nothing(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    before, after = call.pairs[0], Pair()
    after._inbound = before._inbound
    call.paths[0]._selected[1] = after  # type: ignore[index]
    call.tick()
    call.send((100, b"second"))
    assert (len(before.received()), len(after.received())) == (1, 1)
    files = len(os.listdir("/proc/self/fd"))
    call.line.packet(101, b"waits")
    call.paths[0].close()
    assert len(os.listdir("/proc/self/fd")) == files - 1
    core.flush()
    call.send((102, b"third"))
    assert after.received() == []


def test_who_is_out_of_its_reach_is_served_in_python(core: Core) -> None:
    call = Call(core, 1)
    call.pairs[0].remote_addr = ("localhost", call.pairs[0].remote_addr[1])
    call.send((99, b"first"))
    call.tick()
    call.send((100, b"second"))
    assert call.handed_over() == 0
    assert call.counters["core_out_of_reach"] == 1
    assert len(call.received()[0]) == 2


def test_a_packet_that_is_too_long_is_left_out(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    call.send((100, bytes(1_475)), (101, b"next"))
    assert [len(packet) for packet in call.received()[0]] == [call_size(b"first"), call_size(b"next")]


def call_size(payload: bytes) -> int:
    return 12 + 4 + 8 + len(payload)


def test_a_level_is_written_for_voices(core: Core) -> None:
    native = srtp_session(session_of(inbound=False), "protect").native
    assert native is not None
    out = WayOut(core, native)
    pair = Pair()
    out.lead(pair.transport.socket, pair.remote_addr)
    receiver = Receiver("audio", Line().up, Counters())
    receiver.configure(Reception(48_000, frozenset({MEDIA}), {}, SSRC, None, 0), 7)
    receiver.live = True
    header = OutgoingHeader(ssrc=9, payload_type=111, mid="0", level_id=2)
    listener = Line().sender
    receiver.listen(listener)
    assert receiver.fan(listener, Copy(out, header, 0, 0))
    receiver.note_level(33)
    data = bytes([0x80, MEDIA]) + bytes(6) + SSRC.to_bytes(4, "big") + b"opus"
    receiver.on_rtp(data, MEDIA, 0, 0, SSRC, 1.0)
    core.flush()
    out.close()
    assert pair.received()[0][17] == 33


def test_a_core_that_was_not_built_says_how(tmp_path: Path) -> None:
    with pytest.raises(CoreMissing, match="scripts/build_core"):
        Core(tmp_path / "none.so", Counters())


@pytest.mark.parametrize("step", [20_000, 40_000])
def test_numbers_go_on_after_the_core_went_round(core: Core, step: int) -> None:
    call = Call(core, 1)
    call.send((0, b"first"))
    call.tick()
    for number in range(0, step, 10_000):
        call.send((number + 10_000 & 0xFFFF, b"more"))
        call.tick()
    sender = call.senders[0]
    sender.show(None, 6.0)
    sender.show(call.receiver, 7.0)
    call.send((step + 1 & 0xFFFF, b"\x10\0\0\0keyframe"))
    numbers = [int.from_bytes(packet[2:4], "big") for packet in call.received()[0]]
    assert (numbers[-1] - numbers[-2]) & 0xFFFF == 1


def test_what_comes_from_elsewhere_comes_after_what_waits(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    for number in (100, 101):
        call.line.packet(number, b"waits")
    call.senders[0]._take_back()
    call.line.packet(102, b"at once")
    core.flush()
    numbers = [int.from_bytes(packet[2:4], "big") for packet in call.received()[0]]
    assert numbers == [(numbers[0] + step) & 0xFFFF for step in range(4)]


def test_a_subscriber_who_moves_out_of_reach_is_served_in_python(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    pair = call.pairs[0]
    elsewhere = Pair()
    elsewhere._inbound = pair._inbound
    elsewhere.remote_addr = ("localhost", elsewhere.remote_addr[1])
    call.paths[0]._selected[1] = elsewhere  # type: ignore[index]
    call.tick()
    call.send((100, b"second"))
    assert call.handed_over() == 0
    assert len(elsewhere.received()) == 1


def test_what_a_full_socket_does_not_take_waits_and_is_bounded(core: Core) -> None:
    call = Call(core, 1)
    call.send((99, b"first"))
    call.tick()
    out = call.paths[0]._out
    assert out is not None
    # A socket of UNIX takes a few datagrams and then no more, which UDP over loopback does not show.
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    Transport.made += [near, far]
    far.setblocking(False)
    os.dup2(near.fileno(), out.data.fd)
    out.data.address_size = 0
    out.data.single = 1
    call.send(*((number, bytes(1_000)) for number in range(100, 1_100)))
    assert out.data.count > 0
    taken = _drained(far)
    assert core.counters["drop_out_busy"] == 1_000 - taken - out.data.count
    core.flush()
    assert _drained(far) > 0
    assert out.data.size == 0 or out.data.count > 0


def _drained(far: socket.socket) -> int:
    count = 0
    while True:
        try:
            far.recv(2_000)
        except BlockingIOError:
            return count
        count += 1


def test_a_core_of_another_version_is_refused(tmp_path: Path) -> None:
    source = (ROOT / "media/core.c").read_text()
    other = tmp_path / "core.c"
    other.write_text(source.replace("uint32_t moved;", "uint32_t moved, added;", 1))
    library = tmp_path / "libcore.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, other], check=True)
    with pytest.raises(CoreMissing, match="another version"):
        Core(library, Counters())
