"""Bringing models into a models directory: fetched from the hubs, or copied from a path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from transcription.models import argos_index, whisper_hub
from transcription.models.catalog import ARGOS_PACKAGE_MB, WhisperSize
from transcription.models.errors import ModelMissing, NoSpace, UnknownModel
from transcription.models.packages import SUFFIX, read_package, unpack
from transcription.models.recognisers import read_recogniser
from transcription.models.store import ModelStore
from transcription.routes import Pair


def pull(
    models: Path, size: WhisperSize | None, pairs: Sequence[Pair], report: Callable[[str], None]
) -> None:
    """Fetches what is not there yet and puts the recogniser in use; what has arrived whole is kept.

    Raises HubUnreachable, UnknownModel, NoSpace, ModelDamaged.
    """
    models.mkdir(parents=True, exist_ok=True)
    needed_mb = (size.download_mb if size else 0) + 2 * ARGOS_PACKAGE_MB * len(pairs)
    free_mb = shutil.disk_usage(models).free >> 20
    if free_mb < needed_mb:
        raise NoSpace(
            f"{models} has {free_mb} MiB left, about {needed_mb} are needed: make room or use --data"
        )
    if size:
        whisper_hub.fetch(size, models, report)
        ModelStore(models).use(size.name)
    if pairs:
        argos_index.fetch(pairs, models, report)


def add(models: Path, source: Path, report: Callable[[str], None]) -> None:
    """Copies in a Whisper directory, which is put in use, an `.argosmodel` file or an unpacked package.

    Raises ModelMissing, ModelDamaged, UnknownModel.
    """
    if not source.exists():
        raise ModelMissing(f"there is no {source}")
    if (source / "model.bin").is_file():
        name = source.resolve().name
        read_recogniser(name, source)
        place = models / "whisper" / name
        _copy(source, place)
        ModelStore(models).use(name)
    elif source.suffix == SUFFIX or (source / "metadata.json").is_file():
        if read_package(source) is None:
            raise UnknownModel(f"{source} is an Argos package, but of no translation")
        if source.is_file():
            place = unpack(source, models / "argos")
        else:
            place = models / "argos" / source.resolve().name
            _copy(source, place)
    else:
        raise UnknownModel(
            f"{source} is neither a Whisper directory (with model.bin) nor an {SUFFIX} file: docs/models.md"
        )
    report(f"{source}: in {place}")


def _copy(source: Path, place: Path) -> None:
    """All of it or nothing; what was there under that name is replaced."""
    if place.resolve() == source.resolve():
        return
    arriving = place.with_name(f".{place.name}")
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(source, arriving)
    shutil.rmtree(place, ignore_errors=True)
    os.replace(arriving, place)
