"""What the mutated inputs go through: the worker's own code from the decrypted packet, or the text, on.

Only the encryption and the network are left out: `PlainSession` stands in for libsrtp, and what would be sent
is counted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import cffi
from aiortc.sdp import SessionDescription

from media import rendering, sdp
from media.aiortc_bridge import MediaTransport
from media.budget import Budget
from media.connection import MediaConnection
from media.counters import Counters
from media.errors import BadSdp
from media.forwarding import FIXED_HEADER
from media.network import Network
from media.packet_path import ASKED_BURST, ASKED_PER_S, MAX_DATAGRAM_BYTES, PacketPath, SrtpSession
from media.receiver import Kind, Receiver, Reception
from media.sender import Sender, Transmission
from media.tap import Tap

ADDRESS = ("127.0.0.1", 9)
"""Discard."""
AUDIO_SSRCS, VIDEO_SSRCS = (0x0A,), (0x0B, 0x0C)
SENT_AUDIO_SSRC, SENT_VIDEO_SSRC = 0x1A, 0x1B
OPUS, VP8, RTX = 111, 96, 97
"""Chromium's payload types."""


class Sink:
    """Where copies and feedback go: the pair's protocol and its transport in one."""

    remote_addr = ADDRESS

    def __init__(self) -> None:
        self.protocol = self.transport = self
        self.datagrams = 0

    def get_extra_info(self, name: str) -> None:
        """There is no socket behind it."""

    def sendto(self, data: bytes, address: tuple[str, int]) -> None:
        self.datagrams += 1


def plain_session() -> SrtpSession:
    """libsrtp's buffer without libsrtp."""
    ffi = cffi.FFI()
    memory = ffi.new("char[]", MAX_DATAGRAM_BYTES + 100)
    return SrtpSession(None, memory, ffi.buffer(memory), [0], _as_it_is, _as_it_is)


def _as_it_is(handle: Any, memory: Any, length: Any) -> int:
    return 0


class Media:
    """RTP and RTCP of one publisher with voice and picture, one subscriber and a tap."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.sink = Sink()
        selected: Mapping[int, Any] = {1: self.sink}
        self._path = PacketPath(selected, self.counters)
        self._path.open(plain_session(), plain_session())
        self._receivers = [
            self._receiver("audio", "0", AUDIO_SSRCS, OPUS, {}),
            self._receiver("video", "1", VIDEO_SSRCS, VP8, {RTX: VP8}),
        ]
        self._tap = Tap(lambda wall_us, samples: None, self.counters)
        self._receivers[0].tap = self._hear
        self._inputs = self._filled = 0

    def _hear(self, sequence: int, timestamp: int, payload: bytes) -> None:
        self._tap.push(sequence, timestamp, payload, time.time())

    def _receiver(
        self, kind: Kind, mid: str, ssrcs: tuple[int, ...], payload_type: int, repeats: dict[int, int]
    ) -> Receiver:
        receiver = Receiver(kind, self._path, self.counters)
        rtx_ssrc = ssrcs[1] if len(ssrcs) > 1 else None
        receiver.configure(
            Reception(
                48_000 if kind == "audio" else 90_000,
                frozenset({payload_type}),
                repeats,
                ssrc=ssrcs[0],
                rtx_ssrc=rtx_ssrc,
                level_id=1 if kind == "audio" else 0,
            ),
            rtcp_ssrc=1,
        )
        receiver.live = True
        self._path.route(mid, receiver, ssrcs)
        sender = Sender(self._path, self.counters)
        sender.attach(receiver)
        sender.start(Transmission(100, 101 if kind == "video" else None, mid, "c", 4, 3, 1), time.monotonic())
        sender.ssrc = SENT_AUDIO_SSRC if kind == "audio" else SENT_VIDEO_SSRC
        self._path.senders[sender.ssrc] = sender
        return receiver

    def fill(self) -> None:
        """More pictures that can be asked for again, by numbers 0 to 599, and leave to ask."""
        self._path._asked = Budget(rate=ASKED_PER_S, burst=ASKED_BURST)
        for _ in range(64):
            self._filled += 1
            number = self._filled % 600
            self.take(FIXED_HEADER.pack(0x80, VP8, number, self._filled, VIDEO_SSRCS[0]) + bytes(200))
        sender = self._path.senders[SENT_VIDEO_SSRC]
        sender._stretch = replace(sender._stretch, first=0, sequence=0)
        sender._splice._stretches[:] = [sender._stretch]

    def take(self, data: bytes) -> None:
        self._path.on_media(data)
        self._inputs += 1
        if self._inputs % 50 == 0:
            for receiver in self._receivers:
                receiver.tick(time.monotonic())
                receiver.report(time.monotonic())
        if self._inputs % 1_000 == 0:
            self._find_strangers_again()

    def _find_strangers_again(self) -> None:
        """SSRCs that were made up fill the table of routes; emptied, so that the search stays in play."""
        known = (*AUDIO_SSRCS, *VIDEO_SSRCS)
        routes = self._path._routes
        for ssrc in [ssrc for ssrc in routes if ssrc not in known]:
            del routes[ssrc]

    def close(self) -> None:
        self._tap.close()


class Socket:
    """One connection's guarded socket: STUN and DTLS as they come from anywhere. Needs a running loop."""

    def __init__(self, connection: MediaConnection) -> None:
        self._connection = connection
        transceiver = connection._pc.getTransceivers()[0]
        self._ice = cast(MediaTransport, cast(Any, transceiver.receiver).transport).ice
        self.counters = self._ice.path.counters
        self._protocol: Any = self._ice._protocols[0]
        self._transport = self._protocol.transport
        # Answers to strangers go nowhere.
        self._protocol.transport = Sink()

    @classmethod
    async def opened(cls, offer: str) -> Socket:
        connection = MediaConnection(Network(["127.0.0.1"]), Counters(), lambda state: None)
        await connection.answer(sdp.read_offer(offer))
        return cls(connection)

    @property
    def user(self) -> bytes:
        """The USERNAME of the peer's checks."""
        return f"{self._ice.local_username}:{self._ice.remote_username}".encode()

    @property
    def password(self) -> bytes:
        return self._ice.local_password.encode()

    def take(self, data: bytes, address: tuple[str, int] = ADDRESS) -> None:
        self._protocol.datagram_received(data, address)

    async def close(self) -> None:
        self._protocol.transport = self._transport
        await self._connection.close()


@dataclass
class Descriptions:
    """Offers, and answers to `ours`; what passes must be understood by aiortc as well."""

    ours: sdp.Description
    refused: int = 0
    taken: int = 0
    _count: int = 0

    def take(self, text: str) -> None:
        self._count += 1
        offers = (sdp.read_offer, self._read_encoder, sdp.read_play_offer)
        for read in (offers[self._count % 3], self._read_answer):
            try:
                description = read(text)
            except BadSdp:
                self.refused += 1
                continue
            SessionDescription.parse(rendering.render(description))
            self.taken += 1

    @staticmethod
    def _read_encoder(text: str) -> sdp.Description:
        return sdp.read_offer(text, sdp.ALL_CODECS)

    def _read_answer(self, text: str) -> sdp.Description:
        return sdp.read_answer(text, self.ours)
