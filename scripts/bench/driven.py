"""The pipeline on a driven clock: audio goes through as fast as the machine can, and no pass is late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.pipeline import Emitted, Pipeline
from transcription.recogniser import Recogniser
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame
from wire.links import Hypothesis, Track

START_US = 1_790_000_000_000_000
FRAME_US = FRAME_SAMPLES * 1_000_000 // SAMPLE_RATE_HZ


class DrivenClock:
    def __init__(self) -> None:
        self.now_us = START_US

    def wall_ms(self) -> int:
        return self.now_us // 1000

    def monotonic_s(self) -> float:
        return self.now_us / 1e6


@dataclass
class Drive:
    pipeline: Pipeline
    clock: DrivenClock
    said: dict[tuple[str, int], str] = field(default_factory=dict)
    """The longest text shown of each utterance that showed any, until `forget`."""
    finals: int = 0

    def hear(self, message: Emitted) -> None:
        if not isinstance(message, Hypothesis):
            return
        self.finals += message.state == "final" and bool(message.text)
        if message.text:
            key = message.track, message.utterance
            self.said[key] = max(self.said.get(key, ""), message.text, key=len)

    async def play(self, tracks: Mapping[str, NDArray[np.int16]]) -> None:
        """Whole frames of tracks of one length, all at once, each frame when it would be spoken."""
        for index in range(min(map(len, tracks.values())) // FRAME_SAMPLES):
            wall_us = self.clock.now_us
            self.clock.now_us += FRAME_US
            for name, samples in tracks.items():
                part = samples[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
                self.pipeline.feed(AudioFrame(name, wall_us, part.tobytes()))
            await self.pipeline.drained()


@asynccontextmanager
async def driven(
    store: ModelStore, tracks: Mapping[str, tuple[str, str]], *, threads: int
) -> AsyncIterator[Drive]:
    """`tracks`: by name, the language spoken and the one read. With the store's real models."""
    models = store.model_set()
    clock = DrivenClock()
    recogniser = Recogniser(store.load_recogniser(Hardware(threads=threads)), models.recogniser.languages)
    pipeline = Pipeline(
        recogniser,
        store.load_translator(),
        lambda message: drive.hear(message),
        clock=clock,
        prompted=not models.demo,
    )
    drive = Drive(pipeline, clock)
    for name, (spoken, read) in tracks.items():
        pipeline.track(Track(track=name, lang=spoken, targets=(read,)))
    running = asyncio.create_task(pipeline.run())
    try:
        yield drive
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
