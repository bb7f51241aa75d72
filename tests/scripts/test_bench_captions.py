"""A short real run of each engine on the demo models, through the program itself."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from transcription.models.store import DEMO_DIRECTORY

MODELS = os.environ.get("SANGDAM_TEST_MODELS", str(DEMO_DIRECTORY))
PROGRAM = Path(__file__).parents[2] / "scripts" / "bench_captions"
KEYS = {
    "engine",
    "sessions",
    "audio_s",
    "cpu_s",
    "cpu_per_audio_s",
    "first_partial_ms",
    "final_lag_ms",
    "cer",
    "erasure",
    "stable_violations",
    "dropped_partials",
}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=110)


def result(engine: str, sessions: int) -> dict[str, Any]:
    done = bench(
        *("--engine", engine, "--sessions", str(sessions), "--seconds", "12", "--models", MODELS, "--json")
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(done.stdout)
    assert found.keys() == KEYS
    assert found["engine"] == engine
    assert found["sessions"] == sessions
    assert found["audio_s"] == 12 * sessions
    assert found["cpu_s"] > 0
    assert found["cpu_per_audio_s"] == pytest.approx(found["cpu_s"] / found["audio_s"], rel=0.05)
    assert found["stable_violations"] == 0
    for key in ("first_partial_ms", "final_lag_ms"):
        assert 0 < found[key]["p50"] <= found[key]["p95"]
    return found


@pytest.mark.load
def test_sangdam_captions_overlapping_sessions() -> None:
    found = result("sangdam", 2)
    assert found["cer"] < 0.15
    assert found["erasure"] < 1


@pytest.mark.load
def test_plain_faster_whisper() -> None:
    found = result("faster-whisper", 1)
    assert found["cer"] < 0.15
    assert found["erasure"] == found["dropped_partials"] == 0


@pytest.mark.load
def test_missing_models_are_told_without_output(tmp_path: Path) -> None:
    done = bench("--models", str(tmp_path / "none"))
    assert done.returncode == os.EX_CONFIG
    assert done.stdout == ""
    assert "sangdam models pull" in done.stderr
