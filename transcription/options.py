"""The transcription worker's command line."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from transcription.errors import ConfigurationError
from transcription.hardware import Hardware, at_hand
from transcription.models.store import DEMO_DIRECTORY

SECRET_VARIABLE = "SANGDAM_WORKER_SECRET"  # noqa: S105 - the variable's name, not the secret
MAX_GIVEN = 256
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


@dataclass(frozen=True, slots=True)
class Options:
    server: str
    """ws:// or wss:// address of the server's `/workers`."""
    secret: str
    name: str
    models: Path
    audio_host: str
    audio_port: int
    hardware: Hardware
    detect_languages: bool
    log_level: str


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Raises ConfigurationError; argparse ends the program itself where an option is unknown."""
    parser = argparse.ArgumentParser(
        prog="sangdam transcription-worker",
        description=f"Recognises and translates speech for a Sangdam server. Reads {SECRET_VARIABLE}.",
    )
    parser.add_argument("--server", required=True, metavar="URL", help="address of the server")
    parser.add_argument("--secret-file", type=Path, metavar="FILE", help="file that holds the worker secret")
    parser.add_argument("--name", default=f"transcription@{socket.gethostname()}"[:64], help="for the log")
    parser.add_argument("--models", type=Path, default=DEMO_DIRECTORY, metavar="DIR", help="models directory")
    parser.add_argument(
        "--audio-host", default="127.0.0.1", metavar="HOST", help="address media workers reach this one at"
    )
    parser.add_argument("--audio-port", type=int, default=0, metavar="PORT", help="0 finds a free one")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="for the models")
    parser.add_argument("--workers", type=int, metavar="N", help="passes at the same time")
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads of one pass")
    parser.add_argument(
        "--no-detect-languages",
        dest="detect_languages",
        action="store_false",
        help="do not look out for people who speak another language than theirs",
    )
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    given = parser.parse_args(arguments)
    for name in ("threads", "workers"):
        if getattr(given, name) is not None and not 1 <= getattr(given, name) <= MAX_GIVEN:
            raise ConfigurationError(f"--{name} must be between 1 and {MAX_GIVEN}")
    if not 0 <= given.audio_port <= 65_535:
        raise ConfigurationError("--audio-port must be between 0 and 65535")
    return Options(
        server=workers_url(given.server),
        secret=_secret(given.secret_file, environment),
        name=given.name[:64],
        models=given.models,
        audio_host=given.audio_host,
        audio_port=given.audio_port,
        hardware=at_hand(given.device, workers=given.workers, threads=given.threads),
        detect_languages=given.detect_languages,
        log_level=given.log_level,
    )


def workers_url(server: str) -> str:
    """`http://host:8800` → `ws://host:8800/workers`. Raises ConfigurationError for no address."""
    try:
        parts = urlsplit(server)
        scheme = _SCHEMES[parts.scheme]
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except (KeyError, ValueError):
        valid, scheme = False, ""
    if not valid:
        raise ConfigurationError(f"--server {server!r} is no address: give one like http://127.0.0.1:8800")
    path = parts.path.rstrip("/")
    return urlunsplit(
        (scheme, parts.netloc, path if path.endswith("/workers") else f"{path}/workers", "", "")
    )


def _secret(file: Path | None, environment: Mapping[str, str]) -> str:
    if file is None:
        secret = environment.get(SECRET_VARIABLE, "").strip()
    else:
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"--secret-file {file} cannot be read: {error}") from None
    if not secret or not secret.isascii() or not secret.isprintable():
        raise ConfigurationError(f"no usable worker secret: set {SECRET_VARIABLE} or give --secret-file")
    return secret
