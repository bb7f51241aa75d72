"""One Argos package as a translator of sentences: Argos' files and tokenizer, CTranslate2's inference."""

from __future__ import annotations

import importlib
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2

from transcription.decoder import Decoder, Tokens

LENGTH_PENALTY = 0.2
"""Argos' own setting."""
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
        model = ctranslate2.Translator(
            str(directory / "model"),
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=threads,
        )
        self._decoder = Decoder(model, self._text, beam=beam, length_penalty=LENGTH_PENALTY)

    def settled(self, sentences: Sequence[str]) -> list[str]:
        """The best translation of sentences that are over."""
        return self._decoder.settled([self._tokens(sentence) for sentence in sentences])

    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]:
        """Translations of sentences still being spoken that keep what is `shown` while the model agrees."""
        return self._decoder.open(list(map(self._tokens, sentences, shown)))

    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        """Mean log-probability of each translation's tokens; minus infinity for none."""
        return self._decoder.likelihoods(list(map(self._tokens, sentences, translations)))

    def _tokens(self, sentence: str, shown: str = "") -> Tokens:
        encode = self._tokenizer.encode
        return Tokens(encode(sentence), self._start, encode(shown) if shown else [])

    def _text(self, tokens: list[str]) -> str:
        text: str = self._tokenizer.decode(tokens)
        return text.strip()
