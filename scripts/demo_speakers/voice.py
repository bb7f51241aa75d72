"""A sentence read by espeak-ng, as a small Ogg Opus file."""

from __future__ import annotations

import io
import subprocess
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

OPUS_RATE_HZ = 48_000
BITRATE_BPS = 24_000
FRAME_SAMPLES = 960
"""20 ms, what browsers send."""
LEAD_S = 0.06
TAIL_S = 0.10
WORDS_PER_MIN = 160


def read_aloud(spoken: str, voice: str) -> tuple[npt.NDArray[np.int16], int]:
    """`int16[n]` mono and its sample rate in Hz; raises CalledProcessError when espeak-ng fails."""
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MIN), "--stdout", "--stdin"],
        input=spoken.encode(),
        capture_output=True,
        check=True,
    )
    with wave.open(io.BytesIO(done.stdout)) as source:
        # espeak-ng cannot seek back in a pipe, so the header's length is a placeholder: read to the end.
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        return samples, source.getframerate()


def write_opus(samples: npt.NDArray[np.int16], rate_hz: int, path: Path) -> None:
    """Mono, 20 ms frames, with a little silence around."""
    lead = np.zeros(int(LEAD_S * rate_hz), np.int16)
    tail = np.zeros(int(TAIL_S * rate_hz), np.int16)
    padded = np.concatenate([lead, samples, tail])
    resampler = av.AudioResampler(format="s16", layout="mono", rate=OPUS_RATE_HZ, frame_size=FRAME_SAMPLES)
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE_HZ, layout="mono")
        stream.bit_rate = BITRATE_BPS
        frame = av.AudioFrame.from_ndarray(padded[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = rate_hz
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
