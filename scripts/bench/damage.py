"""What happens to a voice before it is recognised: noise under it, packets that were lost. Pure, seeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
from demo_models import acoustics
from numpy.typing import NDArray

from bench.dialogue import Said, Voicing
from media.opus import OpusDecoder
from wire.audio import SAMPLE_RATE_HZ

SNR_DB = 10.0
BABBLE_VOICES = 5
LOSS = 0.05
"""Share of the packets that are lost."""
BURST_PACKETS = 2.0
"""Packets lost in a row, on average."""
BITRATE_BPS = 28_000
PACKET_SAMPLES = SAMPLE_RATE_HZ // 50

Pcm = NDArray[np.int16]
Samples = NDArray[np.float32]


def noisy(voices: Sequence[Voicing], babble: Sequence[Pcm], *, seed: int) -> tuple[Voicing, ...]:
    """Half pink noise, half other people's voices, `SNR_DB` under the speech, over the whole track."""
    rng = np.random.default_rng(seed)
    return tuple(replace(voice, samples=_noisy(voice, babble, rng)) for voice in voices)


def lossy(voices: Sequence[Voicing], *, seed: int) -> tuple[Voicing, ...]:
    """Through Opus, with `LOSS` of its packets lost in bursts and concealed as the media worker does."""
    rng = np.random.default_rng(seed)
    return tuple(replace(voice, samples=_lossy(voice.samples, rng)) for voice in voices)


def speech_level(samples: Samples, said: Sequence[Said]) -> float:
    """Root mean square over what was said; 0 where nothing was."""
    parts = [samples[_at(one.start) : _at(one.end)] for one in said]
    power = sum(float(np.square(part, dtype=np.float64).sum()) for part in parts)
    return float(np.sqrt(power / max(1, sum(map(len, parts)))))


def lost_packets(count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which of so many packets are lost: a chain of two states (Gilbert)."""
    stop = 1 / BURST_PACKETS
    start = stop * LOSS / (1 - LOSS)
    lost = np.zeros(count, np.bool_)
    bad = False
    for index, chance in enumerate(rng.random(count)):
        bad = chance >= stop if bad else chance < start
        lost[index] = bad
    return lost


def _noisy(voice: Voicing, babble: Sequence[Pcm], rng: np.random.Generator) -> Pcm:
    samples = voice.samples.astype(np.float32)
    pink = acoustics.noise(len(samples), "pink", rng)
    voices = np.zeros(len(samples), np.float32)
    for other in babble:
        voices += np.resize(np.roll(other, int(rng.integers(len(other)))), len(samples)).astype(np.float32)
    mixed = pink / pink.std() + voices / max(1e-9, float(voices.std()))
    level = speech_level(samples, voice.said) * 10 ** (-SNR_DB / 20)
    noise = mixed * (level / float(mixed.std()))
    return np.asarray(np.clip(samples + noise, -32768, 32767), np.int16)


def _lossy(samples: Pcm, rng: np.random.Generator) -> Pcm:
    packets = opus_packets(samples)
    lost = lost_packets(len(packets), rng)
    decoder = OpusDecoder()
    heard = bytearray()
    try:
        for index, packet in enumerate(packets):
            if not lost[index]:
                heard += decoder.decode(packet) or bytes(2 * PACKET_SAMPLES)
            elif index + 1 < len(packets) and not lost[index + 1]:
                heard += decoder.recover(packets[index + 1], PACKET_SAMPLES)
            else:
                heard += decoder.conceal(PACKET_SAMPLES)
    finally:
        decoder.close()
    back = np.frombuffer(bytes(heard), "<i2")[: len(samples)]
    return np.pad(back, (0, len(samples) - len(back)))


def opus_packets(samples: Pcm) -> list[bytes]:
    """20 ms each, encoded as a browser does for a line that loses packets: with in-band error correction."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = SAMPLE_RATE_HZ, "mono", "s16"
    codec.bit_rate = BITRATE_BPS
    codec.time_base = Fraction(1, SAMPLE_RATE_HZ)
    codec.options = {"application": "voip", "frame_duration": "20", "fec": "1", "packet_loss": "10"}
    count = -(-len(samples) // PACKET_SAMPLES)
    padded = np.pad(samples, (0, count * PACKET_SAMPLES - len(samples)))
    packets: list[bytes] = []
    for index in range(count):
        part = padded[index * PACKET_SAMPLES : (index + 1) * PACKET_SAMPLES]
        frame = av.AudioFrame.from_ndarray(part[None].copy(), format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, index * PACKET_SAMPLES
        packets += [bytes(packet) for packet in codec.encode(frame) if packet.size]
    packets += [bytes(packet) for packet in codec.encode(None) if packet.size]
    return packets


def _at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)
