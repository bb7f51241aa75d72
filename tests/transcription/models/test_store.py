"""Real loading code on the demo models, whole and damaged, in every layout a directory may have."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.m2m_directory import made_up
from transcription.models.errors import ModelDamaged, ModelMissing, UnknownModel
from transcription.models.packages import unpack
from transcription.models.pull import add
from transcription.models.store import DEMO_DIRECTORY, ModelStore
from transcription.translator import TranslationItem
from wire.links import Models


@pytest.fixture
def models(tmp_path: Path, models_directory: Path) -> Path:
    """A copy of the demo set's models to break, without the mark of a demo."""
    directory = tmp_path / "models"
    shutil.copytree(models_directory / "m2m", directory / "m2m" / "m2m100")
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
    assert routes["ko", "en"].engine == "argos"
    assert routes["ko", "vi"].engine == routes["vi", "ko"].engine == "m2m"
    assert routes["ko", "vi"].via == routes["vi", "ko"].via == ()
    assert routes["zh", "vi"].engine == "argos+m2m"
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


def test_m2m_model_cut_short_or_without_a_part(models: Path) -> None:
    place = models / "m2m" / "m2m100"
    (place / "sentencepiece.bpe.model").unlink()
    with pytest.raises(ModelDamaged, match=r"m2m100.*SentencePiece.*(copy|pull)"):
        ModelStore(models).model_set()


@pytest.mark.models
@pytest.mark.parametrize("file", ["model.bin", "sentencepiece.bpe.model"])
def test_m2m_model_with_a_damaged_file(models: Path, file: str) -> None:
    path = models / "m2m" / "m2m100" / file
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(ModelDamaged, match="m2m100 cannot be loaded"):
        ModelStore(models).load_translator()


def test_several_m2m_models_and_a_choice(models: Path) -> None:
    made_up(models / "m2m" / "other")
    store = ModelStore(models)
    found = store.model_set()
    assert found.m2m is not None
    assert found.m2m.name == "m2m100"
    assert [other.name for other in found.other_m2m] == ["other"]
    store.use("other")
    assert store.model_set().m2m == found.other_m2m[0]
    assert store.model_set().recogniser.name == "small"
    shutil.rmtree(models / "m2m" / "other")
    with pytest.raises(ModelMissing, match="choose one of m2m100"):
        store.model_set()


def test_languages_of_m2m_are_chosen_in_the_manifest(models: Path) -> None:
    manifest = models / "models.json"
    manifest.write_text('{"m2m_languages": ["ko", "vi", "uz"]}')
    routes = ModelStore(models).model_set().describe().routes
    assert {(route.source, route.target) for route in routes if route.engine == "m2m"} == {
        ("ko", "vi"),
        ("vi", "ko"),
    }
    manifest.write_text('{"m2m_languages": "ko"}')
    with pytest.raises(ModelDamaged, match="m2m_languages"):
        ModelStore(models).model_set()


def test_add_tells_m2m_from_whisper_and_from_others(tmp_path: Path) -> None:
    own = tmp_path / "own"
    cloned = made_up(tmp_path / "m2m100")
    (cloned / ".git").mkdir()
    add(own, cloned, lambda _: None)
    assert not (own / "m2m" / "m2m100" / ".git").exists()
    assert (own / "m2m" / "m2m100" / "shared_vocabulary.json").is_file()
    other = made_up(tmp_path / "opus")
    (other / "shared_vocabulary.json").write_text('["a"]')
    with pytest.raises(UnknownModel, match="no M2M-100"):
        add(own, other, lambda _: None)
    damaged = made_up(tmp_path / "damaged")
    (damaged / "config.json").unlink()
    with pytest.raises(ModelDamaged, match="config"):
        add(own, damaged, lambda _: None)


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
