"""Argos packages on disk: `.argosmodel` archives and the directories they unpack to."""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from transcription.argos import ArgosPair, language_tag
from transcription.models.errors import ModelDamaged
from transcription.routes import Pair

MAX_UNPACKED_BYTES = 4 << 30
"""An archive that says it holds more is refused."""
SUFFIX = ".argosmodel"


@dataclass(frozen=True, slots=True)
class TranslationPackage:
    """One translation pair; `path` is an archive or a directory."""

    source: str
    target: str
    version: str
    path: Path

    @property
    def engine(self) -> str:
        return ArgosPair.engine

    @property
    def pair(self) -> Pair:
        return self.source, self.target

    @property
    def model_file(self) -> Path:
        """The file whose digest stands for the package."""
        return self.path if self.path.is_file() else self.path / "model" / "model.bin"

    @property
    def size_bytes(self) -> int:
        if self.path.is_file():
            return self.path.stat().st_size
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())


def package_paths(models: Path) -> Iterator[Path]:
    """Archives in `models` itself, archives and unpacked packages in its `argos/`."""
    for place in (models, models / "argos"):
        if place.is_dir():
            yield from sorted(place.glob(f"*{SUFFIX}"))
    if (models / "argos").is_dir():
        yield from sorted(path.parent for path in (models / "argos").glob("*/metadata.json"))


def read_package(path: Path) -> TranslationPackage | None:
    """None for a package that is no translation. Raises ModelDamaged."""
    try:
        metadata = json.loads(_metadata(path))
        if metadata.get("type", "translate") != "translate":
            return None
        source, target = metadata["from_code"], metadata["to_code"]
        if not isinstance(source, str) or not isinstance(target, str):
            raise TypeError("its languages are no text")
        version = str(metadata.get("package_version", ""))
        return TranslationPackage(language_tag(source), language_tag(target), version, path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ModelDamaged(f"{path} is no Argos package ({error}): copy or pull it again") from None


def unpack(archive: Path, destination: Path) -> Path:
    """The package's directory below `destination`; one that was there under its name is replaced.

    Raises ModelDamaged.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            name = _top(packed)
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise ModelDamaged(f"{archive} would unpack to more than {MAX_UNPACKED_BYTES >> 30} GiB")
            shutil.rmtree(destination / name, ignore_errors=True)
            packed.extractall(destination)
    except (ValueError, zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise ModelDamaged(f"{archive} is damaged ({error}): copy or pull it again") from None
    return destination / name


def _metadata(path: Path) -> str | bytes:
    if path.is_dir():
        return (path / "metadata.json").read_bytes()
    with zipfile.ZipFile(path) as packed:
        return packed.read(f"{_top(packed)}/metadata.json")


def _top(packed: zipfile.ZipFile) -> str:
    """The one directory that everything in the archive is in."""
    tops = {PurePosixPath(name).parts[0] for name in packed.namelist()}
    if len(tops) != 1 or tops & {"/", ".."}:
        raise ValueError("an archive with one directory was expected")
    return tops.pop()
