"""What the demo recogniser understands of a microphone on a bad line, with error correction and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from demo_models.evaluate_speech import rates
from demo_models.recogniser import Recogniser
from demo_models.speech_cases import Case, held_out_cases
from numpy.typing import NDArray

from bench.line import Line
from bench.microphone import Microphone, Pcm
from bench.tap_run import listen
from bench.tap_scores import Heard
from transcription.models.store import DEMO_DIRECTORY
from wire.audio import SAMPLE_RATE_HZ

LANGUAGES = ("ko", "zh", "en")
PAUSE = SAMPLE_RATE_HZ // 2
LINES = {
    "0": Line(),
    "1": Line(loss=0.01),
    "5": Line(loss=0.05),
    "10": Line(loss=0.10),
    "20": Line(loss=0.20),
    "10 in bursts of 3": Line(loss=0.10, burst=3.0),
}
"""By loss in per cent; delay 50 ± 30 ms."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Sentences one after another in one microphone."""

    cases: tuple[Case, ...]
    starts: tuple[int, ...]
    voice: Pcm


def understood(cases: int) -> dict[str, Any]:
    """Character error rates by loss, of `cases` held-out sentences a language in held-out voices.

    Raises EspeakError without espeak-ng.
    """
    recogniser = Recogniser(DEMO_DIRECTORY / "whisper")
    spoken = [_spoken(held_out_cases(language, "seen", cases, seed=7)) for language in LANGUAGES]
    return {
        name: {
            "with_fec": _measure(recogniser, spoken, line, fec=True),
            "without_fec": _measure(recogniser, spoken, line, fec=False),
        }
        for name, line in LINES.items()
    }


def _spoken(cases: Sequence[Case]) -> _Spoken:
    parts: list[NDArray[np.float32]] = []
    starts = []
    at = 0
    for case in cases:
        starts.append(at)
        parts += [case.samples, np.zeros(PAUSE, np.float32)]
        at += len(case.samples) + PAUSE
    voice = np.clip(np.concatenate(parts) * 32_767, -32_768, 32_767).astype(np.int16)
    return _Spoken(tuple(cases), tuple(starts), voice)


def _measure(recogniser: Recogniser, spoken: Sequence[_Spoken], line: Line, *, fec: bool) -> dict[str, Any]:
    pairs = []
    for number, one in enumerate(spoken):
        seconds = len(one.voice) / SAMPLE_RATE_HZ
        packets = line.carry(Microphone(fec=fec).send(one.voice, seconds), seed=number)
        heard = _laid_out(listen(packets, seconds + 1.0)[0], len(one.voice), line.shortest_s)
        for case, start in zip(one.cases, one.starts, strict=True):
            samples = np.asarray(heard[start : start + len(case.samples)], np.float32) / np.float32(32_768)
            pairs.append((case.text, recogniser.hear(samples, case.language).text))
    return rates(pairs)


def _laid_out(frames: Sequence[Heard], count: int, undelayed_s: float) -> Pcm:
    """The tap's frames where their stamps say."""
    samples = np.zeros(count, np.int16)
    for frame in frames:
        at = round((frame.stamp_s - undelayed_s) * SAMPLE_RATE_HZ)
        part = frame.samples[max(0, -at) : max(0, count - at)]
        samples[max(0, at) : max(0, at) + len(part)] = part
    return samples
