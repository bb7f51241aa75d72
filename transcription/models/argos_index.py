"""Fetching Argos packages through `argostranslate.package`: its index, downloads and metadata."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from transcription.argos import argos_package_module, language_tag
from transcription.models import reach
from transcription.models.catalog import ARGOS_LICENCE, ARGOS_PACKAGE_MB
from transcription.models.errors import ModelDamaged, UnknownModel
from transcription.models.origin import write_origin
from transcription.models.packages import package_paths, read_package, unpack
from transcription.routes import Pair

READ_TIMEOUT_S = 60.0
BY_HAND = (
    "fetch the .argosmodel files (argosopentech.com, or `sangdam models pull` there), copy them here and run"
    " `sangdam models add FILE…`."
)


def fetch(pairs: Sequence[Pair], models: Path, report: Callable[[str], None]) -> None:
    """Unpacked into `models`/argos; pairs that are there already are left alone.

    Raises HubUnreachable, UnknownModel, ModelDamaged.
    """
    present = {package.pair for path in package_paths(models) if (package := read_package(path))}
    for pair in pairs:
        if pair in present:
            report(f"{pair[0]}→{pair[1]}: already in {models / 'argos'}")
    wanted = [pair for pair in pairs if pair not in present]
    if not wanted:
        return
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(READ_TIMEOUT_S)  # Argos sets none
    try:
        available = _available(models)
        for pair in wanted:
            if pair not in available:
                raise UnknownModel(f"Argos has no package for {pair[0]}→{pair[1]}")
        for pair in wanted:
            _fetch_one(pair, available[pair], models, report)
    finally:
        socket.setdefaulttimeout(before)


def _available(models: Path) -> dict[Pair, Any]:
    """The newest package of each pair in Argos' index, fetched anew."""
    module = argos_package_module()
    settings = module.settings
    downloads = models / "argos" / ".downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    settings.downloads_dir = downloads
    settings.local_package_index = downloads / "index.json"
    settings.local_package_index.unlink(missing_ok=True)
    reach.check(settings.remote_package_index, models, BY_HAND)
    module.update_package_index()  # logs what goes wrong and returns
    if not settings.local_package_index.exists():
        error = ConnectionError("the package index did not come")
        raise reach.unreachable(settings.remote_package_index, models, BY_HAND, error)
    newest: dict[Pair, Any] = {}
    for package in module.get_available_packages():
        if package.type != "translate":
            continue
        pair = language_tag(package.from_code), language_tag(package.to_code)
        if pair not in newest or _version(package) > _version(newest[pair]):
            newest[pair] = package
    return newest


def _fetch_one(pair: Pair, package: Any, models: Path, report: Callable[[str], None]) -> None:
    name = f"{pair[0]}→{pair[1]}"
    report(f"{name}: fetching about {ARGOS_PACKAGE_MB} MB from Argos, licence {ARGOS_LICENCE}")
    try:
        archive = Path(package.download())
    except Exception as error:  # Argos raises bare Exceptions
        raise reach.unreachable(package.links[0], models, BY_HAND, error) from None
    try:
        read_package(archive)
        place = unpack(archive, models / "argos")
    except ModelDamaged:
        archive.unlink()  # Argos would take it for the whole file the next time
        raise
    archive.unlink()
    write_origin(place, package.links[0], ARGOS_LICENCE)
    report(f"{name}: in {place}")


def _version(package: SimpleNamespace | Any) -> tuple[int, ...]:
    return tuple(int(part) for part in str(package.package_version).split(".") if part.isdigit())
