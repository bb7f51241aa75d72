"""One track towards one subscriber: the publisher's packets under a header of its own, and its feedback."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from media import rtcp, vp8
from media.bitrate import MAX_BPS
from media.counters import Counters
from media.fanout import Copy
from media.flows import Totals
from media.forwarding import OutgoingHeader, StoredPacket
from media.keyframe import starts_keyframe
from media.repeats import PACKET_OVERHEAD_OCTETS, RepeatBudget, Repeats
from media.reported import Reported
from media.splice import Splice, Stretch
from wire.links import Source

if TYPE_CHECKING:
    from media.receiver import Receiver


SETTLED_S = 2.0
"""So long after a change a source may still deliver what belongs before it."""


class PacketWire(Protocol):
    """The subscriber's connection."""

    @property
    def repeat_budget(self) -> RepeatBudget:
        """Of all its tracks together."""

    def send_rtp(
        self,
        header: OutgoingHeader,
        packets: Sequence[StoredPacket],
        send_time: int = 0,
        level: int = 0,
        sequence_shift: int = 0,
        timestamp_shift: int = 0,
    ) -> tuple[int, int]:
        """Packets under this header, the shifts added to their numbers, `send_time` and `level` as it takes
        them; how many went, and octets of their payload.
        """

    def send_rtcp(self, packet: bytes) -> None: ...

    def copy(self, header: OutgoingHeader, stretch: Stretch) -> Copy | None:
        """For the compiled core; None where it cannot be used."""

    def follow(self) -> None:
        """To where the subscriber is now."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """What was negotiated for a track; payload types and ids are the subscriber's."""

    payload_type: int
    rtx_payload_type: int | None
    mid: str
    cname: str
    mid_id: int = 0
    send_time_id: int = 0
    level_id: int = 0
    by_codec: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    """Codec → its two payload types. A page's track has one codec, a player's may change between them."""


