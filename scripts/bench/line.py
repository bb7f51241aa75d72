"""A publisher's network on a driven clock: loss, delay that varies, moments in which nothing comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Literal

from bench.microphone import Sent


@dataclass(frozen=True, slots=True)
class Outage:
    """From `start_s` to `end_s` packets are lost, or held back and delivered at its end all at once."""

    start_s: float
    end_s: float
    fate: Literal["lost", "held"]

    def covers(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s


@dataclass(frozen=True, slots=True)
class Line:
    """`delay_s` ± `jitter_s`, drawn for each packet alone, so that packets overtake one another."""

    loss: float = 0.0
    """Share of the packets."""
    burst: float = 1.0
    """Packets lost in a row, on average; 1 is random loss."""
    delay_s: float = 0.05
    jitter_s: float = 0.03
    outages: tuple[Outage, ...] = ()

    @property
    def shortest_s(self) -> float:
        return self.delay_s - self.jitter_s

    def carry(self, packets: Iterable[Sent], *, seed: int) -> list[tuple[float, Sent]]:
        """What arrives, and when, in the order of arrival."""
        chance = Random(seed)
        arrived: list[tuple[float, Sent]] = []
        bad = False
        for packet in packets:
            bad = self._loses(bad, chance)
            delay_s = self.delay_s + chance.uniform(-self.jitter_s, self.jitter_s)
            outage = next((outage for outage in self.outages if outage.covers(packet.captured_s)), None)
            if bad or (outage is not None and outage.fate == "lost"):
                continue
            if outage is None:
                arrived.append((packet.captured_s + delay_s, packet))
            else:
                arrived.append((outage.end_s, packet))
        return sorted(arrived, key=lambda one: one[0])

    def _loses(self, bad: bool, chance: Random) -> bool:
        """A chain of two states (Gilbert) whose bad one lasts `burst` packets on average."""
        stop = 1 / self.burst
        if self.burst <= 1:
            return chance.random() < self.loss
        return chance.random() >= stop if bad else chance.random() < stop * self.loss / (1 - self.loss)
