"""Whisper models on disk, in the CTranslate2 form that faster-whisper loads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcription.models.errors import ModelDamaged

_NEEDED = ("config.json", "tokenizer.json")
"""Without its tokenizer.json a model would send faster-whisper to the network for one."""
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_TAGS = {"jw": "jv"}
"""Whisper's codes that are no BCP 47 tags."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A Whisper model that has all its files; whether they are sound is seen on loading."""

    name: str
    directory: Path
    languages: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.directory.iterdir() if path.is_file())


def recogniser_directories(models: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of every Whisper model below `models`: `whisper/` itself and those inside it."""
    whisper = models / "whisper"
    if (whisper / "model.bin").is_file():
        yield "whisper", whisper
    if whisper.is_dir():
        for directory in sorted(whisper.iterdir()):
            if (directory / "model.bin").is_file() and not directory.name.startswith("."):
                yield directory.name, directory


def read_recogniser(name: str, directory: Path) -> Recogniser:
    """Raises ModelDamaged where a file is missing or unreadable."""
    missing = [file for file in _NEEDED if not (directory / file).is_file()]
    if not any((directory / file).is_file() for file in _VOCABULARIES):
        missing.append("vocabulary.json")
    if missing:
        raise ModelDamaged(f"{directory} lacks {', '.join(missing)}: copy or pull the model again")
    try:
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        tokens = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))["added_tokens"]
        languages = _languages(config, tokens)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelDamaged(f"{directory} cannot be read ({error}): copy or pull the model again") from None
    return Recogniser(name, directory, languages)


def _languages(config: dict[str, Any], tokens: list[dict[str, Any]]) -> tuple[str, ...]:
    """Language tags of the model's own language tokens (`<|ko|>`); English where there are none."""
    contents = {token["id"]: token["content"] for token in tokens}
    codes = [contents[number].strip("<|>") for number in config.get("lang_ids", [])]
    return tuple(_TAGS.get(code, code) for code in codes) or ("en",)
