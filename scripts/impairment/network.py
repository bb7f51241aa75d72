"""A server's network and the lines of its visitors, each as bad as one likes, at any time.

with Network() as network:
    line = network.line(seed=1)
    subprocess.run(line.place.command("chromium", f"https://{network.server.address}:8443/"))
    line.shape(loss=0.05, delay_ms=50, jitter_ms=30)
    line.cut()
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from impairment.link import Impairment
from impairment.namespaces import inside

Direction = Literal["up", "down", "both"]
"""`up` is from the visitor to the server."""
START_S = 15.0
_SCRIPTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Place:
    """A network namespace, for as long as the router lives."""

    namespace: str
    address: str
    """IPv4; a visitor's is the one it had first."""

    def command(self, *program: str) -> list[str]:
        """What to start so that `program` runs there."""
        return ["nsenter", f"--net={self.namespace}", "--", *program]

    def inside(self) -> AbstractContextManager[None]:
        """The calling thread is there for a while: sockets that it makes belong there for good."""
        return inside(self.namespace)


class Line:
    """A visitor's line. What `shape` does not name stays as it is."""

    def __init__(self, network: Network, number: int, place: Place) -> None:
        self._network = network
        self._number = number
        self.place = place
        self._host = 2

    def shape(self, direction: Direction = "both", **changes: Any) -> None:
        """`changes` are fields of Impairment; they hold for packets that come from now on."""
        self._ask("shape", direction=direction, changes=changes)

    def clear(self) -> None:
        """As good as new."""
        clean = Impairment()
        self.shape(**{name: getattr(clean, name) for name in Impairment.__slots__})

    def cut(self) -> None:
        """Packets vanish, as in a dead spot: the machine still thinks that it is connected."""
        self.shape(cut=True)

    def restore(self) -> None:
        self.shape(cut=False)

    def unplug(self) -> None:
        """The machine notices: browsers say `offline`."""
        self._ask("plug", to=False)

    def plug(self) -> None:
        self._ask("plug", to=True)

    def move(self) -> str:
        """The visitor's machine gets another address, which is returned; the old one is no more."""
        self._host += 1
        address: str = self._ask("move", to=self._host)["address"]
        return address

    def counts(self) -> dict[str, dict[str, int]]:
        """Direction → what became of the packets: `passed`, `lost`, `overflowed`, `cut`."""
        return self._ask("counts")

    def _ask(self, name: str, **values: Any) -> dict[str, Any]:
        return self._network.ask(name, line=self._number, **values)


class Network:
    """Owns the router process; at its end what still runs in the namespaces is cut off.

    Not for several threads at once.
    """

    def __enter__(self) -> Self:
        self._router = subprocess.Popen(
            [sys.executable, "-m", "impairment.router"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(_SCRIPTS)},
        )
        started = self._read()
        self.server = Place(started["namespace"], started["address"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._router.communicate(timeout=START_S)

    def line(self, *, seed: int = 0) -> Line:
        """A further visitor's; the seed says which packets are lost and late."""
        made = self.ask("line", seed=seed)
        return Line(self, made["line"], Place(made["namespace"], made["address"]))

    def ask(self, name: str, **values: Any) -> dict[str, Any]:
        assert self._router.stdin is not None
        self._router.stdin.write(json.dumps({"name": name, **values}) + "\n")
        self._router.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._router.stdout is not None
        line = self._router.stdout.readline()
        if not line:
            raise RuntimeError("the router has ended; its last words are on standard error")
        answer: dict[str, Any] = json.loads(line)
        return answer
