"""What a worker counts: packets in and out, and one counter per reason for which something was dropped."""

from __future__ import annotations


class Counters:
    """The two counters of the packet path are attributes, for speed; the rest live in a dictionary."""

    __slots__ = ("_others", "packets_in", "packets_out")

    def __init__(self) -> None:
        self.packets_in = 0
        """RTP packets that were authentic and belong to a known track, retransmissions included."""
        self.packets_out = 0
        """RTP packets handed to the network, retransmissions included."""
        self._others: dict[str, int] = {}

    def add(self, name: str, count: int = 1) -> None:
        self._others[name] = self._others.get(name, 0) + count

    def __getitem__(self, name: str) -> int:
        return self.snapshot().get(name, 0)

    def snapshot(self) -> dict[str, int]:
        return {"packets_in": self.packets_in, "packets_out": self.packets_out, **self._others}
