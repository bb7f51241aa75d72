"""What an engine is fed and what comes of it: frames in real time, messages with their times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.caption_scores import Shown
from bench.dialogue import Voicing
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame
from wire.links import Hypothesis

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Outcome:
    shown: tuple[Shown, ...]
    """In the order they were sent."""
    cpu_s: float
    """Processor time of the engine's process from the first frame to the last final, all threads."""
    dropped_partials: int = 0
    load: Mapping[str, float | int | None] = field(default_factory=dict)
    """What else an engine knows of its work; see docs/performance.md."""
    continuous: bool = False
    """Its captions are pieces of one growing text, not utterances: text may move from one to the next."""


class Recorder:
    """Notes when each message comes."""

    def __init__(self) -> None:
        self.began = time.time()
        self.shown: list[Shown] = []

    def note(self, message: Hypothesis) -> None:
        self.shown.append(
            Shown(
                at=time.time() - self.began,
                message=message,
                start=message.start_wall_ms / 1000 - self.began,
                end=message.end_wall_ms / 1000 - self.began,
            )
        )


def caption(
    track: str, language: str, utterance: int, *, state: str, text: str, stable: int, span_ms: tuple[int, int]
) -> Hypothesis:
    """A message as the pipeline would send it, of an engine that has no such messages."""
    return Hypothesis(
        track=track,
        utterance=utterance,
        rev=1,
        state="final" if state == "final" else "partial",
        lang=language,
        text=text,
        stable=stable,
        translations={},
        start_wall_ms=span_ms[0],
        end_wall_ms=max(span_ms),
        lag_ms=0,
    )


async def feed(
    voices: Sequence[Voicing],
    began: float,
    hear: Callable[[AudioFrame], None],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Every track's frames, each when its last sample would have been captured; `tick` after each round."""
    start = time.monotonic() - (time.time() - began)
    frames = min(len(voice.samples) for voice in voices) // FRAME_SAMPLES
    for index in range(frames):
        await asyncio.sleep(max(0.0, start + (index + 1) * FRAME_S - time.monotonic()))
        for voice in voices:
            if index * FRAME_S >= voice.joins_s:
                hear(frame(voice, index, began))
        tick()


def frame(voice: Voicing, index: int, began: float) -> AudioFrame:
    samples = voice.samples[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
    return AudioFrame(voice.name, round((began + index * FRAME_S) * 1e6), samples.tobytes())
