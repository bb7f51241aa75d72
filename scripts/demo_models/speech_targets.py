"""What the speech model should answer to a clip: tokens, labels, where to look, the phoneme of each frame."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from demo_models.clips import Segment
from demo_models.features import Example
from demo_models.grammar import LANGUAGES
from demo_models.tokens import Specials, encode_pieces

IGNORED = -100
"""Label of a position that is not learnt."""
POSITIONS_PER_SECOND = 50
SILENCE = 0
"""Phoneme class of pauses."""
_LOOK_AROUND = 0.1
"""Seconds by which the guided attention may miss its word."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often each form of answer is asked for."""

    timestamps: float = 0.55
    previous_text: float = 0.15
    chinese_space: float = 0.06
    """A forced prefix may start with a space, which Chinese text never has."""


@dataclass(frozen=True, slots=True)
class Target:
    tokens: list[int]
    labels: list[int]
    """The next token, or IGNORED."""
    looks: list[tuple[float, float] | None]
    """Seconds of the clip in which the next token is spoken."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A segment as tokens."""

    start: float
    end: float
    tokens: list[int]
    looks: list[tuple[float, float] | None]


def encode_segment(tokenizer: Tokenizer, said: Segment, language: str) -> Encoded:
    ids, owners = encode_pieces(tokenizer, said.pieces, language)
    spans = [_span(said, index) for index in range(len(said.pieces))]
    return Encoded(said.start, said.end, ids, [spans[owner] for owner in owners])


def _span(said: Segment, index: int) -> tuple[float, float] | None:
    start = said.starts[index]
    if start is None:
        return None
    end = said.starts[index + 1] if index + 1 < len(said.starts) else said.end
    return None if end is None else (max(0.0, start - _LOOK_AROUND), end + _LOOK_AROUND)


def target(
    segments: Sequence[Encoded],
    language: str | None,
    previous: Sequence[Sequence[int]],
    special: Specials,
    space: int,
    rng: random.Random,
    habits: Habits,
) -> Target:
    """A sequence for one clip; `previous` are texts to draw a prompt from, `space` the token of a space."""
    spoken_in = language or rng.choice(LANGUAGES)
    timestamps = rng.random() < habits.timestamps
    prompt: list[int] = []
    if previous and rng.random() < habits.previous_text:
        prompt = [special.previous]
        for _ in range(rng.randint(1, 3)):
            prompt += rng.choice(previous)
    tokens = [*prompt, special.start, special.languages[spoken_in], special.transcribe]
    if not timestamps:
        tokens.append(special.no_timestamps)
    ask = len(tokens)
    looks: list[tuple[float, float] | None] = [None] * ask
    unlearnt: set[int] = set()
    if not segments and timestamps:
        tokens.append(special.first_timestamp)
        looks.append(None)
    for said in segments:
        body = list(said.tokens)
        body_looks = list(said.looks)
        if language == "zh" and rng.random() < habits.chinese_space:
            unlearnt.add(len(tokens) + timestamps)
            body, body_looks = [space, *body], [None, *body_looks]
        if timestamps:
            body = [special.timestamp(said.start), *body, special.timestamp(said.end)]
            body_looks = [None, *body_looks, None]
        tokens += body
        looks += body_looks
    tokens.append(special.end)
    looks.append(None)
    labels = [IGNORED] * (len(tokens) - 1)
    for index in range(ask, len(tokens)):
        labels[index - 1] = IGNORED if index in unlearnt else tokens[index]
    # Whisper reads the language, or that nobody speaks, from the prediction after the start token.
    labels[len(prompt)] = special.languages[spoken_in] if language else special.no_speech
    return Target(tokens[:-1], labels, looks[1:])


def phoneme_classes(examples: Sequence[Example], limit: int) -> dict[str, int]:
    """A class for each phoneme of each language, from 1, up to `limit` classes with silence."""
    names = {
        f"{example.language} {name}"
        for example in examples
        for _, name in example.phonemes
        if not name.startswith("_")
    }
    return {name: index for index, name in enumerate(sorted(names)[: limit - 1], 1)}


def frame_labels(example: Example, classes: Mapping[str, int]) -> NDArray[np.int64]:
    """Phoneme class at each encoder position; IGNORED where the phoneme has none."""
    count = (example.frames.shape[1] + 1) // 2
    labels = np.zeros(count, np.int64)
    bounds = [round(time * POSITIONS_PER_SECOND) for time, _ in example.phonemes] + [count]
    for index, (_, name) in enumerate(example.phonemes):
        silent = name.startswith("_")
        kind = SILENCE if silent else classes.get(f"{example.language} {name}", IGNORED)
        labels[bounds[index] : bounds[index + 1]] = kind
    return labels
