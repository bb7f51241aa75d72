"""The published policy of whisper_streaming (Macháček, Dabre, Bojar, 2023), in words of our own; pure.

Words carry times; what two successive hypotheses begin with in common is committed. Speech is found by a
voice activity controller around Silero, as its documentation recommends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.vad import FRAME_SAMPLES
from wire.audio import SAMPLE_RATE_HZ

OVERLAP_S = 0.1
"""A word may begin so much before the end of the committed ones and still be new."""
NEAR_S = 1.0
"""Words that begin so near to the committed ones may repeat them."""
MAX_REPEATED_WORDS = 5
PROMPT_CHARS = 200
ONSET, OFFSET = 0.5, 0.35
MIN_SILENCE_SAMPLES = SAMPLE_RATE_HZ // 2
PADDING_SAMPLES = SAMPLE_RATE_HZ // 10


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    """With the space before it."""
    start: float
    end: float
    """Seconds from the start of the utterance."""


class WordAgreement:
    """The hypotheses of one utterance. `committed` only grows, `open` is what the last one had beyond it."""

    def __init__(self) -> None:
        self.committed: list[Word] = []
        self.open: list[Word] = []
        self._kept_from = 0.0

    def hear(self, words: Sequence[Word]) -> list[Word]:
        """The words that the hypothesis confirms."""
        until = self.committed[-1].end if self.committed else 0.0
        new = [word for word in words if word.start > until - OVERLAP_S]
        if new and abs(new[0].start - until) < NEAR_S:
            new = new[self._repeated(new) :]
        agreed = 0
        while agreed < min(len(new), len(self.open)) and new[agreed].text == self.open[agreed].text:
            agreed += 1
        self.committed += new[:agreed]
        self.open = new[agreed:]
        return new[:agreed]

    def forget(self, before: float) -> None:
        """The audio before that second is gone, so that its words are not said again."""
        self._kept_from = before

    def prompt(self) -> str:
        """The end of the committed text whose audio is gone."""
        text = "".join(word.text for word in self.committed if word.end <= self._kept_from)
        return text[-PROMPT_CHARS:].strip()

    def _repeated(self, new: Sequence[Word]) -> int:
        """How many of the first words say the last committed ones again."""
        kept = [word.text for word in self.committed if word.end > self._kept_from]
        for count in range(1, min(len(kept), len(new), MAX_REPEATED_WORDS) + 1):
            if kept[-count:] == [word.text for word in new[:count]]:
                return count
        return 0


class VoiceController:
    """Silero's own iterator over frames: onset at once, the end after half a second without speech."""

    def __init__(self) -> None:
        self._now = 0
        self._silent_from: int | None = None
        self.start: int | None = None
        """Sample where the open utterance began."""

    def step(self, probability: float) -> int | None:
        """The sample where an utterance ended, if it just has."""
        self._now += FRAME_SAMPLES
        if probability >= ONSET:
            self._silent_from = None
            if self.start is None:
                self.start = max(0, self._now - FRAME_SAMPLES - PADDING_SAMPLES)
        elif self.start is not None and (probability < OFFSET or self._silent_from is not None):
            if self._silent_from is None:
                self._silent_from = self._now
            if self._now - self._silent_from >= MIN_SILENCE_SAMPLES:
                end, self.start, self._silent_from = self._silent_from + PADDING_SAMPLES, None, None
                return end
        return None
