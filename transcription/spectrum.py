"""Whisper's log-mel spectrogram of audio that grows: a frame is computed once, when its samples are there.

The figures are faster-whisper's own (feature_extractor.py); its filters and its Fourier transform make them.
"""

from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from transcription.track import Samples

Frames = NDArray[np.float32]
"""float32[mels, n], 100 frames a second."""

_FLOOR = np.float32(1e-10)
_RANGE = np.float32(8.0)
"""Powers of ten below the loudest value that are told apart."""


class Spectrum:
    """Of one utterance, from its first sample. For one thread at a time."""

    def __init__(self) -> None:
        self._settled: list[Frames] = []
        self._count = 0

    def frames(self, audio: Samples, extractor: FeatureExtractor) -> Frames:
        """One frame for each 160 samples; `audio` begins with all that came before, or is the start of it."""
        hop, half = extractor.hop_length, extractor.n_fft // 2
        wanted = len(audio) // hop
        if len(audio) <= 4 * half:
            return _scaled(
                _powers(np.pad(_ended(audio, hop), (half, half), mode="reflect"), extractor)[:, :wanted]
            )
        complete = min(wanted, (len(audio) - half) // hop + 1)
        if complete > self._count:
            self._settle(audio, complete, extractor)
        blocks = self._settled
        if complete < wanted:
            rest = np.pad(_ended(audio[complete * hop - half :], hop), (0, half), mode="reflect")
            blocks = [*self._first(complete), _powers(rest, extractor)[:, : wanted - complete]]
        return _scaled(np.concatenate(blocks, axis=1)[:, :wanted])

    def _settle(self, audio: Samples, complete: int, extractor: FeatureExtractor) -> None:
        hop, half = extractor.hop_length, extractor.n_fft // 2
        begin, end = self._count * hop - half, (complete - 1) * hop + half
        if begin < 0:
            samples = np.pad(audio[:end], (half, 0), mode="reflect")[begin + half :]
        else:
            samples = audio[begin:end]
        self._settled = [np.concatenate([*self._settled, _powers(samples, extractor)], axis=1)]
        self._count = complete

    def _first(self, count: int) -> list[Frames]:
        return [block[:, :count] for block in self._settled]


def _ended(audio: Samples, hop: int) -> Samples:
    """faster-whisper puts one hop of silence behind the audio."""
    return np.pad(audio, (0, hop))


def _powers(samples: Samples, extractor: FeatureExtractor) -> Frames:
    """Logarithm of the power in each mel band, one frame for each whole window in `samples`."""
    window = np.hanning(extractor.n_fft + 1)[:-1].astype(np.float32)
    spectrum = extractor.stft(
        samples.astype(np.float32, copy=False),
        extractor.n_fft,
        extractor.hop_length,
        window=window,
        center=False,
        return_complex=True,
    ).astype(np.complex64, copy=False)
    powers = np.square(spectrum.real) + np.square(spectrum.imag)
    mel: Frames = extractor.mel_filters @ powers
    logarithms: Frames = np.log10(np.maximum(mel, _FLOOR))
    return logarithms


def _scaled(logarithms: Frames) -> Frames:
    if not logarithms.size:
        return logarithms
    clipped = np.maximum(logarithms, logarithms.max() - _RANGE)
    scaled: Frames = (clipped + np.float32(4.0)) / np.float32(4.0)
    return scaled
