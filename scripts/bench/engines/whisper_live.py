"""WhisperLive itself (MIT), from the package index, installed beside the environment when asked for.

Its wheel alone is installed; it runs on the project's own faster-whisper and CTranslate2, so that engines
differ by their policy and not by their libraries.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench import cache
from bench.caption_scores import Shown
from bench.dialogue import Voicing
from bench.engines.errors import EngineMissing
from bench.engines.outcome import Outcome, caption
from transcription.models.store import ModelStore

ROOT = Path(__file__).parents[3]
PINS = ROOT / "requirements" / "whisper-live.txt"


async def whisper_live(store: ModelStore, voices: Sequence[Voicing], *, threads: int) -> Outcome:
    """Raises EngineMissing where it cannot be installed or does not run."""
    package = _installed()
    with tempfile.TemporaryDirectory(prefix="sangdam-bench-") as scratch:
        tracks = Path(scratch) / "tracks.npz"
        np.savez(
            tracks,
            samples=np.stack([voice.samples for voice in voices]),
            languages=[voice.language for voice in voices],
            joins_s=[voice.joins_s for voice in voices],
        )
        model = store.model_set().recogniser.directory
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.engines.whisper_live_clients", package, model, tracks),
            env={**os.environ, "OMP_NUM_THREADS": str(threads)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, errors = await process.communicate()
    if process.returncode:
        raise EngineMissing(f"WhisperLive failed: {_last_line(errors)}")
    *lines, total = [json.loads(line) for line in output.splitlines()]
    return Outcome(tuple(captions(lines, voices)), total["cpu_s"], continuous=True)


def captions(lines: Iterable[Mapping[str, Any]], voices: Sequence[Voicing]) -> list[Shown]:
    """Its messages as captions: a completed segment is a final, the one after them a partial.

    What is still open at the end of the audio counts as final then.
    """
    shown: list[Shown] = []
    told = [0] * len(voices)
    still_open: dict[int, Mapping[str, Any]] = {}
    at = 0.0
    for line in lines:
        number, at = line["track"], line["at"]
        done = [segment for segment in line["segments"] if segment["completed"]]
        first = line["completed"] - len(done)
        for index, segment in enumerate(done, first):
            if index >= told[number]:
                told[number] = index + 1
                still_open.pop(number, None)
                shown.append(_shown(voices[number], index, segment, at, final=True))
        for segment in line["segments"]:
            if not segment["completed"]:
                shown.append(_shown(voices[number], told[number], segment, at, final=False))
                still_open[number] = segment
    return shown + [
        _shown(voices[number], told[number], segment, at, final=True)
        for number, segment in still_open.items()
    ]


def _shown(voice: Voicing, number: int, segment: Mapping[str, Any], at: float, *, final: bool) -> Shown:
    start, end, text = float(segment["start"]), float(segment["end"]), segment["text"].strip()
    message = caption(
        *(voice.name, voice.language, number),
        state="final" if final else "partial",
        text=text,
        stable=len(text) if final else 0,
        span_ms=(round(start * 1000), round(end * 1000)),
    )
    return Shown(at, message, start, end)


def _installed() -> Path:
    package = cache.directory(PINS.stem)
    stamp = package / "pins"
    pins = PINS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == pins:
        return package
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--upgrade", "--target", str(package), "-r", str(PINS)),
        ],
        capture_output=True,
    )
    if done.returncode:
        raise EngineMissing(f"WhisperLive cannot be installed: {_last_line(done.stderr)}")
    stamp.write_text(pins, encoding="utf-8")
    return package


def _last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
