"""One track towards one subscriber: the publisher's packets under a header of its own, and its feedback."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from media import rtcp
from media.budget import Budget
from media.counters import Counters
from media.forwarding import OutgoingHeader, StoredPacket, send_time_24

if TYPE_CHECKING:
    from media.receiver import Receiver

RTX_PER_S = 100.0
RTX_BURST = 96.0
"""Packets repeated for one subscriber's track, a third of 2.5 Mbit/s: a 1.1 kB NACK could ask for 0.6 MB."""


class PacketWire(Protocol):
    """The subscriber's connection."""

    def send_rtp(self, header: bytearray, payload: bytes) -> None: ...

    def send_rtcp(self, packet: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Transmission:
    """What was negotiated for a track; payload type and ids are the subscriber's."""

    payload_type: int
    rtx_payload_type: int | None
    mid: str
    cname: str
    mid_id: int = 0
    send_time_id: int = 0
    level_id: int = 0


class Sender:
    """One SSRC's whole life. A track that comes back gets a new Sender, because an SSRC whose sequence
    numbers jump back is taken for a replay and the picture stays black.
    """

    def __init__(self, wire: PacketWire, counters: Counters) -> None:
        self.ssrc = secrets.randbits(32)
        self.rtx_ssrc = secrets.randbits(32)
        self._wire = wire
        self._counters = counters
        self._source: Receiver | None = None
        self._offset: int | None = None
        self._rtx_sequence = secrets.randbits(15)
        self._header: OutgoingHeader | None = None
        self._rtx_header: OutgoingHeader | None = None
        self._cname = ""
        self._stopped = False
        self._packets = 0
        self._octets = 0
        self._budget = Budget(rate=RTX_PER_S, burst=RTX_BURST)

    @property
    def source(self) -> Receiver | None:
        return self._source

    def start(self, transmission: Transmission, now_s: float) -> None:
        """The connection is up: what the source sends from now on is passed on."""
        if self._header is not None or self._stopped:
            return
        ids = {
            "mid_id": transmission.mid_id,
            "send_time_id": transmission.send_time_id,
            "level_id": transmission.level_id,
        }
        self._cname = transmission.cname
        if transmission.rtx_payload_type is not None:
            self._rtx_header = OutgoingHeader(
                ssrc=self.rtx_ssrc, payload_type=transmission.rtx_payload_type, mid=transmission.mid, **ids
            )
        self._header = OutgoingHeader(
            ssrc=self.ssrc, payload_type=transmission.payload_type, mid=transmission.mid, **ids
        )
        if self._source is not None:
            if self._source.last_report is not None:
                self.pass_report(self._source.last_report)
            self._source.request_keyframe(now_s)

    def attach(self, source: Receiver) -> None:
        self._source = source
        source.senders.append(self)

    def stop(self) -> None:
        """Nothing is sent after this; harmless when repeated."""
        if self._source is not None and self in self._source.senders:
            self._source.senders.remove(self)
        self._source = None
        self._stopped = True
        self._header = None

    # --- packet path ---

    def forward(self, stored: StoredPacket, send_time: int, level: int) -> None:
        """`send_time` and `level` as OutgoingHeader.write takes them."""
        header = self._header
        if header is None:
            return
        sequence, timestamp, marker, padding, payload = stored
        if self._offset is None:
            # Far from both ends, so that early reordering cannot upset SRTP's roll-over counter.
            self._offset = (secrets.randbelow(0x7000) + 0x800 - sequence) & 0xFFFF
        self._packets += 1
        self._octets += len(payload)
        outgoing = (sequence + self._offset) & 0xFFFF
        self._wire.send_rtp(header.write(outgoing, timestamp, marker, padding, send_time, level), payload)

    # --- feedback ---

    def pass_report(self, report: rtcp.SenderReport) -> None:
        """The publisher's clock, unchanged: it is what keeps lips and voice together."""
        if self._header is not None:
            self._wire.send_rtcp(
                rtcp.sender_report(
                    self.ssrc, report.ntp, report.rtp_timestamp, self._packets, self._octets, self._cname
                )
            )

    def on_feedback(self, message: rtcp.Feedback, now_s: float) -> None:
        """A NACK, keyframe request or report that names this SSRC."""
        source = self._source
        if source is None:
            return
        if isinstance(message, rtcp.Nack):
            self._counters.add("nack_in", len(message.lost))
            granted = self._budget.take(now_s, len(message.lost))
            if granted < len(message.lost):
                self._counters.add("drop_rtx_budget", len(message.lost) - granted)
                source.request_keyframe(now_s)
            for sequence in message.lost[:granted]:
                self._repeat(source, sequence, now_s)
        elif isinstance(message, rtcp.KeyframeRequest):
            self._counters.add("pli_in")
            source.request_keyframe(now_s)
        elif isinstance(message, rtcp.Reports):
            for block in message.blocks:
                if block.ssrc == self.ssrc:
                    source.on_loss(block.fraction_lost / 256)

    def _repeat(self, source: Receiver, outgoing: int, now_s: float) -> None:
        header = self._header
        if header is None or self._offset is None:
            return
        stored = source.stored((outgoing - self._offset) & 0xFFFF)
        if stored is None:
            self._counters.add("drop_rtx_unknown")
            return
        self._counters.add("rtx_out")
        _, timestamp, marker, padding, payload = stored
        send_time = send_time_24(now_s)
        if self._rtx_header is None:
            self._wire.send_rtp(header.write(outgoing, timestamp, marker, padding, send_time, 0), payload)
            return
        written = self._rtx_header.write(self._rtx_sequence, timestamp, marker, padding, send_time, 0)
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self._wire.send_rtp(written, outgoing.to_bytes(2, "big") + payload)
