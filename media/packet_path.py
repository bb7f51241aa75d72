"""One synchronous path from a datagram to every subscriber's socket: libsrtp, routing by SSRC, libsrtp.

No task and no await per packet. libsrtp is called in its own buffers; a bytes object is made once when a
packet comes in and once for each copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from media import rtcp, sdp
from media.budget import Budget
from media.core import NativeSession
from media.counters import Counters
from media.errors import BadPacket
from media.fanout import Copy, WayOut
from media.forwarding import FIXED_HEADER, OutgoingHeader, StoredPacket, extension, payload_start
from media.post import Outbox, Post
from media.receiver import Receiver
from media.repeats import RepeatBudget
from media.sender import Sender
from media.splice import Stretch

MAX_DATAGRAM_BYTES = 1_500
"""libsrtp's buffer in pylibsrtp."""
MAX_PLAIN_BYTES = 1_480
"""Leaves room for SRTP's authentication tag."""
MAX_RTCP_BYTES = 1_350
MAX_ROUTES = 256
ASKED_PER_S, ASKED_BURST = 400.0, 800.0
"""Lost packets that one connection may name; at 20 % loss of two cameras it names 150. When this machine is
too slow, all subscribers miss the same packets, which it does not have either, and reading their requests
took most of what time there was."""


@dataclass(frozen=True, slots=True)
class SrtpSession:
    """One direction of libsrtp. `memory` and `view` are the same buffer, for C and for Python.

    `process` and `process_rtcp` work in it, take and leave the size in `length[0]`, and return 0 for success.
    """

    handle: Any
    memory: Any
    view: Any
    length: Any
    process: Callable[[Any, Any, Any], int]
    process_rtcp: Callable[[Any, Any, Any], int]
    native: NativeSession | None = None
    """For the compiled core."""


class SelectedPair(Protocol):
    """aioice's candidate pair."""

    protocol: Any

    @property
    def remote_addr(self) -> tuple[str, int]: ...


