"""The two engines of `bench_captions`, fed in real time: Sangdam's pipeline, and plain faster-whisper."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from faster_whisper import WhisperModel

from bench.caption_scores import Shown
from bench.dialogue import Voicing
from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.pipeline import Emitted, Pipeline
from transcription.recogniser import Recogniser, Request
from transcription.speaker import Speaker
from transcription.track import Samples
from transcription.translator import TranslationItem
from transcription.utterance import Closed
from transcription.vad import SileroVad
from transcription.work import TAIL_SAMPLES
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame
from wire.links import Hypothesis, Track

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Outcome:
    shown: tuple[Shown, ...]
    """In the order they were sent."""
    cpu_s: float
    """Processor time of this process from the first frame to the last final, all threads."""
    dropped_partials: int


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


async def sangdam(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    """The transcription worker's own pipeline with translation, without its sockets."""
    models = store.model_set()
    recogniser = Recogniser(store.load_recogniser(Hardware(threads=threads)), models.recogniser.languages)
    translator = store.load_translator()
    recogniser.recognise([Request(np.zeros(SAMPLE_RATE_HZ, np.float32), voices[0].language)])  # warms up
    recorder = Recorder()

    def emit(message: Emitted) -> None:
        if isinstance(message, Hypothesis):
            recorder.note(message)

    for voice in voices:
        translator.translate([TranslationItem("네.", voice.language, (voice.reads,), {}, final=True)])
    pipeline = Pipeline(recogniser, translator, emit, prompted=not models.demo)
    for voice in voices:
        pipeline.track(Track(track=voice.name, lang=voice.language, targets=(voice.reads,)))
    running = asyncio.create_task(pipeline.run())
    recorder.began, cpu = time.time(), time.process_time()
    await feed(voices, recorder.began, pipeline.feed)
    for voice in voices:
        pipeline.untrack(voice.name)
    await pipeline.drained()
    cpu_s = time.process_time() - cpu
    running.cancel()
    await asyncio.wait([running])
    counters = pipeline.stats().counters
    dropped = counters.get("refused_partials", 0) + counters.get("replaced_partials", 0)
    return Outcome(tuple(recorder.shown), cpu_s, dropped)


async def faster_whisper(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    """`WhisperModel.transcribe` with its defaults and the language given, once an utterance, in their order.

    Utterances are cut by the same voice detector; nothing is translated.
    """
    model = store.load_recogniser(Hardware(threads=threads))
    list(model.transcribe(np.zeros(SAMPLE_RATE_HZ, np.float32), language=voices[0].language)[0])  # warms up
    vad = SileroVad()
    speakers = {
        voice.name: Speaker(Track(track=voice.name, lang=voice.language, targets=()), vad, heard_at=0.0)
        for voice in voices
    }
    recorder = Recorder()
    pending: list[asyncio.Future[None]] = []
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference") as executor:
        loop = asyncio.get_running_loop()

        def hear(frame: AudioFrame) -> None:
            speaker = speakers[frame.track]
            for event in speaker.hear(frame, 0.0):
                if isinstance(event, Closed):
                    audio = speaker.window(event.start, event.end + TAIL_SAMPLES)
                    blank = _final(speaker, event, len(pending))
                    pending.append(loop.run_in_executor(executor, _transcribe, model, audio, blank, recorder))

        recorder.began, cpu = time.time(), time.process_time()
        await feed(voices, recorder.began, hear)
        await asyncio.gather(*pending)
        cpu_s = time.process_time() - cpu
    return Outcome(tuple(recorder.shown), cpu_s, 0)


async def feed(voices: Sequence[Voicing], began: float, hear: Callable[[AudioFrame], None]) -> None:
    """Every track's frames, each when its last sample would have been captured."""
    start = time.monotonic() - (time.time() - began)
    frames = min(len(voice.samples) for voice in voices) // FRAME_SAMPLES
    for index in range(frames):
        await asyncio.sleep(max(0.0, start + (index + 1) * FRAME_S - time.monotonic()))
        wall_us = round((began + index * FRAME_S) * 1e6)
        for voice in voices:
            samples = voice.samples[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
            hear(AudioFrame(voice.name, wall_us, samples.tobytes()))


def _final(speaker: Speaker, event: Closed, number: int) -> Hypothesis:
    """The message an utterance will be told with, its text still to come."""
    return Hypothesis(
        track=speaker.track.track,
        utterance=number,
        rev=1,
        state="final",
        lang=speaker.track.lang,
        text="",
        stable=0,
        translations={},
        start_wall_ms=speaker.audio.wall_ms(event.start),
        end_wall_ms=speaker.audio.wall_ms(event.end),
        lag_ms=0,
    )


def _transcribe(model: WhisperModel, audio: Samples, blank: Hypothesis, recorder: Recorder) -> None:
    segments, _ = model.transcribe(audio, language=blank.lang)
    text = " ".join(segment.text.strip() for segment in segments)
    recorder.note(blank.model_copy(update={"text": text, "stable": len(text)}))
