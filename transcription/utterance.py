"""Where utterances begin and end: a pure state machine over the voice detector's frames, in samples."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from transcription.vad import FRAME_SAMPLES
from wire.audio import SAMPLE_RATE_HZ

ONSET = 0.5
"""A frame at least this probable is speech."""
OFFSET = 0.35
"""One below this is silence; in between, what was goes on."""
ONSET_FRAMES = 2
"""Speech frames in a row that open an utterance: one alone is a click."""


def _frames(ms: int) -> int:
    return round(ms * SAMPLE_RATE_HZ / 1000 / FRAME_SAMPLES)


PRE_ROLL_SAMPLES = 300 * SAMPLE_RATE_HZ // 1000
"""Taken from before the first speech frame: soft consonants come before the detector is sure."""
PAUSE_FRAMES = _frames(192)
"""Silence after which the end is suspected and a final pass is worth starting."""
HANGOVER_FRAMES = _frames(448)
"""Silence that ends an utterance."""
SENTENCE_HANGOVER_FRAMES = _frames(320)
"""The same when the early final is a whole sentence: `Segmenter.expect_end`."""
GAP_FRAMES = _frames(96)
"""Silence that ends a long one."""
LONG_SAMPLES = 8 * SAMPLE_RATE_HZ
MAX_SAMPLES = 12 * SAMPLE_RATE_HZ
CUT_FRAMES = _frames(800)
"""An utterance that reaches its maximum is cut at the least probable frame of its last 0.8 s."""
NEAR_FRAMES = _frames(160)
"""Or so near to the end of a word, where the recogniser has said when its words end."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`start` includes the pre-roll, `speech` is where the detector heard the first word."""

    start: int
    speech: int
    goes_on: bool = False
    """Whether the one before was cut here, in the middle of speech."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Speech seems to have ended at `end`."""

    end: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """It had not."""


@dataclass(frozen=True, slots=True)
class Closed:
    """`end`: of the speech; `speech_frames`: how many of its frames were speech."""

    start: int
    end: int
    speech_frames: int
    probability: float
    """Mean over the frames from first to last speech."""
    cut: bool = False
    """Whether the speaker went on: what lies behind the end belongs to the next utterance."""


Event = Opened | Paused | Resumed | Closed


class Segmenter:
    """Feed one probability a frame; get what happened at it.

    Utterances never overlap, and every speech frame of an opened one belongs to exactly one utterance.
    """

    def __init__(self) -> None:
        self._now = 0
        self._floor = 0
        self._onset = 0
        self._open = False
        self._paused = False
        self._start = 0
        self._speech_end = 0
        self._frames: deque[tuple[int, float]] = deque()
        self._hangover = HANGOVER_FRAMES
        self.cut_floor = 0
        """The open utterance is never cut before this sample: text up to here is settled already."""
        self.word_ends: tuple[int, ...] = ()
        """Samples at which words of the open utterance end that are not settled, and the last settled one."""

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def keep_from(self) -> int:
        """Samples before this one will not be asked for again."""
        return (
            self._start
            if self._open
            else max(self._floor, self._now - PRE_ROLL_SAMPLES - self._onset_samples)
        )

    @property
    def probability(self) -> float:
        """Mean over the open utterance's frames up to now."""
        return sum(p for _, p in self._frames) / max(1, len(self._frames))

    @property
    def _onset_samples(self) -> int:
        return self._onset * FRAME_SAMPLES

    def step(self, probability: float) -> tuple[Event, ...]:
        self._now += FRAME_SAMPLES
        if not self._open:
            return self._listen(probability)
        self._frames.append((self._now, probability))
        if probability >= ONSET or (probability >= OFFSET and self._silent_frames == 1):
            return self._speech()
        return self._silence()

    def expect_end(self) -> None:
        """What was said up to the pause is a whole sentence: less silence will do."""
        if self._paused:
            self._hangover = SENTENCE_HANGOVER_FRAMES

    def flush(self) -> tuple[Event, ...]:
        """Ends the open utterance at once: the speaker left, or the audio stopped coming."""
        self._onset = 0
        return (self._close(self._speech_end),) if self._open else ()

    @property
    def _silent_frames(self) -> int:
        return (self._now - self._speech_end) // FRAME_SAMPLES

    def _listen(self, probability: float) -> tuple[Event, ...]:
        self._onset = self._onset + 1 if probability >= ONSET else 0
        if self._onset < ONSET_FRAMES:
            return ()
        first = self._now - self._onset_samples
        self._begin(max(self._floor, first - PRE_ROLL_SAMPLES))
        self._frames.append((self._now - FRAME_SAMPLES, probability))
        self._frames.append((self._now, probability))
        return (Opened(self._start, first),)

    def _begin(self, start: int) -> None:
        self._open, self._paused, self._onset = True, False, 0
        self._hangover = HANGOVER_FRAMES
        self._start = self.cut_floor = start
        self.word_ends = ()
        self._speech_end = self._now

    def _speech(self) -> tuple[Event, ...]:
        self._speech_end = self._now
        events: tuple[Event, ...] = (Resumed(),) if self._paused else ()
        self._paused = False
        self._hangover = HANGOVER_FRAMES
        return events + self._cut() if self._now - self._start >= MAX_SAMPLES else events

    def _silence(self) -> tuple[Event, ...]:
        silent = self._silent_frames
        long = self._now - self._start >= LONG_SAMPLES
        if silent >= (GAP_FRAMES if long else self._hangover):
            return (self._close(self._speech_end),)
        if silent >= PAUSE_FRAMES and not self._paused:
            self._paused = True
            return (Paused(self._speech_end),)
        return self._cut() if self._now - self._start >= MAX_SAMPLES else ()

    def _cut(self) -> tuple[Event, ...]:
        """Ends the utterance at its best gap and begins the next one there."""
        recent = self._gaps()
        at, _ = min(recent, key=lambda frame: frame[1], default=self._frames[-1])
        rest = [frame for frame in self._frames if frame[0] > at]
        speech_end = self._speech_end
        closed = self._close(min(at, speech_end), cut=speech_end > at)
        self._floor = at
        if speech_end <= at:
            return (closed,)
        self._begin(at)
        self._speech_end = speech_end
        self._frames.extend(rest)
        return closed, Opened(at, at, goes_on=True)

    def _gaps(self) -> list[tuple[int, float]]:
        """Frames to cut at: between words where one knows them, else anywhere in the last of the speech."""
        allowed = [frame for frame in self._frames if frame[0] >= self.cut_floor]
        near = NEAR_FRAMES * FRAME_SAMPLES // 2
        between = [frame for frame in allowed if any(abs(frame[0] - end) <= near for end in self.word_ends)]
        if between:
            return between
        oldest = self._now - CUT_FRAMES * FRAME_SAMPLES
        return [frame for frame in allowed if frame[0] > oldest]

    def _close(self, end: int, *, cut: bool = False) -> Closed:
        heard = [p for at, p in self._frames if at <= end]
        speech = sum(p >= OFFSET for p in heard)
        closed = Closed(self._start, end, speech, sum(heard) / len(heard) if heard else 0.0, cut)
        self._open = self._paused = False
        self._floor = end
        self._frames.clear()
        return closed
