"""One Argos package as a translator of sentences: Argos' files and tokenizer, CTranslate2's inference."""

from __future__ import annotations

import importlib
import math
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2

from transcription.repetition import has_loop, without_loops

SHOWN_LOG_PROBABILITY = math.log(0.15)
"""A token of the translation already on screen stays while the model gives it at least this."""
MAX_SENTENCE_TOKENS = 256
OPEN_BEAM = 1

_TAGS = {"zt": "zh-Hant", "pb": "pt-BR", "tl": "fil"}
"""Argos' codes that are no BCP 47 tags, or not the one this project uses."""
_import_lock = threading.Lock()


def argos_package_module() -> Any:
    """`argostranslate.package`.

    Its import makes directories in the user's home; here they come and go in a temporary one.
    """
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
    with _import_lock, tempfile.TemporaryDirectory(prefix="sangdam-argos-") as scratch:
        saved = {name: os.environ.get(name) for name in names}
        os.environ.update(dict.fromkeys(names, scratch))
        try:
            return importlib.import_module("argostranslate.package")
        finally:
            for name, value in saved.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def language_tag(argos_code: str) -> str:
    return _TAGS.get(argos_code, argos_code)


class ArgosPair:
    """Sentences of one language into another. Everything is read at once: the directory may go afterwards.

    Raises OSError, ValueError or RuntimeError where the package is damaged. For one thread at a time.
    """

    engine = "argos"

    def __init__(self, directory: Path, *, beam: int = 1, threads: int = 1) -> None:
        package = argos_package_module().Package(directory)
        if not package.from_code or not package.to_code or not hasattr(package, "tokenizer"):
            raise ValueError("metadata.json names no language pair, or the tokenizer is missing")
        self.source = language_tag(package.from_code)
        self.target = language_tag(package.to_code)
        self._tokenizer = package.tokenizer
        self._tokenizer.encode("1")  # it is read from disk at first use
        self._start = [package.target_prefix] if package.target_prefix else []
        self._beam = beam
        self._model = ctranslate2.Translator(
            str(directory / "model"),
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=threads,
        )

    def settled(self, sentences: Sequence[str]) -> list[str]:
        """The best translation of sentences that are over."""
        sources = [self._tokenizer.encode(sentence) for sentence in sentences]
        return self._texts(sources, [self._start] * len(sources), self._beam)

    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]:
        """Translations of sentences still being spoken that keep what is `shown` while the model agrees."""
        sources = [self._tokenizer.encode(sentence) for sentence in sentences]
        return self._texts(sources, self._prefixes(sources, shown), OPEN_BEAM)

    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        """Mean log-probability of each translation's tokens; minus infinity for none."""
        sources = [self._tokenizer.encode(sentence) for sentence in sentences]
        targets = [self._start + self._tokenizer.encode(text) for text in translations]
        scored = [index for index, tokens in enumerate(targets) if tokens and sources[index]]
        likelihoods = [-math.inf] * len(sources)
        if scored:
            scores = self._model.score_batch(
                [sources[index] for index in scored],
                [targets[index] for index in scored],
                max_input_length=MAX_SENTENCE_TOKENS,
            )
            for index, score in zip(scored, scores, strict=True):
                likelihoods[index] = sum(score.log_probs) / max(1, len(score.log_probs))
        return likelihoods

    def _prefixes(self, sources: Sequence[list[str]], shown: Sequence[str]) -> list[list[str]]:
        prefixes = [list(self._start) for _ in sources]
        texts = [self._start + self._tokenizer.encode(text) if text else [] for text in shown]
        scored = [index for index, tokens in enumerate(texts) if tokens and sources[index]]
        if not scored:
            return prefixes
        scores = self._model.score_batch(
            [sources[index] for index in scored],
            [texts[index] for index in scored],
            max_input_length=MAX_SENTENCE_TOKENS,
        )
        for index, score in zip(scored, scores, strict=True):
            kept = 0
            for log_probability in score.log_probs[: len(texts[index])]:
                if log_probability < SHOWN_LOG_PROBABILITY and kept >= len(self._start):
                    break
                kept += 1
            prefixes[index] = texts[index][:kept]
        return prefixes

    def _texts(self, sources: list[list[str]], prefixes: list[list[str]], beam: int) -> list[str]:
        tokens = self._decode(sources, prefixes, beam)
        texts = [self._detokenize(line) for line in tokens]
        looped = [
            index
            for index, text in enumerate(texts)
            if has_loop(text) or len(tokens[index]) >= _length_limit(sources[index])
        ]
        if looped:
            again = self._decode(
                [sources[index] for index in looped],
                [self._start] * len(looped),
                max(beam, 2),
                no_repeat_ngram_size=3,
            )
            for index, line in zip(looped, again, strict=True):
                texts[index] = without_loops(self._detokenize(line[: _length_limit(sources[index])]))
        return texts

    def _decode(
        self, sources: list[list[str]], prefixes: list[list[str]], beam: int, **options: int
    ) -> list[list[str]]:
        """Greedy or beam search over all of them at once, with Argos' own settings otherwise."""
        results = self._model.translate_batch(
            sources,
            target_prefix=prefixes,
            beam_size=beam,
            length_penalty=0.2,
            replace_unknowns=True,
            max_batch_size=1024,
            batch_type="tokens",
            max_input_length=MAX_SENTENCE_TOKENS,
            max_decoding_length=max(map(_length_limit, sources), default=1),
            **options,
        )
        return [result.hypotheses[0] for result in results]

    def _detokenize(self, tokens: list[str]) -> str:
        text: str = self._tokenizer.decode(tokens)
        for start in self._start:
            text = text.removeprefix(start)
        return text.strip()


def _length_limit(source: Sequence[str]) -> int:
    """Tokens a translation of `source` may have: the small vocabularies spell some words letter by letter."""
    return min(MAX_SENTENCE_TOKENS, 4 * len(source) + 24)
