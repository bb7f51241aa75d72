"""`python -m demo_speakers media/demo`: voices and pictures for every sample conversation there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from demo_speakers.portrait import LOOKS, write_clip
from demo_speakers.voice import read_aloud, write_opus


def make(demo: Path) -> None:
    pictures = demo / "pictures"
    pictures.mkdir(exist_ok=True)
    for role, look in LOOKS.items():
        write_clip(look, pictures / f"{role}-idle.ivf", talking=False)
        write_clip(look, pictures / f"{role}-talking.ivf", talking=True)
    for source in sorted((demo / "conversations").glob("*.json")):
        conversation = json.loads(source.read_text(encoding="utf-8"))
        voices = demo / "voices" / conversation["id"]
        voices.mkdir(parents=True, exist_ok=True)
        for old in voices.glob("*.opus"):
            old.unlink()
        for number, line in enumerate(conversation["lines"]):
            voice = conversation["speakers"][line["speaker"]]["voice"]
            write_opus(*read_aloud(line["spoken"], voice), voices / f"{number:02d}.opus")
        print(f"{conversation['id']}: {len(conversation['lines'])} sentences", file=sys.stderr)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
