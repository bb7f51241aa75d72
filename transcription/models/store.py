"""A models directory: what is in it, which models are in use, and loading both kinds of them.

whisper/            one CTranslate2 Whisper model, or one directory for each of several
argos/              Argos packages: `.argosmodel` archives or unpacked directories
m2m/                one CTranslate2 M2M-100 model, or one directory for each of several
models.json         {"recogniser": NAME, "m2m": NAME, "m2m_languages": [TAG, …], "demo": bool}, all optional
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from faster_whisper import WhisperModel

from transcription.argos import ArgosPair
from transcription.hardware import Hardware
from transcription.m2m import M2MModel
from transcription.models.catalog import WHISPER
from transcription.models.errors import ModelDamaged, ModelMissing, UnknownModel
from transcription.models.multilingual import LANGUAGES, M2MFiles, m2m_directories, read_m2m
from transcription.models.packages import (
    SUFFIX,
    TranslationPackage,
    package_paths,
    read_package,
    unpack,
)
from transcription.models.recognisers import Recogniser, read_recogniser, recogniser_directories
from transcription.routes import Offer, Pair, best_pairs, wire_routes
from transcription.translator import Translator
from wire.links import Models

DEMO_DIRECTORY = Path(__file__).parent / "demo"
REAL_BEAM = 2
"""Beams for settled sentences. The demo packages are best with one."""
SINGLE = Hardware()
"""One pass at a time in one thread."""


@dataclass(frozen=True, slots=True)
class ModelSet:
    """What a models directory offers. `packages`: the newest version of each pair."""

    directory: Path
    recogniser: Recogniser
    others: tuple[Recogniser, ...]
    """Recognisers that are there but not in use."""
    packages: tuple[TranslationPackage, ...]
    m2m: M2MFiles | None
    other_m2m: tuple[M2MFiles, ...]
    """Models of this kind that are there but not in use."""
    m2m_languages: tuple[str, ...]
    """Those that `m2m` is asked for."""
    demo: bool

    def offers(self) -> tuple[Offer, ...]:
        """Every direct pair of every engine."""
        return *self.packages, *(self.m2m.offers(self.m2m_languages) if self.m2m else ())

    def describe(self) -> Models:
        """For the worker's hello."""
        return Models(
            recogniser=self.recogniser.name,
            languages=self.recogniser.languages,
            routes=wire_routes({pair: offer.engine for pair, offer in best_pairs(self.offers()).items()}),
            demo=self.demo,
        )


