"""Opus to 16 kHz mono PCM by the libopus that PyAV's wheel carries, called directly.

PyAV's own decoder offers neither error correction nor concealment, resamples, and costs three times as much.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from pathlib import Path

import av

from media.errors import OpusMissing

RATE_HZ = 16_000
MAX_SAMPLES = RATE_HZ * 120 // 1000
"""Longest packet, 120 ms (RFC 6716 §2.1.4)."""


@cache
def library() -> ctypes.CDLL:
    """Raises OpusMissing."""
    bundled = sorted(Path(av.__file__).parent.parent.glob("av.libs/libopus*"))
    name = str(bundled[0]) if bundled else ctypes.util.find_library("opus")
    try:
        found = ctypes.CDLL(name) if name else None
    except OSError:
        found = None
    if found is None or not hasattr(found, "opus_decoder_create"):
        raise OpusMissing("libopus was found neither in PyAV's wheel nor on this system")
    found.opus_decoder_create.restype = ctypes.c_void_p
    found.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    found.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    found.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    return found


def check_library() -> None:
    """Raises OpusMissing."""
    library()


class OpusDecoder:
    """One stream's decoder; PCM is s16 little endian, 16 kHz mono. `close` frees libopus' state."""

    def __init__(self) -> None:
        self._library = library()
        error = ctypes.c_int()
        self._state = self._library.opus_decoder_create(RATE_HZ, 1, ctypes.byref(error))
        if error.value != 0:
            raise OpusMissing(f"libopus refused to make a decoder (error {error.value})")
        self._pcm = ctypes.create_string_buffer(MAX_SAMPLES * 2)

    def decode(self, payload: bytes) -> bytes | None:
        """None for a packet that libopus does not understand."""
        return self._decode(payload, MAX_SAMPLES, corrected=False) if payload else None

    def recover(self, following: bytes, samples: int) -> bytes:
        """The `samples` (16 kHz) before the packet `following`, from its redundancy where it has some."""
        return self._decode(following, samples, corrected=True) or self.conceal(samples)

    def conceal(self, samples: int) -> bytes:
        """`samples` (16 kHz, at most 120 ms) that fade from what was heard last."""
        return self._decode(None, samples, corrected=False) or bytes(2 * samples)

    def _decode(self, payload: bytes | None, samples: int, *, corrected: bool) -> bytes | None:
        if self._state is None:
            return None
        size = 0 if payload is None else len(payload)
        count = self._library.opus_decode(self._state, payload, size, self._pcm, samples, int(corrected))
        return self._pcm.raw[: 2 * count] if count > 0 else None

    def close(self) -> None:
        state, self._state = self._state, None
        if state is not None:
            self._library.opus_decoder_destroy(state)
