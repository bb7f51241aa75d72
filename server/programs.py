"""How the other planes' programs are started: command lines and environments, never imports."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from server.config import Config
from server.supervisor import Program

EX_NOINPUT, EX_CANTCREAT, EX_IOERR = 66, 73, 74
"""What the recording program says: nothing was in the packets, no room for the file, the disk fails."""


def media(config: Config, server_url: str, secret: str) -> Program:
    arguments = [sys.executable, "-m", "media", "--server", server_url, "--name", "media"]
    arguments += [part for host in config.udp_hosts for part in ("--udp-host", host)]
    arguments += [part for text in config.public_addresses for part in ("--public-address", text)]
    if config.udp_ports is not None:
        arguments += ["--udp-ports", config.udp_ports]
    if config.udp_port is not None:
        arguments += ["--udp-port", str(config.udp_port)]
    if config.compiled_core:
        arguments.append("--compiled-core")
    if config.announce_local:
        arguments.append("--announce-local")
    arguments += ["--recordings", str(config.recordings)]
    arguments += ["--recordings-max-gib", str(config.recordings_max_gib)]
    arguments += ["--log-level", config.log_level]
    return Program("media", arguments, worker_environment(secret))


def recording(folder: Path, out: Path, recordings: Path, max_gib: float) -> list[str]:
    """The program that makes one file of a room's packets; labels go to its standard input."""
    program = [sys.executable, "-m", "media.recording", str(folder), "--out", str(out)]
    return [*program, "--recordings", str(recordings), "--recordings-max-gib", str(max_gib)]


def transcription(config: Config, server_url: str, secret: str) -> Program:
    arguments = [sys.executable, "-m", "transcription", "--server", server_url, "--name", "transcription"]
    models = models_directory(config)
    if models is not None:
        arguments += ["--models", str(models)]
    if config.threads is not None:
        arguments += ["--threads", str(config.threads)]
    if not config.detect_languages:
        arguments.append("--no-detect-languages")
    arguments += ["--log-level", config.log_level]
    return Program("transcription", arguments, worker_environment(secret))


def models_directory(config: Config) -> Path | None:
    """None: the demo models."""
    models = config.models_dir or config.data_dir / "models"
    return models if config.models_dir is not None or _has_recogniser(models) else None


def _has_recogniser(models: Path) -> bool:
    """A directory that `sangdam models pull` could not fill is left aside; hidden ones are being filled."""
    whisper = models / "whisper"
    return any(whisper.glob("model.bin")) or any(whisper.glob("[!.]*/model.bin"))


def demo_speakers(name: str, conversation: str, seller_url: str, buyer_url: str) -> Program:
    arguments = [sys.executable, "-m", "media.demo", "--conversation", conversation]
    links = {"SANGDAM_DEMO_SELLER": seller_url, "SANGDAM_DEMO_BUYER": buyer_url}
    return Program(name, arguments, plain_environment() | links)


def worker_environment(secret: str) -> dict[str, str]:
    """The secret travels in the environment, as links do: everybody on the machine can read command lines."""
    return plain_environment() | {"SANGDAM_WORKER_SECRET": secret}


def plain_environment() -> dict[str, str]:
    """The server's own, without its settings; Python writes each line at once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANGDAM_")}
    return kept | {"PYTHONUNBUFFERED": "1"}
