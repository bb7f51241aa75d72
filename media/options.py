"""What a media worker is started with."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from media.addresses import announced_addresses, host_addresses
from media.core import LIBRARY
from wire.ports import MAX_PORT, PortRange


class BadOptions(Exception):
    """The worker cannot start like this; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Options:
    workers_url: str
    """ws:// or wss://, ending in /workers."""
    secret: str
    name: str
    instance: str
    """New with every start."""
    hosts: tuple[str, ...]
    announced: Mapping[str, tuple[str, ...]]
    """Those of `hosts` that are listened on, and what browsers are told instead of them."""
    udp_ports: PortRange | None
    """None: any free ones."""
    udp_port: int | None
    """One for all connections."""
    compiled_core: Path | None
    """core.c's library, which forwards instead of Python; None: Python does."""
    log_level: str
    measure_latency: bool
    check: bool = False
    """Only say what would be listened on."""
    recordings: Path | None = None
    """Where recordings are kept; None: nothing is recorded."""
    recordings_max_bytes: int = 0


def read_options(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Raises BadOptions."""
    parser = argparse.ArgumentParser(prog="python -m media", description="Forwards the media of rooms.")
    parser.add_argument("--server", required=True, help="ws(s):// or http(s)://HOST:PORT of the server")
    parser.add_argument(
        "--name", default=socket.gethostname()[:64], help="shown in the server's log and health"
    )
    parser.add_argument("--secret-file", type=Path, help="instead of the variable SANGDAM_WORKER_SECRET")
    parser.add_argument(
        "--udp-host",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="listen for media only here; may be repeated or a list with commas (default: every address)",
    )
    parser.add_argument(
        "--udp-ports",
        metavar="FIRST-LAST",
        help="ports for media, one per connection (default: any free ones)",
    )
    parser.add_argument("--udp-port", type=int, metavar="N", help="one port for all connections instead")
    parser.add_argument(
        "--public-address",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="where browsers find this machine behind a 1:1 NAT; one of IPv4, one of IPv6",
    )
    parser.add_argument(
        "--announce-local",
        action="store_true",
        help="name the machine's own address beside --public-address, for browsers on its network",
    )
    parser.add_argument(
        "--measure-latency", action="store_true", help="adds latency_p50_us and latency_p99_us"
    )
    parser.add_argument(
        "--recordings", type=Path, metavar="DIR", help="keep recordings here (default: none are made)"
    )
    parser.add_argument(
        "--recordings-max-gib",
        type=float,
        default=20.0,
        metavar="GIB",
        help="all recordings together, packets counting twice; 1 GiB stays free besides (default: 20)",
    )
    parser.add_argument(
        "--compiled-core",
        type=Path,
        nargs="?",
        const=LIBRARY,
        metavar="FILE",
        help="forward through what scripts/build_core has built",
    )
    parser.add_argument("--check", action="store_true", help="say as JSON what would be listened on, and end")
    levels = ["DEBUG", "INFO", "WARNING", "ERROR"]
    parser.add_argument("--log-level", default="INFO", type=str.upper, choices=levels)
    given = parser.parse_args(arguments)
    configured = _listed(given.udp_host)
    if given.udp_port is not None and not 0 < given.udp_port <= MAX_PORT:
        raise BadOptions(f"--udp-port: {given.udp_port} is not between 1 and {MAX_PORT}")
    if given.udp_port is not None and given.udp_ports is not None:
        raise BadOptions("--udp-port and --udp-ports exclude each other")
    if given.compiled_core is not None and given.measure_latency:
        raise BadOptions("--measure-latency measures what is done in Python, so without --compiled-core")
    hosts = _checked("--udp-host", lambda: host_addresses(configured))
    return Options(
        workers_url=workers_url(given.server),
        secret=_secret(given.secret_file, environment),
        name=given.name[:64],
        instance=secrets.token_hex(8),
        hosts=hosts,
        announced=_checked(
            "--public-address",
            lambda: announced_addresses(
                hosts,
                _listed(given.public_address),
                chosen=bool(configured),
                keep_local=given.announce_local,
            ),
        ),
        udp_ports=_checked(
            "--udp-ports", lambda: None if given.udp_ports is None else PortRange.parse(given.udp_ports)
        ),
        udp_port=given.udp_port,
        compiled_core=given.compiled_core,
        log_level=given.log_level,
        measure_latency=given.measure_latency,
        check=given.check,
        recordings=given.recordings,
        recordings_max_bytes=int(given.recordings_max_gib * (1 << 30)),
    )


T = TypeVar("T")


def _listed(values: Sequence[str]) -> list[str]:
    """What was given in several options or in one with commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _checked(option: str, read: Callable[[], T]) -> T:
    """Raises BadOptions for a ValueError."""
    try:
        return read()
    except ValueError as error:
        raise BadOptions(f"{option}: {error}") from None


def workers_url(server: str) -> str:
    """`http://host:port` and `ws://host:port/workers` alike. Raises BadOptions."""
    scheme, separator, rest = server.partition("://")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if not separator or scheme not in schemes or not rest.strip("/"):
        raise BadOptions(f"--server: {server} is not a ws://, wss://, http:// or https:// address")
    return f"{schemes[scheme]}://{rest.rstrip('/').removesuffix('/workers')}/workers"


def _secret(file: Path | None, environment: Mapping[str, str]) -> str:
    if file is None:
        secret = environment.get("SANGDAM_WORKER_SECRET", "").strip()
        if not secret:
            raise BadOptions("set SANGDAM_WORKER_SECRET or give --secret-file")
        return secret
    try:
        secret = file.read_text().strip()
    except OSError as error:
        raise BadOptions(f"--secret-file: {error.strerror}: {file}") from None
    if not secret:
        raise BadOptions(f"--secret-file: {file} is empty")
    return secret
