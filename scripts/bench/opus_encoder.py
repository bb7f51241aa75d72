"""An Opus encoder as a browser's: error correction, loss adaptation and DTX are set by name.

PyAV's encoder knows no DTX and cannot change while it runs; its wheel's libopus can.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from media.opus import library
from wire.audio import SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]

BITRATE_BPS = 32_000
"""What Chromium and Firefox choose for one voice."""
MAX_PACKET_BYTES = 1_275

_VOIP = 2048
_SET_BITRATE, _SET_FEC, _SET_LOSS, _SET_DTX = 4002, 4012, 4014, 4016


class OpusEncoder:
    """Mono, 16 kHz in. `loss_percent` is what the receiver's reports tell a browser. `close` frees it."""

    def __init__(
        self, *, fec: bool = True, loss_percent: int = 10, dtx: bool = False, bitrate_bps: int = BITRATE_BPS
    ) -> None:
        self._library = library()
        self._library.opus_encoder_create.restype = ctypes.c_void_p
        self._library.opus_encoder_create.argtypes = [
            ctypes.c_int32,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_void_p,
        ]
        self._library.opus_encoder_destroy.argtypes = [ctypes.c_void_p]
        self._library.opus_encode.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_int32,
        ]
        error = ctypes.c_int()
        state = self._library.opus_encoder_create(SAMPLE_RATE_HZ, 1, _VOIP, ctypes.byref(error))
        if error.value != 0:
            raise ValueError(f"libopus refused to make an encoder (error {error.value})")
        self._state: int | None = state
        self._packet = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        for request, value in (
            (_SET_BITRATE, bitrate_bps),
            (_SET_FEC, int(fec)),
            (_SET_LOSS, loss_percent),
            (_SET_DTX, int(dtx)),
        ):
            self._library.opus_encoder_ctl(ctypes.c_void_p(state), request, ctypes.c_int32(value))

    def encode(self, samples: Pcm) -> bytes:
        """One packet for 10, 20, 40 or 60 ms; 1 or 2 bytes mean that nothing is to be sent (DTX)."""
        size = self._library.opus_encode(
            self._state, samples.tobytes(), len(samples), self._packet, MAX_PACKET_BYTES
        )
        if size < 0:
            raise ValueError(f"libopus could not encode {len(samples)} samples (error {size})")
        return self._packet.raw[:size]

    def close(self) -> None:
        state, self._state = self._state, None
        if state is not None:
            self._library.opus_encoder_destroy(state)
