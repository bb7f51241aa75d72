"""How much a publisher's own line takes, judged from how long its packets take.

Browsers lower their bitrate by themselves when packets are lost, but slowly. A queue that only delays them
they do not see from what this side tells them, and voice suffers in both.
"""

from __future__ import annotations

from collections.abc import Sequence

from media.congestion import QUEUE_UP_S, Baseline, Congestion, Observation
from media.receiver import Receiver
from wire.network import Carried

VOICE_BPS = 50_000


def carried(camera: Receiver) -> Carried:
    """What comes of a camera over a line that does not take everything."""
    small = camera.small
    if camera.rate_bps or not camera.demand.is_wanted:
        return "whole"
    return "small" if small is not None and small.rate_bps else "none"


class Uplink:
    """Of one connection."""

    def __init__(self) -> None:
        self._congestion = Congestion(max_queue_s=QUEUE_UP_S, only_tested=True)
        self._baselines: dict[Receiver, Baseline] = {}
        self._counts: dict[Receiver, tuple[int, int]] = {}
        self._octets = 0
        self._updated_s: float | None = None

    def each_second(self, receivers: Sequence[Receiver], octets: int, now_s: float) -> int:
        """Bits per second of video that get through; `octets` is the running total of RTP received."""
        before_s, self._updated_s = self._updated_s, now_s
        received, self._octets = octets - self._octets, octets
        queue_s = self._queue_s(receivers, now_s)
        loss = self._loss(receivers)
        if before_s is not None and now_s > before_s:
            sent_bps = int(received * 8 / (now_s - before_s) / (1 - loss)) - VOICE_BPS
            # Voice alone never pauses for a second: this line is cut.
            unheard = received == 0 and octets > 0
            seen = Observation(max(0, sent_bps), loss=loss, queue_s=queue_s, unheard=unheard)
            self._congestion.update(seen, now_s)
        return self._congestion.limit_bps

    def _loss(self, receivers: Sequence[Receiver]) -> float:
        """Share of all packets since the last call: of one thin stream too few come to tell."""
        expected = lost = 0
        before, self._counts = self._counts, {}
        for receiver in receivers:
            now = self._counts[receiver] = receiver.counts
            then = before.get(receiver, now)
            if now[0] > then[0]:
                expected += now[0] - then[0]
                lost += now[1] - then[1]
        return min(0.9, max(0, lost) / expected) if expected else 0.0

    def _queue_s(self, receivers: Sequence[Receiver], now_s: float) -> float | None:
        """The least of all streams: one of them may have paused and gone on late, which is no queue."""
        before, self._baselines = self._baselines, {}
        queues = []
        for receiver in receivers:
            self._baselines[receiver] = baseline = before.get(receiver) or Baseline()
            transit_s = receiver.take_least_transit_s()
            if transit_s is not None:
                queues.append(baseline.above(transit_s, now_s))
        return min(queues, default=None)
