"""`sangdam models list`: languages heard, pairs and their routes, sizes, licences, digests, origins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from transcription.m2m import ENGINE as M2M_ENGINE
from transcription.models.catalog import ARGOS_LICENCE, M2M, WHISPER, Machine, suitable
from transcription.models.multilingual import M2MFiles
from transcription.models.origin import UNKNOWN_LICENCE, digest, read_origin
from transcription.models.packages import TranslationPackage
from transcription.models.recognisers import Recogniser
from transcription.models.store import ModelSet, ModelStore
from wire.links import Route

SHOWN_DIGITS = 12
"""Of a digest in the tables; `--json` has all."""
SHOWN_LANGUAGES = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """One model of a directory. `sha256` is that of its weights' file, or of its archive."""

    name: str
    kind: str
    in_use: bool
    languages: tuple[str, ...]
    """Heard, or translated between; of a pair the source and the target."""
    size_bytes: int
    licence: str
    sha256: str
    source: str


def listed(models: ModelSet) -> list[Listed]:
    recognisers = [
        _listed(models, one, "recogniser", one is models.recogniser)
        for one in (models.recogniser, *models.others)
    ]
    packages = [_package(models, package) for package in models.packages]
    m2m = [
        _listed(models, one, M2M_ENGINE, one is models.m2m)
        for one in (models.m2m, *models.other_m2m)
        if one is not None
    ]
    return [*recognisers, *packages, *m2m]


def as_json(store: ModelStore) -> str:
    """Raises ModelMissing, ModelDamaged."""
    models = store.model_set()
    content = {
        "directory": str(models.directory),
        "demo": models.demo,
        "models": [asdict(model) for model in listed(models)],
        "routes": [route.model_dump(mode="json") for route in models.describe().routes],
        "available": _available(),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_text(store: ModelStore) -> str:
    """Raises ModelMissing, ModelDamaged."""
    models = store.model_set()
    found = listed(models)
    rows = [
        (
            model.name + ("" if model.in_use else " (not in use)"),
            model.kind,
            f"{model.size_bytes / 1e6:.1f} MB",
            _languages(model),
            model.licence,
            model.sha256[:SHOWN_DIGITS],
            model.source,
        )
        for model in found
    ]
    heard = " ".join(models.recogniser.languages)
    return "\n".join(
        [
            f"Models directory: {models.directory}{' (demo models)' if models.demo else ''}",
            f"Languages heard: {heard}",
            "",
            *_table(("MODEL", "KIND", "SIZE", "LANGUAGES", "LICENCE", "SHA-256", "FROM"), rows),
            "",
            *_table(("TRANSLATES", "INTO", "ENGINE", "ROUTE"), _routes(models.describe().routes)),
            "",
            "To be had with `sangdam models pull NAME`:",
            *_table(("NAME", "DOWNLOAD", "MEMORY", "LICENCE", "FROM", ""), _pullable()),
            f"and Argos packages with `--pairs ko-en,en-ko,…`: licence {ARGOS_LICENCE}",
        ]
    )


def _listed(models: ModelSet, model: Recogniser | M2MFiles, kind: str, in_use: bool) -> Listed:
    source, licence, sha256 = _origin(models, model.directory, model.directory / "model.bin")
    return Listed(model.name, kind, in_use, model.languages, model.size_bytes, licence, sha256, source)


def _package(models: ModelSet, package: TranslationPackage) -> Listed:
    source, licence, sha256 = _origin(models, package.path, package.model_file)
    name = f"{package.source}→{package.target} {package.version}".strip()
    return Listed(name, package.engine, True, package.pair, package.size_bytes, licence, sha256, source)


def _origin(models: ModelSet, directory: Path, file: Path) -> tuple[str, str, str]:
    """Where it came from, its licence, its digest: as taken down when it came, or as they are now."""
    origin = read_origin(directory)
    if origin is None:
        source, licence = (
            ("scripts/train_demo_models", "Apache-2.0")
            if models.demo
            else ("not written down", UNKNOWN_LICENCE)
        )
        return source, licence, digest(file)
    known = origin.sha256.get(file.relative_to(directory).as_posix())
    return origin.source, origin.licence, known or digest(file)


def _languages(model: Listed) -> str:
    if len(model.languages) > SHOWN_LANGUAGES:
        return f"{len(model.languages)} languages"
    return " ".join(model.languages)


def _routes(routes: Iterable[Route]) -> list[tuple[str, ...]]:
    """One row for each source and way to go, with all targets that are reached by it."""
    targets: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for route in routes:
        targets.setdefault((route.source, route.engine, route.via), []).append(route.target)
    return [
        (source, " ".join(reached), engine, f"through {' '.join(via)}" if via else "direct")
        for (source, engine, via), reached in targets.items()
    ]


def _available() -> list[dict[str, object]]:
    fitting = suitable(Machine.here())
    return [
        {
            "name": size.name,
            "download_mb": size.download_mb,
            "memory_mb": size.memory_mb,
            "licence": size.licence,
            "source": f"huggingface.co/{size.repository}",
            "suits_this_machine": size is fitting,
        }
        for size in (*WHISPER, *M2M)
    ]


def _pullable() -> list[tuple[str, ...]]:
    fitting = suitable(Machine.here())
    recognisers: list[tuple[str, ...]] = [
        (
            size.name,
            f"{size.download_mb} MB",
            f"{size.memory_mb} MB",
            size.licence,
            f"huggingface.co/{size.repository}",
            "← suits this machine" if size is fitting else "",
        )
        for size in WHISPER
    ]
    translators: list[tuple[str, ...]] = [
        (
            size.name,
            f"{size.download_mb} MB",
            f"{size.memory_mb} MB",
            size.licence,
            f"huggingface.co/{size.repository}",
            "translation, for what Argos lacks: Vietnamese first",
        )
        for size in M2M
    ]
    return recognisers + translators


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as what is in them, nothing for no rows."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = (head, *rows)
    return ["  " + "  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
