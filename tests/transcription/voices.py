"""Speech for tests, made by espeak-ng when they run, and the frames that a media worker would send of it."""

import io
import subprocess
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache

import av
import numpy as np
from numpy.typing import NDArray

from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame

VOICES = {"ko": "ko", "en": "en-us", "zh": "cmn-latn-pinyin"}
FRAME_US = FRAME_SAMPLES * 1_000_000 // SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]


@cache
def say(text: str, language: str) -> Pcm:
    """int16[n], 16 kHz mono, no silence around it; Chinese is given as pinyin with tone numbers."""
    wave = subprocess.run(
        ["espeak-ng", "-v", VOICES[language], "-s", "165", "--stdout", text], capture_output=True, check=True
    ).stdout
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    parts: list[Pcm] = []
    with av.open(io.BytesIO(wave)) as container:
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    pcm = np.concatenate(parts)
    heard = np.flatnonzero(np.abs(pcm) > 64)
    return pcm[heard[0] : heard[-1] + 1]


def silence(seconds: float) -> Pcm:
    """Digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), dtype=np.int16)


def noise(seconds: float, level: float, seed: int = 1) -> Pcm:
    """White noise of a root mean square, full scale 1."""
    values = np.random.default_rng(seed).standard_normal(int(seconds * SAMPLE_RATE_HZ)) * level * 32768
    return np.clip(values, -32768, 32767).astype(np.int16)


def joined(*parts: Pcm) -> Pcm:
    return np.concatenate(parts)


def frames(track: str, samples: Pcm, wall_us: int) -> Iterator[AudioFrame]:
    """40 ms each, the last one shorter."""
    for index, start in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        part = samples[start : start + FRAME_SAMPLES]
        yield AudioFrame(track, wall_us + index * FRAME_US, part.astype("<i2").tobytes())


def likeness(one: str, other: str) -> float:
    """0–1, by characters; case, spaces and punctuation aside."""
    texts = ["".join(c for c in text.lower() if c.isalnum()) for text in (one, other)]
    return SequenceMatcher(None, *texts, autojunk=False).ratio()
