"""Sangdam's own pipeline with translation, as the transcription worker runs it, without its sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.dialogue import Voicing
from bench.engines.outcome import Outcome, Recorder, feed
from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.pipeline import Emitted, Pipeline
from transcription.recogniser import Recogniser, Recognition, Request
from transcription.translator import TranslationItem, Translator
from wire.audio import SAMPLE_RATE_HZ, AudioFrame
from wire.captions import Translation
from wire.links import Hypothesis, Track


class Meter:
    """The seconds and processor time that calls into the models took; one thread makes them."""

    def __init__(self) -> None:
        self.busy_s = self.cpu_s = 0.0
        self.calls = self.items = 0

    def __enter__(self) -> None:
        self._began, self._cpu = time.monotonic(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.busy_s += time.monotonic() - self._began
        self.cpu_s += time.process_time() - self._cpu


class MeteredRecogniser:
    """A recogniser whose work is counted. Whatever else is asked of it the recogniser answers."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.meter = Meter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recogniser, name)

    def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
        self.meter.calls += 1
        self.meter.items += len(requests)
        with self.meter:
            return self._recogniser.recognise(requests)

    def recognise_again(self, request: Request) -> Recognition:
        with self.meter:
            return self._recogniser.recognise_again(request)


class MeteredTranslator:
    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self.meter = Meter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._translator, name)

    def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]:
        with self.meter:
            return self._translator.translate(items)


async def sangdam(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    models = store.model_set()
    recogniser = MeteredRecogniser(
        Recogniser(store.load_recogniser(Hardware(threads=threads)), models.recogniser.languages)
    )
    translator = MeteredTranslator(store.load_translator())
    _warm_up(recogniser, translator, voices)
    recorder = Recorder()

    def emit(message: Emitted) -> None:
        if isinstance(message, Hypothesis):
            recorder.note(message)

    pipeline = Pipeline(recogniser, translator, emit, prompted=not models.demo)
    tracks = {voice.name: track(voice) for voice in voices}
    deepest = 0

    def hear(frame: AudioFrame) -> None:
        if frame.track not in pipeline.tracks:
            pipeline.track(tracks[frame.track])
        pipeline.feed(frame)

    def look() -> None:
        nonlocal deepest
        deepest = max(deepest, pipeline.stats().queue)

    running = asyncio.create_task(pipeline.run())
    recorder.began, cpu = time.time(), time.process_time()
    await feed(voices, recorder.began, hear, look)
    for voice in voices:
        pipeline.untrack(voice.name)
    await pipeline.drained()
    cpu_s, ran_s = time.process_time() - cpu, time.time() - recorder.began
    running.cancel()
    await asyncio.wait([running])
    counters = pipeline.stats().counters
    heard, translated = recogniser.meter, translator.meter
    return Outcome(
        tuple(recorder.shown),
        cpu_s,
        counters.get("refused_partials", 0) + counters.get("replaced_partials", 0),
        {
            "recognition_cpu_s": round(heard.cpu_s, 2),
            "translation_cpu_s": round(translated.cpu_s, 2),
            "passes": heard.items,
            "batch_mean": round(heard.items / heard.calls, 2) if heard.calls else None,
            "queue_max": deepest,
            "busy": round((heard.busy_s + translated.busy_s) / ran_s, 3),
            "guard_retries": counters.get("fallbacks", 0),
            "abandoned_finals": counters.get("abandoned_finals", 0),
            "refused_hypotheses": counters.get("refused_hypotheses", 0),
        },
    )


def track(voice: Voicing) -> Track:
    return Track(track=voice.name, lang=voice.language, targets=(voice.reads,))


def _warm_up(recogniser: MeteredRecogniser, translator: MeteredTranslator, voices: Sequence[Voicing]) -> None:
    """What only the first pass and the first translation of each pair cost is not the engine's price."""
    recogniser.recognise([Request(np.zeros(SAMPLE_RATE_HZ, np.float32), voices[0].language)])
    for voice in voices:
        translator.translate([TranslationItem("네.", voice.language, (voice.reads,), {}, final=True)])
    recogniser.meter, translator.meter = Meter(), Meter()
