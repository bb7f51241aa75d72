"""Sound in which nobody speaks: silence, a keyboard, music, humming. Pure, seeded, int16 at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from demo_models import acoustics
from numpy.typing import NDArray

from wire.audio import SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]
Samples = NDArray[np.float32]
QUIET_DB = -62.0
"""Of a quiet room."""
CHORDS = ((0, 4, 7, 12), (9, 12, 16, 21), (5, 9, 12, 17), (7, 11, 14, 19))
"""Half tones above the key note: I, vi, IV, V."""
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
KEY_NOTES_HZ = (130.8, 146.8, 98.0)
BEAT_S = 0.48
VOWELS_HZ = ((700, 1_200, 2_600), (300, 2_200, 3_000), (400, 800, 2_500))
"""First three formants of a, i and o."""


def silence(seconds: float, seed: int) -> Pcm:
    """A quiet room, a muted microphone (digital silence), and the hum of the mains, in turn."""
    rng = np.random.default_rng(seed)
    samples = _room(seconds, rng)
    third = len(samples) // 3
    samples[third : 2 * third] = 0
    time = np.arange(len(samples) - 2 * third, dtype=np.float32) / SAMPLE_RATE_HZ
    for harmonic, level_db in ((1, -38), (2, -44), (3, -46), (5, -52)):
        samples[2 * third :] += _db(level_db) * np.sin(2 * np.pi * 50 * harmonic * time)
    return _pcm(samples)


def keyboard(seconds: float, seed: int) -> Pcm:
    """Typing in bursts at a quiet desk, now and then a door that slams or a cup that is put down."""
    rng = np.random.default_rng(seed)
    samples = _room(seconds, rng)
    now = 0.0
    while now < seconds:
        for _ in range(int(rng.integers(4, 40))):
            now += float(rng.gamma(4.0, 0.035))
            _add(samples, now, _key(rng))
            _add(samples, now + float(rng.uniform(0.05, 0.1)), 0.4 * _key(rng))
        if rng.random() < 0.3:
            _add(samples, now + 0.5, _slam(rng))
        now += float(rng.uniform(0.4, 4.0))
    return _pcm(samples)


def music(seconds: float, seed: int) -> Pcm:
    """A band from the hall's loudspeakers, then the same from far away."""
    rng = np.random.default_rng(seed)
    samples = _room(seconds, rng) + _band(seconds, KEY_NOTES_HZ[seed % len(KEY_NOTES_HZ)], rng)
    samples[len(samples) // 2 :] *= _db(-16)
    return _pcm(samples)


def humming(seconds: float, seed: int) -> Pcm:
    """Somebody who hums to a band far away; a voice detector takes some of it for speech."""
    rng = np.random.default_rng(seed)
    key_hz = KEY_NOTES_HZ[seed % len(KEY_NOTES_HZ)]
    samples = _room(seconds, rng) + _band(seconds, key_hz, rng) * np.float32(_db(-32))
    now = 0.5
    while now < seconds - 1:
        held_s = BEAT_S * float(rng.choice((0.5, 1, 2)))
        if rng.random() < 0.8:
            _add(samples, now, 0.24 * _hum(1.5 * key_hz * 2 ** (int(rng.choice(SCALE)) / 12), held_s, rng))
        now += held_s
    return _pcm(samples)


UNSPOKEN: dict[str, Callable[[float, int], Pcm]] = {
    "silence": silence,
    "keyboard": keyboard,
    "music": music,
    "humming": humming,
}


def _room(seconds: float, rng: np.random.Generator) -> Samples:
    wave: Samples = acoustics.noise(round(seconds * SAMPLE_RATE_HZ), "pink", rng) * np.float32(_db(QUIET_DB))
    return wave


def _band(seconds: float, key_hz: float, rng: np.random.Generator) -> Samples:
    """Chords, bass, a melody and drums."""
    samples = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
    for beat in range(int(seconds / BEAT_S)):
        at = beat * BEAT_S
        chord = CHORDS[beat // 4 % len(CHORDS)]
        if beat % 4 == 0:
            for half_tones in chord:
                _add(samples, at, 0.05 * _note(key_hz * 2 ** (half_tones / 12), 4 * BEAT_S, rng))
        _add(samples, at, 0.1 * _note(key_hz / 2 * 2 ** (chord[0] / 12), BEAT_S, rng))
        for half in range(2):
            if rng.random() < 0.75:
                pitch = key_hz * 2 ** (2 + int(rng.choice(SCALE)) / 12)
                _add(samples, at + half * BEAT_S / 2, 0.09 * _note(pitch, BEAT_S * 0.7, rng))
            _add(samples, at + half * BEAT_S / 2, 0.03 * _burst(0.03, 0.008, rng))
        _add(samples, at, 0.12 * (_burst(0.15, 0.04, rng) if beat % 2 else _kick()))
    return samples


def _hum(pitch_hz: float, seconds: float, rng: np.random.Generator) -> Samples:
    """One held vowel without a word: pulses through three formants. Voice detectors take it for speech."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * np.cumsum(pitch_hz * (1 + 0.02 * np.sin(2 * np.pi * 5.5 * time))) / SAMPLE_RATE_HZ
    pulses = sum(np.sin(number * phase) / number for number in range(1, 30) if number * pitch_hz < 7_500)
    formants_hz = VOWELS_HZ[int(rng.integers(len(VOWELS_HZ)))]
    frequency = np.fft.rfftfreq(len(time), 1 / SAMPLE_RATE_HZ)
    gain = sum(1 / (1 + ((frequency - formant) / 80) ** 2) for formant in formants_hz)
    wave = np.fft.irfft(np.fft.rfft(pulses) * gain, len(time))
    envelope = np.minimum(1, time / 0.04) * np.minimum(1, (seconds - time) / 0.06)
    return np.asarray(wave / np.abs(wave).max() * envelope, np.float32)


def _key(rng: np.random.Generator) -> Samples:
    """A click and the knock of the table under it."""
    click = _burst(0.03, float(rng.uniform(0.001, 0.006)), rng)
    time = np.arange(len(click), dtype=np.float32) / SAMPLE_RATE_HZ
    knock = np.sin(2 * np.pi * float(rng.uniform(150, 400)) * time) * np.exp(-time / 0.008)
    return np.asarray(float(rng.uniform(0.02, 0.15)) * (click + 0.7 * knock), np.float32)


def _slam(rng: np.random.Generator) -> Samples:
    boom = _burst(0.5, 0.09, rng)
    time = np.arange(len(boom), dtype=np.float32) / SAMPLE_RATE_HZ
    low = np.sin(2 * np.pi * float(rng.uniform(50, 110)) * time) * np.exp(-time / 0.12)
    return np.asarray(float(rng.uniform(0.1, 0.4)) * (0.4 * boom + low), np.float32)


def _note(pitch_hz: float, seconds: float, rng: np.random.Generator) -> Samples:
    """A plucked string or a pipe: harmonics under an envelope, a little vibrato."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * pitch_hz * time + 0.04 * np.sin(2 * np.pi * 5.5 * time)
    brightness = float(rng.uniform(0.4, 0.7))
    wave = sum(
        brightness**number * np.sin(number * phase) for number in range(1, 6) if number * pitch_hz < 7_500
    )
    envelope = (
        np.minimum(1, time / 0.01) * np.exp(-time / (0.6 * seconds)) * np.minimum(1, (seconds - time) / 0.02)
    )
    return np.asarray(wave * envelope, np.float32)


def _kick() -> Samples:
    time = np.arange(round(0.2 * SAMPLE_RATE_HZ), dtype=np.float32) / SAMPLE_RATE_HZ
    wave = np.sin(2 * np.pi * (45 * time + 8 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.06)
    return np.asarray(wave, np.float32)


def _burst(seconds: float, decay_s: float, rng: np.random.Generator) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32) / SAMPLE_RATE_HZ
    return np.asarray(rng.standard_normal(len(time)) * np.exp(-time / decay_s), np.float32)


def _add(samples: Samples, at_s: float, sound: Samples) -> None:
    """What would reach beyond the end is left out."""
    start = round(at_s * SAMPLE_RATE_HZ)
    room = len(samples) - start
    if room > 0:
        samples[start : start + len(sound)] += sound[:room]


def _db(level: float) -> float:
    return float(10 ** (level / 20))


def _pcm(samples: Samples) -> Pcm:
    return np.asarray(np.clip(samples * 32767, -32768, 32767), np.int16)
