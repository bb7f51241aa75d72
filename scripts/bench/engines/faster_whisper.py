"""Plain faster-whisper: `WhisperModel.transcribe` with its defaults and the language given.

Utterances are cut by the same voice detector as Sangdam's; nothing is translated. Two ways: once, at an
utterance's end; or again and again while it lasts, at the pace of Sangdam's partials on an idle machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from faster_whisper import WhisperModel

from bench.dialogue import Voicing
from bench.engines.outcome import Outcome, Recorder, caption, feed
from bench.engines.pipeline import track
from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.pipeline import FIRST_PARTIAL_SAMPLES
from transcription.scheduler import IDLE_INTERVAL_S
from transcription.speaker import Speaker
from transcription.track import Samples
from transcription.utterance import Closed, Opened
from transcription.vad import SileroVad
from transcription.work import TAIL_SAMPLES
from wire.audio import SAMPLE_RATE_HZ, AudioFrame


@dataclass(slots=True)
class _Utterance:
    number: int
    speaker: Speaker
    opened: Opened
    asked_at: float = 0.0
    """Monotonic, s: when its last pass began."""
    closed: Closed | None = None
    audio: Samples | None = None
    """Of a closed one; the track forgets it."""


async def finals_only(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    return await _Plain(store, voices, threads=threads, partials=False).run()


async def with_partials(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    return await _Plain(store, voices, threads=threads, partials=True).run()


class _Plain:
    """One thread of passes: the oldest ended utterance first, then the open one that waited longest."""

    def __init__(self, store: ModelStore, voices: Sequence[Voicing], *, threads: int, partials: bool) -> None:
        self._model = store.load_recogniser(Hardware(threads=threads))
        self._voices = voices
        self._partials = partials
        vad = SileroVad()
        self._speakers = {voice.name: Speaker(track(voice), vad, heard_at=0.0) for voice in voices}
        self._open: dict[str, _Utterance] = {}
        self._ended: list[_Utterance] = []
        self._recorder = Recorder()
        self._wake = asyncio.Event()
        self._utterances = self._passes = 0
        self._busy_s = 0.0
        self._over = False

    async def run(self) -> Outcome:
        transcribe(self._model, np.zeros(SAMPLE_RATE_HZ, np.float32), self._voices[0].language)  # warms up
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference") as executor:
            self._recorder.began, cpu = time.time(), time.process_time()
            serving = asyncio.create_task(self._serve(executor))
            await feed(self._voices, self._recorder.began, self._hear)
            self._end()
            await serving
            cpu_s, ran_s = time.process_time() - cpu, time.time() - self._recorder.began
        load = {"passes": self._passes, "busy": round(self._busy_s / ran_s, 3)}
        return Outcome(tuple(self._recorder.shown), cpu_s, load=load)

    def _hear(self, frame: AudioFrame) -> None:
        speaker = self._speakers[frame.track]
        for event in speaker.hear(frame, 0.0):
            if isinstance(event, Opened):
                self._utterances += 1
                self._open[frame.track] = _Utterance(self._utterances, speaker, event)
            elif isinstance(event, Closed):
                self._close(self._open.pop(frame.track), event)
        self._wake.set()

    def _close(self, utterance: _Utterance, event: Closed) -> None:
        utterance.closed = event
        utterance.audio = utterance.speaker.window(event.start, event.end + TAIL_SAMPLES)
        self._ended.append(utterance)

    def _end(self) -> None:
        for name, utterance in self._open.items():
            for event in self._speakers[name].segmenter.flush():
                if isinstance(event, Closed):
                    self._close(utterance, event)
        self._open.clear()
        self._over = True
        self._wake.set()

    async def _serve(self, executor: ThreadPoolExecutor) -> None:
        """Until the audio is over and every utterance has its final."""
        while True:
            self._wake.clear()
            if utterance := self._next():
                await self._pass(utterance, executor)
            elif self._over:
                return
            else:
                await self._wake.wait()

    def _next(self) -> _Utterance | None:
        if self._ended:
            return self._ended.pop(0)
        due = time.monotonic() - IDLE_INTERVAL_S
        waiting = [
            utterance
            for utterance in self._open.values()
            if self._partials
            and utterance.asked_at <= due
            and utterance.speaker.position - utterance.opened.speech >= FIRST_PARTIAL_SAMPLES
        ]
        return min(waiting, key=lambda utterance: utterance.asked_at, default=None)

    async def _pass(self, utterance: _Utterance, executor: ThreadPoolExecutor) -> None:
        speaker, closed = utterance.speaker, utterance.closed
        utterance.asked_at = began = time.monotonic()
        end = closed.end if closed else speaker.position
        span_ms = speaker.audio.wall_ms(utterance.opened.speech), speaker.audio.wall_ms(end)
        audio = utterance.audio
        if audio is None:
            audio = speaker.window(utterance.opened.start, end)
        language = speaker.track.lang
        text = await asyncio.get_running_loop().run_in_executor(
            executor, transcribe, self._model, audio, language
        )
        self._passes += 1
        self._busy_s += time.monotonic() - began
        if utterance.closed is not None and closed is None:
            return  # it ended meanwhile: its final is next
        self._recorder.note(
            caption(
                *(speaker.track.track, language, utterance.number),
                state="final" if closed else "partial",
                text=text,
                stable=len(text) if closed else 0,
                span_ms=span_ms,
            )
        )


def transcribe(model: WhisperModel, audio: Samples, language: str) -> str:
    segments, _ = model.transcribe(audio, language=language)
    return " ".join(segment.text.strip() for segment in segments)
