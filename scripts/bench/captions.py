"""`scripts/bench_captions`: lag, errors, erasure and processor time of live captions, in one JSON object.

A session is a conversation of two speakers, each with a track of their own; `audio_s` is sessions × seconds.
Lag counts from the true end of speech, first words from its true onset, voice detection included.
docs/performance.md says how everything is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo_models.voices import EspeakError

from bench import caption_run, caption_suite, endurance, window_cost
from bench.caption_run import SCENARIOS, Plan
from bench.engines import ENGINES
from bench.engines.errors import EngineMissing
from transcription.errors import TranscriptionError
from transcription.models.store import DEMO_DIRECTORY, ModelStore


def main(argv: Sequence[str]) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.join_at is not None and not 0 < arguments.join_at < arguments.seconds:
        parser.error("--join-at must be within --seconds")
    try:
        result = _result(arguments)
    except (TranscriptionError, EspeakError, EngineMissing, ValueError) as error:
        print(f"bench_captions: {error}", file=sys.stderr)
        return os.EX_CONFIG
    print(json.dumps(result, ensure_ascii=False))
    return 0


def _result(arguments: argparse.Namespace) -> dict[str, Any]:
    threads = arguments.threads or 1
    if arguments.suite:
        return caption_suite.run(arguments.models, threads, arguments.out)
    if arguments.window_cost:
        counts = (threads,) if arguments.threads else window_cost.THREADS
        return window_cost.measure(arguments.window_cost, threads=counts, repeats=arguments.repeats)
    store = ModelStore(arguments.models)
    if arguments.memory:
        found = asyncio.run(endurance.endure(store, arguments.memory, threads=threads))
        return {
            "minutes": arguments.memory,
            "growth_mib": round(found.growth_mib, 1),
            "finals": found.finals,
        } | {"rss_mib": [round(size, 1) for size in found.rss_mib]}
    plan = Plan(
        arguments.engine,
        arguments.sessions,
        arguments.seconds,
        speakers=arguments.speakers,
        join_at_s=arguments.join_at,
        threads=threads,
    )
    results = [caption_run.run(store, plan, scenario) for scenario in arguments.scenario]
    return results[0] if len(results) == 1 else {"scenarios": results}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench_captions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=_positive, default=1, help="conversations at the same time")
    parser.add_argument("--speakers", type=_positive, help="instead: rooms of one who talks all the time")
    parser.add_argument(
        "--seconds", type=_positive, default=60, help="of each, in real time where one speaks"
    )
    parser.add_argument("--join-at", type=_positive, help="second at which all rooms but the first begin")
    parser.add_argument(
        "--engine", type=_several(ENGINES), default=("sangdam",), help=f"all, or of {', '.join(ENGINES)}"
    )
    parser.add_argument(
        "--scenario", type=_several(SCENARIOS), default=("clean",), help=f"all, or of {', '.join(SCENARIOS)}"
    )
    parser.add_argument("--models", type=Path, default=DEMO_DIRECTORY, help="default: the demo models")
    parser.add_argument("--threads", type=_positive, help="of the recogniser, 1; of --window-cost, 1 and 2")
    parser.add_argument(
        "--window-cost",
        type=_several(window_cost.SIZES),
        help="CPU of a pass with random weights: tiny,base,small",
    )
    parser.add_argument("--repeats", type=_positive, default=3, help="of each figure of --window-cost")
    parser.add_argument(
        "--memory", type=_positive, metavar="MINUTES", help="of talk, to see memory stay flat"
    )
    parser.add_argument(
        "--suite", action="store_true", help="all of it, in about 15 minutes; a table on stderr"
    )
    parser.add_argument("--out", type=Path, help="file for the suite's JSON too")
    parser.add_argument("--json", action="store_true", help="the only output there is")
    return parser


def _several(names: Sequence[str] | dict[str, Any]) -> Any:
    def parse(text: str) -> tuple[str, ...]:
        chosen = tuple(names) if text == "all" else tuple(text.split(","))
        if unknown := [name for name in chosen if name not in names]:
            raise argparse.ArgumentTypeError(f"no {unknown[0]!r}: all, or of {', '.join(names)}")
        return chosen

    return parse


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
