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
    DEFAULT_PAIRS,
    M2M,
    WHISPER,
    Machine,
    m2m_size,
    suitable,
    whisper_size,
)
from transcription.models.errors import UnknownModel
from transcription.models.listing import as_json, as_text
from transcription.models.pull import Wish, add, pull
from transcription.models.recognisers import recogniser_directories
from transcription.models.store import ModelStore
from transcription.models.verify import verify
from transcription.routes import Pair

NO_RECOGNISER = "none"
_DEFAULT_PAIRS = ",".join("-".join(pair) for pair in DEFAULT_PAIRS)


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    models: Path = arguments.models or arguments.data / "models"
    store = ModelStore(models) if arguments.models else ModelStore.of_data_directory(arguments.data)
    try:
        match arguments.command:
            case "list":
                print(as_json(store) if arguments.json else as_text(store))
            case "pull":
                pull(models, _wish(arguments.names, arguments.pairs), _say)
                _next_steps(models)
            case "add":
                for path in arguments.paths:
                    add(models, path, _say)
                _next_steps(models)
            case "use":
                ModelStore(models).use(arguments.name)
                _next_steps(models)
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
    show = commands.add_parser("list", parents=[place], help="what is there and what can be had")
    show.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    fetch = commands.add_parser("pull", parents=[place], help="fetch models for real people")
    names = ", ".join(size.name for size in (*WHISPER, *M2M))
    fetch.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{names}, or {NO_RECOGNISER} (default: the recogniser that suits this machine)",
    )
    fetch.add_argument(
        "--pairs",
        metavar="ko-en,…",
        help=f"Argos packages (default: {_DEFAULT_PAIRS}; none with an M2M-100 model alone); empty for none",
    )
    copy = commands.add_parser("add", parents=[place], help="copy models in from a path")
    copy.add_argument(
        "paths", nargs="+", type=Path, help="Whisper and M2M-100 directories, .argosmodel files"
    )
    choose = commands.add_parser("use", parents=[place], help="choose among several models of a kind")
    choose.add_argument("name")
    commands.add_parser("verify", parents=[place], help="load and run every model")
    return parser


def _verify(store: ModelStore) -> int:
    failed = 0
    for check in verify(store):
        failed += not check.ok
        print(
            f"{'ok    ' if check.ok else 'FAILED'} {check.name}: {check.detail} ({check.seconds:.1f} s)",
            flush=True,
        )
    return 1 if failed else 0


def _wish(names: Sequence[str], pairs: str | None) -> Wish:
    """What `pull` is to fetch. Without a name it chooses the recogniser, and says which and why.

    Raises UnknownModel.
    """
    recogniser = m2m = None
    for name in names:
        recogniser = whisper_size(name) or recogniser
        m2m = m2m_size(name) or m2m
        if not whisper_size(name) and not m2m_size(name) and name != NO_RECOGNISER:
            known = ", ".join(size.name for size in (*WHISPER, *M2M))
            raise UnknownModel(f"no model is called {name!r}: there is {known}")
    if not names:
        machine = Machine.here()
        recogniser = suitable(machine)
        _say(
            f"{recogniser.name}: the most able recogniser that keeps up on {machine.cores} cores and leaves"
            f" half of this machine's {machine.memory_mb} MiB of memory free; name another to have that one"
        )
    if pairs is None:
        pairs = "" if m2m and not recogniser and NO_RECOGNISER not in names else _DEFAULT_PAIRS
    return Wish(recogniser, m2m, [_pair(text) for text in pairs.split(",") if text])


def _pair(text: str) -> Pair:
    """`ko-en`; the target may be a tag with a script: `en-zh-Hant`."""
    source, _, target = text.strip().partition("-")
    if not source or not target:
        raise UnknownModel(f"{text!r} is no pair of languages: write ko-en")
    return source, target


def _say(line: str) -> None:
    print(line, flush=True)


def _next_steps(models: Path) -> None:
    if any(recogniser_directories(models)):
        _say("The transcription worker uses them from its next start.")
    else:
        _say(
            "There is no recogniser beside them yet, so the server goes on with the demo models:"
            " `sangdam models pull` fetches one."
        )
