"""Relays for browsers that cannot reach the media workers: the way to them, and credentials for a time.

coturn checks what is made here with `use-auth-secret` and the same secret: the user name begins with the time
at which it ends, the password is its HMAC (draft-uberti-behave-turn-rest-00).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path

from server.config import Config, ConfigError
from server.messages import IceServer

MAX_URLS = 4
"""Each costs every connection of every page an allocation; browsers slow down with more."""
_URL = re.compile(
    r"(turns?):(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)"
    r"(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?"
)
_PORTS = {"turn": 3478, "turns": 5349}


@dataclass(frozen=True, slots=True)
class TurnUrl:
    """One way to a relay (RFC 7065); `host` without brackets."""

    text: str
    host: str
    port: int
    tls: bool
    tcp: bool

    @classmethod
    def parse(cls, text: str) -> TurnUrl:
        """Raises ValueError."""
        match = _URL.fullmatch(text)
        if match is None or not 0 < int(match[4] or 1) <= 65_535:
            raise ValueError(
                f"“{text}” is not like turn:turn.example or turns:turn.example:443?transport=tcp"
            )
        tls = match[1] == "turns"
        if tls and match[5] == "udp":
            raise ValueError(f"“{text}”: browsers do not speak TURN over DTLS; take transport=tcp")
        port = int(match[4]) if match[4] else _PORTS[match[1]]
        return cls(text, match[2].strip("[]"), port, tls, tcp=tls or match[5] == "tcp")


@dataclass(frozen=True, slots=True)
class Turn:
    """What an installation's relays are; times are wall-clock seconds."""

    urls: tuple[TurnUrl, ...]
    secret: str
    ttl_s: int

    @classmethod
    def of(cls, config: Config) -> Turn | None:
        """None without `turn_urls`. Raises ConfigError."""
        secret = _secret(config)
        if not config.turn_urls:
            if secret is not None:
                raise ConfigError(
                    "bad_setting", "turn_urls: the secret is there, the relays' URLs are missing"
                )
            return None
        if secret is None:
            raise ConfigError("bad_setting", "turn_secret_file: relays need coturn's static-auth-secret")
        if len(config.turn_urls) > MAX_URLS:
            raise ConfigError("bad_setting", f"turn_urls: at most {MAX_URLS}")
        try:
            urls = tuple(TurnUrl.parse(text.strip()) for text in config.turn_urls)
        except ValueError as error:
            raise ConfigError("bad_setting", f"turn_urls: {error}") from None
        return cls(urls, secret, config.turn_ttl_s)

    def ice_server(self, person: str, now_s: float) -> IceServer:
        """Good for `ttl_s` from now."""
        username = f"{int(now_s) + self.ttl_s}:{person}"
        digest = hmac.new(self.secret.encode(), username.encode(), hashlib.sha1).digest()
        return IceServer(
            urls=tuple(url.text for url in self.urls),
            username=username,
            credential=base64.b64encode(digest).decode(),
        )

    def is_due(self, issued_s: float, now_s: float) -> bool:
        """Whether half of the time of what was issued then is over: time for new ones."""
        return now_s >= issued_s + self.ttl_s / 2


def _secret(config: Config) -> str | None:
    """Raises ConfigError."""
    path: Path | None = config.turn_secret_file
    if path is None:
        return config.turn_secret
    if config.turn_secret is not None:
        raise ConfigError("bad_setting", "turn_secret and turn_secret_file exclude each other")
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("missing_file", f"turn_secret_file: {path} cannot be read") from None
    if not text:
        raise ConfigError("bad_setting", f"turn_secret_file: {path} is empty")
    return text
