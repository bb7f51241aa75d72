"""One model from the model hub: complete or not at all, checked, and its origin written down."""

from __future__ import annotations

import os
import re
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub.constants

from transcription.models import reach
from transcription.models.errors import ModelDamaged
from transcription.models.origin import digest, write_origin

REPORT_EVERY_S = 5.0
HUB = "huggingface.co"

_CACHE = Path(".cache") / "huggingface"
_SHA256 = re.compile(r"[0-9a-f]{64}")

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model of the hub and the directory it is to be in."""

    name: str
    repository: str
    download_mb: int
    licence: str
    place: Path


def fetch(
    wanted: Wanted,
    models: Path,
    report: Report,
    download: Callable[[Path], object],
    check: Callable[[Path], object],
) -> None:
    """`download` brings the files into a directory, `check` raises ModelDamaged where some are missing.

    Raises HubUnreachable, ModelDamaged.
    """
    place = wanted.place
    if (place / "model.bin").is_file():
        check(place)
        report(f"{wanted.name}: already in {place}")
        return
    by_hand = (
        f"run `sangdam models pull {wanted.name}` or download the files of {HUB}/{wanted.repository},"
        f" then copy them to {place} here, or bring the directory and run `sangdam models add DIRECTORY`."
    )
    endpoint: str = huggingface_hub.constants.ENDPOINT
    reach.check(endpoint, models, by_hand)
    arriving = place.with_name(f".{place.name}")
    with _progress(wanted, arriving, report), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*local_dir_use_symlinks.*")
        try:
            download(arriving)
        except Exception as error:  # the hub's client lets its HTTP library's errors through
            raise reach.unreachable(endpoint, models, by_hand, error) from None
    commit = _compare(arriving)
    check(arriving)
    shutil.rmtree(arriving / _CACHE.parts[0], ignore_errors=True)
    write_origin(arriving, f"{HUB}/{wanted.repository}" + (f" at {commit}" if commit else ""), wanted.licence)
    os.replace(arriving, place)
    report(f"{wanted.name}: in {place}")


def _compare(arriving: Path) -> str:
    """Compares large files with the hub's digests of them; the commit that they are of, "" if unknown.

    Raises ModelDamaged, and removes the file, so that the next pull fetches it anew.
    """
    commit = ""
    for note in sorted((arriving / _CACHE / "download").rglob("*.metadata")):
        commit, etag, *_ = [*note.read_text(encoding="utf-8").split("\n"), "", ""]
        file = arriving / note.relative_to(arriving / _CACHE / "download").with_suffix("")
        if _SHA256.fullmatch(etag) and file.is_file() and digest(file) != etag:
            note.unlink()
            file.unlink()
            raise ModelDamaged(
                f"{file.name} arrived damaged: its SHA-256 is not the hub's {etag[:12]}…; pull it again"
            )
    return commit


@contextmanager
def _progress(wanted: Wanted, arriving: Path, report: Report) -> Iterator[None]:
    """Reports how much has arrived: faster-whisper silences the hub's own progress bars."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(REPORT_EVERY_S):
            report(f"{wanted.name}: {_bytes(arriving) / 1e6:.0f} of about {wanted.download_mb} MB")

    report(
        f"{wanted.name}: fetching about {wanted.download_mb} MB from {HUB}/{wanted.repository},"
        f" licence {wanted.licence}"
    )
    watcher = threading.Thread(target=watch, name="pull-progress")
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _bytes(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # renamed meanwhile
            continue
    return total
