import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from transcription.models.errors import ModelDamaged
from transcription.models.recognisers import read_recogniser, recogniser_directories
from wire.languages import LanguageTag


def recogniser(directory: Path, config: object, tokens: list[str]) -> Path:
    """A directory as a conversion leaves it, without weights."""
    directory.mkdir(parents=True)
    added = [{"id": 100 + number, "content": token} for number, token in enumerate(tokens)]
    for name, content in (
        ("config.json", config),
        ("tokenizer.json", {"added_tokens": added}),
        ("vocabulary.json", []),
    ):
        (directory / name).write_text(json.dumps(content))
    (directory / "model.bin").write_bytes(b"weights")
    return directory


def test_languages_are_the_models_own_tokens_as_tags(tmp_path: Path) -> None:
    tokens = ["<|startoftranscript|>", "<|ko|>", "<|jw|>", "<|haw|>", "<|translate|>"]
    found = read_recogniser("own", recogniser(tmp_path / "own", {"lang_ids": [101, 102, 103]}, tokens))
    assert found.languages == ("ko", "jv", "haw")
    assert TypeAdapter(tuple[LanguageTag, ...]).validate_python(found.languages) == found.languages
    assert found.size_bytes > 0


def test_model_without_language_tokens_hears_english(tmp_path: Path) -> None:
    assert read_recogniser("own", recogniser(tmp_path / "own", {}, [])).languages == ("en",)


@pytest.mark.parametrize("config", [{"lang_ids": [7]}, {"lang_ids": 7}, []])
def test_languages_that_the_tokenizer_does_not_know(tmp_path: Path, config: object) -> None:
    with pytest.raises(ModelDamaged, match="cannot be read"):
        read_recogniser("own", recogniser(tmp_path / "own", config, ["<|ko|>"]))


def test_models_that_are_still_arriving_are_not_seen(tmp_path: Path) -> None:
    recogniser(tmp_path / "whisper" / ".small", {}, [])
    assert list(recogniser_directories(tmp_path)) == []
    small = recogniser(tmp_path / "whisper" / "small", {}, [])
    assert list(recogniser_directories(tmp_path)) == [("small", small)]
