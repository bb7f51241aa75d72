"""The media worker's tap on a driven clock."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.microphone import Sent
from bench.tap_scores import Heard
from media.counters import Counters
from media.tap import Tap

EPOCH_S = 1.7e9
TICK_S = 0.02
"""As the worker drives its taps."""


def listen(packets: Sequence[tuple[float, Sent]], until_s: float) -> tuple[list[Heard], Counters]:
    """What the tap makes of packets (arrival in s, packet), ticked as in the worker."""
    heard: list[Heard] = []
    now_s = 0.0

    def take(wall_us: int, samples: bytes) -> None:
        heard.append(Heard(now_s, wall_us / 1e6 - EPOCH_S, np.frombuffer(samples, "<i2")))

    counters = Counters()
    tap = Tap(take, counters)
    arriving = iter(packets)
    following = next(arriving, None)
    for tick in range(round(until_s / TICK_S)):
        tick_s = tick * TICK_S + 0.007
        while following is not None and following[0] <= tick_s:
            now_s, packet = following
            tap.push(packet.sequence, packet.timestamp, packet.payload, EPOCH_S + now_s)
            following = next(arriving, None)
        now_s = tick_s
        tap.tick(EPOCH_S + now_s)
    tap.close()
    return heard, counters
