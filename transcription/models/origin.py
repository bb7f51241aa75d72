"""Where a model came from: `origin.json` beside it, with its licence and the digests of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "origin.json"
UNKNOWN_LICENCE = "not known here"


@dataclass(frozen=True, slots=True)
class Origin:
    source: str
    licence: str
    sha256: Mapping[str, str]
    """By path inside the model's directory, in hexadecimal."""


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_origin(directory: Path, source: str, licence: str) -> None:
    """Takes down every file of `directory` as it is now."""
    digests = {path.relative_to(directory).as_posix(): digest(path) for path in _files(directory)}
    content = {"source": source, "licence": licence, "sha256": digests}
    (directory / FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_origin(directory: Path) -> Origin | None:
    """None where nothing usable is written down: it is a note beside the model, not a part of it."""
    try:
        content = json.loads((directory / FILE).read_text(encoding="utf-8"))
        source, licence, digests = content["source"], content["licence"], dict(content["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Origin(str(source), str(licence), {str(name): str(value) for name, value in digests.items()})


def changed_files(directory: Path, origin: Origin) -> list[str]:
    """Files that are gone or no longer what was taken down, sorted."""
    return sorted(
        name
        for name, value in origin.sha256.items()
        if not (directory / name).is_file() or digest(directory / name) != value
    )


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name != FILE)
