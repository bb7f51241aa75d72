"""Decoding sentences with one CTranslate2 model: what every translation engine has in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from transcription.repetition import has_loop, without_loops

SHOWN_LOG_PROBABILITY = math.log(0.15)
"""A token of the translation already on screen stays while the model gives it at least this."""
MAX_SENTENCE_TOKENS = 256
OPEN_BEAM = 1


@dataclass(frozen=True, slots=True)
class Tokens:
    """One sentence as the model reads it; those of one batch may be in different languages."""

    source: list[str]
    start: list[str]
    """What every translation of it begins with: a language's token, or nothing."""
    shown: list[str]
    """The translation on screen, empty for a sentence that is over."""


class Decoder:
    """Greedy for open sentences, `beam` for those that are over. For one thread at a time.

    `model` is a `ctranslate2.Translator`; `text` makes text of target tokens.
    """

    def __init__(
        self, model: Any, text: Callable[[list[str]], str], *, beam: int = 1, length_penalty: float = 1.0
    ) -> None:
        self._model = model
        self._text = text
        self._beam = beam
        self._length_penalty = length_penalty

    def settled(self, sentences: Sequence[Tokens]) -> list[str]:
        """The best translations of sentences that are over."""
        return self._texts(sentences, [sentence.start for sentence in sentences], self._beam)

    def open(self, sentences: Sequence[Tokens]) -> list[str]:
        """Translations of sentences still being spoken that keep what is shown while the model agrees."""
        return self._texts(sentences, self._prefixes(sentences), OPEN_BEAM)

    def likelihoods(self, sentences: Sequence[Tokens]) -> list[float]:
        """Mean log-probability of the tokens of what is shown; minus infinity for nothing."""
        likelihoods = [-math.inf] * len(sentences)
        scored = [index for index, sentence in enumerate(sentences) if sentence.shown and sentence.source]
        if not scored:
            return likelihoods
        wholes = [sentences[index].start + sentences[index].shown for index in scored]
        for index, score in zip(scored, self._scores(sentences, scored, wholes), strict=True):
            likelihoods[index] = sum(score.log_probs) / max(1, len(score.log_probs))
        return likelihoods

    def _scores(self, sentences: Sequence[Tokens], scored: Sequence[int], wholes: list[list[str]]) -> Any:
        return self._model.score_batch(
            [sentences[index].source for index in scored], wholes, max_input_length=MAX_SENTENCE_TOKENS
        )

    def _prefixes(self, sentences: Sequence[Tokens]) -> list[list[str]]:
        prefixes = [list(sentence.start) for sentence in sentences]
        scored = [index for index, sentence in enumerate(sentences) if sentence.shown and sentence.source]
        if not scored:
            return prefixes
        wholes = [sentences[index].start + sentences[index].shown for index in scored]
        scores = self._scores(sentences, scored, wholes)
        for index, whole, score in zip(scored, wholes, scores, strict=True):
            kept = len(sentences[index].start)
            for log_probability in score.log_probs[kept : len(whole)]:
                if log_probability < SHOWN_LOG_PROBABILITY:
                    break
                kept += 1
            prefixes[index] = whole[:kept]
        return prefixes

    def _texts(self, sentences: Sequence[Tokens], prefixes: list[list[str]], beam: int) -> list[str]:
        tokens = self._decode(sentences, prefixes, beam)
        texts = [self._text(line) for line in tokens]
        looped = [
            index
            for index, text in enumerate(texts)
            if has_loop(text) or len(tokens[index]) >= _length_limit(sentences[index])
        ]
        if looped:
            unlucky = [sentences[index] for index in looped]
            starts = [sentence.start for sentence in unlucky]
            again = self._decode(unlucky, starts, max(beam, 2), no_repeat_ngram_size=3)
            for index, line in zip(looped, again, strict=True):
                texts[index] = without_loops(self._text(line[: _length_limit(sentences[index])]))
        return texts

    def _decode(
        self, sentences: Sequence[Tokens], prefixes: list[list[str]], beam: int, **options: int
    ) -> list[list[str]]:
        """Greedy or beam search over all of them at once: the tokens after each sentence's start."""
        results = self._model.translate_batch(
            [sentence.source for sentence in sentences],
            target_prefix=prefixes,
            beam_size=beam,
            length_penalty=self._length_penalty,
            replace_unknowns=True,
            max_batch_size=1024,
            batch_type="tokens",
            max_input_length=MAX_SENTENCE_TOKENS,
            max_decoding_length=max((_length_limit(one) + len(one.start) for one in sentences), default=1),
            **options,
        )
        return [
            result.hypotheses[0][len(sentence.start) :]
            for sentence, result in zip(sentences, results, strict=True)
        ]


def _length_limit(sentence: Tokens) -> int:
    """Tokens a translation may have: the small vocabularies spell some words letter by letter."""
    return min(MAX_SENTENCE_TOKENS, 4 * len(sentence.source) + 24) - len(sentence.start)
