"""Two encodings of one camera: offered by the page, accepted, and told apart by what packets say."""

from __future__ import annotations

import re
import struct

import pytest

from media import rtcp, sdp, simulcast
from media.counters import Counters
from media.packet_path import PacketPath, SrtpSession
from media.receiver import Receiver, Reception
from tests.media.test_path import Wire
from tests.media.test_sdp import OFFER

ENCODED = OFFER.replace(
    "a=mid:1\r\n",
    "a=mid:1\r\n"
    f"a=extmap:10 {sdp.ENCODING_URI}\r\na=extmap:11 {sdp.REPEATED_ENCODING_URI}\r\n"
    "a=rid:small send\r\na=rid:full send\r\na=simulcast:send small;full\r\n",
    1,
)
MEDIA, RTX = 96, 97
MID_ID, SMALL_ID, REPEATED_ID = 4, 10, 11


def camera(text: str) -> sdp.Section:
    return sdp.read_offer(text).sections[1]


def test_our_pages_encodings_are_read_and_no_ssrc_is_expected() -> None:
    section = camera(ENCODED)
    assert section.encodings == (sdp.SMALL, sdp.FULL)
    assert section.ssrcs == ()
    assert {sdp.ENCODING_URI, sdp.REPEATED_ENCODING_URI} <= {uri for _, uri in section.extensions}


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("a=simulcast:send small;full", "a=simulcast:recv small;full"),
        ("a=simulcast:send small;full", "a=simulcast:send small;~full"),
        ("a=simulcast:send small;full", "a=simulcast:send small;middle;full"),
        ("a=simulcast:send small;full", "a=simulcast:"),
        ("a=rid:full send", "a=rid:full recv"),
        ("a=rid:full send", "a=rid:"),
    ],
)
def test_other_encodings_are_not_taken(line: str, other: str) -> None:
    assert line in ENCODED
    section = camera(ENCODED.replace(line, other))
    assert section.encodings == ()
    assert section.ssrcs == (558928976, 7405777)


def test_encodings_that_packets_do_not_name_are_not_taken() -> None:
    kept = [line for line in ENCODED.split("\r\n") if sdp.ENCODING_URI not in line]
    assert camera("\r\n".join(kept)).encodings == ()


def test_the_answer_accepts_them_where_they_were_offered() -> None:
    offer = sdp.read_offer(ENCODED)
    videos = "".join(f"m=video 9 X 96\r\na=mid:{mid}\r\n" for mid in (1, 2))
    answer = "v=0\r\ns=-\r\nm=audio 9 X 111\r\na=mid:0\r\n" + videos
    head, audio, video, screen = re.split(r"(?m)^(?=m=)", simulcast.accept(answer, offer))
    assert (head, audio, screen) == tuple(re.split(r"(?m)^(?=m=)", answer)[i] for i in (0, 1, 3))
    assert video.endswith(
        f"a=extmap:10 {sdp.ENCODING_URI}\r\na=extmap:11 {sdp.REPEATED_ENCODING_URI}\r\n"
        "a=rid:small recv\r\na=rid:full recv\r\na=simulcast:recv small;full\r\n"
    )


class Memory:
    """Where libsrtp would work; nothing is encrypted."""

    def __init__(self) -> None:
        self.data = bytearray(2_000)

    def __getitem__(self, part: slice) -> bytes:
        return bytes(self.data[part])

    def __setitem__(self, part: slice, value: bytes) -> None:
        self.data[part] = value


class Camera:
    """A path with one camera of two encodings, and a screen."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.path = PacketPath({}, self.counters)
        plain = SrtpSession(None, None, Memory(), [0], lambda *_: 0, lambda *_: 0)
        self.path.open(plain, plain)
        self.wire = Wire()
        self.full, self.small, self.screen = (Receiver("video", self.wire, self.counters) for _ in range(3))
        self.full.small = self.small
        for receiver in (self.full, self.small, self.screen):
            receiver.configure(Reception(90_000, frozenset({MEDIA}), {RTX: MEDIA}), rtcp_ssrc=7)
            receiver.live = True
        self.path.route("1", self.full, ())
        self.path.route("2", self.screen, ())
        self.path.encoding_ids = (SMALL_ID, REPEATED_ID)

    def packet(
        self, ssrc: int, sequence: int, *, kind: int = MEDIA, payload: bytes = b"picture", **said: str
    ) -> None:
        numbers = {"mid": MID_ID, "encoding": SMALL_ID, "repeated": REPEATED_ID}
        elements = b"".join(
            bytes([numbers[name] << 4 | len(value) - 1]) + value.encode() for name, value in said.items()
        )
        elements += bytes(-len(elements) % 4)
        header = struct.pack("!BBHLL", 0x90, kind, sequence, sequence * 3_000, ssrc)
        extension = struct.pack("!HH", 0xBEDE, len(elements) // 4) + elements
        self.path.on_media(header + extension + payload)


def test_packets_go_to_the_encoding_that_they_name_and_later_ones_need_not() -> None:
    made = Camera()
    made.packet(111, 1, mid="1", encoding="small")
    made.packet(222, 1, mid="1", encoding="full")
    made.packet(111, 2)
    made.packet(222, 2)
    assert (made.small.ssrc, made.full.ssrc) == (111, 222)
    assert (made.small.newest, made.full.newest) == ((2, 6_000), (2, 6_000))


def test_a_packet_that_does_not_say_its_encoding_waits_for_one_that_does() -> None:
    made = Camera()
    made.packet(111, 1, mid="1")
    assert made.counters["drop_rtp_unknown"] == 1
    made.packet(111, 2, mid="1", encoding="small")
    assert made.small.newest == (2, 6_000)
    made.packet(333, 1, mid="1", encoding="other")
    assert made.counters["drop_rtp_unknown"] == 2


def test_repeats_find_their_encoding() -> None:
    made = Camera()
    made.packet(111, 1, mid="1", encoding="small")
    made.packet(111, 3)
    assert made.small.stored(2) is None
    made.packet(444, 77, kind=RTX, payload=struct.pack("!H", 2) + b"lost", mid="1", repeated="small")
    stored = made.small.stored(2)
    assert stored is not None
    assert stored[4] == b"lost"


def test_the_screen_beside_it_needs_no_encoding() -> None:
    made = Camera()
    made.packet(555, 1, mid="2")
    assert made.screen.ssrc == 555


def test_each_encoding_is_asked_for_its_own_keyframe() -> None:
    made = Camera()
    made.packet(111, 1, mid="1", encoding="small")
    made.packet(222, 1, mid="1", encoding="full")
    made.small.request_keyframe(1.0)
    made.full.request_keyframe(1.0)
    assert made.wire.asked() == [rtcp.KeyframeRequest(111), rtcp.KeyframeRequest(222)]
