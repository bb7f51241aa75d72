"""The binary frame that carries one track's PCM from a media worker to a transcription worker.

Layout, big endian: version u8 = 1, track id length u8, first sample's wall clock u64 in µs since 1970,
track id in ASCII, then samples s16 little endian, 16 kHz mono.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from wire.errors import BadMessage

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 640
"""40 ms, what a media worker sends at a time."""
MAX_FRAME_SAMPLES = SAMPLE_RATE_HZ
"""One second; a longer frame is refused."""

_HEADER = struct.Struct("!BBQ")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """`samples`: s16 little endian, 16 kHz mono; `wall_us` is the capture time of the first one."""

    track: str
    wall_us: int
    samples: bytes

    def pack(self) -> bytes:
        name = self.track.encode("ascii")
        return _HEADER.pack(_VERSION, len(name), self.wall_us) + name + self.samples


def unpack(data: bytes) -> AudioFrame:
    """Raises BadMessage when `data` is not a frame."""
    if len(data) < _HEADER.size:
        raise BadMessage("an audio frame is shorter than its header")
    version, name_bytes, wall_us = _HEADER.unpack_from(data)
    if version != _VERSION:
        raise BadMessage(f"audio frame version {version} is not known")
    start = _HEADER.size + name_bytes
    sample_bytes = len(data) - start
    if name_bytes == 0 or sample_bytes <= 0 or sample_bytes % 2 or sample_bytes > 2 * MAX_FRAME_SAMPLES:
        raise BadMessage("an audio frame has a wrong length")
    try:
        track = data[_HEADER.size : start].decode("ascii")
    except UnicodeDecodeError:
        raise BadMessage("a track id is not ASCII") from None
    return AudioFrame(track, wall_us, data[start:])
