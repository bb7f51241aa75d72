"""`scripts/bench_captions`: one run of one engine over made conversations, told in one JSON object.

A session is a conversation of two speakers, each with a track of their own; `audio_s` is sessions × seconds.
Lag counts from the true end of speech, first words from its true onset, voice detection included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from demo_models.voices import EspeakError

from bench import caption_scores as scores
from bench import dialogue
from bench.caption_engines import Outcome, faster_whisper, sangdam
from bench.dialogue import Voicing
from transcription.errors import TranscriptionError
from transcription.models.store import DEMO_DIRECTORY, ModelStore

ENGINES: dict[str, Callable[..., Coroutine[Any, Any, Outcome]]] = {
    "sangdam": sangdam,
    "faster-whisper": faster_whisper,
}


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    store = ModelStore(arguments.models)
    try:
        languages = store.model_set().recogniser.languages
        voices = [
            voice
            for number in range(arguments.sessions)
            for voice in dialogue.session(number, arguments.seconds, languages)
        ]
        outcome = asyncio.run(ENGINES[arguments.engine](store, voices, threads=arguments.threads))
    except (TranscriptionError, EspeakError, ValueError) as error:
        print(f"bench_captions: {error}", file=sys.stderr)
        return os.EX_CONFIG
    print(json.dumps(report(arguments.engine, arguments.sessions, arguments.seconds, voices, outcome)))
    return 0


def report(
    engine: str, sessions: int, seconds: float, voices: Sequence[Voicing], outcome: Outcome
) -> dict[str, Any]:
    by_track = {
        voice.name: [one for one in outcome.shown if one.message.track == voice.name] for voice in voices
    }
    errors = [scores.character_errors(voice, by_track[voice.name]) for voice in voices]
    changed, final = scores.erased([one.message for one in outcome.shown])
    audio_s = sessions * seconds
    return {
        "engine": engine,
        "sessions": sessions,
        "audio_s": audio_s,
        "cpu_s": round(outcome.cpu_s, 2),
        "cpu_per_audio_s": round(outcome.cpu_s / audio_s, 4),
        "first_partial_ms": scores.quantiles_ms(
            [lag for voice in voices for lag in scores.first_words_s(voice, by_track[voice.name])]
        ),
        "final_lag_ms": scores.quantiles_ms(
            [lag for voice in voices for lag in scores.final_lags_s(voice, by_track[voice.name])]
        ),
        "cer": round(sum(edits for edits, _ in errors) / max(1, sum(length for _, length in errors)), 4),
        "erasure": round(changed / max(1, final), 4),
        "stable_violations": scores.stable_violations([one.message for one in outcome.shown]),
        "dropped_partials": outcome.dropped_partials,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench_captions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=_positive, default=1, help="conversations at the same time")
    parser.add_argument("--seconds", type=_positive, default=60, help="of each conversation, in real time")
    parser.add_argument("--engine", choices=ENGINES, default="sangdam")
    parser.add_argument("--models", type=Path, default=DEMO_DIRECTORY, help="default: the demo models")
    parser.add_argument("--threads", type=_positive, default=1, help="of the recogniser")
    parser.add_argument("--json", action="store_true", help="the only output there is")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
