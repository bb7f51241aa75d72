"""Fetching an M2M-100 model from the hub."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
from faster_whisper.utils import disabled_tqdm

from transcription.m2m import SENTENCEPIECE_FILES, VOCABULARY_FILES
from transcription.models import hub
from transcription.models.catalog import M2MSize
from transcription.models.multilingual import FOLDER, read_m2m

FILES = ("config.json", "model.bin", *VOCABULARY_FILES, *SENTENCEPIECE_FILES)
"""Those that a repository has of them are fetched, and nothing else."""


def fetch(size: M2MSize, models: Path, report: hub.Report) -> None:
    """Into `models`/m2m/NAME, complete or not at all. Raises HubUnreachable, ModelDamaged."""

    def download(arriving: Path) -> None:
        huggingface_hub.snapshot_download(
            size.repository, local_dir=arriving, allow_patterns=list(FILES), tqdm_class=disabled_tqdm
        )

    hub.fetch(
        hub.Wanted(size.name, size.repository, size.download_mb, size.licence, models / FOLDER / size.name),
        models,
        report,
        download,
        lambda directory: read_m2m(size.name, directory),
    )
