"""The addresses at which a worker's connections listen, and those under which browsers find them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence

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


def source_towards(address: str) -> str | None:
    """The machine's address from which datagrams to `address` leave; asks the routes, sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def announced_addresses(
    hosts: Sequence[str],
    public: Sequence[str],
    *,
    chosen: bool,
    keep_local: bool,
    source: Callable[[str], str | None] = source_towards,
) -> Mapping[str, tuple[str, ...]]:
    """Host to listen on → addresses in its candidates, where a 1:1 NAT puts `public` before one of them.

    A public address takes the place of the one host of its family; where the hosts were not `chosen` by the
    operator it is the one that leads there, and the family's others are left out. Loopback stays as it is.
    Raises ValueError.
    """
    announced: dict[str, tuple[str, ...]] = {host: (host,) for host in hosts}
    for address in dict.fromkeys(str(ipaddress.ip_address(text)) for text in public):
        behind = _behind(address, list(announced), chosen=chosen, source=source)
        if announced[behind] != (behind,):
            raise ValueError("at most one IPv4 and one IPv6 address")
        for host in list(announced):
            if host != behind and _same_family(host, address) and not _is_loopback(host):
                del announced[host]
        announced[behind] = (address, behind) if keep_local else (address,)
    for host, told in announced.items():
        if host in told and ipaddress.ip_address(host).is_unspecified:
            raise ValueError(f"{host} is no address that a browser could reach; name one, with --udp-host")
    return announced


def _behind(address: str, hosts: Sequence[str], *, chosen: bool, source: Callable[[str], str | None]) -> str:
    family = [host for host in hosts if _same_family(host, address)]
    fitting = [host for host in family if not _is_loopback(host)] or family
    if not fitting:
        raise ValueError(f"{address}: no address of this family to listen on")
    if len(fitting) == 1:
        return fitting[0]
    if chosen:
        raise ValueError(f"{address}: say with --udp-host which one address of this machine it leads to")
    found = source(address)
    return found if found in fitting else fitting[0]


def _same_family(one: str, other: str) -> bool:
    return (":" in one) == (":" in other)


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback
