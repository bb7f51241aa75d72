"""Whether the server can listen, or runs already, and whether browsers find it at its public URL."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, WSServerHandshakeError

from server.config import Config
from server.doctor.finding import Finding, ok, problem, warning

TIMEOUT_S = 10.0


async def check(config: Config) -> Sequence[Finding]:
    refusal = _refusal(config.host, config.port)
    place = f"{config.host} port {config.port}"
    if refusal is None:
        findings = [ok("pages", f"{place} is free: the server does not run")]
    elif refusal != errno.EADDRINUSE:
        advice = "give --port one above 1023" if refusal == errno.EACCES else "give --host another address"
        return [
            problem("pages", f"cannot listen on {place}: {errno.errorcode.get(refusal, refusal)}", advice)
        ]
    elif (health := await _health(config)) is None:
        return [problem("pages", f"{place} is used by another program", "end it, or give --port another one")]
    else:
        findings = [_running(place, health)]
    if config.public_url is not None:
        findings.append(await _public(config.public_url.rstrip("/"), running=refusal is not None))
    return findings


def _refusal(host: str, port: int) -> int | None:
    """The error number; None when the server could listen there."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            # Binding beside a listening socket may succeed, listening does not.
            probe.listen(1)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return None


async def _health(config: Config) -> dict[str, Any] | None:
    """None if what listens there is not this server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(config.host, config.host)  # noqa: S104
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    url = f"{'https' if config.tls else 'http'}://{name}:{config.port}/healthz"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_S)) as session,
            # The certificate has a check of its own.
            session.get(url, ssl=False) as response,
        ):
            health = await response.json()
    except (ClientError, TimeoutError, ValueError):
        return None
    return health if isinstance(health, dict) and "media_workers" in health else None


def _running(place: str, health: dict[str, Any]) -> Finding:
    workers = f"{health['media_workers']} media, {health['transcription_workers']} transcription workers"
    message = f"Sangdam runs on {place}: {workers}"
    if health.get("status") == "ok":
        return ok("pages", message)
    return warning("pages", message, "its log says why a worker is missing; calls go on without captions")


async def _public(url: str, *, running: bool) -> Finding:
    """Opens the room protocol's WebSocket as a page would, through whatever is in between."""
    if not running:
        return warning("public url", f"{url} is not tested", "start the server and ask again")
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_S)) as session,
            session.ws_connect(f"{url}/ws", origin=_origin(url)) as socket_,
        ):
            await socket_.close()
    except WSServerHandshakeError as error:
        advice = "pass WebSockets on (Upgrade and Connection headers) and keep the Host header"
        return problem("public url", f"{url}/ws answers with HTTP {error.status}", advice)
    except (ClientError, TimeoutError, OSError) as error:
        advice = "from outside it may work still; look at the name, the router and the certificate"
        return warning("public url", f"{url} cannot be reached from here: {error or 'timeout'}", advice)
    return ok("public url", f"{url} leads here, WebSockets included")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
