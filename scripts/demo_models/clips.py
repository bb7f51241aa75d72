"""Training clips: sentences spoken, placed in time, cut short, and heard through a room and a codec."""

import json
import random
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from demo_models import acoustics, grammar
from demo_models.conversations import FOLDER
from demo_models.grammar import Piece, Sentence
from demo_models.voices import SAMPLE_RATE, Mark, Spoken, Voice, plain_voice, random_voice, speak

_PUNCTUATION = ".,?!。，？！、"
_SPOKEN_PUNCTUATION = str.maketrans("。，？！、", ".,?!,")


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance inside a clip."""

    start: float
    """Seconds from the start of the clip."""
    end: float
    pieces: tuple[str, ...]
    """Written words, in order; joined they are the text (see `join`)."""
    starts: tuple[float | None, ...]
    """Seconds at which each piece is reached; None where espeak gives no event."""


@dataclass(frozen=True, slots=True)
class Clip:
    samples: NDArray[np.float32]
    """float32[n], 16 kHz mono."""
    language: str | None
    """None: nobody speaks."""
    segments: tuple[Segment, ...]
    phonemes: tuple[tuple[float, str], ...]
    """(start in seconds, mnemonic); mnemonics that start with `_` are silence."""


_TURNS = ("ko", "zh", "ko", "en")


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the kinds of clip; the rest are single whole sentences."""

    no_speech: float = 0.05
    cut: float = 0.16
    several: float = 0.17
    """Two to five utterances, up to 12 s."""
    long: float = 0.025
    """Up to 25 s."""
    fixed: float = 0.27
    """Share of sentences taken from the fixed phrases and conversation lines."""
    any_number: float = 0.12
    """Share of the other sentences whose numbers are not only those that the grammar lists."""
    own_voices: float = 0.35
    """Share of clips in espeak-ng's own voices; a tenth is in the demo speakers', the rest in variants."""


def join(pieces: tuple[str, ...], language: str) -> str:
    """Written words to text: Chinese has no spaces."""
    return ("" if language == "zh" else " ").join(pieces)


def read_aloud(pieces: tuple[Piece, ...], language: str, *, as_written: bool) -> tuple[str, list[int]]:
    """The text for espeak and where each piece starts in it.

    `as_written` gives espeak what a person would type (digits, Hanzi) instead of the grammar's reading.
    """
    gap = "" if as_written and language == "zh" else " "
    text, starts = "", []
    for piece in pieces:
        part = piece.written if as_written else piece.spoken
        if not as_written and piece.written[-1] in _PUNCTUATION and part[-1] not in _PUNCTUATION:
            part += piece.written[-1]
        if text:
            text += gap
        starts.append(len(text))
        text += part if as_written else part.translate(_SPOKEN_PUNCTUATION)
    return text, starts


def piece_times(spoken: Spoken, positions: list[int]) -> tuple[float | None, ...]:
    """When the voice reaches each piece, from word events or, failing those, the end of a clause."""
    bounds = [*positions, 1 << 30]
    times: list[float | None] = []
    for index, (begin, stop) in enumerate(pairwise(bounds)):
        time = _first(spoken.words, begin, stop)
        if time is None and index:
            time = _first(spoken.clauses, begin - 2, begin + 1)
        times.append(0.0 if index == 0 else time)
    return tuple(times)


def _first(marks: tuple[Mark, ...], begin: int, stop: int) -> float | None:
    return next((mark.time for mark in marks if begin <= mark.position < stop), None)


def cut_short(pieces: tuple[str, ...], starts: tuple[float | None, ...], at: float) -> tuple[str, ...] | None:
    """The words that are complete at `at` seconds; None if espeak did not say where the last one ends."""
    done = 0
    while done + 1 < len(starts):
        following = starts[done + 1]
        if following is None:
            return None
        if following > at + 0.02:
            break
        done += 1
    kept = list(pieces[:done])
    if kept:
        kept[-1] = kept[-1].rstrip(_PUNCTUATION)
    return tuple(kept)


@cache
def conversation_voices() -> dict[str, tuple[str, ...]]:
    """Names of the demo speakers' espeak voices by language."""
    voices: dict[str, set[str]] = {}
    for path in sorted(FOLDER.glob("*.json")):
        for speaker in json.loads(path.read_text(encoding="utf-8"))["speakers"].values():
            voices.setdefault(speaker["language"], set()).add(speaker["voice"])
    return {language: tuple(sorted(names)) for language, names in voices.items()}


def choose_sentence(mix: Mix, rng: random.Random) -> Sentence:
    if rng.random() < mix.fixed:
        return rng.choice(_fixed())
    template = rng.choice(grammar.templates())
    if rng.random() < mix.any_number:
        return grammar.sample_any_number(template, rng)
    return grammar.sample(template, rng)


