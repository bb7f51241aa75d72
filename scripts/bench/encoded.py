"""Encoded pictures and voice that the media load replays: VP8 at a wanted size and bitrate, Opus."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from aiortc.codecs.vpx import Vp8Encoder

FRAMES_PER_S = 30
OPUS_FRAMES_PER_S = 50
OPUS_RATE_HZ = 48_000


def vp8(width: int, height: int, bitrate_bps: int, *, seconds: int = 2) -> list[bytes]:
    """A loop of encoded frames, the first a keyframe: a moving gradient with noise to fill the bitrate."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base = Fraction(1, FRAMES_PER_S)
    codec.framerate = Fraction(FRAMES_PER_S)
    codec.bit_rate = bitrate_bps
    rate = str(bitrate_bps)
    codec.options = {
        "auto-alt-ref": "0",
        "lag-in-frames": "0",
        "deadline": "realtime",
        "cpu-used": "8",
        "g": "9999",
        "minrate": rate,
        "maxrate": rate,
        "bufsize": str(bitrate_bps // 2),
    }
    rng = np.random.default_rng(1)
    column = np.arange(width, dtype=np.int16)[np.newaxis]
    row = np.arange(height, dtype=np.int16)[:, np.newaxis]
    encoded: list[bytes] = []
    for number in range(seconds * FRAMES_PER_S):
        luma = (column + row + 4 * number) % 224 + rng.integers(0, 24, (height, width), dtype=np.int16)
        planes = np.concatenate([luma.ravel(), np.full(height * width // 2, 128, np.int16)])
        picture = planes.astype(np.uint8).reshape(height * 3 // 2, width)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = number
        encoded += [bytes(packet) for packet in codec.encode(frame) if packet.size]
    return encoded


def vp8_payloads(frames: list[bytes]) -> list[list[bytes]]:
    """Each frame as RTP payloads (RFC 7741)."""
    return [Vp8Encoder._packetize(frame, number) for number, frame in enumerate(frames)]


def opus(*, bitrate_bps: int = 32_000, seconds: int = 2) -> list[bytes]:
    """20 ms packets of a wavering tone."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = OPUS_RATE_HZ, "mono", "s16"
    codec.bit_rate = bitrate_bps
    codec.time_base = Fraction(1, OPUS_RATE_HZ)
    samples = OPUS_RATE_HZ // OPUS_FRAMES_PER_S
    encoded: list[bytes] = []
    for number in range(seconds * OPUS_FRAMES_PER_S):
        time_s = (np.arange(samples) + number * samples) / OPUS_RATE_HZ
        wave = 8_000 * np.sin(2 * np.pi * (220 + 40 * np.sin(2 * np.pi * time_s)) * time_s)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts = OPUS_RATE_HZ, number * samples
        encoded += [bytes(packet) for packet in codec.encode(frame) if packet.size]
    return encoded
