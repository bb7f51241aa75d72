"""Finals that the server has not said it keeps: sent again when its link comes back."""

from __future__ import annotations

from wire.links import Hypothesis

MAX_FINALS = 1_024
"""Beyond it the oldest is forgotten, and counted: the server has been away for hours, or says nothing."""


class Unkept:
    """In the order they were said."""

    def __init__(self, limit: int = MAX_FINALS) -> None:
        self._finals: dict[tuple[str, int], Hypothesis] = {}
        self._limit = limit
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._finals)

    def add(self, final: Hypothesis) -> None:
        self._finals[final.track, final.utterance] = final
        if len(self._finals) > self._limit:
            del self._finals[next(iter(self._finals))]
            self.forgotten += 1

    def kept(self, track: str, utterance: int) -> None:
        self._finals.pop((track, utterance), None)

    def all(self) -> tuple[Hypothesis, ...]:
        return tuple(self._finals.values())
