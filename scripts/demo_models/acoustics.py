"""What happens to a voice between a mouth and a server: room, noise, level, band limits, Opus."""

from typing import Any, Literal

import av
import numpy as np
from numpy.typing import NDArray

from demo_models.voices import SAMPLE_RATE, resample

Samples = NDArray[np.float32]
"""float32[n], 16 kHz mono, full scale ±1."""

Colour = Literal["white", "pink", "brown"]
COLOURS: tuple[Colour, ...] = ("white", "pink", "brown")
_SLOPE: dict[Colour, float] = {"white": 0.0, "pink": 0.5, "brown": 0.9}
_OPUS_RATE = 48_000
_OPUS_DELAY = 312
"""Samples at 48 kHz by which libopus delays its signal."""


def noise(length: int, colour: Colour, rng: np.random.Generator) -> Samples:
    """Noise with a standard deviation of 1."""
    wave = rng.standard_normal(length).astype(np.float32)
    if colour == "white" or length < 2:
        return wave
    size = _smooth(length)
    spectrum = np.fft.rfft(wave, size)
    spectrum /= (np.arange(len(spectrum)) + 1.0) ** _SLOPE[colour]
    shaped = np.fft.irfft(spectrum, size)[:length]
    level = float(shaped.std()) + 1e-9
    return (shaped / level).astype(np.float32)


def reverb(samples: Samples, rng: np.random.Generator) -> Samples:
    """A small room: an exponentially decaying tail of 0.1 to 0.5 s, peak kept."""
    size = int(rng.uniform(0.1, 0.5) * SAMPLE_RATE)
    decay = np.exp(-6.9 * np.arange(size) / size).astype(np.float32)
    response = rng.standard_normal(size).astype(np.float32) * decay
    response *= rng.uniform(0.1, 0.7) / (np.sqrt((response**2).sum()) + 1e-9)
    response[0] = 1.0
    length = _smooth(len(samples) + size)
    wet = np.fft.irfft(np.fft.rfft(samples, length) * np.fft.rfft(response, length), length)
    wet = wet[: len(samples)]
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return (wet * (peak / max(float(np.abs(wet).max(initial=0.0)), 1e-6))).astype(np.float32)


def band_limit(samples: Samples, low: float, high: float) -> Samples:
    """Keep `low` to `high` Hz with soft edges, as a headset and a codec at a low bit rate do."""
    size = _smooth(len(samples))
    frequency = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    gain = 1 / (1 + (low / np.maximum(frequency, 1.0)) ** 4) / (1 + (frequency / high) ** 16)
    return np.fft.irfft(np.fft.rfft(samples, size) * gain, size)[: len(samples)].astype(np.float32)


def opus_round_trip(samples: Samples, bit_rate: int) -> Samples:
    """Through a real Opus encoder and decoder at 48 kHz, as over WebRTC; length and alignment kept."""
    wide = resample(samples, SAMPLE_RATE, _OPUS_RATE)
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = _OPUS_RATE
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = bit_rate
    encoder.options = {"application": "voip", "frame_duration": "20", "compression_level": "3"}
    decoder = av.CodecContext.create("opus", "r")
    decoder.sample_rate = _OPUS_RATE
    decoder.layout = "mono"
    step = _OPUS_RATE // 50
    blocks = -(-(len(wide) + _OPUS_DELAY) // step)
    padded = np.pad(np.clip(wide, -1, 1), (0, blocks * step - len(wide)))
    pcm = (padded * 32767).astype(np.int16)
    heard: list[NDArray[np.float32]] = []
    packets = []
    for at in range(0, len(pcm), step):
        frame = av.AudioFrame.from_ndarray(pcm[None, at : at + step], format="s16", layout="mono")
        frame.sample_rate = _OPUS_RATE
        frame.pts = at
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    for packet in packets:
        for frame in decoder.decode(packet):
            heard.append(_as_float(frame.to_ndarray()))
    back = resample(np.concatenate(heard)[_OPUS_DELAY:], _OPUS_RATE, SAMPLE_RATE)[: len(samples)]
    return np.pad(back, (0, len(samples) - len(back)))


def degrade(samples: Samples, rng: np.random.Generator) -> Samples:
    """A random mix of all of the above; the last step sets the level between −30 and 0 dB full scale."""
    if rng.random() < 0.3:
        samples = reverb(samples, rng)
    if rng.random() < 0.55:
        loud = samples[np.abs(samples) > 0.02]
        power = float(loud.std()) if len(loud) > 100 else 0.1
        snr = rng.uniform(10, 40)
        samples = samples + noise(len(samples), _colour(rng), rng) * np.float32(power * 10 ** (-snr / 20))
    choice = rng.random()
    if choice < 0.1 and len(samples) < 12 * SAMPLE_RATE:
        samples = opus_round_trip(samples, int(rng.choice([24_000, 28_000, 32_000])))
    elif choice < 0.35:
        samples = band_limit(samples, rng.uniform(30, 160), rng.uniform(5_000, 8_000))
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-6)
    level = 10 ** (-rng.uniform(0, 30) / 20) if rng.random() < 0.85 else 0.9
    return (samples * np.float32(level / peak)).astype(np.float32)


def no_speech(rng: np.random.Generator, *, longest: float) -> Samples:
    """0.4 to `longest` seconds of silence, noise, hum, tones or clicks, alone or together."""
    length = int(rng.uniform(0.4, longest) * SAMPLE_RATE)
    samples = np.zeros(length, np.float32)
    time = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    if rng.random() < 0.8:
        samples += noise(length, _colour(rng), rng) * np.float32(10 ** (-rng.uniform(12, 75) / 20))
    if rng.random() < 0.2:
        base = rng.choice([50.0, 60.0, 100.0, 120.0])
        for harmonic in range(1, int(rng.integers(2, 8))):
            samples += _tone(time, base * harmonic, rng.uniform(20, 60) + 3 * harmonic)
    if rng.random() < 0.2:
        samples += _tone(time, rng.uniform(80, 3000), rng.uniform(12, 60))
    if rng.random() < 0.25:
        for at in rng.integers(0, length, size=int(rng.integers(1, 12))):
            click = np.exp(-np.arange(rng.integers(2, 200)) / rng.uniform(1, 40)) * rng.uniform(0.02, 0.9)
            click = click * np.where(rng.random(len(click)) < 0.5, -1, 1)
            click = click[: length - at]
            samples[at : at + len(click)] += click.astype(np.float32)
    if rng.random() < 0.15:
        period = int(rng.uniform(0.05, 0.8) * SAMPLE_RATE)
        samples *= ((np.arange(length) // period) % 2).astype(np.float32)
    return samples


def _tone(time: NDArray[np.float32], frequency: float, attenuation: float) -> Samples:
    """A sine `attenuation` dB under full scale."""
    level = 10 ** (-attenuation / 20)
    wave: Samples = (np.sin(2 * np.pi * frequency * time) * level).astype(np.float32)
    return wave


def _colour(rng: np.random.Generator) -> Colour:
    return COLOURS[int(rng.integers(len(COLOURS)))]


def _as_float(frame: NDArray[Any]) -> Samples:
    """First channel of a decoded frame, packed mono or planar."""
    wave = frame[0]
    scale = 32768 if wave.dtype == np.int16 else 1
    samples: Samples = (wave / scale).astype(np.float32)
    return samples


def _smooth(length: int) -> int:
    """The next length that the Fourier transform handles quickly (a multiple of 2,048)."""
    return max(2048, -(-length // 2048) * 2048)
