"""`pull` of a recogniser from a hub on loopback."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.transcription.models import hub_server
from tests.transcription.models.hub_server import COMMIT, Hub
from transcription.models.origin import read_origin
from transcription.models.store import DEMO_DIRECTORY, ModelStore


@pytest.fixture
def hub(models_directory: Path) -> Iterator[Hub]:
    with hub_server.serving("Systran/faster-whisper-tiny", models_directory / "whisper") as server:
        yield server


def pull(data: Path, hub: Hub) -> CompletedProcess[str]:
    return hub_server.pull(data, hub, "tiny", "--pairs=")


@pytest.mark.net
def test_pull_fetches_and_chooses(tmp_path: Path, hub: Hub) -> None:
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert "fetching about 78 MB" in done.stdout
    store = ModelStore.of_data_directory(tmp_path)
    assert store.model_set().recogniser.name == "tiny"
    place = store.model_set().recogniser.directory
    assert (place / "model.bin").read_bytes() == (hub.model / "model.bin").read_bytes()
    assert json.loads((tmp_path / "models" / "models.json").read_text()) == {"recogniser": "tiny"}
    origin = read_origin(place)
    assert origin is not None
    assert origin.source == f"huggingface.co/Systran/faster-whisper-tiny at {COMMIT}"
    assert origin.licence == "MIT"
    assert {"model.bin", "tokenizer.json"} <= origin.sha256.keys()


@pytest.mark.net
def test_lost_connection_is_taken_up_again(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 1
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert hub.fetched.count("model.bin") == 2
    place = ModelStore.of_data_directory(tmp_path).model_set().recogniser.directory
    assert (place / "model.bin").read_bytes() == (hub.model / "model.bin").read_bytes()


@pytest.mark.net
def test_broken_off_pull_leaves_no_model_and_keeps_whole_files(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 100
    done = pull(tmp_path, hub)
    assert done.returncode == os.EX_CONFIG
    assert "hub_unreachable: no way out to" in done.stderr
    assert ModelStore.of_data_directory(tmp_path).directory == DEMO_DIRECTORY
    hub.cuts = 0
    hub.fetched.clear()
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert "model.bin" in hub.fetched
    assert "tokenizer.json" not in hub.fetched