class ModelStore:
    """Reads `directory` anew on every call, for `sangdam models` may change it meanwhile."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def of_data_directory(cls, data: Path) -> ModelStore:
        """DATA/models where a recogniser is in it, the demo set otherwise."""
        own = data / "models"
        return cls(own if any(recogniser_directories(own)) else DEMO_DIRECTORY)

    def model_set(self) -> ModelSet:
        """Raises ModelMissing, ModelDamaged."""
        if not self.directory.is_dir():
            raise ModelMissing(
                f"there is no models directory {self.directory}: fill it with `sangdam models pull`,"
                " or leave --models out to use the demo models"
            )
        found = dict(recogniser_directories(self.directory))
        if not found:
            raise ModelMissing(
                f"no Whisper model in {self.directory / 'whisper'}: fetch one with `sangdam models pull`,"
                " or copy one in as docs/models.md tells"
            )
        manifest = self._manifest()
        name = manifest.get("recogniser", _best(list(found)))
        if name not in found:
            raise ModelMissing(
                f"models.json chooses the recogniser {name!r}, which is not in {self.directory / 'whisper'}:"
                f" choose one of {', '.join(found)} with `sangdam models use`"
            )
        recognisers = {key: read_recogniser(key, path) for key, path in found.items()}
        chosen = recognisers.pop(str(name))
        m2m, other_m2m = self._m2m(manifest)
        return ModelSet(
            directory=self.directory,
            recogniser=chosen,
            others=tuple(recognisers.values()),
            packages=self._packages(),
            m2m=m2m,
            other_m2m=other_m2m,
            m2m_languages=self._m2m_languages(manifest),
            demo=manifest.get("demo") is True,
        )

    def load_recogniser(self, hardware: Hardware = SINGLE) -> WhisperModel:
        """Loads from the disk alone. Raises ModelMissing, ModelDamaged."""
        recogniser = self.model_set().recogniser
        try:
            return WhisperModel(
                str(recogniser.directory),
                device=hardware.device,
                compute_type=hardware.compute_type,
                cpu_threads=hardware.threads,
                num_workers=hardware.workers,
            )
        except Exception as error:  # the libraries below raise bare Exceptions for bad files
            raise ModelDamaged(
                f"{recogniser.directory} cannot be loaded ({_first_line(error)}): copy or pull it again"
            ) from None

    def load_translator(self, hardware: Hardware = SINGLE) -> Translator:
        """Every pair in memory; archives are unpacked to a temporary place and leave nothing behind.

        Raises ModelMissing, ModelDamaged.
        """
        models = self.model_set()
        beam = 1 if models.demo else REAL_BEAM
        packages = [_load_pair(package, beam, hardware.threads) for package in models.packages]
        shared = _load_m2m(models.m2m, beam, hardware).pairs(models.m2m_languages) if models.m2m else []
        return Translator([*packages, *shared])

    def use(self, name: str) -> None:
        """Chooses a recogniser or an M2M-100 model. Raises UnknownModel."""
        recognisers = [key for key, _ in recogniser_directories(self.directory)]
        translators = [key for key, _ in m2m_directories(self.directory)]
        if name not in recognisers and name not in translators:
            found = ", ".join([*recognisers, *translators]) or "none"
            raise UnknownModel(f"no model {name!r} in {self.directory}: there is {found}")
        kind = "recogniser" if name in recognisers else "m2m"
        text = json.dumps({**self._manifest(), kind: name}, indent=2) + "\n"
        written = self.directory / "models.json.new"
        written.write_text(text, encoding="utf-8")
        os.replace(written, self.directory / "models.json")

    def _manifest(self) -> dict[str, object]:
        path = self.directory / "models.json"
        if not path.exists():
            return {}
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelDamaged(f"{path} cannot be read ({error}): repair or remove it") from None
        if not isinstance(manifest, dict):
            raise ModelDamaged(f"{path} holds no JSON object: repair or remove it")
        return manifest

    def _m2m(self, manifest: dict[str, object]) -> tuple[M2MFiles | None, tuple[M2MFiles, ...]]:
        """The one in use, the chosen or else the largest, and the others."""
        found = {name: read_m2m(name, path) for name, path in m2m_directories(self.directory)}
        if not found:
            return None, ()
        name = manifest.get("m2m", max(found, key=lambda key: found[key].size_bytes))
        if name not in found:
            raise ModelMissing(
                f"models.json chooses the M2M-100 model {name!r}, which is not in {self.directory / 'm2m'}:"
                f" choose one of {', '.join(found)} with `sangdam models use`"
            )
        chosen = found.pop(str(name))
        return chosen, tuple(found.values())

    def _m2m_languages(self, manifest: dict[str, object]) -> tuple[str, ...]:
        languages = manifest.get("m2m_languages", list(LANGUAGES))
        if not isinstance(languages, list) or not all(isinstance(tag, str) for tag in languages):
            raise ModelDamaged(
                f"m2m_languages in {self.directory / 'models.json'} is no list of language tags: repair it"
            )
        return tuple(languages)

    def _packages(self) -> tuple[TranslationPackage, ...]:
        newest: dict[Pair, TranslationPackage] = {}
        for path in package_paths(self.directory):
            package = read_package(path)
            if package and (package.pair not in newest or _newer(package, newest[package.pair])):
                newest[package.pair] = package
        return tuple(newest[pair] for pair in sorted(newest))


def _load_m2m(files: M2MFiles, beam: int, hardware: Hardware) -> M2MModel:
    try:
        return M2MModel(files.directory, beam=beam, hardware=hardware)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelDamaged(
            f"{files.directory} cannot be loaded ({_first_line(error)}): copy or pull it again"
        ) from None


def _load_pair(package: TranslationPackage, beam: int, threads: int) -> ArgosPair:
    try:
        if package.path.suffix != SUFFIX:
            return ArgosPair(package.path, beam=beam, threads=threads)
        with tempfile.TemporaryDirectory(prefix="sangdam-argos-") as scratch:
            return ArgosPair(unpack(package.path, Path(scratch)), beam=beam, threads=threads)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelDamaged(
            f"{package.path} cannot be loaded ({_first_line(error)}): copy or pull it again"
        ) from None


def _best(names: list[str]) -> str:
    """The most able recogniser among several when none was chosen; unknown names come first."""
    able = [size.name for size in WHISPER]
    return min(names, key=lambda name: -able.index(name) if name in able else -len(able))


def _newer(one: TranslationPackage, other: TranslationPackage) -> bool:
    return _version(one) > _version(other)


def _version(package: TranslationPackage) -> tuple[int, ...]:
    return tuple(int(part) for part in package.version.split(".") if part.isdigit())


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
