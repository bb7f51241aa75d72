"""Where mutation starts: `tests/media/packets` (made by `fuzz.capture`) and `tests/media/descriptions`."""

from __future__ import annotations

import hashlib
import hmac
import random
import struct
import zlib
from pathlib import Path

from fuzz.targets import AUDIO_SSRCS, OPUS, RTX, SENT_AUDIO_SSRC, SENT_VIDEO_SSRC, VIDEO_SSRCS, VP8
from media import guard, rtcp

FOLDER = Path(__file__).parents[2] / "tests" / "media"
_FROM_AIORTC = {96: OPUS, 97: VP8, 98: RTX}
_SSRC_OF = {OPUS: AUDIO_SSRCS[0], VP8: VIDEO_SSRCS[0], RTX: VIDEO_SSRCS[1]}
_WORD = struct.Struct("!L")


def captured(sort: str) -> list[bytes]:
    """All datagrams whose file name has `_{sort}_` behind the client's name."""
    return [path.read_bytes() for path in sorted((FOLDER / "packets").glob(f"*_{sort}_*.bin"))]


def rtp() -> list[bytes]:
    """With the payload types and SSRCs that `targets.Media` knows."""
    packets = []
    for path in sorted((FOLDER / "packets").glob("*_rtp_*.bin")):
        data = bytearray(path.read_bytes())
        kind = data[1] & 0x7F
        if path.name.startswith("aiortc"):
            kind = _FROM_AIORTC[kind]
        data[1] = data[1] & 0x80 | kind
        data[8:12] = _WORD.pack(_SSRC_OF[kind])
        packets.append(bytes(data))
    return packets


def control() -> list[bytes]:
    """RTCP, once about each stream that is sent, and what the capture had no reason to hold."""
    made = [
        rtcp.picture_loss(1, SENT_VIDEO_SSRC),
        rtcp.nack(1, SENT_VIDEO_SSRC, range(0, 600, 2)),
        struct.pack("!BBHLLLL", 0x84, 206, 4, 1, 0, SENT_VIDEO_SSRC, 0x01000000),
        struct.pack("!BBHL", 0x81, 203, 1, AUDIO_SSRCS[0]),
        rtcp.sender_report(VIDEO_SSRCS[0], 1 << 62, 9, 9, 9, "name"),
        rtcp.receiver_report(1, [rtcp.ReportBlock(SENT_AUDIO_SSRC, 9, 9, 9, 9, 9, 9)] * 31),
    ]
    packets = []
    for data in captured("rtcp"):
        for ssrc in (SENT_AUDIO_SSRC, SENT_VIDEO_SSRC):
            packets.append(data[:8] + _WORD.pack(ssrc) + data[12:])
    return packets + made


def descriptions() -> list[str]:
    return [path.read_bytes().decode() for path in sorted((FOLDER / "descriptions").glob("*.sdp"))]


def offer() -> str:
    return (FOLDER / "descriptions" / "chromium_offer.sdp").read_bytes().decode()


def own_offer() -> str:
    return (FOLDER / "descriptions" / "offer_of_ours.sdp").read_bytes().decode()


class Checks:
    """Connectivity checks with any attributes whose password is right, as a hostile peer can make them."""

    def __init__(self, user: bytes, password: bytes, seed: int) -> None:
        self._user, self._password = user, password
        self._random = random.Random(seed)

    def next(self) -> bytes:
        random = self._random
        attributes = [(0x0006, self._user), (0x0024, random.randbytes(4))]
        for _ in range(random.randrange(4)):
            kind = random.choice(
                (0x0020, 0x0024, 0x0025, 0x8029, 0x802A, 0x8022, 0x0009, random.randrange(1 << 16))
            )
            attributes.append((kind, random.randbytes(random.choice((0, 3, 4, 8, 20)))))
        random.shuffle(attributes)
        body = b"".join(
            struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)
            for kind, value in attributes
        )
        return self._signed(random.choice((0x0001, 0x0001, 0x0001, 0x0011, 0x0101)), body)

    def _signed(self, kind: int, body: bytes) -> bytes:
        transaction = self._random.randbytes(12)

        def head(size: int) -> bytes:
            return struct.pack("!HHI12s", kind, size, guard.STUN_COOKIE, transaction)

        mac = hmac.new(self._password, head(len(body) + 24) + body, hashlib.sha1).digest()
        body += struct.pack("!HH", 0x0008, 20) + mac
        checksum = (zlib.crc32(head(len(body) + 8) + body) ^ 0x5354554E) & 0xFFFFFFFF
        body += struct.pack("!HHI", 0x8028, 4, checksum)
        return head(len(body)) + body
