"""A pipeline in virtual time: every pass ends before the next frame comes, however slow the machine is."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import numpy as np

from tests.transcription.voices import FRAME_US, Pcm, frames
from transcription.agreement import Piece, Unit, units_of
from transcription.inference import Recognising, Translating
from transcription.pipeline import Emitted, Pipeline
from transcription.recogniser import Recognition, Request
from transcription.translator import TranslationItem
from wire.audio import SAMPLE_RATE_HZ
from wire.captions import Translation
from wire.links import Hypothesis, Track

START_US = 1_790_000_000_000_000


class VirtualClock:
    def __init__(self) -> None:
        self.now_us = START_US

    def wall_ms(self) -> int:
        return self.now_us // 1000

    def monotonic_s(self) -> float:
        return self.now_us / 1e6


class Echo:
    """A translator that marks the text with the target."""

    def translate(self, items: Sequence[TranslationItem]) -> list[dict[str, Translation]]:
        return [
            {target: Translation(text=f"{target}: {item.text}") for target in item.targets} for item in items
        ]


@dataclass
class Stage:
    pipeline: Pipeline
    clock: VirtualClock
    sent: list[Emitted] = field(default_factory=list)

    def hypotheses(self, track: str = "r1-p1") -> list[Hypothesis]:
        return [
            message for message in self.sent if isinstance(message, Hypothesis) and message.track == track
        ]

    def finals(self, track: str = "r1-p1") -> list[Hypothesis]:
        return [message for message in self.hypotheses(track) if message.state == "final"]

    async def play(self, voices: Mapping[str, Pcm]) -> None:
        """Tracks at the same time, each frame when it would be spoken."""
        parts = {name: list(frames(name, pcm, self.clock.now_us)) for name, pcm in voices.items()}
        for index in range(max(map(len, parts.values()))):
            self.clock.now_us += FRAME_US
            for part in parts.values():
                if index < len(part):
                    self.pipeline.feed(part[index])
            await self.pipeline.drained()


@asynccontextmanager
async def rehearsal(
    recogniser: Recognising, translator: Translating, *tracks: Track, workers: int = 1
) -> AsyncIterator[Stage]:
    clock = VirtualClock()
    sent: list[Emitted] = []
    pipeline = Pipeline(recogniser, translator, sent.append, clock=clock, prompted=False, workers=workers)
    running = asyncio.create_task(pipeline.run())
    for track in tracks:
        pipeline.track(track)
    try:
        yield Stage(pipeline, clock, sent)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class Scripted:
    """Stands in for a recogniser where the real one can't be made to do what a test is about.

    `script` has the text for each pass in turn; the last one stays.
    """

    def __init__(self, *script: str, trusted: bool = True) -> None:
        self.passes = self.fallbacks = 0
        self.script = list(script)
        self._trusted = trusted
        self.requests: list[Request] = []

    def knows(self, language: str) -> bool:
        return True

    def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
        return [self._next(request) for request in requests]

    def recognise_again(self, request: Request) -> Recognition:
        self.fallbacks += 1
        return recognition("again", trusted=False)

    def _next(self, request: Request) -> Recognition:
        self.requests.append(request)
        text = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if text == "FAIL":
            raise RuntimeError("the model failed")
        return recognition(text, trusted=self._trusted)


class WordReader:
    """A perfect ear: of a known recording it hears each word that is at least three quarters in the audio."""

    WORD_SAMPLES = 6_000

    def __init__(self, recording: Pcm, *, first: int, last: int) -> None:
        """Words lie side by side from sample `first` to `last`."""
        self.passes = self.fallbacks = 0
        self._recording = recording.astype("<i2").tobytes()
        self._starts = range(first, last - self.WORD_SAMPLES, self.WORD_SAMPLES)
        self.words = [f"w{number}" for number in range(len(self._starts))]

    def knows(self, language: str) -> bool:
        return True

    def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
        return [self._read(request) for request in requests]

    def recognise_again(self, request: Request) -> Recognition:
        raise AssertionError("every pass is trusted")

    def _read(self, request: Request) -> Recognition:
        pcm = np.round(request.audio * 32768).astype("<i2").tobytes()
        position = self._recording.index(pcm[:8_000]) // 2
        end = position + len(pcm.rstrip(b"\0")) // 2
        heard = [
            number
            for number, start in enumerate(self._starts)
            if min(end, start + self.WORD_SAMPLES) - max(position, start) >= 0.75 * self.WORD_SAMPLES
        ]
        units = tuple(Unit(" " * (index > 0) + self.words[n], (n,)) for index, n in enumerate(heard))
        ends = tuple(min(end, self._starts[n] + self.WORD_SAMPLES) - position for n in heard)
        return Recognition(units, -0.1, 0.9, 0.0, True, ends if request.timed else ())


def recognition(text: str, *, trusted: bool = True) -> Recognition:
    pieces = [Piece(" " + word, (number,)) for number, word in enumerate(text.split())]
    return Recognition(units_of(pieces, "en"), -0.1 if text else 0.0, 0.9 if text else 0.0, 0.0, trusted)


def seconds(pcm: Pcm) -> float:
    return len(pcm) / SAMPLE_RATE_HZ
