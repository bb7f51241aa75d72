"""Whether there is a way out to a host, told within seconds even behind a firewall that swallows packets."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from transcription.models.errors import HubUnreachable

CONNECT_TIMEOUT_S = 5.0


def check(url: str, models: Path, by_hand: str) -> None:
    """Connects to the host of `url`, or to the proxy that the environment names for it.

    Raises HubUnreachable, which says `by_hand` how to fill the directory `models` without a network.
    """
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    if parts.scheme in proxies and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxies[parts.scheme])
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_S).close()
    except OSError as error:
        raise unreachable(host, models, by_hand, error) from None


def unreachable(host: str, models: Path, by_hand: str, error: Exception) -> HubUnreachable:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return HubUnreachable(
        f"no way out to {host} ({reason}).\n"
        f"Without a network: on a machine that has one, {by_hand}\n"
        f"Models directory here: {models}. docs/models.md tells more."
    )
