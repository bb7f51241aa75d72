"""A source's latest packets, kept for about a second, to repeat them and to tell doubles from news."""

from __future__ import annotations

from media.forwarding import StoredPacket

SPAN_S = 1.0
"""At least so long each packet is kept, whatever the bitrate; what is older comes too late for a picture."""
SLICES = 4
SLICE_S = SPAN_S / SLICES
MAX_SLICE_PACKETS = 512
"""About 20 Mbit/s. A source that sends more has its oldest forgotten earlier: 2,560 are kept at most."""


class History:
    """Packets go into the newest slice; slices are forgotten whole, so that none costs more than a store.

    Times are seconds of a monotonic clock.
    """

    __slots__ = ("_newest", "_older", "_turn_s")

    def __init__(self) -> None:
        self._newest: dict[int, StoredPacket] = {}
        self._older: list[tuple[float, dict[int, StoredPacket]]] = []
        """Newest first, with the time at which the slice was closed."""
        self._turn_s = 0.0

    def keep(self, stored: StoredPacket, now_s: float) -> None:
        newest = self._newest
        if now_s >= self._turn_s or len(newest) >= MAX_SLICE_PACKETS:
            newest = self._turn(now_s)
        newest[stored[0]] = stored

    def _turn(self, now_s: float) -> dict[int, StoredPacket]:
        if self._newest:
            self._older.insert(0, (now_s, self._newest))
        self._older = [part for part in self._older[:SLICES] if now_s - part[0] <= SPAN_S]
        self._newest = {}
        self._turn_s = now_s + SLICE_S
        return self._newest

    def find(self, sequence: int) -> StoredPacket | None:
        """The packet of that number, if it is among those of the last second."""
        found = self._newest.get(sequence)
        if found is None:
            for _, part in self._older:
                if (found := part.get(sequence)) is not None:
                    return found
        return found

    def __len__(self) -> int:
        return len(self._newest) + sum(len(part) for _, part in self._older)
