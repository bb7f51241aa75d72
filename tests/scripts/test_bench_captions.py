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
    assert found.keys() >= KEYS
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
def test_partials_of_plain_faster_whisper_in_one_run_with_sangdam() -> None:
    done = bench("--engine", "sangdam,faster-whisper-partials", "--seconds", "12", "--models", MODELS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    own, plain = found["engines"]
    assert own["engine"] == "sangdam"
    assert plain["partials_per_utterance"] > 1
    assert plain["passes"] > own["sentences"]
    assert found["ratios"]["faster-whisper-partials"]["cpu"] == pytest.approx(
        own["cpu_s"] / plain["cpu_s"], 0.05
    )
    assert own["lost_finals"] == plain["lost_finals"] == 0


@pytest.mark.load
def test_whisper_streaming_commits_what_it_repeats() -> None:
    found = result("whisper_streaming-policy", 1)
    assert found["erasure"] == 0
    assert found["cer"] < 0.3


@pytest.mark.load
def test_nobody_speaks_and_nothing_is_captioned() -> None:
    done = bench("--scenario", "silence,keyboard", "--seconds", "30", "--models", MODELS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["scenarios"]
    assert [(one["scenario"], one["captions"]) for one in found] == [("silence", 0), ("keyboard", 0)]


@pytest.mark.load
def test_damaged_voices_of_one_speaker_are_captioned() -> None:
    done = bench("--scenario", "loss", "--speakers", "1", "--seconds", "12", "--models", MODELS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["scenario"] == "loss"
    assert found["lost_finals"] == 0
    assert found["cer"] < 0.3


@pytest.mark.load
@pytest.mark.parametrize(
    "arguments",
    [("--engine", "none"), ("--scenario", "clean,none"), ("--join-at", "70"), ("--sessions", "0")],
)
def test_wrong_arguments_are_told(arguments: tuple[str, ...]) -> None:
    done = bench(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "none" in done.stderr or arguments[0] in done.stderr


@pytest.mark.load
def test_missing_models_are_told_without_output(tmp_path: Path) -> None:
    done = bench("--models", str(tmp_path / "none"))
    assert done.returncode == os.EX_CONFIG
    assert done.stdout == ""
    assert "sangdam models pull" in done.stderr
