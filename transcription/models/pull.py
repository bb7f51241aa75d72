"""Bringing models into a models directory: fetched from the hubs, or copied from a path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from transcription.m2m import VOCABULARY_FILES, is_m2m
from transcription.models import argos_index, m2m_hub, whisper_hub
from transcription.models.catalog import ARGOS_PACKAGE_MB, M2MSize, WhisperSize
from transcription.models.errors import ModelMissing, NoSpace, UnknownModel
from transcription.models.multilingual import FOLDER, read_m2m
from transcription.models.origin import UNKNOWN_LICENCE, read_origin, write_origin
from transcription.models.packages import SUFFIX, read_package, unpack
from transcription.models.recognisers import read_recogniser
from transcription.models.store import ModelStore
from transcription.routes import Pair


@dataclass(frozen=True, slots=True)
class Wish:
    """What to fetch."""

    recogniser: WhisperSize | None = None
    m2m: M2MSize | None = None
    pairs: Sequence[Pair] = ()

    @property
    def needed_mb(self) -> int:
        """On the disk; an Argos package is there twice while it is unpacked."""
        sizes = [size.download_mb for size in (self.recogniser, self.m2m) if size]
        return sum(sizes) + 2 * ARGOS_PACKAGE_MB * len(self.pairs)


def pull(models: Path, wish: Wish, report: Callable[[str], None]) -> None:
    """Fetches what is not there yet and puts it in use; what has arrived whole is kept.

    Raises HubUnreachable, UnknownModel, NoSpace, ModelDamaged.
    """
    models.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(models).free >> 20
    if free_mb < wish.needed_mb:
        raise NoSpace(
            f"{models} has {free_mb} MiB left, about {wish.needed_mb} are needed: make room or use --data"
        )
    if wish.recogniser:
        whisper_hub.fetch(wish.recogniser, models, report)
        ModelStore(models).use(wish.recogniser.name)
    if wish.m2m:
        m2m_hub.fetch(wish.m2m, models, report)
        ModelStore(models).use(wish.m2m.name)
    if wish.pairs:
        argos_index.fetch(wish.pairs, models, report)


def add(models: Path, source: Path, report: Callable[[str], None]) -> None:
    """Copies in a Whisper or M2M-100 directory, which is put in use, or an Argos package, packed or not.

    Raises ModelMissing, ModelDamaged, UnknownModel.
    """
    if not source.exists():
        raise ModelMissing(f"there is no {source}")
    name = source.resolve().name
    if (source / "model.bin").is_file():
        if is_m2m(source):
            read_m2m(name, source)
            place = models / FOLDER / name
        elif any((source / file).is_file() for file in VOCABULARY_FILES):
            raise UnknownModel(
                f"{source} is a translation model, but no M2M-100: its vocabulary names no languages"
            )
        else:
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
            place = models / "argos" / name
            _copy(source, place)
    else:
        raise UnknownModel(
            f"{source} is neither a Whisper nor an M2M-100 directory (with model.bin) nor an {SUFFIX} file:"
            " docs/models.md"
        )
    if read_origin(place) is None:
        write_origin(place, f"copied from {source.resolve()}", UNKNOWN_LICENCE)
    report(f"{source}: in {place}")


def _copy(source: Path, place: Path) -> None:
    """All of it or nothing; what was there under that name is replaced."""
    if place.resolve() == source.resolve():
        return
    arriving = place.with_name(f".{place.name}")
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(source, arriving, ignore=shutil.ignore_patterns(".git", ".cache"))
    shutil.rmtree(place, ignore_errors=True)
    os.replace(arriving, place)
