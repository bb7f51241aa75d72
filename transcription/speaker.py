"""One person's voice: audio track, voice detector and segmenter together."""

from __future__ import annotations

from collections.abc import Iterator

from transcription.track import AudioTrack, Samples
from transcription.utterance import Event, Segmenter
from transcription.vad import FRAME_SAMPLES, SileroVad, VadState
from wire.audio import AudioFrame
from wire.links import Track


class Speaker:
    """`track` is what the server last said; an utterance keeps what was said when it opened."""

    def __init__(self, track: Track, vad: SileroVad, *, heard_at: float) -> None:
        self.track = track
        self.audio = AudioTrack()
        self.segmenter = Segmenter()
        self.heard_at = heard_at
        """Monotonic time of the last frame, s."""
        self.said = (0, "")
        """Number and text of the last utterance that was finished."""
        self.newest = 0
        """Number of the last utterance that was opened."""
        self._vad = vad
        self._state = VadState()
        self._next = 0

    def hear(self, frame: AudioFrame, now: float) -> Iterator[Event]:
        """What happened in a frame. The caller acts on each event before it asks for the next."""
        self.heard_at = now
        self.audio.append(frame)
        while self._next + FRAME_SAMPLES <= self.audio.end:
            samples = self.audio.read(self._next, self._next + FRAME_SAMPLES)
            self._next += FRAME_SAMPLES
            yield from self.segmenter.step(self._vad.probability(samples, self._state))
        self.audio.forget(self.segmenter.keep_from)

    def window(self, start: int, end: int) -> Samples:
        """float32 audio of the detector's frames from `start`, at most to `end`."""
        return self.audio.read(start, min(end, self._next))

    @property
    def position(self) -> int:
        """End of the audio that the detector has seen."""
        return self._next