class PacketPath:
    """The packets of one connection; also what its receivers and senders send through."""

    def __init__(
        self, selected: Mapping[int, SelectedPair], counters: Counters, post: Post | None = None
    ) -> None:
        self.counters = counters
        self.post = post or Post(counters)
        self._outbox = Outbox(self.post, counters)
        self._out: WayOut | None = None
        """Of the compiled core; None without it, and where the peer is out of its reach."""
        self.heard_s = time.monotonic()
        """Monotonic time at which the peer last sent something authentic."""
        self.senders: dict[int, Sender] = {}
        """By SSRC, for their feedback."""
        self.repeat_budget = RepeatBudget()
        self.limit: tuple[int, float] | None = None
        """What the peer's last REMB allows, in bits per second, and when it came."""
        self.octets_in = 0
        """Of RTP, probes and repeats included."""
        self.encoding_ids: tuple[int, ...] = ()
        """Extensions that name the encoding which a packet belongs to, or repeats."""
        self._asked = Budget(rate=ASKED_PER_S, burst=ASKED_BURST)
        self._selected = selected
        self._receivers: dict[str, Receiver] = {}
        self._routes: dict[int, Receiver] = {}
        self._inbound: SrtpSession | None = None
        self._outbound: SrtpSession | None = None
        self._pair: SelectedPair | None = None

    @property
    def inbound(self) -> NativeSession | None:
        return None if self._inbound is None else self._inbound.native

    @property
    def is_open(self) -> bool:
        return self._inbound is not None

    def open(self, inbound: SrtpSession, outbound: SrtpSession) -> None:
        """DTLS has agreed on keys."""
        self._inbound, self._outbound = inbound, outbound
        if self.post.core is not None and outbound.native is not None:
            self._out = WayOut(self.post.core, outbound.native)
        self.heard()

    def close(self) -> None:
        """Nothing leaves any more."""
        self._outbound = None
        self._outbox.clear()
        if self._out is not None:
            self._out.close()
            self._out = None

    def heard(self) -> None:
        self.heard_s = time.monotonic()

    def route(self, mid: str, receiver: Receiver, ssrcs: Sequence[int]) -> None:
        self._receivers[mid] = receiver
        for ssrc in ssrcs:
            self._routes[ssrc] = receiver

    # --- in ---

    def on_media(self, data: bytes) -> None:
        """An SRTP or SRTCP datagram, from anywhere: only what decrypts is believed."""
        session = self._inbound
        size = len(data)
        if session is None or not 12 <= size <= MAX_DATAGRAM_BYTES:
            self.counters.add("drop_media_early" if session is None else "drop_media_size")
            return
        view = session.view
        length = session.length
        view[:size] = data
        length[0] = size
        if 192 <= data[1] <= 223:
            if session.process_rtcp(session.handle, session.memory, length):
                self.counters.add("drop_srtcp")
            else:
                self._on_rtcp(view[: length[0]])
            return
        if session.process(session.handle, session.memory, length):
            self.on_forged()
            return
        self.on_plain(view[: length[0]], size)

    def on_forged(self) -> None:
        """What should have been RTP of this connection does not decrypt."""
        self.counters.add("drop_srtp")

    def on_plain(self, plain: bytes, size: int) -> None:
        """A decrypted RTP packet, which had `size` bytes on the wire."""
        _, second, sequence, timestamp, ssrc = FIXED_HEADER.unpack_from(plain)
        receiver = self._routes.get(ssrc) or self._find_receiver(plain, second & 0x7F, ssrc)
        if receiver is None:
            self.counters.add("drop_rtp_unknown")
            return
        now_s = time.monotonic()
        self.heard_s = now_s
        self.octets_in += size
        receiver.on_rtp(plain, second, sequence, timestamp, ssrc, now_s)

    def _find_receiver(self, data: bytes, payload_type: int, ssrc: int) -> Receiver | None:
        """For an SSRC that the description did not name: by MID, or by payload type where only one has it."""
        if not payload_start(data) or len(self._routes) >= MAX_ROUTES:
            return None
        values = [extension(data, number) for number in range(1, 15)]
        names = [value.decode("ascii", "replace") for value in values if value]
        found = next((self._receivers[name] for name in names if name in self._receivers), None)
        if found is None:
            fitting = [receiver for receiver in self._receivers.values() if receiver.takes(payload_type)]
            found = fitting[0] if len(fitting) == 1 else None
        if found is not None and found.small is not None:
            found = self._find_encoding(data, found)
        if found is not None:
            self._routes[ssrc] = found
        return found

    def _find_encoding(self, data: bytes, receiver: Receiver) -> Receiver | None:
        """None for a packet that does not say which of a camera's encodings it is of: the next one will."""
        names = {extension(data, number) for number in self.encoding_ids}
        if sdp.SMALL.encode() in names:
            return receiver.small
        return receiver if sdp.FULL.encode() in names else None

    def _on_rtcp(self, data: bytes) -> None:
        now_s = time.monotonic()
        self.heard_s = now_s
        try:
            messages = rtcp.parse(data, min(rtcp.MAX_LOST, self._asked.left(now_s)))
        except BadPacket:
            self.counters.add("drop_rtcp_malformed")
            return
        for message in messages:
            if isinstance(message, rtcp.BitrateLimit):
                self.limit = (message.bps, now_s)
                continue
            if isinstance(message, rtcp.SenderReport):
                if (receiver := self._routes.get(message.ssrc)) is not None:
                    receiver.on_sender_report(message, now_s)
                continue
            if isinstance(message, rtcp.Nack):
                self._asked.take(now_s, len(message.lost))
                if not message.lost:
                    self.counters.add("drop_nack_flood")
                    continue
            if isinstance(message, rtcp.Reports):
                named = [block.ssrc for block in message.blocks]
            else:
                named = [message.media_ssrc]
            for ssrc in named:
                if (sender := self.senders.get(ssrc)) is not None:
                    sender.on_feedback(message, now_s)

    # --- out ---

    def send_rtp(
        self,
        header: OutgoingHeader,
        packets: Sequence[StoredPacket],
        send_time: int = 0,
        level: int = 0,
        sequence_shift: int = 0,
        timestamp_shift: int = 0,
    ) -> tuple[int, int]:
        """PacketWire.send_rtp."""
        session = self._outbound
        pair = self._selected.get(1)
        if session is None or pair is None:
            self.counters.add("drop_out_closed")
            return 0, 0
        if pair is not self._pair:
            self._use(pair)
        view, length, memory = session.view, session.length, session.memory
        process, handle = session.process, session.handle
        # libsrtp leaves it as it is, for the next packet.
        template = header.template(send_time, level)
        start = len(template)
        view[:start] = template
        first, payload_type, ssrc = header.first, header.payload_type, header.ssrc
        write_numbers = FIXED_HEADER.pack_into
        sealed, octets = [], 0
        for sequence, timestamp, marker, padding, payload in packets:
            end = start + len(payload)
            if end > MAX_PLAIN_BYTES:
                self.counters.add("drop_out_size")
                continue
            write_numbers(
                view,
                0,
                first | padding,
                marker | payload_type,
                (sequence + sequence_shift) & 0xFFFF,
                (timestamp + timestamp_shift) & 0xFFFFFFFF,
                ssrc,
            )
            view[start:end] = payload
            length[0] = end
            if process(handle, memory, length):
                self.counters.add("drop_out_srtp")
                continue
            sealed.append(view[: length[0]])
            octets += end - start
        if sealed:
            self.counters.packets_out += len(sealed)
            self._outbox.put(sealed)
        return len(sealed), octets

    def send_rtcp(self, packet: bytes) -> None:
        session = self._outbound
        pair = self._selected.get(1)
        if session is None or pair is None or len(packet) > MAX_RTCP_BYTES:
            return
        if pair is not self._pair:
            self._use(pair)
        session.view[: len(packet)] = packet
        session.length[0] = len(packet)
        if not session.process_rtcp(session.handle, session.memory, session.length):
            pair.protocol.transport.sendto(session.view[: session.length[0]], pair.remote_addr)

    def copy(self, header: OutgoingHeader, stretch: Stretch) -> Copy | None:
        """For the compiled core, if it reaches the peer."""
        self.follow()
        if self._out is None:
            return None
        return Copy(self._out, header, stretch.sequence, stretch.timestamp, stretch.pictures)

    def follow(self) -> None:
        """To where the peer is now; several times a second."""
        pair = self._selected.get(1)
        if pair is not None and pair is not self._pair:
            self._use(pair)

    def _use(self, pair: SelectedPair) -> None:
        self._pair = pair
        transport, address = pair.protocol.transport, pair.remote_addr
        self._outbox.lead(transport, address)
        if self._out is not None:
            try:
                self._out.lead(transport.get_extra_info("socket"), address)
            except (AttributeError, OSError):
                # No socket of the kernel's, or a name or a scope in place of an address.
                self.counters.add("core_out_of_reach")
                self._out.close()
                self._out = None
