"""Real loading code on the demo models, whole and damaged, in every layout a directory may have."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from transcription.models.errors import ModelDamaged, ModelMissing, UnknownModel
from transcription.models.packages import unpack
from transcription.models.pull import add
from transcription.models.store import DEMO_DIRECTORY, ModelStore
from transcription.translator import TranslationItem
from wire.links import Models


@pytest.fixture
def models(tmp_path: Path, models_directory: Path) -> Path:
    """A copy of the demo set's recogniser, and its packages, to break."""
    directory = tmp_path / "models"
    shutil.copytree(models_directory / "whisper", directory / "whisper" / "small")
    (directory / "argos").mkdir()
    for path in models_directory.glob("*.argosmodel"):
        shutil.copy(path, directory / "argos")
    return directory


def test_demo_set(models_directory: Path) -> None:
    described = ModelStore(models_directory).model_set().describe()
    assert described.demo
    assert {"ko", "zh", "en"} <= set(described.languages)
    routes = {(route.source, route.target): route for route in described.routes}
    assert routes["ko", "en"].via == ()
    assert routes["ko", "zh"].via == routes["zh", "ko"].via == ("en",)
    assert {route.engine for route in described.routes} == {"argos"}
    assert Models.model_validate_json(described.model_dump_json()) == described


def test_own_models_are_not_the_demo(models: Path) -> None:
    assert not ModelStore(models).model_set().demo


def test_data_directory_without_a_recogniser_means_the_demo(tmp_path: Path, models: Path) -> None:
    assert ModelStore.of_data_directory(tmp_path / "nothing").directory == DEMO_DIRECTORY
    assert ModelStore.of_data_directory(tmp_path).directory == models
    shutil.rmtree(models / "whisper")
    assert ModelStore.of_data_directory(tmp_path).directory == DEMO_DIRECTORY


@pytest.mark.models
def test_recogniser_loads_and_runs(models: Path) -> None:
    recogniser = ModelStore(models).load_recogniser()
    assert recogniser.model.is_multilingual
    segments, _ = recogniser.transcribe(np.zeros(16_000, np.float32), language="ko", beam_size=1)
    assert list(segments) == []


@pytest.mark.models
def test_translator_reads_archives_and_unpacked_packages_alike(models: Path) -> None:
    item = TranslationItem("감사합니다.", "ko", ("en",), {}, final=True)
    packed = ModelStore(models).load_translator()
    for archive in list((models / "argos").glob("*.argosmodel")):
        unpack(archive, models / "argos")
        archive.unlink()
    unpacked = ModelStore(models).load_translator()
    assert packed.routes() == unpacked.routes() == ModelStore(models).model_set().describe().routes
    assert packed.translate([item]) == unpacked.translate([item]) != [{}]


def test_newest_version_of_a_pair_counts(models: Path) -> None:
    archive = next((models / "argos").glob("*ko_en*.argosmodel"))
    one = unpack(archive, models / "argos")
    archive.unlink()
    other = Path(shutil.copytree(one, one.with_name("other")))
    for versions, chosen in ((("1.9", "1.10"), other), (("1.10", "1.9"), one)):
        for directory, version in zip((one, other), versions, strict=True):
            metadata = json.loads((directory / "metadata.json").read_text())
            (directory / "metadata.json").write_text(json.dumps({**metadata, "package_version": version}))
        paths = {package.pair: package.path for package in ModelStore(models).model_set().packages}
        assert paths["ko", "en"] == chosen


def test_several_recognisers_and_a_choice(models: Path) -> None:
    for name in ("tiny", "mine"):
        shutil.copytree(models / "whisper" / "small", models / "whisper" / name)
    store = ModelStore(models)
    assert store.model_set().recogniser.name == "mine"
    store.use("tiny")
    found = store.model_set()
    assert found.recogniser.name == "tiny"
    assert {other.name for other in found.others} == {"small", "mine"}
    with pytest.raises(UnknownModel, match="there is mine, small, tiny"):
        store.use("large")
    shutil.rmtree(models / "whisper" / "tiny")
    with pytest.raises(ModelMissing, match="choose one of mine, small"):
        store.model_set()


def test_most_able_of_the_known_sizes_is_used_first(models: Path) -> None:
    shutil.copytree(models / "whisper" / "small", models / "whisper" / "base")
    assert ModelStore(models).model_set().recogniser.name == "small"


def test_missing_directory_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="sangdam models pull") as caught:
        ModelStore(tmp_path / "none").load_recogniser()
    assert caught.value.code == "model_missing"
    with pytest.raises(ModelMissing, match="no Whisper model"):
        ModelStore(tmp_path).load_translator()


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "vocabulary.json"])
def test_missing_file_is_named(models: Path, file: str) -> None:
    (models / "whisper" / "small" / file).unlink()
    with pytest.raises(ModelDamaged, match=file):
        ModelStore(models).model_set()


@pytest.mark.models
@pytest.mark.parametrize("file", ["model.bin", "tokenizer.json", "config.json", "vocabulary.json"])
def test_recogniser_cut_short(models: Path, file: str) -> None:
    path = models / "whisper" / "small" / file
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(ModelDamaged, match=r"whisper/small.*(copy|pull)"):
        ModelStore(models).load_recogniser()


@pytest.mark.models
@pytest.mark.parametrize("file", ["model/model.bin", "sentencepiece.model"])
def test_package_cut_short(models: Path, file: str) -> None:
    archive = next((models / "argos").glob("*ko_en*"))
    directory = unpack(archive, models / "argos")
    archive.unlink()
    os.truncate(directory / file, (directory / file).stat().st_size // 2)
    with pytest.raises(ModelDamaged, match=directory.name):
        ModelStore(models).load_translator()


@pytest.mark.parametrize("text", ["{", "[]"])
def test_unreadable_manifest(models: Path, text: str) -> None:
    (models / "models.json").write_text(text)
    with pytest.raises(ModelDamaged, match=r"models\.json"):
        ModelStore(models).model_set()


def test_add_copies_and_uses(tmp_path: Path, models: Path) -> None:
    own = tmp_path / "own"
    said: list[str] = []
    for source in (models / "whisper" / "small", *(models / "argos").iterdir()):
        add(own, source, said.append)
    found = ModelStore(own).model_set()
    assert found.recogniser.name == "small"
    assert {package.pair for package in found.packages} >= {("ko", "en"), ("en", "ko")}
    assert all(package.path.is_dir() for package in found.packages)
    assert len(said) == 1 + len(list((models / "argos").iterdir()))


def test_add_refuses_what_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        add(tmp_path / "own", tmp_path / "none", print)
    (tmp_path / "text.txt").touch()
    with pytest.raises(UnknownModel):
        add(tmp_path / "own", tmp_path / "text.txt", print)
