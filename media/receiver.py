"""One track of a publisher: decrypted packets in, everybody's copies out, feedback back to the publisher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from media import rtcp
from media.bitrate import Demand
from media.counters import Counters
from media.fanout import Copy, Fan
from media.flows import Totals
from media.forwarding import StoredPacket, extension, payload_start, send_time_24, without_padding
from media.history import History
from media.keyframe import KeyframeGate
from media.nack import NOTHING, LossTracker, Wanted
from media.post import Post
from media.sdp import Codec
from media.statistics import StreamStatistics
from wire.links import Source

Kind = Literal["audio", "video"]
Tap = Callable[[int, int, bytes], None]
"""Takes sequence number, timestamp and Opus payload of each packet as it arrives."""

LISTENERS_TICK_S = 0.1
LOST_MEMORY = 0.7
SILENT_LEVEL = 127
"""RFC 6464: −127 dBov."""


class Listener(Protocol):
    """A subscriber's sender, or what stands in for it until it may begin."""

    def forward(self, packets: Sequence[StoredPacket], send_time: int, level: int) -> None:
        """`send_time` and `level` as OutgoingHeader.write takes them."""

    def pass_report(self, report: rtcp.SenderReport) -> None: ...

    def restart(self) -> None:
        """What follows is numbered anew."""

    def tick(self, now_s: float) -> None: ...


class Recorder(Protocol):
    """Where a track's packets and reports are kept as they arrive."""

    def packet(self, stored: StoredPacket) -> None: ...

    def report(self, report: rtcp.SenderReport) -> None: ...


