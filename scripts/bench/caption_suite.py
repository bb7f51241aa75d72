"""Everything that docs/performance.md says of captions, in one go: each part in a process of its own."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Part = dict[str, Any]

PARTS: dict[str, tuple[str, ...]] = {
    "engines": ("--engine", "all", "--seconds", "40"),
    "noise and loss": ("--scenario", "noise,loss", "--sessions", "2", "--seconds", "60"),
    "1 speaker": ("--speakers", "1", "--seconds", "60"),
    "8 speakers": ("--speakers", "8", "--seconds", "40"),
    "16 speakers": ("--speakers", "16", "--seconds", "40"),
    "a second room joins": ("--sessions", "2", "--seconds", "100", "--join-at", "50"),
    "nobody speaks": ("--scenario", "silence,keyboard,music", "--seconds", "600"),
    "humming": ("--scenario", "humming", "--seconds", "120"),
    "memory": ("--memory", "3"),
    "window cost": ("--window-cost", "tiny,base,small", "--repeats", "1"),
}
"""Arguments of `bench_captions` by name; all get the suite's `--models` and `--threads`."""


def run(models: Path, threads: int, out: Path | None) -> Part:
    """Tells the table on standard error; a part that failed says so and hurts no other."""
    began = time.monotonic()
    parts: dict[str, Part] = {}
    for name, arguments in PARTS.items():
        parts[name] = _part([*arguments, "--models", str(models), "--threads", str(threads)])
        for line in table(name, parts[name]):
            print(line, file=sys.stderr, flush=True)
    result = {"machine": _machine(), "took_s": round(time.monotonic() - began), "parts": parts}
    if out is not None:
        out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return result


def table(name: str, part: Part) -> Iterator[str]:
    """A part as lines for people."""
    yield f"== {name}"
    if "error" in part:
        yield f"   failed: {part['error']}"
    elif "models" in part:
        for size, figures in part["models"].items():
            yield f"   {size}: rooms a core {figures['rooms_per_core']}"
            for row in figures["cpu_ms_a_window"]:
                yield f"      {row}"
    elif "rss_mib" in part:
        grown, last = part["growth_mib"], part["rss_mib"][-1]
        yield f"   {part['minutes']} min, {part['finals']} finals: {grown:+} of {last} MiB"
    else:
        for run in part.get("scenarios", [part]):
            for figures in run.get("engines", [run]):
                yield "   " + _line(figures)
            for engine, ratios in run.get("ratios", {}).items():
                yield f"   sangdam / {engine}: {ratios}"


def _line(figures: Part) -> str:
    if "error" in figures:
        return f"{figures['engine']}: {figures['error']}"
    if "captions" in figures:
        return (
            f"{figures['scenario']} {figures['audio_s']} s: {figures['captions']} captions {figures['texts']}"
        )
    shown = {
        "cpu/audio": figures["cpu_per_audio_s"],
        "cpu/speech": figures["cpu_per_speech_s"],
        "first": "{p50}/{p95}".format(**figures["first_partial_ms"]),
        "final": "{p50}/{p95}".format(**figures["final_lag_ms"]),
        "CER": figures["cer"],
        "gap": figures["cer_gap"],
        "erasure": figures["erasure"],
        "translation": figures["translation_erasure"],
        "violations": figures["stable_violations"],
        "lost": f"{figures['lost_finals']}/{figures['sentences']}",
        "partials": figures["partials_per_utterance"],
    }
    names = ("busy", "batch_mean", "queue_max", "guard_retries", "first_room_median_before")
    shown |= {key: figures[key] for key in (*names, "first_room_median_after") if key in figures}
    told = "  ".join(f"{key} {value}" for key, value in shown.items())
    return f"{figures['engine']} {figures['scenario']} ×{figures['sessions']}: {told}"


def _part(arguments: Sequence[str]) -> Part:
    done = subprocess.run(
        [sys.executable, "-m", "bench.captions", *arguments], capture_output=True, text=True
    )
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]}
    part: Part = json.loads(done.stdout)
    return part


def _machine() -> Part:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": len(names),
        "python": platform.python_version(),
    }
