"""One microphone, decoded for recognition: Opus packets in, stamped 40 ms frames of 16 kHz PCM out."""

from __future__ import annotations

import math
from collections.abc import Callable

from media.counters import Counters
from media.jitter import STEP, JitterBuffer, Lost, Piece, Silence, Speech, packet_samples
from media.opus import OpusDecoder
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ

FrameSink = Callable[[int, bytes], None]
"""Takes the wall clock of the first sample in µs since 1970, and s16 samples."""

FRAME_BYTES = 2 * FRAME_SAMPLES
_RATIO = 3
"""48 kHz timestamps per 16 kHz sample."""
MAX_CONCEALED = 5_760
"""120 ms (48 kHz): libopus' concealment fades to nothing by then, the rest of a gap is silence."""
FRAME_US = FRAME_SAMPLES * 1_000_000 // SAMPLE_RATE_HZ
CATCH_UP_US = 10_000
"""What stamps may catch up per frame while the estimate of the delay gets better."""
LOOKAHEAD_US = 6_500
"""How much earlier than its RTP timestamp says a sample was captured: libopus' encoder looks so far ahead."""


class Tap:
    """What was lost comes out as long as it was; times are wall-clock seconds."""

    def __init__(self, sink: FrameSink, counters: Counters) -> None:
        self._sink = sink
        self._counters = counters
        self._jitter = JitterBuffer()
        self._decoder = OpusDecoder()
        self._pending = bytearray()
        self._pending_timestamp = 0
        """Of the first pending sample, 48 kHz."""
        self._last_stamp_us = 0

    def push(self, sequence: int, timestamp: int, payload: bytes, now_s: float) -> None:
        late_before = self._jitter.late
        self._jitter.push(sequence, timestamp, payload, now_s)
        if self._jitter.late != late_before:
            self._counters.add("drop_tap_late")
        self.tick(now_s)

    def tick(self, now_s: float) -> None:
        """Several dozen times a second: holes and silences become due by time alone."""
        for piece in self._jitter.pop(now_s):
            self._append(piece.timestamp, self._pcm(piece))

    def close(self) -> None:
        self._decoder.close()

    def _pcm(self, piece: Piece) -> bytes:
        if isinstance(piece, Speech):
            pcm = self._decoder.decode(piece.payload)
            if pcm is not None:
                return pcm
            self._counters.add("drop_tap_malformed")
            return self._decoder.conceal(STEP // _RATIO)
        if isinstance(piece, Silence):
            return bytes(2 * (piece.samples // _RATIO))
        return self._repair(piece)

    def _repair(self, lost: Lost) -> bytes:
        self._counters.add("tap_concealed")
        samples = lost.samples - lost.samples % 120
        recovered = min(samples, packet_samples(lost.following) or STEP)
        concealed = min(samples - recovered, MAX_CONCEALED)
        silent = lost.samples - recovered - concealed
        pcm = b"".join(self._decoder.conceal(part // _RATIO) for part in _steps(concealed))
        pcm += bytes(2 * (silent // _RATIO))
        if recovered:
            pcm += self._decoder.recover(lost.following, recovered // _RATIO)
        return pcm

    def _append(self, timestamp: int, pcm: bytes) -> None:
        if timestamp < self._pending_timestamp + _RATIO * (len(self._pending) // 2):
            # Silence was made for what has come after all: it takes its own place in time.
            self._last_stamp_us = 0
            if not any(self._pending):
                self._pending.clear()
        # After a jump of the timeline the pending samples keep their place right before the new ones.
        self._pending_timestamp = timestamp - _RATIO * (len(self._pending) // 2)
        self._pending += pcm
        while len(self._pending) >= FRAME_BYTES:
            earliest_us = self._last_stamp_us + FRAME_US - CATCH_UP_US
            self._last_stamp_us = max(self._wall_us(self._pending_timestamp), earliest_us)
            self._sink(self._last_stamp_us, bytes(self._pending[:FRAME_BYTES]))
            del self._pending[:FRAME_BYTES]
            self._pending_timestamp += _RATIO * FRAME_SAMPLES

    def _wall_us(self, timestamp: int) -> int:
        return int(self._jitter.clock.wall_s(timestamp) * 1e6) - LOOKAHEAD_US


def level_of(pcm: bytes) -> int:
    """The peak of s16 samples as an audio level: 0 is full scale, 127 silence."""
    samples = memoryview(pcm).cast("h")
    peak = max(max(samples, default=0), -min(samples, default=0))
    return min(127, round(-20 * math.log10(peak / 32_768))) if peak else 127


def _steps(samples: int) -> list[int]:
    return [STEP] * (samples // STEP) + ([samples % STEP] if samples % STEP else [])
