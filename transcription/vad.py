"""Whether somebody speaks: Silero VAD v6, from the ONNX file that faster-whisper ships, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime
from faster_whisper.utils import get_assets_path

from transcription.errors import ModelError
from transcription.track import Samples

FRAME_SAMPLES = 512
"""32 ms, the only frame size the model knows."""
CONTEXT_SAMPLES = 64
SILENCE_PEAK = 16 / 32768
"""Below this (−66 dB) a frame is digital silence: a muted microphone costs no inference at all."""

_STATE_SHAPE = (1, 1, 128)


def _zeros() -> Samples:
    return np.zeros(_STATE_SHAPE, dtype=np.float32)


@dataclass(slots=True)
class VadState:
    """What the network remembers of one track."""

    h: Samples = field(default_factory=_zeros)
    c: Samples = field(default_factory=_zeros)
    context: Samples = field(default_factory=lambda: np.zeros(CONTEXT_SAMPLES, dtype=np.float32))
    fresh: bool = True


class SileroVad:
    """The network itself, shared by all tracks; about 0.1 ms a frame on one thread."""

    def __init__(self) -> None:
        """Raises ModelError when faster-whisper came without its file."""
        path = Path(get_assets_path()) / "silero_vad_v6.onnx"
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise ModelError(f"the voice detector {path.name} cannot be loaded: {error}") from error
        self.frames = 0

    def probability(self, frame: Samples, state: VadState) -> float:
        """Of speech in float32[512], 0–1. Digital silence is 0 and clears the state."""
        if float(np.abs(frame).max()) <= SILENCE_PEAK:
            if not state.fresh:
                state.h, state.c = _zeros(), _zeros()
                state.context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)
                state.fresh = True
            return 0.0
        self.frames += 1
        window = np.concatenate((state.context, frame))[None]
        output, state.h, state.c = self._session.run(None, {"input": window, "h": state.h, "c": state.c})
        state.context = frame[-CONTEXT_SAMPLES:]
        state.fresh = False
        return float(np.ravel(output)[0])
