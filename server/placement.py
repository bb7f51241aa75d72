"""Who serves whom: rooms on media workers, media workers on transcription workers. No clock, no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class _Worker:
    name: str
    lost_at_s: float | None = None
    """None while it is connected; minus infinity once it is known to be dead."""


class Placement:
    """A client (a room) stays where it is, even if its worker's link is lost for up to `reassign_s`; then it
    goes to the connected worker that serves the fewest. Before `settled_at_s` nobody is given a new place, so
    that workers which outlived the server can claim theirs. Times are monotonic seconds."""

    def __init__(self, *, reassign_s: float, settled_at_s: float) -> None:
        self._reassign_s = reassign_s
        self._settled_at_s = settled_at_s
        self._workers: dict[str, _Worker] = {}
        self._places: dict[str, str | None] = {}

    def connected(self, instance: str, name: str, serving: Iterable[str] = ()) -> None:
        """A worker has said hello; `serving` are the clients it still has from before."""
        for other, worker in self._workers.items():
            if other != instance and worker.name == name and worker.lost_at_s is not None:
                worker.lost_at_s = float("-inf")
        self._workers[instance] = _Worker(name)
        for client in serving:
            if not self.is_connected(self._places.get(client)):
                self._places[client] = instance

    def lost(self, instance: str, now_s: float) -> None:
        if worker := self._workers.get(instance):
            worker.lost_at_s = now_s

    def want(self, client: str) -> None:
        """The client needs a worker; `settle` finds one."""
        self._places.setdefault(client, None)

    def release(self, client: str) -> None:
        self._places.pop(client, None)

    def settle(self, now_s: float) -> list[str]:
        """Gives a place to whoever needs one; returns the clients whose worker changed."""
        if now_s < self._settled_at_s:
            return []
        moved = []
        for client, place in self._places.items():
            if place is not None and not self._is_gone(place, now_s):
                continue
            if (new := self._least_used()) is not None:
                self._places[client] = new
                moved.append(client)
        self._forget_gone(now_s)
        return moved

    def due_s(self) -> float | None:
        """When `settle` should be called again, if at a time rather than at an event."""
        times = [
            worker.lost_at_s + self._reassign_s
            for instance, worker in self._workers.items()
            if worker.lost_at_s is not None and instance in self._places.values()
        ]
        if any(place is None for place in self._places.values()):
            times.append(self._settled_at_s)
        return max(min(times), self._settled_at_s) if times else None

    def where(self, client: str) -> str | None:
        return self._places.get(client)

    def clients(self, instance: str) -> list[str]:
        return [client for client, place in self._places.items() if place == instance]

    def is_connected(self, instance: str | None) -> bool:
        worker = self._workers.get(instance) if instance is not None else None
        return worker is not None and worker.lost_at_s is None

    def _is_gone(self, instance: str, now_s: float) -> bool:
        worker = self._workers.get(instance)
        if worker is None:
            return True
        return worker.lost_at_s is not None and now_s >= worker.lost_at_s + self._reassign_s

    def _least_used(self) -> str | None:
        used = Counter(place for place in self._places.values() if place is not None)
        usable = [instance for instance in self._workers if self.is_connected(instance)]
        return min(usable, key=lambda instance: used[instance], default=None)

    def _forget_gone(self, now_s: float) -> None:
        serving = set(self._places.values())
        for instance in [i for i in self._workers if i not in serving and self._is_gone(i, now_s)]:
            del self._workers[instance]
