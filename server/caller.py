"""The address that a request came from, also through proxies whose word counts."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from server.config import Network
from server.keys import CONFIG

_HEADER = "X-Forwarded-For"


def caller(request: web.Request) -> str:
    """For counting only: empty where it is not known."""
    return caller_of(request.remote, request.headers.getall(_HEADER, ()), request.app[CONFIG].proxies)


def caller_of(connected: str | None, headers: Sequence[str], trusted: Sequence[Network]) -> str:
    """`headers`: each a list of addresses, to which every proxy adds whom it was called by at the right.

    What stands to the left of an address that is not trusted was written by anybody.
    """
    at = _address(connected or "")
    if at is None:
        return connected or ""
    entries = [entry.strip() for header in headers for entry in header.split(",")]
    while entries and any(at in network for network in trusted):
        before = _address(entries.pop())
        if before is None:
            break
        at = before
    # Whoever has one IPv6 address has its whole network.
    return str(at if at.version == 4 else ip_network((at, 64), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Also with a port, as some proxies write it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
