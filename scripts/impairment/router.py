"""`python -m impairment.router`: holds the namespaces and carries packets between them, in time.

A process of its own, so that no test's work delays packets. Commands come as lines of JSON on standard input,
each answered by one line; it ends, and the namespaces with it, when standard input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from dataclasses import replace
from typing import Any

from impairment.link import Link
from impairment.namespaces import enter_namespace, new_namespace, open_tun

SERVER = "10.77.0.1"
_PACKET_BYTES = 65_536
_AT_ONCE = 64
"""Packets read from one device before the others have their turn."""


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=10)


class Line:
    """One visitor's way to the server: a namespace of its own, and a link in each direction."""

    def __init__(self, number: int, server_namespace: int, seed: int) -> None:
        self.number = number
        self.up, self.down = Link(2 * seed), Link(2 * seed + 1)
        self.namespace = new_namespace()
        self.visitor_device = open_tun("line")
        _ip("link", "set", "lo", "up")
        self.address = ""
        self.move(2)
        enter_namespace(server_namespace)
        self.server_device = open_tun(f"line{number}")
        _ip("link", "set", f"line{number}", "up")
        _ip("route", "add", f"10.77.{number}.0/24", "dev", f"line{number}")

    def move(self, host: int) -> None:
        """Another address, as if the visitor had gone over to another network. Call in its namespace."""
        before, self.address = self.address, f"10.77.{self.number}.{host}"
        if before:
            _ip("address", "del", f"{before}/24", "dev", "line")
        _ip("address", "add", f"{self.address}/24", "dev", "line")
        self.plug(True)

    def plug(self, plugged: bool) -> None:
        """The visitor's machine knows of this, unlike of a cut. Call in its namespace."""
        _ip("link", "set", "line", "up" if plugged else "down")
        if plugged:
            _ip("route", "replace", "default", "dev", "line")

    def shape(self, direction: str, changes: dict[str, Any]) -> None:
        """Only what is named changes."""
        for link in [self.up, self.down] if direction == "both" else [getattr(self, direction)]:
            link.impairment = replace(link.impairment, **changes)


class Router:
    def __init__(self) -> None:
        self._server = new_namespace()
        _ip("link", "set", "lo", "up")
        _ip("address", "add", f"{SERVER}/32", "dev", "lo")
        self._lines: list[Line] = []
        self._wires: dict[int, tuple[Link, int]] = {}
        """Device to read from → the link its packets take, and the device they arrive at."""

    def command(self, name: str, **values: Any) -> dict[str, Any]:
        if name == "line":
            return self._add_line(values["seed"])
        line = self._lines[values.pop("line")]
        if name == "counts":
            return {"up": dict(line.up.counts), "down": dict(line.down.counts)}
        if name == "shape":
            line.shape(**values)
        else:
            enter_namespace(line.namespace)
            (line.move if name == "move" else line.plug)(values["to"])
            enter_namespace(self._server)
        return {"address": line.address}

    def _add_line(self, seed: int) -> dict[str, Any]:
        line = Line(len(self._lines) + 1, self._server, seed)
        self._lines.append(line)
        self._wires[line.visitor_device] = (line.up, line.server_device)
        self._wires[line.server_device] = (line.down, line.visitor_device)
        return {"line": len(self._lines) - 1, "address": line.address, "namespace": self.path(line.namespace)}

    @staticmethod
    def path(namespace: int) -> str:
        return f"/proc/{os.getpid()}/fd/{namespace}"

    def run(self) -> None:
        """Until standard input ends."""
        self._say({"namespace": self.path(self._server), "address": SERVER})
        typed = b""
        while True:
            due = [at for link, _ in self._wires.values() if (at := link.due_s()) is not None]
            wait_s = max(0.0, min(due) - time.monotonic()) if due else None
            readable, _, _ = select.select([0, *self._wires], [], [], wait_s)
            for device in readable:
                if device != 0:
                    self._read(device)
                    continue
                some = os.read(0, _PACKET_BYTES)
                if not some:
                    return
                *lines, typed = (typed + some).split(b"\n")
                for text in lines:
                    self._say(self.command(**json.loads(text)))
            self._deliver()

    def _read(self, device: int) -> None:
        link, _ = self._wires[device]
        # A device that is down reads as an error until it is up again.
        with contextlib.suppress(OSError):
            for _ in range(_AT_ONCE):
                packet = os.read(device, _PACKET_BYTES)
                link.push(time.monotonic(), packet)

    def _deliver(self) -> None:
        now_s = time.monotonic()
        for link, device in self._wires.values():
            for packet in link.take(now_s):
                with contextlib.suppress(OSError):
                    os.write(device, packet)

    @staticmethod
    def _say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), flush=True)


def main() -> None:
    # Packets are to be late only as asked. Where that is not allowed it goes on as it is.
    with contextlib.suppress(PermissionError):
        os.nice(-10)
    Router().run()


if __name__ == "__main__":
    main()
