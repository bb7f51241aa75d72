"""Conversations for `bench_captions`: held-out sentences of the demo models' grammar, spoken by espeak-ng.

The truth (who said what, from when to when) is known because the speech is made.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from demo_models import clips, grammar
from demo_models.voices import SAMPLE_RATE, Voice, plain_voice, random_voice
from numpy.typing import NDArray

PAIRS = (("ko", "zh"), ("ko", "en"))
"""Languages of the two speakers, session by session in turn."""
TAIL_S = 1.5
"""Nobody speaks at the end, so that the last utterance is over before the audio is."""
RUN_GAP_S = 0.5
"""Sentences of one speaker with less silence between them are one run of speech."""
NOISE_LEVEL = 10 ** (-62 / 20)
"""Root mean square of a quiet room, full scale 1."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; times in seconds from the start of its track."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Voicing:
    """One speaker's track. `samples`: int16[seconds × 16 000], mono."""

    name: str
    language: str
    reads: str
    """The language of the other speaker."""
    samples: NDArray[np.int16]
    said: tuple[Said, ...]
    joins_s: float = 0.0
    """Before that nothing is sent: the speaker is not there yet."""

    @property
    def room(self) -> str:
        return self.name.split("-")[0]

    def runs(self) -> tuple[tuple[float, float], ...]:
        """(start, end) of each stretch of speech without a pause of `RUN_GAP_S`."""
        runs: list[tuple[float, float]] = []
        for sentence in self.said:
            if runs and sentence.start - runs[-1][1] < RUN_GAP_S:
                runs[-1] = runs[-1][0], sentence.end
            else:
                runs.append((sentence.start, sentence.end))
        return tuple(runs)


def session(number: int, seconds: float, languages: Collection[str]) -> tuple[Voicing, ...]:
    """Two speakers who take turns and now and then talk over each other; the same number, the same session.

    Raises ValueError where the models know no pair of languages, EspeakError without espeak-ng.
    """
    rng = random.Random(number)
    spoken_languages = _pair(number, languages)
    voices = [_voice(language, rng) for language in spoken_languages]
    tracks = [np.zeros(round(seconds * SAMPLE_RATE), np.float32) for _ in voices]
    said: list[list[Said]] = [[] for _ in voices]
    now, speaker = rng.uniform(0.3, 2.0), rng.randrange(2)
    while True:
        for _ in range(rng.choice((1, 1, 2))):
            now = _say(tracks[speaker], said[speaker], now, spoken_languages[speaker], voices[speaker], rng)
            if now > seconds - TAIL_S:
                return _voicings(number, spoken_languages, tracks, said)
            now += rng.uniform(0.2, 0.8)
        now += rng.uniform(-0.6, 0.6)
        speaker = 1 - speaker


def monologue(number: int, seconds: float, languages: Collection[str]) -> tuple[Voicing, ...]:
    """A room of one speaker who hardly ever stops; the same number, the same room.

    Raises as `session` does.
    """
    rng = random.Random(1_000 + number)
    pair = _pair(number, languages)
    language, reads = pair if number // 2 % 2 == 0 else pair[::-1]
    voice = _voice(language, rng)
    track = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    said: list[Said] = []
    now = rng.uniform(0.3, 1.5)
    while now <= seconds - TAIL_S:
        now = _say(track, said, now, language, voice, rng) + rng.uniform(0.3, 1.2)
    return _voicings(number, (language, reads), [track], [said])


def joining(voices: Sequence[Voicing], at_s: float) -> tuple[Voicing, ...]:
    """The same speakers, who come so much later."""
    blank = np.zeros(round(at_s * SAMPLE_RATE), np.int16)
    return tuple(
        replace(
            voice,
            samples=np.concatenate([blank, voice.samples]),
            said=tuple(Said(one.text, one.start + at_s, one.end + at_s) for one in voice.said),
            joins_s=at_s,
        )
        for voice in voices
    )


def _pair(number: int, languages: Collection[str]) -> tuple[str, str]:
    pairs = [pair for pair in PAIRS if set(pair) <= set(languages)]
    if not pairs:
        raise ValueError("the recogniser knows none of the language pairs " + ", ".join(map("-".join, PAIRS)))
    return pairs[number % len(pairs)]


def _say(
    track: NDArray[np.float32],
    said: list[Said],
    start: float,
    language: str,
    voice: Voice,
    rng: random.Random,
) -> float:
    """Adds a sentence unless it would reach into the tail; returns its end, s."""
    name = rng.choice(grammar.templates(held_out=True))
    sentence = grammar.sample(name, rng, held_out=True)
    spoken, _ = clips.segment(sentence, language, voice)
    start = max(start, said[-1].end + 0.2) if said else start
    end = start + spoken.end
    if end <= len(track) / SAMPLE_RATE - TAIL_S:
        at = round(start * SAMPLE_RATE)
        track[at : at + len(spoken.samples)] += spoken.samples
        said.append(Said(sentence.text(language), start, end))
    return end


def _voice(language: str, rng: random.Random) -> Voice:
    """A voice near espeak-ng's own, or a variant that the demo models never heard."""
    return plain_voice(language, rng) if rng.random() < 0.5 else random_voice(language, rng, held_out=True)


def _voicings(
    number: int,
    languages: Sequence[str],
    tracks: Sequence[NDArray[np.float32]],
    said: Sequence[list[Said]],
) -> tuple[Voicing, ...]:
    noise = np.random.default_rng(number)
    return tuple(
        Voicing(
            name=f"s{number}-p{index}",
            language=languages[index],
            reads=languages[1 - index],
            samples=_pcm(tracks[index] * 0.5 + noise.normal(0, NOISE_LEVEL, len(tracks[index]))),
            said=tuple(said[index]),
        )
        for index in range(len(tracks))
    )


def _pcm(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    return np.asarray(np.clip(samples * 32767, -32768, 32767), dtype=np.int16)
