"""What a keyframe is, and when to ask for one: at once for the first who needs it, then spaced out."""

from __future__ import annotations

from media import vp8
from media.sdp import Codec

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28
"""Of H.264 (RFC 6184 §5)."""
MIN_INTERVAL_S = 1.0
"""A keyframe costs about as much as a second of video; one serves everybody who asked meanwhile."""


class KeyframeGate:
    """Times are seconds of a monotonic clock."""

    __slots__ = ("_last_s", "_waiting")

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._waiting = False

    def ask(self, now_s: float) -> bool:
        """Whether to send the request now; otherwise it is remembered for `due`."""
        if self._last_s is not None and now_s - self._last_s < MIN_INTERVAL_S:
            self._waiting = True
            return False
        self._last_s = now_s
        self._waiting = False
        return True

    def due(self, now_s: float) -> bool:
        """Whether a remembered request has to be sent now."""
        return self._waiting and self.ask(now_s)


def starts_keyframe(codec: Codec, payload: bytes) -> bool:
    """Whether a decoder that has seen nothing can begin with this packet."""
    return vp8.starts_keyframe(payload) if codec == "vp8" else _starts_h264_keyframe(payload)


def _starts_h264_keyframe(payload: bytes) -> bool:
    """Parameter sets come before the picture that needs them, in packets of their own or with it."""
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == _STAP_A:
        return len(payload) > 3 and payload[3] & 0x1F in (_SPS, _IDR)
    if kind == _FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (_SPS, _IDR)
    return kind in (_SPS, _IDR)
