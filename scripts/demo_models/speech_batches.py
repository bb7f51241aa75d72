"""Clips grouped by length and laid out as arrays."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from demo_models.features import MEL_BANDS, Example
from demo_models.speech_targets import (
    IGNORED,
    POSITIONS_PER_SECOND,
    Encoded,
    Habits,
    encode_segment,
    frame_labels,
    target,
)
from demo_models.tokens import SPACE, Specials, specials, token_id

PHONEME_CLASSES = 320
"""Room for the phonemes of all voices; about 170 occur."""


@dataclass(frozen=True, slots=True)
class Item:
    """An example with its answers encoded."""

    example: Example
    segments: tuple[Encoded, ...]
    phonemes: NDArray[np.int64]
    length: int
    """Frames."""


@dataclass(frozen=True, slots=True)
class Batch:
    features: NDArray[np.float32]
    """(clips, 80, frames)"""
    tokens: NDArray[np.int64]
    labels: NDArray[np.int64]
    phonemes: NDArray[np.int64]
    """(clips, frames / 2)"""
    looks: NDArray[np.int64]
    """(clips, tokens, 2): first and last encoder position to look at; last is 0 where there is no guide."""


class Corpus:
    """Everything there is to train on; shards may be added while training runs."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        classes: Mapping[str, int],
        *,
        seed: int,
        habits: Habits | None = None,
    ) -> None:
        self._tokenizer = tokenizer
        self._special: Specials = specials(tokenizer)
        self._space = token_id(tokenizer, SPACE)
        self._habits = habits or Habits()
        self._rng = random.Random(seed)
        self._generator = np.random.default_rng(seed)
        self._classes = classes
        self._items: list[Item] = []
        self._texts: dict[str, list[list[int]]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def add(self, examples: Sequence[Example]) -> None:
        for example in examples:
            language = example.language
            encoded = tuple(
                encode_segment(self._tokenizer, said, language) for said in example.segments if language
            )
            phonemes = frame_labels(example, self._classes)
            self._items.append(Item(example, encoded, phonemes, example.frames.shape[1]))
            if language and encoded:
                self._texts.setdefault(language, []).append(encoded[0].tokens)

    def epoch(self, *, batch_frames: int, longest: int) -> Iterator[list[Item]]:
        """Every clip of up to `longest` frames once, in batches of about `batch_frames` frames."""
        pool = [item for item in self._items if item.length <= longest]
        pool.sort(key=lambda item: item.length + self._rng.uniform(0, 40))
        batches: list[list[Item]] = [[]]
        longest_here = 0
        for item in pool:
            longest_here = max(longest_here, item.length)
            if batches[-1] and longest_here * (len(batches[-1]) + 1) > batch_frames:
                batches.append([])
                longest_here = item.length
            batches[-1].append(item)
        self._rng.shuffle(batches)
        yield from batches

    def lay_out(self, items: list[Item]) -> Batch:
        frames = max(item.length for item in items)
        frames += frames % 2
        features = np.zeros((len(items), MEL_BANDS, frames), np.float32)
        phonemes = np.full((len(items), frames // 2), IGNORED, np.int64)
        targets = []
        for row, item in enumerate(items):
            features[row, :, : item.length] = self._masked(item.example.frames)
            phonemes[row, : len(item.phonemes)] = item.phonemes[: frames // 2]
            language = item.example.language
            texts = self._texts.get(language or "", [])
            targets.append(
                target(item.segments, language, texts, self._special, self._space, self._rng, self._habits)
            )
        length = max(len(answer.tokens) for answer in targets)
        tokens = np.full((len(items), length), self._special.end, np.int64)
        labels = np.full((len(items), length), IGNORED, np.int64)
        looks = np.zeros((len(items), length, 2), np.int64)
        for row, answer in enumerate(targets):
            tokens[row, : len(answer.tokens)] = answer.tokens
            labels[row, : len(answer.labels)] = answer.labels
            for column, look in enumerate(answer.looks):
                if look:
                    looks[row, column] = [round(time * POSITIONS_PER_SECOND) for time in look]
        return Batch(features, tokens, labels, phonemes, looks)

    def _masked(self, frames: NDArray[np.float16]) -> NDArray[np.float32]:
        """A copy with two narrow bands and one short stretch flattened (SpecAugment, arXiv:1904.08779)."""
        masked = frames.astype(np.float32)
        mean = masked.mean()
        for _ in range(2):
            width = int(self._generator.integers(0, 9))
            at = int(self._generator.integers(0, MEL_BANDS - width))
            masked[at : at + width] = mean
        width = int(self._generator.integers(0, 10))
        at = int(self._generator.integers(0, max(1, masked.shape[1] - width)))
        masked[:, at : at + width] = mean
        return masked
