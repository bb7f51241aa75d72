"""What an operator may set: options, then SANGDAM_* variables, then DATA/sangdam.toml, then defaults."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from server.mail.smtp import PORTS, MailServer
from wire.ports import MAX_PORT, PortRange

FILE_NAME = "sangdam.toml"
ENV_PREFIX = "SANGDAM_"
MIN_TURN_TTL_S = 60
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAPPED_BITS = 96
"""Of IPv6 before an IPv4 address (RFC 4291, 2.5.5.2)."""
_OTHER_VARIABLES = frozenset({"SANGDAM_WORKER_SECRET"})
"""Variables of the worker programs, which may be set while the server starts."""


class ConfigError(Exception):
    """A setting that cannot work; `code` is stable; the program exits with 78."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one browser's connection and of waiting for workers; the table `[limits]` of the file."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    message_bytes: int = 128 * 1024
    join_timeout_s: float = 10.0
    out_queue_messages: int = 256
    rate_messages: int = 50
    rate_window_s: float = 5.0
    ping_s: float = 3.0
    """How often a browser inside a room is asked whether it is still there."""
    silence_s: float = 8.0
    """A browser that says nothing for so long has lost its connection."""
    lost_shown_s: float = 2.0
    """Connections that were lost for so long are shown to the others as lost; shorter ones concern nobody."""
    grace_s: float = 13.0
    """How long the place of somebody who is not heard any more is kept, from the last sign of life."""
    tick_s: float = 2.0
    worker_request_timeout_s: float = 10.0
    settle_s: float = 2.0
    """After its start the server waits this long for media workers that still serve rooms before giving rooms
    to others: a worker dials again within 2 s."""
    reassign_s: float = 1.0
    """How long a media worker whose link was lost may take to return before its rooms go to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Built once by `load`; `data_dir` is absolute."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    port: int = 8080
    data_dir: Path = Path("data")
    schedule: Path | None = None
    """A schedule file imported at start; None means the sample day, unless `demo` is off."""
    demo: bool = True
    """Whether the sample day and its demo speakers are used."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_self_signed: bool = False
    public_url: str | None = None
    """How browsers reach the server where that differs from host and port (a reverse proxy)."""
    trusted_proxies: tuple[str, ...] = ()
    """Reverse proxies that say truly, in `X-Forwarded-For`, who called them: addresses, or networks without
    visitors in them."""
    models_dir: Path | None = None
    udp_hosts: tuple[str, ...] = ()
    """Addresses on which the local media worker sends and receives; empty: all but loopback."""
    udp_ports: str | None = None
    """Ports of its connections, `40000-40199`; None: any free ones."""
    udp_port: int | None = None
    """One port for all its connections instead."""
    compiled_core: bool = False
    """Whether it forwards through what scripts/build_core has built."""
    public_addresses: tuple[str, ...] = ()
    """Where browsers find it behind a 1:1 NAT: at most one address of IPv4 and one of IPv6."""
    announce_local: bool = False
    """Whether browsers are told its own addresses as well."""
    turn_urls: tuple[str, ...] = ()
    """Relays for browsers that cannot reach the media workers, `turns:turn.example:443?transport=tcp`."""
    turn_secret: str | None = field(default=None, repr=False)
    """coturn's static-auth-secret; or in a file of its own."""
    turn_secret_file: Path | None = None
    turn_ttl_s: int = 43_200
    """How long a page can begin to use the relays with what it was given; it is given more in time."""
    threads: int | None = None
    """Threads of the local transcription worker; None leaves the choice to it."""
    media: bool = True
    """Whether a media worker is started on this machine; `transcription` likewise."""
    transcription: bool = True
    detect_languages: bool = True
    """Whether the local transcription worker flags what was spoken in another language than the speaker's."""
    recordings_dir: Path | None = None
    """Where recordings are kept; DATA/recordings when left out."""
    recordings_max_gib: float = 20.0
    """All recordings together, packets counting twice; 1 GiB of the disk stays free besides."""
    smtp_host: str | None = None
    """The operator's mail server; None: invitations are sent by hand."""
    smtp_port: int | None = None
    """None: 587, 465 or 25, as `smtp_tls` says."""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    """Or in a file of its own."""
    smtp_password_file: Path | None = None
    mail_from: str | None = None
    """Whose mails they are, `Trade office <office@city.example>`."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    limits: Limits = field(default_factory=Limits)

    @property
    def recordings(self) -> Path:
        return self.recordings_dir or self.data_dir / "recordings"

    @property
    def proxies(self) -> list[Network]:
        return [_proxy(text.strip()) for text in self.trusted_proxies]

    @property
    def mail_server(self) -> MailServer | None:
        """Raises ConfigError when the password's file cannot be read."""
        if self.smtp_host is None:
            return None
        password = self.smtp_password
        if self.smtp_password_file is not None:
            try:
                password = self.smtp_password_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError("missing_file", f"smtp_password_file: {error}") from None
        port = self.smtp_port or PORTS[self.smtp_tls]
        return MailServer(self.smtp_host, port, self.smtp_tls, self.smtp_user, password, self.mail_from or "")

    @property
    def tls(self) -> bool:
        return self.tls_self_signed or self.tls_cert is not None

    @property
    def base_url(self) -> str:
        """Where browsers find the server, without a trailing slash."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104
        name = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{name}:{self.port}"


_NAMES = frozenset(item.name for item in fields(Config)) - {"limits"}
_LISTS = frozenset({"trusted_proxies", "udp_hosts", "public_addresses", "turn_urls"})
"""Settings of several values, in a variable with commas between them."""
_adapter: TypeAdapter[Config] = TypeAdapter(Config)


def load(options: Mapping[str, Any], environment: Mapping[str, str]) -> Config:
    """`options` are those given on the command line. Raises ConfigError."""
    given = _from_environment(environment) | dict(options)
    data_dir = Path(given.get("data_dir", "data"))
    values = _from_file(data_dir / FILE_NAME) | given
    values["data_dir"] = data_dir.expanduser().absolute()
    config = _validated(values)
    _check(config)
    return config


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(ENV_PREFIX) or variable in _OTHER_VARIABLES:
            continue
        name = variable.removeprefix(ENV_PREFIX).lower()
        if name not in _NAMES:
            raise ConfigError("unknown_setting", f"the variable {variable} names no setting")
        values[name] = text.split(",") if name in _LISTS else text
    return values


def _from_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("unreadable_settings", f"{path} cannot be read: {error}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("bad_settings", f"{path}: {error}") from None
    unknown = sorted(values.keys() - _NAMES - {"limits"})
    if unknown:
        raise ConfigError("unknown_setting", f"{path}: there is no setting “{unknown[0]}”")
    if "data_dir" in values:
        raise ConfigError("bad_settings", f"{path}: data_dir cannot be set inside the data directory")
    return values


def _validated(values: dict[str, Any]) -> Config:
    try:
        return _adapter.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        code = "unknown_setting" if first["type"] == "unexpected_keyword_argument" else "bad_setting"
        raise ConfigError(code, f"setting {name}: {first['msg']}") from None


def _check(config: Config) -> None:
    """Raises ConfigError for settings that are each valid and do not work together."""
    if not 0 <= config.port <= 65_535:
        raise ConfigError("bad_setting", f"port {config.port} is not between 0 and 65535")
    if (config.tls_cert is None) != (config.tls_key is None):
        raise ConfigError("bad_setting", "--tls-cert and --tls-key are needed together")
    if config.tls_cert is not None and config.tls_self_signed:
        raise ConfigError("bad_setting", "--tls-self-signed and --tls-cert exclude each other")
    if not is_loopback(config.host) and not config.tls and not _behind_https(config):
        raise ConfigError(
            "tls_needed",
            f"on {config.host} without TLS browsers refuse camera and microphone:"
            " give --tls-cert and --tls-key, or --tls-self-signed,"
            " or --public-url https://… when a reverse proxy adds TLS",
        )
    _check_addresses(config)
    _check_mail(config)
    for name, path in (("tls_cert", config.tls_cert), ("tls_key", config.tls_key)):
        if path is not None and not path.is_file():
            raise ConfigError("missing_file", f"{name}: {path} is not a file")
    if config.schedule is not None and not config.schedule.is_file():
        raise ConfigError("missing_file", f"schedule: {config.schedule} is not a file")
    if config.models_dir is not None and not config.models_dir.is_dir():
        raise ConfigError("missing_models", f"models: {config.models_dir} is not a directory")
    if config.public_url is not None and not config.public_url.startswith(("https://", "http://")):
        raise ConfigError("bad_setting", "public_url must start with https:// or http://")


def _check_mail(config: Config) -> None:
    """Raises ConfigError."""
    if config.smtp_host is None:
        return
    _, address = parseaddr(config.mail_from or "")
    if "@" not in address or any(ord(sign) < 32 for sign in config.mail_from or ""):
        raise ConfigError(
            "bad_setting", "mail_from: the address of the sender is needed, `Office <a@b.example>`"
        )
    if config.smtp_port is not None and not 0 < config.smtp_port <= MAX_PORT:
        raise ConfigError("bad_setting", f"smtp_port: {config.smtp_port} is not between 1 and {MAX_PORT}")
    if config.smtp_tls == "none" and config.smtp_user is not None and not is_loopback(config.smtp_host):
        raise ConfigError("bad_setting", "smtp_tls: without TLS the password would be read on the way")


def _check_addresses(config: Config) -> None:
    """Raises ConfigError."""
    if config.turn_ttl_s < MIN_TURN_TTL_S:
        raise ConfigError("bad_setting", f"turn_ttl_s: at least {MIN_TURN_TTL_S}")
    try:
        if config.udp_ports is not None:
            PortRange.parse(config.udp_ports)
    except ValueError as error:
        raise ConfigError("bad_setting", f"udp_ports: {error}") from None
    if config.udp_port is not None and not 0 < config.udp_port <= MAX_PORT:
        raise ConfigError("bad_setting", f"udp_port: {config.udp_port} is not between 1 and {MAX_PORT}")
    if config.udp_port is not None and config.udp_ports is not None:
        raise ConfigError("bad_setting", "udp_port and udp_ports exclude each other")
    for name, texts in (("udp_hosts", config.udp_hosts), ("public_addresses", config.public_addresses)):
        for text in texts:
            if not _is_address(text):
                raise ConfigError("bad_setting", f"{name}: “{text}” is not an IPv4 or IPv6 address")
    try:
        _ = config.proxies
    except ValueError as error:
        raise ConfigError("bad_setting", f"trusted_proxies: {error}") from None
    families = [":" in text for text in config.public_addresses]
    if len(families) != len(set(families)):
        raise ConfigError("bad_setting", "public_addresses: at most one IPv4 and one IPv6 address")


def _proxy(text: str) -> Network:
    """IPv4 addresses written as IPv6 are IPv4, as callers are. Raises ValueError."""
    network = ipaddress.ip_network(text)
    if network.prefixlen == 0:
        raise ValueError(f"“{text}” is everybody, so that anybody could say who they are")
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if mapped is None:
        return network
    if network.prefixlen <= _MAPPED_BITS:
        raise ValueError(f"“{text}” is everybody with an IPv4 address")
    return ipaddress.ip_network((mapped, network.prefixlen - _MAPPED_BITS))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether browsers treat pages from `host` as secure without TLS."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _behind_https(config: Config) -> bool:
    return config.public_url is not None and config.public_url.startswith("https://")
