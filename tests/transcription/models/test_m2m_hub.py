"""`pull` of the many-to-many model from a hub on loopback."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transcription.models import hub_server
from tests.transcription.models.hub_server import COMMIT, Hub
from transcription.models.catalog import M2M
from transcription.models.origin import digest, read_origin
from transcription.models.pull import add
from transcription.models.store import ModelStore

NAME = M2M[0].name

pytestmark = pytest.mark.net


@pytest.fixture
def hub(tmp_path: Path, models_directory: Path) -> Iterator[Hub]:
    """With files in the repository that the engine has no use for."""
    repository = Path(shutil.copytree(models_directory / "m2m", tmp_path / "served"))
    for name in ("README.md", "vocab.json", "tokenizer_config.json"):
        (repository / name).write_text("{}")
    with hub_server.serving(M2M[0].repository, repository) as server:
        server.etags["model.bin"] = digest(repository / "model.bin")
        yield server


def test_pull_fetches_what_the_engine_needs_and_uses_it(tmp_path: Path, hub: Hub) -> None:
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == 0, done.stderr
    assert "fetching about 497 MB" in done.stdout
    assert "licence MIT" in done.stdout
    assert "no recogniser beside them yet" in done.stdout
    place = tmp_path / "models" / "m2m" / NAME
    assert {path.name for path in place.iterdir()} == {
        "config.json",
        "model.bin",
        "origin.json",
        "sentencepiece.bpe.model",
        "shared_vocabulary.json",
    }
    assert json.loads((tmp_path / "models" / "models.json").read_text()) == {"m2m": NAME}
    origin = read_origin(place)
    assert origin is not None
    assert origin.source == f"huggingface.co/{M2M[0].repository} at {COMMIT}"
    assert origin.sha256["model.bin"] == hub.etags["model.bin"]
    again = hub_server.pull(tmp_path, "http://127.0.0.1:1", NAME)
    assert again.returncode == 0, again.stderr
    assert "already in" in again.stdout


def test_other_layout_of_the_repository(tmp_path: Path, hub: Hub) -> None:
    (hub.model / "sentencepiece.bpe.model").rename(hub.model / "spm.128k.model")
    tokens = json.loads((hub.model / "shared_vocabulary.json").read_text(encoding="utf-8"))
    (hub.model / "shared_vocabulary.json").unlink()
    (hub.model / "shared_vocabulary.txt").write_text("\n".join(tokens), encoding="utf-8")
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "m2m" / NAME / "spm.128k.model").is_file()


def test_lost_connection_is_taken_up_again(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 1
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == 0, done.stderr
    assert hub.fetched.count("model.bin") == 2
    place = tmp_path / "models" / "m2m" / NAME
    assert (place / "model.bin").read_bytes() == (hub.model / "model.bin").read_bytes()


def test_broken_off_pull_leaves_no_model_and_keeps_whole_files(tmp_path: Path, hub: Hub) -> None:
    hub.cuts = 100
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == os.EX_CONFIG
    assert "hub_unreachable: no way out to" in done.stderr
    assert not (tmp_path / "models" / "m2m" / NAME).exists()
    hub.cuts = 0
    hub.fetched.clear()
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == 0, done.stderr
    assert "model.bin" in hub.fetched
    assert "sentencepiece.bpe.model" not in hub.fetched


def test_file_that_is_not_the_hubs_is_refused_and_fetched_anew(tmp_path: Path, hub: Hub) -> None:
    right = hub.etags["model.bin"]
    hub.etags["model.bin"] = "0" * 64
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("model_damaged: model.bin arrived damaged")
    assert not (tmp_path / "models" / "m2m" / NAME).exists()
    hub.etags["model.bin"] = right
    assert hub_server.pull(tmp_path, hub, NAME).returncode == 0


def test_repository_without_a_part_is_refused(tmp_path: Path, hub: Hub) -> None:
    (hub.model / "sentencepiece.bpe.model").unlink()
    done = hub_server.pull(tmp_path, hub, NAME)
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("model_damaged:")
    assert "sentencepiece.bpe.model" in done.stderr


def test_without_a_way_out_it_says_how_to_copy_by_hand(tmp_path: Path) -> None:
    done = hub_server.pull(tmp_path, "http://127.0.0.1:1", NAME)
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("hub_unreachable: no way out to")
    assert M2M[0].repository in done.stderr
    assert str(tmp_path / "models" / "m2m" / NAME) in done.stderr
    assert "sangdam models add" in done.stderr


def test_model_copied_by_hand_is_the_same(tmp_path: Path, hub: Hub) -> None:
    hub_server.pull(tmp_path / "there", hub, NAME)
    carried = tmp_path / "there" / "models" / "m2m" / NAME
    add(tmp_path / "here", carried, lambda _: None)
    place = tmp_path / "here" / "m2m" / NAME
    assert read_origin(place) == read_origin(carried)
    shutil.copytree(hub.model.parents[0] / "served", tmp_path / "bare" / "m2m100")
    add(tmp_path / "here", tmp_path / "bare" / "m2m100", lambda _: None)
    origin = read_origin(tmp_path / "here" / "m2m" / "m2m100")
    assert origin is not None
    assert origin.source == f"copied from {tmp_path / 'bare' / 'm2m100'}"
    ModelStore(tmp_path / "here").use(NAME)
    assert json.loads((tmp_path / "here" / "models.json").read_text()) == {"m2m": NAME}
