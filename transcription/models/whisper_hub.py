"""Fetching a Whisper model from the hub through faster-whisper."""

from __future__ import annotations

from pathlib import Path

import faster_whisper

from transcription.models import hub
from transcription.models.catalog import WhisperSize
from transcription.models.recognisers import read_recogniser


def fetch(size: WhisperSize, models: Path, report: hub.Report) -> None:
    """Into `models`/whisper/NAME, complete or not at all. Raises HubUnreachable, ModelDamaged."""
    hub.fetch(
        hub.Wanted(
            size.name, size.repository, size.download_mb, size.licence, models / "whisper" / size.name
        ),
        models,
        report,
        lambda arriving: faster_whisper.download_model(size.name, output_dir=str(arriving)),
        lambda directory: read_recogniser(size.name, directory),
    )
