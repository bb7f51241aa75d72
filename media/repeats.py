"""Answers to a subscriber's requests for repeats (RFC 4585 §6.2.1), as retransmission (RFC 4588) where it was
negotiated.
"""

from __future__ import annotations

import secrets
from collections import deque
from typing import TYPE_CHECKING

from media import vp8
from media.counters import Counters
from media.forwarding import OutgoingHeader, send_time_24
from media.splice import Splice

if TYPE_CHECKING:
    from media.sender import PacketWire

REFUSED_S = 0.5
"""A browser asks again; after this long a keyframe repairs more."""
REPEATED_FOR_S = 2.0
"""So long a number means the same packet."""
SAME_REQUEST_S = 0.04
"""What is asked for again sooner was asked twice at once."""
MAX_REPEATED = 2_560
"""As many as a history keeps: no number is forgotten here while it can be asked for."""
MAX_ANSWERS = 6
"""So often a number is repeated within REPEATED_FOR_S; who asks for more does not want the packet."""
REPEAT_SHARE = 0.5
"""A subscriber is never sent more than 1.5 times the media, whatever it asks for."""
PACKET_OVERHEAD_OCTETS = 68
"""What a packet costs beside its payload: IPv4, UDP, RTP's header with two extensions, SRTP's tag."""
ORIGINAL_NUMBER_OCTETS = 2
"""RFC 4588 §4."""
REPEAT_WINDOW_S = 1.0


class RepeatBudget:
    """Repeats towards one subscriber, against all media sent to it in the second before: voices, which are
    not repeated, leave more for a small picture.

    Media is told after it was sent, so that what is allowed is never above the share. Times are seconds of a
    monotonic clock.
    """

    __slots__ = ("_media", "_repeated", "_repeats", "_sent")

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()
        self._media = 0
        self._repeats: deque[tuple[float, int]] = deque()
        self._repeated = 0

    def add(self, now_s: float, octets: int) -> None:
        """Media that was sent since the last call, headers and all; each track's several times a second."""
        self._forget(now_s)
        if octets:
            self._sent.append((now_s, octets))
            self._media += octets

    def take(self, now_s: float, size: int) -> bool:
        """Whether `size` octets may be repeated now."""
        self._forget(now_s)
        if self._repeated + size > REPEAT_SHARE * self._media:
            return False
        self._repeats.append((now_s, size))
        self._repeated += size
        return True

    def __len__(self) -> int:
        """What is remembered: nothing older than the window."""
        return len(self._sent) + len(self._repeats)

    def _forget(self, now_s: float) -> None:
        while self._sent and now_s - self._sent[0][0] > REPEAT_WINDOW_S:
            self._media -= self._sent.popleft()[1]
        while self._repeats and now_s - self._repeats[0][0] > REPEAT_WINDOW_S:
            self._repeated -= self._repeats.popleft()[1]


class Repeats:
    """Of one sender's stream. Times are seconds of a monotonic clock, `cost` are the octets on the wire that
    the stream took so far, without repeats.
    """

    def __init__(self, wire: PacketWire, counters: Counters, splice: Splice) -> None:
        self.octets = 0
        """Of payload."""
        self._wire = wire
        self._counters = counters
        self._splice = splice
        self._header: OutgoingHeader | None = None
        self._rtx_header: OutgoingHeader | None = None
        self._rtx_sequence = secrets.randbits(15)
        self._counted = 0
        """Of the stream's cost, told to the budget."""
        self._repeated: dict[int, tuple[float, int]] = {}
        """The latest numbers that were asked for → when first, and how often they were repeated."""
        self._refused_s: float | None = None
        """Since when no request could be answered in full."""

    def start(self, header: OutgoingHeader, rtx_header: OutgoingHeader | None) -> None:
        """`header` is the stream's own, for repeats without retransmission."""
        self._header, self._rtx_header = header, rtx_header

    def use(self, rtx_payload_type: int | None) -> None:
        """What is repeated from now on is of another codec."""
        if self._rtx_header is not None and rtx_payload_type is not None:
            self._rtx_header.payload_type = rtx_payload_type

    def mark(self, now_s: float, cost: int) -> None:
        """Called a few times a second."""
        self._wire.repeat_budget.add(now_s, cost - self._counted)
        self._counted = cost

    def answer(self, lost: tuple[int, ...], now_s: float, cost: int) -> bool:
        """Repeats these numbers; False when so little could be of late that a keyframe repairs more."""
        self.mark(now_s, cost)
        for number, outgoing in enumerate(lost):
            if self._repeat(outgoing, now_s):
                continue
            self._counters.add("drop_rtx_budget", len(lost) - number)
            if self._refused_s is None:
                self._refused_s = now_s
            elif now_s - self._refused_s > REFUSED_S:
                self._refused_s = None
                return False
            return True
        self._refused_s = None
        return True

    def _repeat(self, outgoing: int, now_s: float) -> bool:
        """False when the budget is used up; what is not kept any more costs nothing, nor what was repeated
        often enough.
        """
        header = self._header
        stretch = self._splice.find(outgoing)
        stored = None if stretch is None else stretch.stored(outgoing)
        if header is None or stretch is None or stored is None:
            self._counters.add("drop_rtx_unknown")
            return True
        _, timestamp, marker, padding, payload = stored
        first_s, answers = self._asked(outgoing, now_s)
        if answers >= MAX_ANSWERS:
            self._counters.add("drop_rtx_again")
            return True
        # A browser asks first for what is late only as well; what it asks for again was lost, perhaps the
        # repeat too. Then two copies are worth their while: each further round trip is seen.
        copies = 2 if self._rtx_header is not None and now_s - first_s > SAME_REQUEST_S else 1
        size = PACKET_OVERHEAD_OCTETS + ORIGINAL_NUMBER_OCTETS + len(payload)
        if not self._wire.repeat_budget.take(now_s, copies * size):
            return False
        self._repeated[outgoing] = first_s, answers + 1
        self._counters.add("rtx_out", copies)
        self.octets += copies * len(payload)
        if stretch.pictures is not None:
            payload = vp8.shifted(payload, stretch.pictures)
        timestamp = (timestamp + stretch.timestamp) & 0xFFFFFFFF
        if self._rtx_header is None:
            # The very same packet: SRTP must not encrypt two under one number.
            self._wire.send_rtp(header, [(outgoing, timestamp, marker, padding, payload)])
            return True
        send_time = send_time_24(now_s)
        payload = outgoing.to_bytes(2, "big") + payload
        numbers = range(self._rtx_sequence, self._rtx_sequence + copies)
        repeats = [(number & 0xFFFF, timestamp, marker, padding, payload) for number in numbers]
        self._rtx_sequence = (self._rtx_sequence + copies) & 0xFFFF
        self._wire.send_rtp(self._rtx_header, repeats, send_time)
        return True

    def _asked(self, outgoing: int, now_s: float) -> tuple[float, int]:
        """When the number was asked for first, and how often it was repeated since."""
        repeated = self._repeated
        asked = repeated.get(outgoing)
        if asked is None or now_s - asked[0] > REPEATED_FOR_S:
            repeated.pop(outgoing, None)
            repeated[outgoing] = asked = now_s, 0
            if len(repeated) > MAX_REPEATED:
                del repeated[next(iter(repeated))]
        return asked
