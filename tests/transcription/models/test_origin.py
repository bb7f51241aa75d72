import json
from pathlib import Path

import pytest

from transcription.models.origin import FILE, changed_files, digest, read_origin, write_origin


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"weights")
    (tmp_path / "config.json").write_text("{}")
    write_origin(tmp_path, "huggingface.co/somebody/model", "MIT")
    return tmp_path


def test_what_is_taken_down_is_read_back(model: Path) -> None:
    origin = read_origin(model)
    assert origin is not None
    assert (origin.source, origin.licence) == ("huggingface.co/somebody/model", "MIT")
    assert origin.sha256 == {
        "config.json": digest(model / "config.json"),
        "model/model.bin": "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
    }
    assert changed_files(model, origin) == []


def test_changed_and_missing_files_are_named(model: Path) -> None:
    origin = read_origin(model)
    assert origin is not None
    (model / "config.json").write_text("{ }")
    (model / "model" / "model.bin").unlink()
    (model / "new.txt").touch()
    assert changed_files(model, origin) == ["config.json", "model/model.bin"]


@pytest.mark.parametrize(
    "content", [None, "{", "[]", "{}", json.dumps({"source": "a", "licence": "b", "sha256": 3})]
)
def test_unusable_note_is_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content)
    assert read_origin(tmp_path) is None
