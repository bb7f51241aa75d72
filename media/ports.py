"""UDP sockets for connections that each have a port of their own: any free one, or one of a range."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from media.errors import NoFreePort
from wire.ports import PortRange

RECEIVE_BUFFER_BYTES = 262_144
"""Asked of the kernel, which may give less (net.core.rmem_max)."""
_NOT_HERE = frozenset(
    {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN, errno.ENETUNREACH, errno.ENODEV}
)
"""The address left the machine since the worker started; the other ones go on."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one connection is reached at one of the worker's addresses."""

    host: str
    port: int
    announced: tuple[str, ...]
    """Addresses in its candidates."""


class PortPool:
    """Ports are used in turn, so that what is still under way to an earlier connection finds nobody."""

    def __init__(self, ports: PortRange | None = None) -> None:
        self._ports = ports
        self._next: dict[str, int] = {}
        """Host → how far into the range the next search begins."""

    def bind(self, host: str) -> socket.socket | None:
        """None if the machine no longer has this address. Raises NoFreePort."""
        try:
            made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        except OSError as error:
            _raise_unless_gone(error)
            return None
        try:
            self._bind(made, host)
        except OSError as error:
            made.close()
            _raise_unless_gone(error)
            return None
        except NoFreePort:
            made.close()
            raise
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        return made

    def _bind(self, made: socket.socket, host: str) -> None:
        """Raises OSError, NoFreePort."""
        ports = self._ports
        if ports is None:
            made.bind((host, 0))
            return
        start = self._next.get(host, 0)
        for step in range(ports.size):
            at = (start + step) % ports.size
            try:
                made.bind((host, ports.first + at))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                self._next[host] = at + 1
                return
        raise NoFreePort(f"all {ports.size} UDP ports of the range {ports} are in use")


def is_gone(error: OSError) -> bool:
    """Whether the machine does not have the address (any more)."""
    return error.errno in _NOT_HERE


def _raise_unless_gone(error: OSError) -> None:
    if not is_gone(error):
        raise NoFreePort(f"no UDP port can be opened: {error.strerror}") from None
