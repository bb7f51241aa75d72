"""The inference plane in one process: PCM frames in, `Hypothesis` and `Translated` messages out.

The event loop cuts speech into utterances and decides; the models run in threads of their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from transcription.agreement import Agreement
from transcription.captioner import Captioner
from transcription.clock import Clock, SystemClock
from transcription.corrections import Corrections
from transcription.endings import ends_sentence
from transcription.errors import InferenceError
from transcription.filters import nothing_said
from transcription.inference import Inference, Recognising, Translating
from transcription.lag import LagWindow
from transcription.policy import PolicyFactory
from transcription.recogniser import Recognition, Request
from transcription.scheduler import Job, Kind, Pace, WorkQueue
from transcription.speaker import Speaker
from transcription.statistics import statistics
from transcription.translator import TranslationItem
from transcription.utterance import Closed, Event, Opened, Paused, Resumed
from transcription.vad import SileroVad
from transcription.work import Utterance
from wire.audio import SAMPLE_RATE_HZ, AudioFrame
from wire.captions import Translation
from wire.links import Compare, Compared, Hypothesis, Track, TranscriptionStats, Translate, Translated

log = logging.getLogger(__name__)

FIRST_PARTIAL_SAMPLES = SAMPLE_RATE_HZ // 2
"""Speech before the first pass is worth making: with less, decoders guess."""
MIN_SPEECH_FRAMES = 3
"""An utterance with less speech, 96 ms, was a noise; nothing is recognised."""
QUIET_S = 0.8
"""No audio for so long ends an open utterance: the sender is gone, or sends nothing while muted."""
TICK_S = 0.2
MAX_TRACKS = 1_024

Emitted = Hypothesis | Translated | Compared


class Pipeline:
    """Feed it and run it in one event loop. `emit` is called there, in order, and must not block.

    `prompted`: whether the recogniser is told the room's glossary and what was said before an utterance that
    goes on; small models are only confused by it. `workers`: passes at the same time.
    `detect_languages`: whether finals spoken in another language of the room are flagged.
    """

    def __init__(
        self,
        recogniser: Recognising,
        translator: Translating,
        emit: Callable[[Emitted], None],
        *,
        clock: Clock | None = None,
        prompted: bool = True,
        workers: int = 1,
        detect_languages: bool = True,
        policy: PolicyFactory = Agreement,
    ) -> None:
        """Raises ModelError when the voice detector cannot be loaded."""
        self._recogniser = recogniser
        self._inference = Inference(recogniser, translator, workers=workers)
        self._workers = workers
        self._detect_languages = detect_languages
        self._policy = policy
        self._passing = 0
        self._answering = False
        self._emit = emit
        self._clock = clock or SystemClock()
        self._prompted = prompted
        self._vad = SileroVad()
        self._speakers: dict[str, Speaker] = {}
        self._open: dict[str, Utterance] = {}
        self._unfinished: set[int] = set()
        self._queue: WorkQueue[Utterance] = WorkQueue()
        self._corrections = Corrections(self._translated, emit)
        self._pace = Pace()
        self._lag = LagWindow()
        self._utterances = 0
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self.counters: Counter[str] = Counter()

    # --- what comes in ----------------------------------------------------------------------------------

    def track(self, track: Track) -> None:
        """A speaker to listen to, or a change that takes effect on the next utterance."""
        if not self._detect_languages:
            track = track.model_copy(update={"others": ()})
        speaker = self._speakers.get(track.track)
        if speaker is not None:
            speaker.track = track
        elif len(self._speakers) >= MAX_TRACKS:
            self.counters["refused_tracks"] += 1
        else:
            self._speakers[track.track] = Speaker(track, self._vad, heard_at=self._clock.monotonic_s())

    def untrack(self, track: str) -> None:
        """The speaker left; an open utterance is finished."""
        speaker = self._speakers.pop(track, None)
        if speaker is not None:
            self._act(speaker, speaker.segmenter.flush())

    @property
    def tracks(self) -> frozenset[str]:
        return frozenset(self._speakers)

    def feed(self, frame: AudioFrame) -> None:
        """Costs a fraction of a millisecond; frames of tracks not announced are dropped and counted."""
        speaker = self._speakers.get(frame.track)
        if speaker is None:
            self.counters["frames_of_unknown_tracks"] += 1
            return
        self.counters["frames"] += 1
        for event in speaker.hear(frame, self._clock.monotonic_s()):
            self._act(speaker, (event,))
        self._ask_for_partial(speaker)

    def translate(self, request: Translate) -> None:
        """Answered by a `Translated`."""
        self._corrections.put(request)
        self._settled.clear()
        self._wake.set()

    def compare(self, request: Compare) -> None:
        """Answered by a `Compared`, at once."""
        self._corrections.compare(request)

    async def drained(self) -> None:
        """Until nothing waits or runs: what could be made of the audio so far has been sent."""
        await self._settled.wait()

    async def run(self) -> None:
        """Until cancelled."""
        with self._inference:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._end_quiet_utterances())
                await self._serve(tasks)

    def stats(self) -> TranscriptionStats:
        counters = self.counters + self._queue.counters
        counters["vad_frames"] = self._vad.frames
        counters["passes"] = self._recogniser.passes
        counters["fallbacks"] = self._recogniser.fallbacks
        counters["refused_translations"] = self._corrections.refused
        waiting = len(self._queue) + len(self._corrections)
        return statistics(counters, self._lag, tracks=len(self._speakers), queue=waiting)

    # --- what happens to an utterance -------------------------------------------------------------------

    def _act(self, speaker: Speaker, events: Sequence[Event]) -> None:
        name = speaker.track.track
        for event in events:
            match event:
                case Opened():
                    self._opened(speaker, event)
                case Paused(end=end) if utterance := self._open.get(name):
                    utterance.paused_at = end
                    self._put(utterance, Kind.SPECULATIVE)
                case Resumed() if utterance := self._open.get(name):
                    utterance.resume()
                    self._queue.cancel(utterance.key)
                case Closed() if utterance := self._open.pop(name, None):
                    self._closed(utterance, event)

    def _opened(self, speaker: Speaker, event: Opened) -> None:
        if not self._recogniser.knows(speaker.track.lang):
            self.counters["utterances_in_unknown_languages"] += 1
            return
        self._utterances += 1
        self.counters["utterances"] += 1
        spoken_ms = speaker.audio.wall_ms(event.speech)
        captioner = Captioner(self._utterances, speaker.track, spoken_ms, self._policy)
        self._open[speaker.track.track] = Utterance(
            self._utterances, speaker, captioner, event, now=self._clock.monotonic_s()
        )

    def _closed(self, utterance: Utterance, event: Closed) -> None:
        speculated = utterance.speculated_at == event.end
        utterance.close(event)
        self.counters["speech_ms"] += (event.end - event.start) * 1000 // SAMPLE_RATE_HZ
        self._unfinished.add(utterance.key)
        self._settled.clear()
        if event.speech_frames < MIN_SPEECH_FRAMES and not utterance.captioner.shown:
            self.counters["too_short"] += 1
            self._queue.cancel(utterance.key)
            self._finalise(utterance, None, None)
        elif speculated and utterance.ready is not None:
            self.counters["speculative_finals"] += 1
            self._finalise(utterance, *utterance.ready)
        elif not (speculated and utterance.running is Kind.SPECULATIVE):
            self._put(utterance, Kind.FINAL)

    def _ask_for_partial(self, speaker: Speaker) -> None:
        utterance = self._open.get(speaker.track.track)
        if utterance is None or utterance.paused_at is not None:
            return
        if speaker.position - utterance.speech < FIRST_PARTIAL_SAMPLES:
            return
        now = self._clock.monotonic_s()
        if now >= utterance.asked_at + self._pace.interval_s(len(self._open), self._workers):
            utterance.asked_at = now
            self._put(utterance, Kind.PARTIAL)

    def _put(self, utterance: Utterance, kind: Kind) -> None:
        self._settled.clear()
        abandoned = self._queue.put(Job(utterance, kind, self._clock.monotonic_s()))
        if abandoned is not None:
            self._finalise(abandoned.work, None, None)
        self._wake.set()

    async def _end_quiet_utterances(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            limit = self._clock.monotonic_s() - QUIET_S
            for name in list(self._open):
                speaker = self._open[name].speaker
                if speaker.heard_at < limit:
                    self._act(speaker, speaker.segmenter.flush())

    # --- the models' work -------------------------------------------------------------------------------

    async def _serve(self, tasks: asyncio.TaskGroup) -> None:
        """Keeps the models busy as long as there is work."""
        while True:
            self._wake.clear()
            while self._passing < self._workers and (batch := self._queue.take()):
                self._passing += 1
                now = self._clock.monotonic_s()
                requests = [job.work.begin(job.kind, now=now, prompted=self._prompted) for job in batch]
                tasks.create_task(self._pass(batch, requests))
            if len(self._corrections) and not self._answering:
                self._answering = True
                tasks.create_task(self._answer())
            if not (self._passing or self._answering or self._unfinished or len(self._queue)):
                self._settled.set()
            await self._wake.wait()

    async def _answer(self) -> None:
        try:
            await self._corrections.answer()
        finally:
            self._answering = False
            self._wake.set()

    async def _translated(
        self, items: Sequence[TranslationItem]
    ) -> Sequence[Mapping[str, Translation] | None]:
        """None for what could not be translated: what is shown stays."""
        try:
            return await self._inference.translate(items)
        except InferenceError as error:
            log.error("a translation failed: %s", error)
            self.counters["failed_translations"] += len(items)
            return [None] * len(items)

    async def _pass(self, batch: Sequence[Job[Utterance]], requests: Sequence[Request]) -> None:
        try:
            await self._make_pass(batch, requests)
        finally:
            self._passing -= 1
            self._wake.set()

    async def _make_pass(self, batch: Sequence[Job[Utterance]], requests: Sequence[Request]) -> None:
        began = self._clock.monotonic_s()
        recognitions: Sequence[Recognition | None]
        try:
            recognitions = await self._inference.recognise(
                requests, [job.kind is Kind.FINAL for job in batch]
            )
        except InferenceError as error:
            log.error("a recognition failed: %s", error)
            self.counters["failed_passes"] += 1
            recognitions = [None] * len(batch)
        took_s = self._clock.monotonic_s() - began
        self._pace.measured(took_s, len(batch))
        self.counters["pass_ms"] += round(took_s * 1000)
        said = [
            self._said(job.work, request, recognition)
            for job, request, recognition in zip(batch, requests, recognitions, strict=True)
        ]
        items = [self._hear(job, recognition) for job, recognition in zip(batch, said, strict=True)]
        answers = iter(await self._translated([item for item in items if item is not None]))
        for job, recognition, item in zip(batch, said, items, strict=True):
            self._tell(job, recognition, None if item is None else next(answers))

    def _said(
        self, utterance: Utterance, request: Request, recognition: Recognition | None
    ) -> Recognition | None:
        """The recognition without a text that nobody said; None where there is none to be trusted."""
        if recognition is None:
            return None
        if recognition.units and nothing_said(
            recognition.text, utterance.evidence(recognition, request.audio)
        ):
            self.counters["invented_texts"] += 1
            return recognition.withdrawn()
        return recognition

    def _hear(self, job: Job[Utterance], recognition: Recognition | None) -> TranslationItem | None:
        """Takes a hypothesis into its caption; returns what is to be translated of it."""
        utterance, captioner = job.work, job.work.captioner
        if recognition is None:
            return None
        if job.kind is Kind.FINAL:
            captioner.finish(recognition.units)
            return captioner.item(final=True)
        if utterance.closed and not utterance.speculation_holds:
            return None  # its final pass is on the way
        if not recognition.trusted or not recognition.units:
            self.counters["doubtful_partials"] += not recognition.trusted
            return None
        if captioner.policy.hear(recognition.units) and not utterance.closed:
            utterance.agreed(recognition.ends)
        final = utterance.speculation_holds
        return captioner.item(final=final) if final or not self._queue.has_finals else None

    def _tell(
        self,
        job: Job[Utterance],
        recognition: Recognition | None,
        translations: Mapping[str, Translation] | None,
    ) -> None:
        """Sends what a pass has come to."""
        utterance = job.work
        utterance.running = None
        if utterance.closed and utterance.key not in self._unfinished:
            return  # too short: it is over already
        if job.kind is Kind.FINAL:
            self._finalise(utterance, recognition, translations if recognition else None)
            return
        trusted = recognition is not None and recognition.trusted
        if utterance.speculation_holds and recognition is not None and trusted:
            if recognition.text.startswith(utterance.captioner.policy.stable_text):
                utterance.ready = recognition, translations
            language = utterance.captioner.track.lang
            if not utterance.closed and ends_sentence(recognition.units, language):
                utterance.speaker.segmenter.expect_end()
        if utterance.closed:
            if utterance.ready is not None:
                self.counters["speculative_finals"] += 1
                self._finalise(utterance, *utterance.ready)
            elif job.kind is Kind.SPECULATIVE:
                self._put(utterance, Kind.FINAL)
        elif trusted:
            message = utterance.captioner.partial(
                translations, end_wall_ms=utterance.heard_wall_ms, now_ms=self._clock.wall_ms()
            )
            if message is not None:
                self.counters["partials"] += 1
                self._emit(message)

    def _finalise(
        self,
        utterance: Utterance,
        recognition: Recognition | None,
        translations: Mapping[str, Translation] | None,
    ) -> None:
        """Sends the final; without a recognition, what is on the screens becomes it."""
        captioner = utterance.captioner
        flags: tuple[str, ...] = ()
        if recognition is not None:
            captioner.finish(recognition.units)
            if other := utterance.other_language(recognition):
                flags = (f"language:{other}",)
                self.counters["other_languages"] += 1
        message = captioner.final(
            translations,
            flags=flags,
            confidence=recognition.confidence if recognition else None,
            end_wall_ms=utterance.heard_wall_ms,
            now_ms=self._clock.wall_ms(),
        )
        self._unfinished.discard(utterance.key)
        self._wake.set()
        self.counters["stable_violations"] += captioner.stable_violations
        self.counters["refused_hypotheses"] += captioner.policy.refused
        self.counters["retracted_chars"] += captioner.retracted.text
        self.counters["retracted_translation_chars"] += captioner.retracted.translations
        if message is None:
            self.counters["empty_utterances"] += 1
            return
        self.counters["finals" if message.text else "withdrawn"] += 1
        utterance.speaker.said = max(utterance.speaker.said, (utterance.key, message.text))
        if message.text:
            self._lag.add(message.lag_ms)
            self.counters["final_chars"] += len(message.text)
            self.counters["final_translation_chars"] += sum(
                len(line.text) for line in message.translations.values()
            )
        self._emit(message)
