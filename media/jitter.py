"""Puts one speaker's Opus packets back in order and in time, for recognition rather than for ears.

Nobody listens, so a packet in its place goes on at once. Only a hole waits, until its packet would be 60 ms
late; then it is concealed. When packets stop altogether (DTX, mute, a stall) silence takes their place until
an utterance must have ended; after that there is nothing, and the timeline goes on with the next packet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from media.rtptime import RtpClock

RATE_HZ = 48_000
"""Opus' RTP clock (RFC 7587 §4.1)."""
TARGET_S = 0.06
"""How late a packet may be while later ones are already here."""
STALL_S = 0.6
"""How long nothing may come before silence is assumed; longer, because nothing is lost yet."""
MAX_SILENCE = int(1.2 * RATE_HZ)
"""Silence made for one pause. Longer gaps show in the timestamps."""
STEP = 960
"""20 ms: silence is made in these steps, and a malformed packet is taken to be this long."""
MAX_WAITING = 64
MAX_JUMP = 10 * RATE_HZ
"""A larger step of the timestamp, or of 3,000 packets, is a new timeline."""


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


class JitterBuffer:
    """`push` what arrives, `pop` what is ready; times are wall-clock seconds."""

    def __init__(self) -> None:
        self.clock = RtpClock(RATE_HZ)
        self.late = 0
        """Packets that came when their place was already concealed, and duplicates."""
        self._waiting: dict[int, tuple[int, bytes]] = {}
        """Extended sequence number → extended timestamp, payload."""
        self._next_sequence: int | None = None
        self._next_timestamp = 0
        self._silent = 0
        """Samples of silence made since the last packet."""

    def push(self, sequence: int, timestamp: int, payload: bytes, now_s: float) -> None:
        """`sequence` and `timestamp` as they are in the header."""
        if self._next_sequence is None:
            self._start(sequence, timestamp)
        extended = self._extend(sequence, self._next_sequence or 0, 16)
        extended_timestamp = self._extend(timestamp, self._next_timestamp, 32)
        if (
            abs(extended - (self._next_sequence or 0)) > 3_000
            or abs(extended_timestamp - self._next_timestamp) > MAX_JUMP
        ):
            self._start(sequence, timestamp)
            extended, extended_timestamp = sequence, timestamp
        if extended < (self._next_sequence or 0) or extended in self._waiting:
            self.late += 1
            return
        # A packet arrives when its last sample has been captured.
        self.clock.observe(extended_timestamp + (packet_samples(payload) or STEP), now_s)
        self._waiting[extended] = (extended_timestamp, payload)

    def _start(self, sequence: int, timestamp: int) -> None:
        self._waiting.clear()
        self.clock.reset()
        self._next_sequence = sequence
        self._next_timestamp = timestamp

    @staticmethod
    def _extend(value: int, reference: int, bits: int) -> int:
        """The number nearest to `reference` whose lowest bits are `value`."""
        size = 1 << bits
        return reference + ((value - reference + size // 2) % size) - size // 2

    def pop(self, now_s: float) -> Iterator[Piece]:
        """Everything that is ready at `now_s`, in order and without gaps."""
        while self._next_sequence is not None:
            if not self._waiting:
                stalled = now_s >= self.clock.wall_s(self._next_timestamp + STEP) + STALL_S
                if not stalled or self._silent >= MAX_SILENCE:
                    return
                yield Silence(self._next_timestamp, STEP)
                self._next_timestamp += STEP
                self._silent += STEP
                continue
            sequence = min(self._waiting)
            hole = sequence != self._next_sequence
            # A packet's timestamp is when the one before it, the last that is missing, should have arrived.
            patient = now_s < self.clock.wall_s(self._waiting[sequence][0]) + TARGET_S
            if hole and patient and len(self._waiting) < MAX_WAITING:
                return
            timestamp, payload = self._waiting.pop(sequence)
            yield from self._catch_up(timestamp, payload, hole)
            self._next_sequence = sequence + 1
            self._silent = 0
            self._next_timestamp = timestamp + (packet_samples(payload) or STEP)
            yield Speech(timestamp, payload)

    def _catch_up(self, timestamp: int, payload: bytes, hole: bool) -> Iterator[Piece]:
        missing = timestamp - self._next_timestamp
        if missing > 0:
            here = self._next_timestamp
            if hole:
                yield Lost(here, missing, payload)
            elif missing + self._silent <= MAX_SILENCE:
                yield Silence(here, missing)
        elif missing < 0:
            # Silence was made for a stall and the speech came after all, or the sender's clock stood still
            # while it was muted. The silence stays, and time goes on from here.
            arrived_s = self.clock.wall_s(self._next_timestamp)
            self.clock.reset()
            self.clock.observe(timestamp, arrived_s)
