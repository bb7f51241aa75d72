"""`sangdam`: the one command, and what its parts do."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn

import uvloop

from server import doctor
from server.app import Started, serve
from server.auth import SECRETS, Auth, Secret, replace_secret
from server.config import Config, ConfigError, load
from server.errors import ServerError
from server.exports import FORMATS
from server.exports import load as load_transcript
from server.importing import check, import_file, read_file, told
from server.store import Store

EX_CONFIG = 78
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PASSED_ON = {
    "media-worker": "media",
    "transcription-worker": "transcription",
    "models": "transcription.models",
}
"""Commands that are other planes' programs."""


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when a check found something; 2 for wrong usage; 78 for what the operator must put right."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in PASSED_ON:
        _become(PASSED_ON[words[0]], words[1:])
    arguments = _parser().parse_args(words)
    action: Callable[[argparse.Namespace], int] = arguments.action
    try:
        return action(arguments)
    except (ConfigError, ServerError) as error:
        print(f"sangdam: {error.code}: {error.message}", file=sys.stderr)
        return EX_CONFIG
    except KeyboardInterrupt:
        return 130


def _become(module: str, words: list[str]) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sangdam", description="Consultation rooms with live interpretation."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    data.add_argument(
        "--data", dest="data_dir", type=Path, metavar="DIR", help="data directory (default: data)"
    )

    _serve_options(commands.add_parser("serve", parents=[data], help="start the server and its workers"))
    for name, module in PASSED_ON.items():
        commands.add_parser(name, help=f"python -m {module}; see `sangdam {name} --help`", add_help=False)

    examination = commands.add_parser(
        "doctor", parents=[data], help="check an installation; options as for serve"
    )
    _serve_options(examination)
    examination.add_argument(
        "--json", action="store_true", default=False, help="one JSON object instead of lines"
    )
    examination.add_argument(
        "--no-models", dest="with_models", action="store_false", default=True, help="sooner"
    )
    examination.set_defaults(action=_doctor)

    schedule = commands.add_parser("schedule", help="the day's list from a file").add_subparsers(
        dest="what", required=True, metavar="check|import"
    )
    check = schedule.add_parser("check", help="say what is wrong with a file")
    check.add_argument("file", type=Path)
    check.set_defaults(action=_check_schedule)
    imported = schedule.add_parser("import", parents=[data], help="make and change rooms as a file says")
    imported.add_argument("file", type=Path)
    imported.set_defaults(action=_import_schedule)

    token = commands.add_parser("token", parents=[data], help="print a secret of this installation")
    token.add_argument("which", nargs="?", choices=SECRETS, default="api-token")
    token.add_argument("--replace", action="store_true", help="make a new one; restart the server afterwards")
    token.set_defaults(action=_token)

    export = commands.add_parser("export", parents=[data], help="write a room's transcript")
    export.add_argument("room")
    export.add_argument("--format", choices=sorted(FORMATS), default="txt")
    export.add_argument("--lang", metavar="TAG", help="one language; default: the original and translations")
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    export.set_defaults(action=_export)
    return parser


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.argument_default = argparse.SUPPRESS
    add = parser.add_argument
    add("--host", help="address to listen on (default: 127.0.0.1)")
    add("--port", type=int, help="port to listen on, 0 for any free one (default: 8080)")
    add("--schedule", type=Path, metavar="FILE", help="import this list at start (default: the sample day)")
    add("--no-demo", dest="demo", action="store_false", help="no sample day, no demo speakers")
    add("--tls-cert", type=Path, metavar="FILE", help="certificate chain (PEM)")
    add("--tls-key", type=Path, metavar="FILE", help="its private key (PEM)")
    add("--tls-self-signed", action="store_true", help="make and use a self-signed certificate")
    add("--public-url", metavar="URL", help="how browsers reach the server, if through a proxy")
    add(
        "--trusted-proxy",
        dest="trusted_proxies",
        action="append",
        metavar="ADDRESS[/BITS]",
        help="a reverse proxy whose X-Forwarded-For counts; repeatable",
    )
    add(
        "--models",
        dest="models_dir",
        type=Path,
        metavar="DIR",
        help="models (default: DATA/models, else demo)",
    )
    add("--udp-host", dest="udp_hosts", action="append", metavar="ADDRESS", help="media address; repeatable")
    add("--udp-ports", metavar="FIRST-LAST", help="ports for media, 40000-40199 (default: any free ones)")
    add("--udp-port", type=int, metavar="N", help="one port for all media instead")
    add("--compiled-core", action="store_true", help="forward through what scripts/build_core has built")
    add(
        "--public-address",
        dest="public_addresses",
        action="append",
        metavar="ADDRESS",
        help="where browsers find the media behind a 1:1 NAT; one of IPv4, one of IPv6",
    )
    add(
        "--announce-local",
        action="store_true",
        help="name the machine's own address beside it, for browsers on its network",
    )
    add(
        "--turn-url",
        dest="turn_urls",
        action="append",
        metavar="URL",
        help="a relay for browsers behind firewalls, turns:turn.example:443?transport=tcp; repeatable",
    )
    add("--turn-secret-file", type=Path, metavar="FILE", help="the relays' static-auth-secret")
    add("--threads", type=int, help="threads of the transcription worker")
    add("--no-media", dest="media", action="store_false", help="media workers run elsewhere")
    add("--no-transcription", dest="transcription", action="store_false", help="likewise for transcription")
    add(
        "--no-detect-languages",
        dest="detect_languages",
        action="store_false",
        help="do not look out for people who speak another language than theirs",
    )
    add("--log-level", type=str.upper, choices=LOG_LEVELS, help="default: INFO")
    parser.set_defaults(action=_serve)


