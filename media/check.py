"""What a worker would listen on, for `sangdam doctor`: nothing is kept open, no server is dialled."""

from __future__ import annotations

import json
import socket

from media.core import Core
from media.counters import Counters
from media.errors import NoFreePort
from media.options import Options
from media.ports import PortPool
from wire.ports import PortRange


def report(options: Options) -> str:
    """JSON: `{"hosts": [{"host", "announced", "free", "error"}]}`; `free` of its ports, null for any.

    Raises CoreMissing.
    """
    if options.compiled_core is not None:
        Core(options.compiled_core, Counters())
    ports = options.udp_ports
    if options.udp_port is not None:
        ports = PortRange(options.udp_port, options.udp_port)
    hosts = [
        {
            "host": host,
            "announced": list(announced),
            "free": None if ports is None else _free(host, ports),
            "error": _error(host, ports),
        }
        for host, announced in options.announced.items()
    ]
    return json.dumps({"hosts": hosts})


def _error(host: str, ports: PortRange | None) -> str | None:
    try:
        bound = PortPool(ports).bind(host)
    except NoFreePort as error:
        return error.message
    if bound is None:
        return "the machine does not have this address"
    bound.close()
    return None


def _free(host: str, ports: PortRange) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    free = 0
    for port in range(ports.first, ports.last + 1):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            free += 1
    return free
