"""The media worker as it would start: its addresses and ports, the way to them, and the relays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aioice.turn import TurnTransport

from server import programs
from server.config import Config, ConfigError, is_loopback
from server.doctor import reach, relays
from server.doctor.finding import Finding, ok, problem, warning
from server.doctor.reach import Ear
from server.doctor.relays import Errors, RelayFailed
from server.turn import Turn
from wire.ports import PortRange

TIMEOUT_S = 30.0
FEW_PORTS = 20
Relay = tuple[TurnTransport, Errors]


@dataclass(frozen=True, slots=True)
class Listening:
    """What the worker says of one of its addresses; `free` of a range's ports, None without a range."""

    host: str
    announced: tuple[str, ...]
    free: int | None
    error: str | None


async def check(config: Config) -> Sequence[Finding]:
    findings: list[Finding] = []
    try:
        turn = Turn.of(config)
    except ConfigError as error:
        return [problem("relay", error.message, "correct the setting")]
    if turn is None and not is_loopback(urlsplit(config.base_url).hostname or ""):
        advice = "run one for visitors whose firewalls pass only HTTPS (docs/operations.md, Relays)"
        findings.append(warning("relay", "there is none: such visitors see captions and no picture", advice))
    async with AsyncExitStack() as stack:
        found: list[Relay] = []
        for url in turn.urls if turn is not None else ():
            try:
                assert turn is not None
                relay = await stack.enter_async_context(relays.allocation(turn, url))
            except RelayFailed as failed:
                findings.append(failed.finding)
            else:
                found.append(relay)
                findings.append(relays.allocated(url, relay[0]))
        if config.media:
            findings += await _worker(config, found[0] if found else None)
        else:
            findings.append(ok("media", "media workers run elsewhere; ask `sangdam doctor` there"))
    return findings


async def _worker(config: Config, relay: Relay | None) -> list[Finding]:
    program = programs.media(config, "http://127.0.0.1:1", "-")
    process = await asyncio.create_subprocess_exec(
        *(*program.arguments, "--check"),
        env=dict(program.environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(TIMEOUT_S):
        output, errors = await process.communicate()
    if process.returncode:
        last = next(reversed(errors.decode().strip().splitlines()), "it says nothing")
        return [problem("media", f"the worker cannot start: {last}", "correct the setting it names")]
    hosts = [_listening(item) for item in json.loads(output)["hosts"]]
    ports = _configured(config)
    findings = [_ports(item, ports) for item in hosts]
    for item in hosts:
        if (item.error is None or item.free == 0) and not is_loopback(item.announced[0]):
            findings += await _reached(item, ports, relay)
    return findings


def _configured(config: Config) -> PortRange | None:
    if config.udp_port is not None:
        return PortRange(config.udp_port, config.udp_port)
    return None if config.udp_ports is None else PortRange.parse(config.udp_ports)


def _listening(item: dict[str, Any]) -> Listening:
    return Listening(item["host"], tuple(item["announced"]), item["free"], item["error"])


def _ports(item: Listening, ports: PortRange | None) -> Finding:
    place = f"UDP on {item.host}"
    if item.free == 0:
        advice = "fine if it is this server that runs; otherwise end the other program or take other ports"
        return warning("udp ports", f"{place}: {ports} is in use", advice)
    if item.error is not None:
        return problem("udp ports", f"{place}: {item.error}", "give --udp-host an address of this machine")
    if ports is None:
        return ok("udp ports", f"{place}: any free port; a firewall needs --udp-ports")
    if ports.size == 1:
        return ok("udp ports", f"{place}: port {ports.first} is free, one for all connections")
    message = f"{place}: {item.free} of {ports.size} ports of {ports} are free"
    if ports.size < FEW_PORTS:
        return warning(
            "udp ports", message, f"enough for {ports.size // 2} people at once; widen --udp-ports"
        )
    return ok("udp ports", message)


async def _reached(item: Listening, ports: PortRange | None, relay: Relay | None) -> list[Finding]:
    async with reach.listening(item.host, ports) as ear:
        if ear is None:
            advice = "stop the server and ask again, or open a link on a phone with mobile data"
            return [warning("udp way in", f"{item.host}: not tested, {ports} is in use", advice)]
        return [await _address(item, ear, address, relay) for address in item.announced]


async def _address(item: Listening, ear: Ear, address: str, relay: Relay | None) -> Finding:
    name = f"{address} port {ear.port}"
    if relay is not None:
        arrived = await reach.through_relay(relay, ear, address)
        if arrived is True:
            return ok("udp way in", f"{name} is reached through the relay")
        if arrived is False:
            advice = "open the firewall for UDP to --udp-ports; behind a NAT forward them unchanged"
            return problem("udp way in", f"{name}: what the relay sends there does not arrive", advice)
        advice = f"allowed-peer-ip={address} in the relay's configuration"
        return problem("udp way in", f"the relay refuses to send to {address} ({arrived})", advice)
    if address == item.host:
        return ok("udp way in", f"{address}: only somebody outside can tell whether a firewall is in the way")
    if await reach.from_here(ear, address):
        return ok("udp way in", f"{name} leads back to this machine")
    advice = "routers often do not send that back inside; open a link on a phone with mobile data"
    return warning("udp way in", f"{name} cannot be reached from inside", advice)