def _config(arguments: argparse.Namespace) -> Config:
    given = {name: value for name, value in vars(arguments).items() if name in Config.__dataclass_fields__}
    return load(given, os.environ)


def _data_dir(arguments: argparse.Namespace) -> Path:
    """An existing one: nothing but `serve` makes a data directory."""
    directory = _config(arguments).data_dir
    if not directory.is_dir():
        raise ConfigError("no_data_dir", f"{directory} is not there; give --data the server's data directory")
    return directory


def _serve(arguments: argparse.Namespace) -> int:
    config = _config(arguments)
    logging.basicConfig(
        level=config.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _run(serve(config, _announce))
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    """1 when there is a problem."""
    findings: list[doctor.Finding] = []

    def say(finding: doctor.Finding) -> None:
        findings.append(finding)
        if not arguments.json:
            print(doctor.as_text(finding), flush=True)

    async def run(config: Config) -> None:
        async for finding in doctor.examine(config, with_models=arguments.with_models):
            say(finding)

    try:
        _run(run(_config(arguments)))
    except ConfigError as error:
        say(
            doctor.problem(
                "configuration", f"{error.code}: {error.message}", "correct it; nothing else is checked"
            )
        )
    print(doctor.as_json(findings) if arguments.json else doctor.summary(findings))
    return 0 if doctor.is_healthy(findings) else 1


def _announce(started: Started) -> None:
    print(f"Ready: {started.url}")
    print(f"Organiser: {started.organiser_url}")
    print(f"API token: {started.api_token}", flush=True)


def _check_schedule(arguments: argparse.Namespace) -> int:
    sheet = read_file(arguments.file)
    errors, warnings = check(sheet)
    for line in told(arguments.file, errors):
        print(line, file=sys.stderr)
    if errors:
        return 1
    for line in told(arguments.file, warnings):
        print(f"warning: {line}", file=sys.stderr)
    print(f"{arguments.file}: {len(sheet.rooms)} consultations")
    return 0


def _import_schedule(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        async with Store.in_directory(_data_dir(arguments)) as store:
            applied = await import_file(store, arguments.file)
            print(f"{len(applied.created)} rooms made, {len(applied.changed)} changed")

    _run(run())
    return 0


def _token(arguments: argparse.Namespace) -> int:
    which: Secret = arguments.which

    async def run() -> None:
        async with Store.in_directory(_data_dir(arguments)) as store:
            if arguments.replace:
                await replace_secret(store, which)
            auth = await Auth.load(store)
            secrets = (auth.api_token, auth.organiser_key, auth.worker_secret)
            print(dict(zip(SECRETS, secrets, strict=True))[which])

    _run(run())
    return 0


def _export(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        async with Store.in_directory(_data_dir(arguments)) as store:
            transcript = await load_transcript(store, arguments.room, arguments.lang)
        text = FORMATS[arguments.format].write(transcript)
        if arguments.output is None:
            sys.stdout.write(text)
        else:
            arguments.output.write_text(text, encoding="utf-8")

    _run(run())
    return 0


def _run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    sys.exit(main())
