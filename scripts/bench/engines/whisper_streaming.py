"""whisper_streaming's policy on faster-whisper: `whisper_streaming-policy`, for the program is on no index.

The whole buffer is transcribed again for every second of new speech, with beam 5 and word times; the buffer
is cut at a finished segment when it is longer than 15 s. When the voice controller hears the end, what is
still open is the final, without a further pass: so the program does it, and loses words by it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from faster_whisper import WhisperModel

from bench.dialogue import Voicing
from bench.engines.local_agreement import VoiceController, Word, WordAgreement
from bench.engines.outcome import Outcome, Recorder, caption, feed
from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.track import AudioTrack, Samples
from transcription.vad import FRAME_SAMPLES, SileroVad, VadState
from wire.audio import SAMPLE_RATE_HZ, AudioFrame

CHUNK_SAMPLES = SAMPLE_RATE_HZ
BUFFER_S = 15.0
KEPT_SAMPLES = SAMPLE_RATE_HZ
"""Audio kept while nobody speaks: an onset lies a little back."""


@dataclass(slots=True)
class _Utterance:
    number: int
    start: int
    agreement: WordAgreement = field(default_factory=WordAgreement)
    offset_s: float = 0.0
    """Start of the buffer, from `start`."""
    passed: int = 0
    """Samples from `start` that a pass has heard."""
    end: int | None = None


class _Listener:
    """One track."""

    def __init__(self, voice: Voicing, vad: SileroVad) -> None:
        self.voice = voice
        self.audio = AudioTrack()
        self.utterances: list[_Utterance] = []
        """The open one last; before it those whose final is still to come."""
        self._vad, self._state = vad, VadState()
        self._controller = VoiceController()
        self._next = self._count = 0

    def hear(self, frame: AudioFrame) -> None:
        self.audio.append(frame)
        while self._next + FRAME_SAMPLES <= self.audio.end:
            samples = self.audio.read(self._next, self._next + FRAME_SAMPLES)
            self._next += FRAME_SAMPLES
            was_open = self._controller.start is not None
            end = self._controller.step(self._vad.probability(samples, self._state))
            if end is not None:
                self.utterances[-1].end = min(end, self._next)
            elif self._controller.start is not None and not was_open:
                self._count += 1
                self.utterances.append(_Utterance(self._count, self._controller.start))
        if not self.utterances:
            self.audio.forget(self._next - KEPT_SAMPLES)

    def end(self) -> None:
        if self.utterances and self.utterances[-1].end is None:
            self.utterances[-1].end = self._next

    def position(self, utterance: _Utterance) -> int:
        """Samples of the utterance so far."""
        return (self._next if utterance.end is None else utterance.end) - utterance.start


class _Streaming:
    def __init__(self, model: WhisperModel, voices: Sequence[Voicing]) -> None:
        self._model = model
        vad = SileroVad()
        self.listeners = {voice.name: _Listener(voice, vad) for voice in voices}
        self.recorder = Recorder()
        self.wake = asyncio.Event()
        self.over = False
        self.passes = 0
        self.busy_s = 0.0

    def hear(self, frame: AudioFrame) -> None:
        self.listeners[frame.track].hear(frame)
        self.wake.set()

    async def serve(self, executor: ThreadPoolExecutor) -> None:
        """Tracks in turn, each when it has a second of new speech or has ended."""
        while True:
            self.wake.clear()
            busy = [await self._turn(listener, executor) for listener in self.listeners.values()]
            if not any(busy):
                if self.over:
                    return
                await self.wake.wait()

    async def _turn(self, listener: _Listener, executor: ThreadPoolExecutor) -> bool:
        if not listener.utterances:
            return False
        utterance = listener.utterances[0]
        if utterance.end is not None:
            listener.utterances.pop(0)
            self._show(listener, utterance, final=True)
            return True
        position = listener.position(utterance)
        if position - utterance.passed <= CHUNK_SAMPLES:
            return False
        utterance.passed = position
        first = utterance.start + round(utterance.offset_s * SAMPLE_RATE_HZ)
        audio = listener.audio.read(first, utterance.start + position)
        began = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(
            executor, self._pass, audio, utterance, listener.voice.language
        )
        self.busy_s += time.monotonic() - began
        if utterance.agreement.committed:
            self._show(listener, utterance, final=False)
        return True

    def _pass(self, audio: Samples, utterance: _Utterance, language: str) -> None:
        self.passes += 1
        agreement, offset_s = utterance.agreement, utterance.offset_s
        segments, _ = self._model.transcribe(
            audio,
            language=language,
            initial_prompt=agreement.prompt(),
            beam_size=5,
            word_timestamps=True,
            condition_on_previous_text=True,
        )
        heard = list(segments)
        agreement.hear(
            [
                Word(word.word, word.start + offset_s, word.end + offset_s)
                for segment in heard
                for word in segment.words or ()
            ]
        )
        if len(audio) > BUFFER_S * SAMPLE_RATE_HZ and agreement.committed:
            until = agreement.committed[-1].end
            ends = [segment.end + offset_s for segment in heard[:-1] if segment.end + offset_s <= until]
            if ends:
                utterance.offset_s = ends[-1]
                agreement.forget(ends[-1])

    def _show(self, listener: _Listener, utterance: _Utterance, *, final: bool) -> None:
        agreement = utterance.agreement
        words = agreement.committed + (agreement.open if final else [])
        text = "".join(word.text for word in words).strip()
        end = utterance.start + listener.position(utterance)
        if text:
            self.recorder.note(
                caption(
                    *(listener.voice.name, listener.voice.language, utterance.number),
                    state="final" if final else "partial",
                    text=text,
                    stable=len(text),
                    span_ms=(listener.audio.wall_ms(utterance.start), listener.audio.wall_ms(end)),
                )
            )


async def whisper_streaming(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    model = store.load_recogniser(Hardware(threads=threads))
    streaming = _Streaming(model, voices)
    list(model.transcribe(np.zeros(SAMPLE_RATE_HZ, np.float32), language=voices[0].language)[0])  # warms up
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference") as executor:
        streaming.recorder.began, cpu = time.time(), time.process_time()
        serving = asyncio.create_task(streaming.serve(executor))
        await feed(voices, streaming.recorder.began, streaming.hear)
        for listener in streaming.listeners.values():
            listener.end()
        streaming.over = True
        streaming.wake.set()
        await serving
        cpu_s, ran_s = time.process_time() - cpu, time.time() - streaming.recorder.began
    load = {"passes": streaming.passes, "busy": round(streaming.busy_s / ran_s, 3)}
    return Outcome(tuple(streaming.recorder.shown), cpu_s, load=load)