class FeedbackWire(Protocol):
    """The publisher's connection."""

    def send_rtcp(self, packet: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Reception:
    """What was negotiated for a track. SSRCs are None when the description does not name them."""

    clock_rate_hz: int
    payload_types: frozenset[int]
    retransmission: dict[int, int] = field(default_factory=dict)
    """RTX payload type → payload type that it repeats."""
    ssrc: int | None = None
    rtx_ssrc: int | None = None
    level_id: int = 0
    """Id of the audio level extension, 0 without it."""


class Receiver:
    """The packet path's first half; fed by the connection, read by senders and a tap."""

    def __init__(self, kind: Kind, wire: FeedbackWire, counters: Counters, post: Post | None = None) -> None:
        """Without a `post` each packet is delivered as it comes."""
        self.kind = kind
        self._post = post or Post(counters)
        self._gathered: list[StoredPacket] = []
        self._gathered_s = 0.0
        self.codec: Codec = "opus" if kind == "audio" else "vp8"
        self.live = False
        """Whether the negotiated direction lets the publisher send."""
        self.ssrc: int | None = None
        self.tap: Tap | None = None
        self.listeners: tuple[Listener, ...] = ()
        self._fan: Fan | None = None
        """With the compiled core: those of the listeners that it serves."""
        self._fanned: dict[Listener, Copy] = {}
        self._others: tuple[Listener, ...] = ()
        """Those that it does not, where there is a fan."""
        self.recorder: Recorder | None = None
        self.demand = Demand()
        """What the subscribers' networks take of this track; video only."""
        self.small: Receiver | None = None
        """The same picture in a second, small encoding."""
        self.least_bps = 0
        """To how much the publisher goes down for one subscriber."""
        self.rate_bps = 0
        """Received in the last second."""
        self.lost_share = 0.0
        """Of the packets of late, before repeats."""
        self.octets = self._octets_before = 0
        """Everything that came, headers and repeats included."""
        self._rated_s: float | None = None
        self.last_report: rtcp.SenderReport | None = None
        self._wire = wire
        self._counters = counters
        self._reception = Reception(48_000, frozenset())
        self._statistics: StreamStatistics | None = None
        self._losses = LossTracker()
        self._keyframes = KeyframeGate()
        self._history = History()
        """Of video only: a lost piece of voice is concealed before its repeat could come."""
        self._level = SILENT_LEVEL
        self._rtcp_ssrc = 0
        self._listeners_due_s = 0.0
        self.furthest: StoredPacket | None = None
        """The packet with the highest number of those that were delivered since somebody listens: numbers go
        round every few minutes.
        """

    def configure(self, reception: Reception, rtcp_ssrc: int) -> None:
        """At each negotiation; `rtcp_ssrc` is the SSRC under which feedback is sent."""
        self._rtcp_ssrc = rtcp_ssrc
        if reception.ssrc is not None and reception.ssrc != self.ssrc:
            self._start_stream(reception.ssrc, reception.clock_rate_hz)
        self._reception = reception

    def encodings(self) -> tuple[Receiver, ...]:
        """The whole one, then the small one if there is one."""
        return (self,) if self.small is None else (self, self.small)

    @property
    def flowing(self) -> Receiver:
        """The best encoding that is being sent: a publisher's weak line lets only the small one through."""
        small = self.small
        return small if small is not None and small.rate_bps and not self.rate_bps else self

    def listen(self, listener: Listener, instead_of: Listener | None = None) -> None:
        """A packet that is being delivered goes to those who listened when it came."""
        self.listeners = (*(one for one in self.listeners if one is not instead_of), listener)
        self._divide()

    def unlisten(self, listener: Listener) -> None:
        self.withdraw(listener)
        self.listeners = tuple(one for one in self.listeners if one is not listener)
        self._divide()

    def fan(self, listener: Listener, copy: Copy) -> bool:
        """From now on the compiled core sends this listener's packets; False where that cannot be."""
        if listener in self._fanned or listener not in self.listeners:
            return False
        if self._fan is None:
            self._fan = Fan(copy.out.core)
        self._fan.add(copy)
        self._fanned[listener] = copy
        self._divide()
        return True

    def withdraw(self, listener: Listener) -> None:
        """The listener forwards by itself again."""
        copy = self._fanned.pop(listener, None)
        if copy is not None and self._fan is not None:
            self._fan.remove(copy)
            self._divide()

    def _divide(self) -> None:
        self._others = tuple(one for one in self.listeners if one not in self._fanned)

    @property
    def newest(self) -> tuple[int, int] | None:
        """Sequence number and timestamp of the packet furthest ahead; None before the first."""
        return None if self._statistics is None else self._statistics.newest

    @property
    def counts(self) -> tuple[int, int]:
        """Packets expected so far, and those of them lost, before repeats."""
        statistics = self._statistics
        return (0, 0) if statistics is None else (statistics.expected, statistics.lost)

    @property
    def lost_lately(self) -> float:
        """`lost_share`, and what was lost since: a subscriber may report that before this side does."""
        statistics = self._statistics
        return max(self.lost_share, 0.0 if statistics is None else statistics.lost_since_report)

    def totals(self, source: Source) -> Totals | None:
        """What came of it so far, as `source`; None before the first packet."""
        statistics = self._statistics
        if statistics is None or not self.live:
            return None
        return Totals(
            source, self.ssrc, self.octets, statistics.expected, statistics.lost, statistics.jitter_s
        )

    def takes(self, payload_type: int) -> bool:
        return self.live and payload_type in self._reception.payload_types

    def _start_stream(self, ssrc: int, clock_rate_hz: int) -> None:
        self.deliver()
        for listener in self.listeners:
            listener.restart()
        self.ssrc = ssrc
        self._history = History()
        self._statistics = StreamStatistics(clock_rate_hz)
        self._losses = LossTracker()
        self.furthest = self.last_report = None

    # --- packet path ---

    def on_rtp(
        self, data: bytes, second: int, sequence: int, timestamp: int, ssrc: int, now_s: float
    ) -> None:
        """One decrypted packet; the numbers are its header's, `second` the header's second byte."""
        start = payload_start(data)
        if not start:
            self._counters.add("drop_rtp_malformed")
            return
        if not self.live:
            self._counters.add("drop_rtp_inactive")
            return
        payload_type = second & 0x7F
        reception = self._reception
        if payload_type in reception.payload_types:
            if ssrc != self.ssrc:
                if reception.ssrc is not None:
                    self._counters.add("drop_rtp_foreign")
                    return
                self._start_stream(ssrc, reception.clock_rate_hz)
            if self._statistics is not None:
                self._statistics.add(sequence, timestamp, now_s)
        else:
            repeated = reception.retransmission.get(payload_type)
            padding = data[-1] if data[0] & 0x20 else 0
            if repeated is None or reception.rtx_ssrc not in (None, ssrc):
                self._counters.add("drop_rtp_foreign")
                return
            if len(data) - start - padding < 2:
                self._counters.add("rtx_probes")
                return
            self._counters.add("rtx_in")
            sequence = (data[start] << 8) | data[start + 1]
            start += 2
        self._counters.packets_in += 1
        self.octets += len(data)
        stored = (sequence, timestamp, second & 0x80, data[0] & 0x20, data[start:])
        if self.kind == "video":
            if not self._keep(stored, now_s, repeated=payload_type not in reception.payload_types):
                return
        elif reception.level_id:
            value = extension(data, reception.level_id)
            self._level = value[0] if value else SILENT_LEVEL
        if not self.listeners:
            self.furthest = None
        elif self.kind == "video" and self._post.gathers:
            if not self._gathered:
                self._post.expect(self)
            self._gathered.append(stored)
            self._gathered_s = now_s
        else:
            self._deliver((stored,), now_s)
        if self.tap is not None:
            self.tap(sequence, timestamp, without_padding(stored[4], stored[3]))
        if self.recorder is not None:
            self.recorder.packet(stored)

    def deliver(self) -> None:
        """What was gathered."""
        if self._gathered:
            packets, self._gathered = self._gathered, []
            self._deliver(packets, self._gathered_s)

    def _keep(self, stored: StoredPacket, now_s: float, *, repeated: bool) -> bool:
        """Into the history and the loss bookkeeping; False for a packet that was already there."""
        sequence = stored[0]
        losses = self._losses
        if losses.highest is not None and sequence == (losses.highest + 1) & 0xFFFF:
            losses.highest = sequence
        else:
            held = self._history.find(sequence)
            if held is not None and held[1] == stored[1]:
                self._counters.add("drop_rtp_duplicate")
                return False
            self._ask_upstream(losses.received(sequence, now_s, repeated=repeated), now_s)
        self._history.keep(stored, now_s)
        return True

    def _deliver(self, packets: Sequence[StoredPacket], now_s: float) -> None:
        furthest = self.furthest
        for stored in packets:
            if furthest is None or (stored[0] - furthest[0]) & 0xFFFF < 0x8000:
                furthest = stored
        self.furthest = furthest
        send_time, level = send_time_24(now_s), self._level
        for listener in self.listeners if self._fan is None else self._others:
            listener.forward(packets, send_time, level)
        if self._fan is not None and self._fanned:
            for stored in packets:
                self._counters.packets_out += self._fan.send(stored, send_time, level)

    def stored(self, sequence: int) -> StoredPacket | None:
        """A packet of the last second, for retransmission."""
        return self._history.find(sequence)

    # --- feedback ---

    def on_sender_report(self, report: rtcp.SenderReport, now_s: float) -> None:
        if report.ssrc != self.ssrc:
            return
        self.last_report = report
        if self._statistics is not None:
            self._statistics.sender_report(report.ntp, now_s)
        for listener in self.listeners:
            listener.pass_report(report)
        if self.recorder is not None:
            self.recorder.report(report)

    def note_level(self, level: int) -> None:
        """How loud it is, for a publisher whose packets do not say it."""
        if not self._reception.level_id:
            self._level = level

    def request_keyframe(self, now_s: float) -> None:
        """At once or within a second."""
        if self.kind == "video" and self.live and self._keyframes.ask(now_s):
            self._send_picture_loss()

    def tick(self, now_s: float) -> None:
        """Several times a second: keyframes that are due, and the listeners' own clocks."""
        if not self.live:
            return
        if self.kind == "video" and self._keyframes.due(now_s):
            self._send_picture_loss()
        if now_s >= self._listeners_due_s:
            self._listeners_due_s = now_s + LISTENERS_TICK_S
            for listener in self.listeners:
                listener.tick(now_s)

    def tick_losses(self, now_s: float) -> None:
        """Every 20 ms: what is missing is asked for (again)."""
        if self.live and self.kind == "video" and (wanted := self._losses.due(now_s)) is not NOTHING:
            self._ask_upstream(wanted, now_s)

    def each_second(self, now_s: float) -> None:
        """Measures the bitrate."""
        if self._rated_s is not None and now_s > self._rated_s:
            self.rate_bps = int((self.octets - self._octets_before) * 8 / (now_s - self._rated_s))
        self._rated_s, self._octets_before = now_s, self.octets

    def take_least_transit_s(self) -> float | None:
        """StreamStatistics.take_least_transit_s."""
        return None if self._statistics is None else self._statistics.take_least_transit_s()

    def report(self, now_s: float) -> rtcp.ReportBlock | None:
        if self._statistics is None or self.ssrc is None:
            return None
        block = self._statistics.report(self.ssrc, now_s)
        lost = 0.0 if block is None else block.fraction_lost / 256
        # Subscribers' reports are of the seconds before.
        self.lost_share = max(lost, LOST_MEMORY * self.lost_share)
        return block

    def _ask_upstream(self, wanted: Wanted, now_s: float) -> None:
        if wanted.lost and self.ssrc is not None:
            self._counters.add("nack_out", len(wanted.lost))
            self._wire.send_rtcp(rtcp.nack(self._rtcp_ssrc, self.ssrc, wanted.lost))
        if wanted.keyframe:
            self.request_keyframe(now_s)

    def _send_picture_loss(self) -> None:
        if self.ssrc is not None:
            self._counters.add("pli_out")
            self._wire.send_rtcp(rtcp.picture_loss(self._rtcp_ssrc, self.ssrc))
