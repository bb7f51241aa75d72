"""Every TURN relay: connected to as a browser would, with credentials for a time, and a real allocation."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioice.stun import TransactionError, TransactionTimeout
from aioice.turn import TurnTransport, create_turn_endpoint

from server.doctor.finding import Finding, ok, problem
from server.turn import Turn, TurnUrl

TIMEOUT_S = 8.0
PERSON = "doctor"
_ADVICE = {
    401: "the secret must be the relay's static-auth-secret, with use-auth-secret, and both clocks right",
    403: "the relay forbids it; look at its allowed-peer-ip, and allocation settings",
    486: "the relay's quota is used up (user-quota, total-quota)",
    508: "the relay has no free port or relay address (min-port, max-port, relay-ip)",
}


class RelayFailed(Exception):
    """What an operator can make of it is in the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Errors(asyncio.DatagramProtocol):
    """What the relay refuses to pass on, and the end of the allocation."""

    def __init__(self) -> None:
        self.refused: int | None = None
        self.lost = asyncio.Event()

    def error_received(self, exc: Exception) -> None:
        response = getattr(exc, "response", None)
        self.refused = response.error_code if response is not None else 0

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()


@asynccontextmanager
async def allocation(turn: Turn, url: TurnUrl) -> AsyncIterator[tuple[TurnTransport, Errors]]:
    """Raises RelayFailed."""
    made = turn.ice_server(PERSON, time.time())
    try:
        async with asyncio.timeout(TIMEOUT_S):
            transport, errors = await create_turn_endpoint(
                Errors,
                (url.host, url.port),
                made.username,
                made.credential,
                ssl=ssl.create_default_context() if url.tls else None,
                transport="tcp" if url.tcp else "udp",
            )
    except (TimeoutError, OSError, TransactionError, ValueError) as error:
        raise RelayFailed(_failure(url, error)) from error
    try:
        yield transport, errors
    finally:
        transport.close()
        async with asyncio.timeout(TIMEOUT_S):
            await errors.lost.wait()


def allocated(url: TurnUrl, transport: TurnTransport) -> Finding:
    host, port = transport.get_extra_info("sockname")
    return ok("relay", f"{url.text} relays from {host} port {port}")


def _failure(url: TurnUrl, error: Exception) -> Finding:
    match error:
        case ssl.SSLCertVerificationError():
            why = f"its certificate is refused: {error.verify_message}"
            advice = "browsers refuse it too: a real certificate, with its chain, for the name in the URL"
        case ssl.SSLError():
            why, advice = "what answers there does not speak TLS", "look at tls-listening-port, cert and pkey"
        case socket.gaierror():
            why, advice = f"the name {url.host} is not known", "look at the name and at this machine's DNS"
        case TransactionTimeout() | TimeoutError():
            why, advice = "nothing answers", "is coturn running? do its firewall and this one let it through?"
        case TransactionError():
            code = (error.response.error_code if error.response is not None else None) or 0
            why, advice = f"refused with {code}", _ADVICE.get(code, "coturn's log says why")
        case _:
            why = str(error) or type(error).__name__
            advice = "is coturn running, and listening on this port for TCP?"
    return problem("relay", f"{url.text}: {why}", advice)
