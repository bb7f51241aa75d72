"""An utterance on its way through the models: what scheduler and inference thread need to know of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from transcription.captioner import Captioner
from transcription.filters import Evidence
from transcription.heard_language import other_language
from transcription.recogniser import Recognition, Request, bucket_s
from transcription.scheduler import Kind
from transcription.speaker import Speaker
from transcription.spectrum import Spectrum
from transcription.track import Samples
from transcription.utterance import Closed, Opened
from transcription.vad import FRAME_SAMPLES
from wire.audio import SAMPLE_RATE_HZ
from wire.captions import Translation
from wire.languages import primary

TIMED_SAMPLES = 9 * SAMPLE_RATE_HZ
"""A longer utterance may have to be cut soon, and has to know where its words end."""
CUT_FROM_SAMPLES = 6 * SAMPLE_RATE_HZ
"""It is not cut before, as long as there is a later word."""
TAIL_SAMPLES = 300 * SAMPLE_RATE_HZ // 1000
"""Silence kept behind the speech: decoders put the full stop there."""


class Utterance:
    """Open while its speaker speaks, then closed; its audio leaves the speaker's track with it."""

    def __init__(
        self, number: int, speaker: Speaker, captioner: Captioner, opened: Opened, *, now: float
    ) -> None:
        self.key = number
        self.speaker = speaker
        self.captioner = captioner
        self.start = opened.start
        self.speech = opened.speech
        self.last_pass_at = now
        """Monotonic, s: when the last pass began, or the utterance."""
        self.asked_at = -math.inf
        """Monotonic, s: when a partial was last asked for, or a pass began."""
        self.paused_at: int | None = None
        """Sample where the speech seems to have ended."""
        self.closed: Closed | None = None
        self.running: Kind | None = None
        """The pass that is being made of it."""
        self.speculated_at: int | None = None
        """The `paused_at` that the running or finished speculative pass was made for."""
        self.ready: tuple[Recognition, Mapping[str, Translation] | None] | None = None
        """A finished speculative pass with its translations, the final unless the speaker goes on."""
        self.heard_to = opened.start
        """Sample up to which the newest pass listened."""
        self._agreed_to = opened.start
        self._audio: Samples | None = None
        self._end_wall_ms = 0
        self._hotwords = captioner.track.hotwords
        self._others = tuple(primary(tag) for tag in captioner.track.others)
        self._spectrum = Spectrum()
        self._goes_on = opened.goes_on
        self._predecessor, speaker.newest = speaker.newest, number

    @property
    def room(self) -> str:
        return self.speaker.track.track.partition("-")[0]

    @property
    def busy(self) -> bool:
        return self.running is not None

    @property
    def batch_key(self) -> int:
        return bucket_s(self._samples_now())

    @property
    def heard_wall_ms(self) -> int:
        """Wall clock of the end of the speech, or of the audio that the last pass was given."""
        if self.closed:
            return self._end_wall_ms
        end = self.paused_at if self.paused_at is not None else self.heard_to
        return self.speaker.audio.wall_ms(end)

    @property
    def speculation_holds(self) -> bool:
        """Whether the speculative pass heard the whole utterance, as far as one knows."""
        if self.speculated_at is None:
            return False
        return self.speculated_at == (self.closed.end if self.closed else self.paused_at)

    def close(self, closed: Closed) -> None:
        self.closed = closed
        if closed.cut:
            speech = self.speaker.window(self.start, closed.end)
            self._audio = np.concatenate([speech, np.zeros(TAIL_SAMPLES, np.float32)])
            self._spectrum = Spectrum()  # the other one has heard what lies behind the cut
        else:
            self._audio = self.speaker.window(self.start, closed.end + TAIL_SAMPLES)
        self._end_wall_ms = self.speaker.audio.wall_ms(closed.end)

    def resume(self) -> None:
        self.paused_at = self.speculated_at = self.ready = None

    def begin(self, kind: Kind, *, now: float, prompted: bool) -> Request:
        """The pass that starts now, over the newest audio; `prompted`: told hotwords and what came before."""
        self.last_pass_at = self.asked_at = now
        self.running = kind
        if kind is Kind.SPECULATIVE:
            self.speculated_at = self.paused_at
        if self._audio is None:
            self.heard_to = self.speaker.position
        audio = self._audio if self._audio is not None else self.speaker.window(self.start, self.heard_to)
        return Request(
            audio=audio,
            language=self.captioner.track.lang,
            prefix=self.captioner.policy.prefix,
            hotwords=self._hotwords if prompted else (),
            context=self._context() if prompted else "",
            timed=kind is Kind.PARTIAL and len(audio) >= TIMED_SAMPLES,
            others=() if kind is Kind.PARTIAL else self._others,
            spectrum=self._spectrum,
        )

    def _context(self) -> str:
        """What was said up to the cut, once it is known."""
        number, text = self.speaker.said
        return text if self._goes_on and number == self._predecessor else ""

    def agreed(self, ends: Sequence[int]) -> None:
        """A hypothesis was taken, and stable text grew; `ends`: where its units end, if one knows."""
        segmenter = self.speaker.segmenter
        settled = self.captioner.policy.settled_units
        if ends:
            if settled:
                segmenter.cut_floor = max(self.start, self.start + ends[settled - 1] - FRAME_SAMPLES)
            words = [end for end in ends[max(0, settled - 1) :] if end >= CUT_FROM_SAMPLES]
            segmenter.word_ends = tuple(self.start + end for end in words)
        else:
            # Stable text may reach as far as the hypothesis before this one listened.
            segmenter.cut_floor = max(segmenter.cut_floor, self._agreed_to)
        self._agreed_to = self.heard_to

    def evidence(self, recognition: Recognition, audio: Samples) -> Evidence:
        probability = self.closed.probability if self.closed else self.speaker.segmenter.probability
        return Evidence(
            vad=probability,
            log_probability=recognition.log_probability,
            no_speech=recognition.no_speech,
            level_dbfs=level_dbfs(audio),
        )

    def other_language(self, recognition: Recognition) -> str | None:
        """The tag of the language that was spoken instead of the speaker's own, if one can tell."""
        closed = self.closed
        found = closed and other_language(
            recognition.spoken,
            primary(self.captioner.track.lang),
            self._others,
            samples=closed.end - self.speech,
        )
        return next((tag for tag in self.captioner.track.others if primary(tag) == found), None)

    def _samples_now(self) -> int:
        if self._audio is not None:
            return len(self._audio)
        return self.speaker.position - self.start


def level_dbfs(audio: Samples) -> float:
    """Root mean square, dB below full scale; −120 for nothing."""
    if not len(audio):
        return -120.0
    mean_square = float(np.mean(np.square(audio)))
    return max(-120.0, 10 * math.log10(mean_square + 1e-12))
