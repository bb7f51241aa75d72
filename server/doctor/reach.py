"""Whether a datagram sent to a media address arrives at this machine: through a relay, and from here."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from aioice.turn import TurnTransport

from server.doctor.relays import Errors
from wire.ports import PortRange

TRIES = 4
WAIT_S = 0.5
"""Between them."""


class Ear(asyncio.DatagramProtocol):
    """Listens where a media connection would."""

    def __init__(self) -> None:
        self.token = secrets.token_bytes(16)
        self.heard = asyncio.Event()
        self.port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data == self.token:
            self.heard.set()


@asynccontextmanager
async def listening(host: str, ports: PortRange | None) -> AsyncIterator[Ear | None]:
    """None when no port is free."""
    bound = _bind(host, ports)
    if bound is None:
        yield None
        return
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, sock=bound)
    try:
        yield ear
    finally:
        transport.close()


def _bind(host: str, ports: PortRange | None) -> socket.socket | None:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    for port in range(ports.first, ports.last + 1) if ports else (0,):
        try:
            made.bind((host, port))
        except OSError:
            continue
        return made
    made.close()
    return None


async def through_relay(relay: tuple[TurnTransport, Errors], ear: Ear, address: str) -> bool | int:
    """Whether it arrived; the relay's error code if it does not pass anything on to this address."""
    transport, errors = relay
    errors.refused = None

    async def send() -> None:
        transport.sendto(ear.token, (address, ear.port))

    arrived = await _attempts(ear, send, lambda: errors.refused is not None)
    return errors.refused if errors.refused is not None else arrived


async def from_here(ear: Ear, address: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.setblocking(False)

        async def send() -> None:
            try:
                mouth.sendto(ear.token, (address, ear.port))
            except OSError:
                # No route: then nothing arrives, which is the answer.
                return

        return await _attempts(ear, send, lambda: False)


async def _attempts(ear: Ear, send: Callable[[], Awaitable[None]], hopeless: Callable[[], bool]) -> bool:
    ear.heard.clear()
    for _ in range(TRIES):
        await send()
        try:
            async with asyncio.timeout(WAIT_S):
                return cast(bool, await ear.heard.wait())
        except TimeoutError:
            if hopeless():
                return False
    return False
