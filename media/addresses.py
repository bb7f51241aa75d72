"""The addresses at which a worker's connections listen."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aioice.ice import get_host_addresses

LOOPBACK = "127.0.0.1"
MAX_ADDRESSES = 6
"""Each costs every connection a socket."""


def host_addresses(configured: Sequence[str] = ()) -> tuple[str, ...]:
    """`configured`, or all of the machine's with 127.0.0.1 last.

    Loopback is always among them, because aioice leaves it out and a machine may have nothing else.
    """
    if configured:
        return tuple(dict.fromkeys(str(ipaddress.ip_address(address)) for address in configured))
    found = get_host_addresses(use_ipv4=True, use_ipv6=True)
    usable = [
        address
        for address in dict.fromkeys(found)
        if not (parsed := ipaddress.ip_address(address)).is_link_local and not parsed.is_loopback
    ]
    return (*usable[: MAX_ADDRESSES - 1], LOOPBACK)
