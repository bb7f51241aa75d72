"""What a browser's microphone sends on a driven clock: real Opus packets, numbered as RTP does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.opus_encoder import OpusEncoder
from wire.audio import SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]
RTP_PER_SAMPLE = 3
"""48 kHz timestamps per 16 kHz sample."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One RTP packet; its last sample was captured at `captured_s` of the true clock."""

    sequence: int
    timestamp: int
    payload: bytes
    captured_s: float


@dataclass(frozen=True, slots=True)
class Span:
    start_s: float
    end_s: float

    def covers(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s


@dataclass(frozen=True, slots=True)
class Microphone:
    """How it sends. Times are true seconds from the beginning."""

    fec: bool = True
    loss_percent: int = 10
    """What the receiver's reports have told the browser."""
    frame_ms: int = 20
    dtx: bool = False
    drift_ppm: float = 0.0
    """How much faster than true its sampling clock runs."""
    muted: tuple[Span, ...] = ()
    """The track is disabled: silence is encoded."""
    detached: tuple[Span, ...] = ()
    """No track at all: nothing is sent, and the RTP clock goes on."""
    renumbered_at_s: float | None = None
    """Sequence numbers start again, the timestamps do not."""
    new_source_at_s: float | None = None
    """Another SSRC: numbers and timestamps of its own, as after a reconnection of the page."""

    @property
    def rate_hz(self) -> float:
        return SAMPLE_RATE_HZ * (1 + self.drift_ppm / 1e6)

    def heard(self, voice: Pcm) -> Pcm:
        """What there is to hear of a voice: silence while muted."""
        heard = voice.copy()
        for span in self.muted:
            heard[self._sample(span.start_s) : self._sample(span.end_s)] = 0
        return heard

    def _sample(self, time_s: float) -> int:
        return round(time_s * self.rate_hz)

    def send(self, voice: Pcm, seconds: float) -> Iterator[Sent]:
        """A voice, again and again for so long; it is encoded once."""
        size = self.frame_ms * SAMPLE_RATE_HZ // 1000
        payloads = self._encode(self.heard(voice), size)
        sequence, base = 65_000, 2**32 - 48_000
        for number in range(int(seconds * self.rate_hz) // size):
            captured_s = (number + 1) * size / self.rate_hz
            started_s = captured_s - self.frame_ms / 1000
            if self.new_source_at_s is not None and started_s >= self.new_source_at_s and base > 2**31:
                sequence, base = 21_000, 900_000_000
            if (
                self.renumbered_at_s is not None
                and 0 <= started_s - self.renumbered_at_s < self.frame_ms / 1000
            ):
                sequence = (sequence - 700) & 0xFFFF
            payload = payloads[number % len(payloads)]
            if len(payload) <= 2 or any(span.covers(started_s) for span in self.detached):
                continue
            timestamp = (base + number * size * RTP_PER_SAMPLE) & 0xFFFFFFFF
            yield Sent(sequence, timestamp, payload, captured_s)
            sequence = (sequence + 1) & 0xFFFF

    def _encode(self, voice: Pcm, size: int) -> Sequence[bytes]:
        encoder = OpusEncoder(fec=self.fec, loss_percent=self.loss_percent, dtx=self.dtx)
        try:
            return [
                encoder.encode(voice[start : start + size]) for start in range(0, len(voice) - size + 1, size)
            ]
        finally:
            encoder.close()
