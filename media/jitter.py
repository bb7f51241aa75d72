"""Puts one speaker's Opus packets back in order and in time, for recognition rather than for ears.

Nobody listens, so a packet in its place goes on at once. Only a hole waits, until its packet would be 60 ms
late, or more where packets have come later than that; then it is concealed. When packets stop altogether
(DTX, mute, a stall) silence takes their place until an utterance must have ended; after that there is
nothing, and the timeline goes on with the next packet. Where a stall only held packets back, it goes back to
where the silence began: what was said is heard whole, and at its own time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from media.rtptime import RtpClock

RATE_HZ = 48_000
"""Opus' RTP clock (RFC 7587 §4.1)."""
TARGET_S = 0.06
"""How late a packet may be while later ones are already here."""
MAX_TARGET_S = 0.25
"""The same on a line whose packets have been seen to come that late."""
TARGET_MARGIN_S = 0.02
TARGET_DECAY = 0.0005
"""Of what the target is above `TARGET_S`, for each packet: forgotten after some 40 s."""
STALL_S = 0.6
"""How long nothing may come before silence is assumed; longer, because nothing is lost yet."""
MAX_SILENCE = int(1.2 * RATE_HZ)
"""Silence made for one pause. Longer gaps show in the timestamps."""
STEP = 960
"""20 ms: silence is made in these steps, and a malformed packet is taken to be this long."""
MAX_WAITING = 64
MAX_JUMP = 10 * RATE_HZ
"""A larger step of the timestamp, or of 3,000 packets, is a new timeline, if a second packet confirms it."""
CONFIRMED_WITHIN = 50
"""Packets between the two."""
RESUME_S = 0.1
"""How long packets are collected after silence was made, to tell a stall that held them back, whose packets
come many at once, from a sender whose clock stood still."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A packet in its place. `timestamp` is extended, 48 kHz."""

    timestamp: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """`samples` (48 kHz) are missing; `following` is the packet after them, which may repeat the last."""

    timestamp: int
    samples: int
    following: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    timestamp: int
    samples: int


Piece = Speech | Lost | Silence

_FRAME_SAMPLES = (480, 960, 1920, 2880)


def packet_samples(payload: bytes) -> int:
    """Duration at 48 kHz by the packet's first bytes (RFC 6716 §3.1); 0 for one that is malformed."""
    if not payload:
        return 0
    configuration = payload[0] >> 3
    if configuration < 12:
        frame = _FRAME_SAMPLES[configuration & 3]
    elif configuration < 16:
        frame = _FRAME_SAMPLES[configuration & 1]
    else:
        frame = 120 << (configuration & 3)
    code = payload[0] & 3
    if code < 3:
        count = 1 if code == 0 else 2
    elif len(payload) < 2:
        return 0
    else:
        count = payload[1] & 0x3F
    samples = frame * count
    return samples if samples <= 5_760 else 0


@dataclass(frozen=True, slots=True)
class _Packet:
    """Numbers are extended once it waits, and as in the header before."""

    sequence: int
    timestamp: int
    payload: bytes
    arrival_s: float

    @property
    def end(self) -> int:
        return self.timestamp + (packet_samples(self.payload) or STEP)


