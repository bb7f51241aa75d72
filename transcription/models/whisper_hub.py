"""Fetching a Whisper model from the hub through faster-whisper."""

from __future__ import annotations

import os
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import faster_whisper
import huggingface_hub.constants

from transcription.models import reach
from transcription.models.catalog import WhisperSize
from transcription.models.recognisers import read_recogniser

REPORT_EVERY_S = 5.0


def fetch(size: WhisperSize, models: Path, report: Callable[[str], None]) -> None:
    """Into `models`/whisper/NAME, complete or not at all. Raises HubUnreachable, ModelDamaged."""
    place = models / "whisper" / size.name
    if (place / "model.bin").is_file():
        read_recogniser(size.name, place)
        report(f"{size.name}: already in {place}")
        return
    by_hand = (
        "run `sangdam models pull` or download the files of"
        f" {size.source}/faster-whisper-{size.name}, then copy them to {place} here."
    )
    endpoint: str = huggingface_hub.constants.ENDPOINT
    reach.check(endpoint, models, by_hand)
    arriving = place.with_name(f".{size.name}")
    with _progress(size, arriving, report), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*local_dir_use_symlinks.*")
        try:
            faster_whisper.download_model(size.name, output_dir=str(arriving))
        except Exception as error:  # the hub's client lets its HTTP library's errors through
            raise reach.unreachable(endpoint, models, by_hand, error) from None
    read_recogniser(size.name, arriving)
    shutil.rmtree(arriving / ".cache", ignore_errors=True)
    os.replace(arriving, place)
    report(f"{size.name}: in {place}")


@contextmanager
def _progress(size: WhisperSize, arriving: Path, report: Callable[[str], None]) -> Iterator[None]:
    """Reports how much has arrived, for faster-whisper silences the hub's own progress bars."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(REPORT_EVERY_S):
            report(f"{size.name}: {_bytes(arriving) / 1e6:.0f} of about {size.download_mb} MB")

    report(f"{size.name}: fetching about {size.download_mb} MB from {size.source}, licence {size.licence}")
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
