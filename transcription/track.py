"""One speaker's audio on a time line of samples, each with its wall clock time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wire.audio import SAMPLE_RATE_HZ, AudioFrame

Samples = NDArray[np.float32]

JITTER_US = 80_000
"""Stamps this far from the expected time still follow on: two frames, as clocks and schedulers drift."""
MAX_GAP_SAMPLES = SAMPLE_RATE_HZ
"""Silence filled in for audio that did not come; enough to end an utterance, however long the gap was."""
LATE_US = 5_000_000
"""Audio older than this is no late frame: the sender's clock was set back, and the time line follows it."""
DRIFT_SHARE = 16
"""One part in this many of each deviation moves the clock: drift is followed, jitter is averaged out."""

_US_PER_SAMPLE = 1_000_000 / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class _Anchor:
    """From `sample` on, time runs from `wall_us`."""

    sample: int
    wall_us: float


class AudioTrack:
    """Samples are counted from the first one ever appended; those before `start` have been forgotten."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._anchors: list[_Anchor] = []
        self.start = 0
        self.late_frames = 0
        self.filled_samples = 0

    @property
    def end(self) -> int:
        """One past the newest sample."""
        return self.start + len(self._data) // 2

    def append(self, frame: AudioFrame) -> None:
        """Puts a frame where its stamp says: behind the last one, after a gap of silence, or nowhere.

        Where the media worker had made silence for a stalled line, what was said comes after it with its own
        time: it is kept, and time goes back to it.
        """
        samples = frame.samples
        if not self._anchors:
            self._anchors.append(_Anchor(self.end, frame.wall_us))
        expected = self._wall_us(self.end)
        ahead = frame.wall_us - expected
        if abs(ahead) <= JITTER_US:
            self._drift(ahead)
        elif 0 < -ahead < LATE_US:
            already = round(-ahead / _US_PER_SAMPLE)
            if any(self._data[-2 * already :]):
                self.late_frames += 1
                samples = samples[2 * already :]
            else:
                self._anchors.append(_Anchor(self.end, frame.wall_us))
        else:
            self._gap(frame.wall_us, ahead)
        self._data += samples

    def _drift(self, ahead_us: float) -> None:
        last = self._anchors[-1]
        self._anchors[-1] = _Anchor(last.sample, last.wall_us + ahead_us / DRIFT_SHARE)

    def _gap(self, wall_us: int, ahead_us: float) -> None:
        missing = MAX_GAP_SAMPLES if ahead_us < 0 else round(ahead_us / _US_PER_SAMPLE)
        missing = min(missing, MAX_GAP_SAMPLES)
        self._data += bytes(2 * missing)
        self.filled_samples += missing
        self._anchors.append(_Anchor(self.end, wall_us))

    def read(self, start: int, end: int) -> Samples:
        """float32[end - start] in −1…1; parts that are forgotten or still to come are left out."""
        first = max(start, self.start) - self.start
        last = max(first, min(end, self.end) - self.start)
        return pcm(bytes(self._data[2 * first : 2 * last]))

    def forget(self, before: int) -> None:
        """Drops samples before `before`."""
        count = min(max(0, before - self.start), self.end - self.start)
        del self._data[: 2 * count]
        self.start += count
        while len(self._anchors) > 1 and self._anchors[1].sample <= self.start:
            self._anchors.pop(0)

    def wall_ms(self, sample: int) -> int:
        """Wall clock of a sample's beginning, ms since 1970. Needs at least one frame."""
        return round(self._wall_us(sample) / 1000)

    def _wall_us(self, sample: int) -> float:
        index = bisect_right(self._anchors, sample, key=lambda anchor: anchor.sample) - 1
        anchor = self._anchors[max(0, index)]
        return anchor.wall_us + (sample - anchor.sample) * _US_PER_SAMPLE


def pcm(data: bytes) -> Samples:
    """s16 little endian → float32 in −1…1."""
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0
