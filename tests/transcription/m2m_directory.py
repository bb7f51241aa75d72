"""An M2M-100 directory whose large files are empty: enough for whatever only looks at it."""

import json
from pathlib import Path

TOKENS = ["<s>", "<pad>", "</s>", "<unk>", "▁a", "__tl__", "__ns__", "__ko__", "__zh__", "madeupword0"]


def made_up(
    place: Path, *, vocabulary: str = "shared_vocabulary.json", sentencepiece: str = "sentencepiece.bpe.model"
) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / "model.bin").touch()
    (place / "config.json").write_text(json.dumps({"add_source_eos": False}))
    text = json.dumps(TOKENS) if vocabulary.endswith(".json") else "\n".join(TOKENS)
    (place / vocabulary).write_text(text, encoding="utf-8")
    (place / sentencepiece).touch()
    return place
