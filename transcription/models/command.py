"""`sangdam models list | pull | add | use | verify`.

Exit codes: 0, 1 a check failed, 2 wrong usage, 78 a ModelError, 130 broken off.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from transcription.errors import ModelError
from transcription.models.catalog import (
    ARGOS_LICENCE,
    DEFAULT_PAIRS,
    WHISPER,
    Machine,
    WhisperSize,
    suitable,
    whisper_size,
)
from transcription.models.errors import UnknownModel
from transcription.models.pull import add, pull
from transcription.models.store import ModelStore
from transcription.models.verify import verify
from transcription.routes import Pair

NO_RECOGNISER = "none"


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    models: Path = arguments.models or arguments.data / "models"
    store = ModelStore(models) if arguments.models else ModelStore.of_data_directory(arguments.data)
    try:
        match arguments.command:
            case "list":
                _list(store)
            case "pull":
                size = _size(arguments.recogniser)
                pairs = [_pair(text) for text in arguments.pairs.split(",") if text]
                pull(models, size, pairs, _say)
                _restart_hint()
            case "add":
                for path in arguments.paths:
                    add(models, path, _say)
                _restart_hint()
            case "use":
                ModelStore(models).use(arguments.name)
                _restart_hint()
            case "verify":
                return _verify(store)
    except ModelError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return os.EX_CONFIG
    except PermissionError as error:
        print(f"no_permission: {error.strerror}: {error.filename}", file=sys.stderr)
        return os.EX_CONFIG
    except KeyboardInterrupt:
        _say("broken off; the same command keeps what had arrived whole")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("SANGDAM_DATA_DIR", "data")),
        help="the server's data directory (default: %(default)s); models go into its models/",
    )
    place.add_argument("--models", type=Path, help="a models directory instead")
    parser = argparse.ArgumentParser(prog="sangdam models", description="Speech and translation models.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", parents=[place], help="what is there and what can be had")
    fetch = commands.add_parser("pull", parents=[place], help="fetch models for real people")
    names = ", ".join(size.name for size in WHISPER)
    fetch.add_argument(
        "recogniser", nargs="?", help=f"{names}, or {NO_RECOGNISER} (default: what suits this machine)"
    )
    fetch.add_argument(
        "--pairs",
        default=",".join("-".join(pair) for pair in DEFAULT_PAIRS),
        help="translation pairs (default: %(default)s); empty for none",
    )
    copy = commands.add_parser("add", parents=[place], help="copy models in from a path")
    copy.add_argument("paths", nargs="+", type=Path, help="Whisper directories and .argosmodel files")
    choose = commands.add_parser("use", parents=[place], help="choose among several recognisers")
    choose.add_argument("name")
    commands.add_parser("verify", parents=[place], help="load and run every model")
    return parser


def _list(store: ModelStore) -> None:
    models = store.model_set()
    print(f"Models directory: {models.directory}{' (demo models)' if models.demo else ''}")
    for recogniser in (models.recogniser, *models.others):
        used = "in use" if recogniser is models.recogniser else "not in use"
        languages = recogniser.languages
        spoken = " ".join(languages) if len(languages) <= 8 else f"{len(languages)} languages"
        print(f"  recogniser  {recogniser.name:16} {recogniser.size_bytes / 1e6:6.0f} MB  {used}, {spoken}")
    for package in models.packages:
        pair = f"{package.source}→{package.target}"
        print(f"  translation {pair:16} {package.size_bytes / 1e6:6.0f} MB  version {package.version}")
    for route in models.describe().routes:
        if route.via:
            print(f"  translation {route.source}→{route.target} through {' '.join(route.via)}")
    print("\nTo be had with `sangdam models pull NAME`:")
    fitting = suitable(Machine.here())
    for size in WHISPER:
        mark = "  ← suits this machine" if size is fitting else ""
        print(
            f"  {size.name:16} {size.download_mb:6} MB, {size.memory_mb} MB in memory, {size.licence}{mark}"
        )
    print(f"Argos packages with `--pairs ko-en,en-ko,…`: licence {ARGOS_LICENCE}")


def _verify(store: ModelStore) -> int:
    failed = 0
    for check in verify(store):
        failed += not check.ok
        print(
            f"{'ok    ' if check.ok else 'FAILED'} {check.name}: {check.detail} ({check.seconds:.1f} s)",
            flush=True,
        )
    return 1 if failed else 0


def _size(name: str | None) -> WhisperSize | None:
    if name == NO_RECOGNISER:
        return None
    if name is None:
        return suitable(Machine.here())
    size = whisper_size(name)
    if size is None:
        raise UnknownModel(f"no recogniser is called {name!r}: there is {', '.join(s.name for s in WHISPER)}")
    return size


def _pair(text: str) -> Pair:
    """`ko-en`; the target may be a tag with a script: `en-zh-Hant`."""
    source, _, target = text.strip().partition("-")
    if not source or not target:
        raise UnknownModel(f"{text!r} is no pair of languages: write ko-en")
    return source, target


def _say(line: str) -> None:
    print(line, flush=True)


def _restart_hint() -> None:
    _say("The transcription worker uses them from its next start.")