class Sender:
    """One SSRC's whole life. A track that comes back gets a new Sender, because an SSRC whose sequence
    numbers jump back is taken for a replay and the picture stays black.

    What it passes on may change: nothing at all, or another encoding of the same picture (`show`). For the
    subscriber it is one stream without a gap.
    """

    def __init__(self, wire: PacketWire, counters: Counters) -> None:
        self.ssrc = secrets.randbits(32)
        self.rtx_ssrc = secrets.randbits(32)
        self._octets = self._packets = 0
        """Sent by ourselves; see `octets`, `packets`."""
        self.reports = Reported()
        self._wire = wire
        self._counters = counters
        self._source: Receiver | None = None
        self._shown: Receiver | None = None
        """What is to be passed on; None while it is paused."""
        self._passed_on: Receiver | None = None
        """What is passed on now: still the one before while `_entrance` waits."""
        self._entrance: _Entrance | None = None
        self._splice = Splice()
        self._stretch = Stretch()
        self._sequence_shift = self._timestamp_shift = 0
        """The stretch's, at hand."""
        self._young = False
        """Whether numbers below the stretch's first were given to what came before it."""
        self._pictures: vp8.PictureShift | None = None
        """The stretch's."""
        self._copy: Copy | None = None
        """While the compiled core forwards in this one's place."""
        self._settled_s = 0.0
        self._header: OutgoingHeader | None = None
        self._cname = ""
        self._by_codec: Mapping[str, tuple[int, int | None]] = {}
        self._stopped = False
        self._repeats = Repeats(wire, counters, self._splice)

    @property
    def octets(self) -> int:
        """Of payload, without repeats."""
        return self._octets if self._copy is None else self._octets + self._copy.octets

    @property
    def packets(self) -> int:
        """Without repeats."""
        return self._packets if self._copy is None else self._packets + self._copy.packets

    @property
    def repeated_octets(self) -> int:
        """Of payload."""
        return self._repeats.octets

    @property
    def _cost(self) -> int:
        """Octets on the wire, without repeats."""
        return self.octets + self.packets * PACKET_OVERHEAD_OCTETS

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
        if transmission.rtx_payload_type is None:
            # A repeat comes under the packet's own number, and SRTP takes that twice for the same bytes only.
            ids["send_time_id"] = 0
        self._cname = transmission.cname
        self._by_codec = transmission.by_codec
        rtx_header = None
        if transmission.rtx_payload_type is not None:
            rtx_header = OutgoingHeader(
                ssrc=self.rtx_ssrc, payload_type=transmission.rtx_payload_type, mid=transmission.mid, **ids
            )
        self._header = OutgoingHeader(
            ssrc=self.ssrc, payload_type=transmission.payload_type, mid=transmission.mid, **ids
        )
        self._repeats.start(self._header, rtx_header)
        if self._source is not None:
            self.use(self._source.codec)
        shown, self._shown = self._shown, None
        self.show(None if shown is None else shown.flowing, now_s)

    def use(self, codec: str) -> None:
        """What follows is of this codec, if it was negotiated."""
        self._take_back()
        payload_type, rtx_payload_type = self._by_codec.get(codec, (None, None))
        if self._header is not None and payload_type is not None:
            self._header.payload_type = payload_type
        self._repeats.use(rtx_payload_type)

    def attach(self, source: Receiver) -> None:
        self._source = self._shown = source
        source.demand.wish(self.ssrc, MAX_BPS)

    def wish(self, bps: int) -> None:
        """How much of its source the subscriber's network takes; 0 when it is shown less than the whole."""
        if self._source is not None:
            self._source.demand.wish(self.ssrc, bps)

    def wish_small(self, bps: int) -> None:
        """The same for the small encoding of it; 0 when that is not what it is shown."""
        if self._source is not None and self._source.small is not None:
            self._source.small.demand.wish(self.ssrc, bps)

    def show(self, shown: Receiver | None, now_s: float) -> None:
        """Passes this on from its next keyframe on; None pauses at once. May come before the start."""
        if shown is self._shown or self._stopped:
            return
        self._shown = shown
        if self._header is None:
            return
        self._cancel_entrance()
        if shown is None:
            self._leave()
        elif shown is not self._passed_on:
            self._wait_for(shown)
            shown.request_keyframe(now_s)

    def stop(self) -> None:
        """Nothing is sent after this; harmless when repeated."""
        if self._source is not None:
            for encoding in self._source.encodings():
                encoding.demand.forget(self.ssrc)
        self._cancel_entrance()
        self._leave()
        self._source = self._shown = None
        self._stopped = True
        self._header = None

    # --- beginning, changing and ending ---

    def _wait_for(self, source: Receiver) -> None:
        # The first one begins at once: it may be long until a keyframe, and browsers ask for theirs.
        keyframe = source.kind == "video" and self._splice.began
        self._entrance = _Entrance(self, source, keyframe=keyframe)
        source.listen(self._entrance)

    def _cancel_entrance(self) -> None:
        if self._entrance is not None:
            self._entrance.source.unlisten(self._entrance)
            self._entrance = None

    def _leave(self) -> None:
        self._take_back()
        source, self._passed_on = self._passed_on, None
        if source is not None:
            source.unlisten(self)
            self._splice.end(source, source.furthest)

    def enter(self, entrance: _Entrance, first: StoredPacket) -> None:
        """The stream that was waited for goes on with this packet."""
        if self._entrance is not entrance:
            return
        source = entrance.source
        self._entrance = None
        if self._passed_on is not None:
            # The end of its last picture, if that came in the same reading.
            self._passed_on.deliver()
        self._leave()
        again = self._splice.began
        self._stretch = stretch = self._splice.begin(source, first)
        self._sequence_shift, self._timestamp_shift = stretch.sequence, stretch.timestamp
        self._young = again
        self._pictures = stretch.pictures
        self._settled_s = 0.0
        self._passed_on = source
        self.use(source.codec)
        source.listen(self, instead_of=entrance)
        if source.last_report is not None:
            self.pass_report(source.last_report)

    def restart(self) -> None:
        """The source numbers anew what follows."""
        source = self._passed_on
        self._leave()
        if source is not None and self._entrance is None:
            self._wait_for(source)

    # --- packet path ---

    def forward(self, packets: Sequence[StoredPacket], send_time: int, level: int) -> None:
        """`send_time` and `level` as OutgoingHeader.write takes them."""
        header = self._header
        if header is None:
            return
        shift = self._sequence_shift
        if self._young:
            first = self._stretch.first
            packets = [one for one in packets if (one[0] + shift - first) & 0xFFFF < 0x8000]
        if self._pictures is not None:
            packets = [(*one[:4], vp8.shifted(one[4], self._pictures)) for one in packets]
        sent, octets = self._wire.send_rtp(header, packets, send_time, level, shift, self._timestamp_shift)
        self._packets += sent
        self._octets += octets

    # --- the compiled core ---

    def _hand_over(self) -> None:
        """To the core, once nothing young is sorted out any more; it is told where the subscriber is."""
        self._wire.follow()
        if self._copy is not None and self._copy.leads_nowhere:
            self._take_back()
        if self._copy is not None or self._passed_on is None or self._header is None:
            return
        copy = self._wire.copy(self._header, self._stretch)
        if copy is not None and self._passed_on.fan(self, copy):
            self._copy = copy

    def _take_back(self) -> None:
        copy, source = self._copy, self._passed_on
        if copy is None or source is None:
            return
        source.withdraw(self)
        self._copy = None
        self._packets += copy.packets
        self._octets += copy.octets

    # --- feedback ---

    def pass_report(self, report: rtcp.SenderReport) -> None:
        """The publisher's clock, its timestamp as the subscriber knows it: lips and voice stay together."""
        if self._header is not None:
            timestamp = (report.rtp_timestamp + self._stretch.clock) & 0xFFFFFFFF
            self.reports.on_sent(report.ntp, time.monotonic())
            self._wire.send_rtcp(
                rtcp.sender_report(self.ssrc, report.ntp, timestamp, self.packets, self.octets, self._cname)
            )

    def totals(self, source: Source) -> Totals | None:
        """What was sent of it so far, as `source`; None before it began or after it ended."""
        if self._header is None or self._source is None:
            return None
        heard = self.reports
        clock_hz = 48_000 if self._source.kind == "audio" else 90_000
        jitter_s = None if heard.jitter is None else heard.jitter / clock_hz
        return Totals(source, self.ssrc, self.octets, heard.expected, heard.lost, jitter_s)

    def tick(self, now_s: float) -> None:
        self._repeats.mark(now_s, self._cost)
        if not self._young:
            self._hand_over()
            return
        if not self._settled_s:
            self._settled_s = now_s + SETTLED_S
        elif now_s >= self._settled_s:
            self._young = False
            self._splice.settle()

    def on_feedback(self, message: rtcp.Feedback, now_s: float) -> None:
        """A NACK, keyframe request or report that names this SSRC."""
        if self._source is None:
            return
        if isinstance(message, rtcp.Nack):
            self._counters.add("nack_in", len(message.lost))
            if not self._repeats.answer(message.lost, now_s, self._cost):
                self._request_keyframe(now_s)
        elif isinstance(message, rtcp.KeyframeRequest):
            self._counters.add("pli_in")
            self._request_keyframe(now_s)
        elif isinstance(message, rtcp.Reports):
            for block in message.blocks:
                if block.ssrc == self.ssrc:
                    self.reports.on_block(block, now_s)

    def _request_keyframe(self, now_s: float) -> None:
        if self._shown is not None:
            self._shown.request_keyframe(now_s)


class _Entrance:
    """Listens to a source in a sender's place until a packet comes with which it can begin."""

    def __init__(self, sender: Sender, source: Receiver, *, keyframe: bool) -> None:
        self.source = source
        self._sender = sender
        self._keyframe = keyframe

    def forward(self, packets: Sequence[StoredPacket], send_time: int, level: int) -> None:
        for number, stored in enumerate(packets):
            if not self._keyframe or starts_keyframe(self.source.codec, stored[4]):
                self._sender.enter(self, stored)
                self._sender.forward(packets[number:], send_time, level)
                return

    def pass_report(self, report: rtcp.SenderReport) -> None:
        """Nothing is sent yet that it would belong to."""

    def restart(self) -> None:
        """Any stream will do."""

    def tick(self, now_s: float) -> None:
        if self._keyframe:
            self.source.request_keyframe(now_s)