class JitterBuffer:
    """`push` what arrives, `pop` what is ready; times are wall-clock seconds."""

    def __init__(self) -> None:
        self.clock = RtpClock(RATE_HZ)
        self.late = 0
        """Packets that came when their place was already concealed, and duplicates."""
        self._waiting: dict[int, _Packet] = {}
        """By extended sequence number."""
        self._next_sequence: int | None = None
        self._next_timestamp = 0
        self._silent = 0
        """Samples of silence made since the last packet."""
        self._heard_s = 0.0
        """When the last packet came."""
        self._target_s = TARGET_S
        self._stray: _Packet | None = None
        """The last packet, if it was far from the timeline."""

    def push(self, sequence: int, timestamp: int, payload: bytes, now_s: float) -> None:
        """`sequence` and `timestamp` as they are in the header."""
        packet = _Packet(sequence, timestamp, payload, now_s)
        if self._next_sequence is None:
            self._start((packet,))
        elif not self._is_far(placed := self._extend(packet, self._next_sequence)):
            self._stray = None
            self._place(placed, self._next_sequence)
        elif self._stray is not None and _distance(self._stray, packet) <= CONFIRMED_WITHIN:
            self._start((self._stray, packet))
        else:
            self._stray = packet

    def _extend(self, packet: _Packet, next_sequence: int) -> _Packet:
        sequence = _nearest(packet.sequence, next_sequence, 16)
        timestamp = _nearest(packet.timestamp, self._next_timestamp, 32)
        return _Packet(sequence, timestamp, packet.payload, packet.arrival_s)

    def _is_far(self, packet: _Packet) -> bool:
        ahead = packet.sequence - (self._next_sequence or 0)
        later = packet.timestamp - self._next_timestamp
        # A number from the past with a new time: the sender counts anew.
        return abs(ahead) > 3_000 or abs(later) > MAX_JUMP or (ahead < 0 and later >= 0)

    def _start(self, packets: tuple[_Packet, ...]) -> None:
        """A new timeline, which begins with one or two packets of it."""
        self._waiting.clear()
        self.clock.reset()
        self._silent = 0
        self._stray = None
        last = packets[-1]
        first = min(packets, key=lambda packet: _nearest(packet.sequence, last.sequence, 16))
        self._next_sequence, self._next_timestamp = first.sequence, first.timestamp
        for packet in packets:
            if not self._is_far(placed := self._extend(packet, first.sequence)):
                self._place(placed, first.sequence)

    def _place(self, packet: _Packet, next_sequence: int) -> None:
        if packet.sequence < next_sequence or packet.sequence in self._waiting:
            self.late += 1
            self._wait_longer(packet.arrival_s - self.clock.wall_s(packet.end))
            return
        # A packet arrives when its last sample has been captured.
        self.clock.observe(packet.end, packet.arrival_s)
        self._heard_s = packet.arrival_s
        self._target_s += TARGET_DECAY * (TARGET_S - self._target_s)
        self._waiting[packet.sequence] = packet

    def _wait_longer(self, late_s: float) -> None:
        if late_s < 2 * MAX_TARGET_S:  # a straggler of an outage says nothing about the next packets
            self._target_s = max(self._target_s, min(MAX_TARGET_S, late_s + TARGET_MARGIN_S))

    def pop(self, now_s: float) -> Iterator[Piece]:
        """Everything that is ready at `now_s`, in order and without gaps."""
        while self._next_sequence is not None:
            if not self._waiting:
                due_s = max(self.clock.wall_s(self._next_timestamp + STEP), self._heard_s)
                if now_s < due_s + STALL_S or self._silent >= MAX_SILENCE:
                    return
                yield Silence(self._next_timestamp, STEP)
                self._next_timestamp += STEP
                self._silent += STEP
                continue
            packet = self._waiting[min(self._waiting)]
            if self._silent and packet.timestamp < self._next_timestamp:
                if now_s < packet.arrival_s + RESUME_S and len(self._waiting) < MAX_WAITING:
                    return
                self._resume(packet)
            hole = packet.sequence != self._next_sequence
            # A packet's timestamp is when the one before it, the last that is missing, should have arrived.
            patient = now_s < self.clock.wall_s(packet.timestamp) + self._target_s
            if hole and patient and len(self._waiting) < MAX_WAITING:
                return
            del self._waiting[packet.sequence]
            yield from self._catch_up(packet, hole)
            self._next_sequence = packet.sequence + 1
            self._silent = 0
            self._next_timestamp = packet.end
            yield Speech(packet.timestamp, packet.payload)

    def _resume(self, first: _Packet) -> None:
        """Speech that silence was made for comes after all, or its clock stood still for as long."""
        waiting = list(self._waiting.values())
        held_back = max(packet.end for packet in waiting) - first.timestamp > 2 * RESUME_S * RATE_HZ
        self._next_timestamp -= self._silent
        self._silent = 0
        if not held_back:
            self.clock.reset()
            for packet in waiting:
                self.clock.observe(packet.end, packet.arrival_s)
            self._next_timestamp = max(self._next_timestamp, first.timestamp)

    def _catch_up(self, packet: _Packet, hole: bool) -> Iterator[Piece]:
        missing = packet.timestamp - self._next_timestamp
        if missing > 0:
            here = self._next_timestamp
            if hole and not self._silent:
                yield Lost(here, missing, packet.payload)
            elif missing + self._silent <= MAX_SILENCE:
                yield Silence(here, missing)
        elif missing < 0:
            # The packet before claimed to be longer than it was: time goes on from here.
            arrived_s = self.clock.wall_s(self._next_timestamp)
            self.clock.reset()
            self.clock.observe(packet.timestamp, arrived_s)


def _nearest(value: int, reference: int, bits: int) -> int:
    """The number nearest to `reference` whose lowest bits are `value`."""
    size = 1 << bits
    return reference + ((value - reference + size // 2) % size) - size // 2


def _distance(one: _Packet, other: _Packet) -> int:
    """In packets, by the numbers of their headers; far for the same packet again."""
    return abs(_nearest(one.sequence, other.sequence, 16) - other.sequence) or 0xFFFF