@cache
def _fixed() -> tuple[Sentence, ...]:
    return grammar.fixed()


def choose_voice(language: str, mix: Mix, rng: random.Random) -> Voice:
    chance = rng.random()
    demo = conversation_voices().get(language, ())
    if demo and chance < 0.1:
        return Voice(rng.choice(demo), rng.randint(150, 185), rng.choice((50, 50, 48, 52)))
    if chance < 0.1 + mix.own_voices:
        return plain_voice(language, rng)
    return random_voice(language, rng)


def segment(
    sentence: Sentence, language: str, voice: Voice, *, as_written: bool = False
) -> tuple[Spoken, Segment]:
    """One sentence spoken, its segment starting at 0."""
    pieces = sentence.pieces[language]
    text, positions = read_aloud(pieces, language, as_written=as_written)
    spoken = speak(text, voice)
    times = piece_times(spoken, positions)
    return spoken, Segment(0.0, spoken.end, tuple(piece.written for piece in pieces), times)


def compose(language: str, mix: Mix, seed: int) -> Clip:
    """One random clip. The same seed chooses the same words and voice; espeak flutters a little each time."""
    rng, generator = random.Random(seed), np.random.default_rng(seed)
    kind = rng.random()
    if kind < mix.no_speech:
        return Clip(acoustics.no_speech(generator, longest=5.0), None, (), ())
    kind -= mix.no_speech
    if kind < mix.cut:
        return _cut_clip(language, mix, rng, generator)
    kind -= mix.cut
    if kind < mix.long:
        return _clip(language, mix, rng, generator, longest=rng.uniform(12, 25))
    kind -= mix.long
    longest = rng.uniform(3, 12) if kind < mix.several else 0.0
    return _clip(language, mix, rng, generator, longest=longest)


def _lead(rng: random.Random) -> float:
    return rng.uniform(0, 0.5) if rng.random() < 0.8 else rng.uniform(0.5, 1.5)


def _clip(
    language: str, mix: Mix, rng: random.Random, generator: np.random.Generator, *, longest: float
) -> Clip:
    """Utterances of one speaker until `longest` seconds would be passed; always at least one."""
    voice = choose_voice(language, mix, rng)
    lead = _lead(rng)
    parts = [_silence(lead)]
    now = len(parts[0]) / SAMPLE_RATE
    segments: list[Segment] = []
    phonemes: list[tuple[float, str]] = []
    while True:
        spoken, said = segment(choose_sentence(mix, rng), language, voice, as_written=rng.random() < 0.15)
        if segments:
            gap = _silence(rng.uniform(0.05, 0.9))
            if now + (len(gap) + len(spoken.samples)) / SAMPLE_RATE > longest:
                break
            parts.append(gap)
            now += len(gap) / SAMPLE_RATE
        segments.append(_shift(said, now))
        phonemes += [(now + time, name) for time, name in spoken.phonemes]
        phonemes.append((now + spoken.end, "_"))
        parts.append(spoken.samples)
        now += len(spoken.samples) / SAMPLE_RATE
        if now >= longest:
            break
    parts.append(_silence(rng.uniform(0.02, 0.8)))
    samples = acoustics.degrade(np.concatenate(parts), generator)
    return Clip(samples, language, tuple(segments), tuple(phonemes))


def _cut_clip(language: str, mix: Mix, rng: random.Random, generator: np.random.Generator) -> Clip:
    """One sentence broken off, as a listener has heard it so far; the text is its complete words."""
    voice = choose_voice(language, mix, rng)
    spoken, said = segment(choose_sentence(mix, rng), language, voice)
    lead = _silence(_lead(rng))
    now = len(lead) / SAMPLE_RATE
    at = rng.uniform(0.25, 0.97) * spoken.end
    kept = cut_short(said.pieces, said.starts, at)
    if not kept:
        at, kept = spoken.end, said.pieces
    samples = np.concatenate([lead, spoken.samples[: int(at * SAMPLE_RATE)]])
    cut = Segment(0.0, at, kept, said.starts[: len(kept)])
    phonemes = tuple((now + time, name) for time, name in spoken.phonemes if time < at)
    return Clip(acoustics.degrade(samples, generator), language, (_shift(cut, now),), phonemes)


def _shift(said: Segment, by: float) -> Segment:
    starts = tuple(None if time is None else time + by for time in said.starts)
    return Segment(said.start + by, said.end + by, said.pieces, starts)


def _silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32)


def language_of(index: int) -> str:
    """Languages in turn; Korean twice, because its joined counters and endings are the hardest to learn."""
    return _TURNS[index % len(_TURNS)]
