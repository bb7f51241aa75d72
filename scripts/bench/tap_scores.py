"""How much of a voice came out of a tap, and whether its stamps are true: judged by the sound alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.microphone import Microphone, Span
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]

CELL_SAMPLES = SAMPLE_RATE_HZ // 100
SPEECH_RMS = 200.0
"""A cell of 10 ms with more is speech: −44 dBFS."""
WINDOW_FRAMES = 10
"""0.4 s: enough of a voice to be found again."""
SEARCH_S = 0.5
MIN_LIKENESS = 0.6
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame that a tap gave at `at_s`; `stamp_s` is when it claims its first sample was captured."""

    at_s: float
    stamp_s: float
    samples: Pcm


@dataclass(frozen=True, slots=True)
class Truth:
    """`voice` is what the microphone heard, from its first sample at 0 s on, again and again."""

    voice: Pcm
    microphone: Microphone
    seconds: float
    undelayed_s: float
    """The line's shortest delay: nobody can know it, so that stamps are held against capture plus this."""
    missing: tuple[Span, ...] = ()
    """When nothing was sent or delivered: not asked for."""

    def _sample(self, stamp_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return (stamp_s - self.undelayed_s) * self.microphone.rate_hz

    def part(self, start: int, count: int) -> Pcm:
        return np.take(self.voice, range(start, start + count), mode="wrap")

    # --- share ---

    def delivered(self, heard: Sequence[Heard]) -> float:
        """Share of the cells with speech for which there is sound, decoded or concealed, where stamps say."""
        spoken = self._spoken()
        sounding = np.zeros(len(spoken), np.bool_)
        if heard:
            frames = np.stack([frame.samples for frame in heard]).reshape(len(heard), -1, CELL_SAMPLES)
            first = self._sample(np.array([frame.stamp_s for frame in heard]))
            cells = first[:, None] / CELL_SAMPLES + np.arange(frames.shape[1])
            at = np.rint(cells[frames.any(axis=2)]).astype(np.int64)
            sounding[at[(at >= 0) & (at < len(spoken))]] = True
        return float(sounding[spoken].mean())

    def _spoken(self) -> NDArray[np.bool_]:
        cells = self.voice[: len(self.voice) // CELL_SAMPLES * CELL_SAMPLES].reshape(-1, CELL_SAMPLES)
        loud = np.sqrt(np.square(cells.astype(np.float64)).mean(axis=1)) > SPEECH_RMS
        count = int(self.seconds * self.microphone.rate_hz) // CELL_SAMPLES
        spoken = np.take(loud, range(count), mode="wrap")
        times_s = np.arange(count) * CELL_SAMPLES / self.microphone.rate_hz
        for span in self.missing:
            spoken[(times_s >= span.start_s - 0.1) & (times_s < span.end_s + 0.1)] = False
        return spoken

    # --- stamps ---

    def stamp_errors_ms(self, heard: Sequence[Heard], *, every: int = 25) -> NDArray[np.float64]:
        """How much later than it is each `every`th frame claims to be, if it can be found in the voice."""
        errors = [
            error
            for index in range(0, len(heard) - WINDOW_FRAMES, every)
            if (error := self._error_ms(heard[index : index + WINDOW_FRAMES])) is not None
        ]
        return np.array(errors)

    def _error_ms(self, window: Sequence[Heard]) -> float | None:
        length_s = window[-1].stamp_s - window[0].stamp_s
        if abs(length_s - (len(window) - 1) * FRAME_S) > 0.02:
            return None
        sound = np.concatenate([frame.samples for frame in window]).astype(np.float64)
        if np.sqrt(np.square(sound).mean()) < 2 * SPEECH_RMS:
            return None
        reach = int(SEARCH_S * SAMPLE_RATE_HZ)
        start = round(float(self._sample(np.array(window[0].stamp_s))))
        around = self.part(start - reach, len(sound) + 2 * reach).astype(np.float64)
        best = best_match(sound, around)
        return None if best is None else (reach - best) * 1000 / SAMPLE_RATE_HZ


def best_match(sound: NDArray[np.float64], around: NDArray[np.float64]) -> int | None:
    """Offset at which `around` is most like `sound`, by normalised correlation; None if nowhere alike."""
    size = 1 << (len(around) + len(sound)).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(sound, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(sound) + 1]
    energy = np.concatenate([[0.0], np.cumsum(np.square(around))])
    energies = energy[len(sound) :] - energy[: len(energy) - len(sound)]
    likeness = products / np.sqrt(np.maximum(energies, 1.0) * np.square(sound).sum())
    best = int(likeness.argmax())
    return best if likeness[best] >= MIN_LIKENESS else None


def lags_ms(heard: Sequence[Heard]) -> NDArray[np.float64]:
    """From when a frame's last sample would have arrived undelayed to when the tap gave it."""
    return np.array([(frame.at_s - frame.stamp_s - FRAME_S) * 1000 for frame in heard])


def gaps_s(heard: Sequence[Heard]) -> NDArray[np.float64]:
    """Between consecutive frames' stamps, beyond a frame: 0 where they follow on."""
    stamps_s = np.array([frame.stamp_s for frame in heard])
    return np.asarray(np.diff(stamps_s) - FRAME_S)
