"""Everybody's network for `GET /metrics`: series exist as long as their person is inside an open room."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.metrics import REGISTRY
from server.network import GRADES, NetworkState
from wire.network import Flow

Inside = Iterable[tuple[str, str, NetworkState]]
"""Room, person, and how their network is."""

_FLOW = ["room", "person", "direction", "source"]
_PERSON = ["room", "person"]


class NetworkCollector(Collector):
    """Asks its sources anew for each scrape, so that nothing has to be taken out."""

    def __init__(self) -> None:
        self.sources: list[Callable[[], Inside]] = []

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        bps = GaugeMetricFamily("sangdam_rtp_bits_per_second", "By person, direction, source", labels=_FLOW)
        loss = GaugeMetricFamily("sangdam_rtp_loss_ratio", "Packets that did not come through", labels=_FLOW)
        jitter = GaugeMetricFamily("sangdam_rtp_jitter_seconds", "Interarrival jitter", labels=_FLOW)
        trip = GaugeMetricFamily("sangdam_rtp_round_trip_seconds", "To a person's browser", labels=_PERSON)
        freezes = CounterMetricFamily(
            "sangdam_rtp_freezes", "Pictures that stood still on a person's page", labels=_PERSON
        )
        frozen = CounterMetricFamily(
            "sangdam_rtp_frozen_seconds", "For how long, all pictures together", labels=_PERSON
        )
        people = GaugeMetricFamily("sangdam_networks", "People inside by their network", labels=["grade"])
        now_s = time.monotonic()
        graded = dict.fromkeys(GRADES, 0)
        for room, person, state in (one for source in self.sources for one in source()):
            if state.flows is None:
                continue
            graded[state.grade] += 1
            freezes.add_metric([room, person], state.freezes)
            frozen.add_metric([room, person], state.frozen_ms / 1000)
            if (rtt_ms := state.rtt_ms(now_s)) is not None:
                trip.add_metric([room, person], rtt_ms / 1000)
            for direction, flow in _directed(state):
                labels = [room, person, direction, flow.source]
                bps.add_metric(labels, flow.bps)
                if flow.loss is not None:
                    loss.add_metric(labels, flow.loss)
                if flow.jitter_ms is not None:
                    jitter.add_metric(labels, flow.jitter_ms / 1000)
        for grade, count in graded.items():
            people.add_metric([grade], count)
        yield from (bps, loss, jitter, trip, freezes, frozen, people)


def _directed(state: NetworkState) -> Iterator[tuple[str, Flow]]:
    if state.flows is not None:
        yield from (("sent", flow) for flow in state.flows.sends)
        yield from (("received", flow) for flow in state.flows.receives)


NETWORKS = NetworkCollector()
REGISTRY.register(NETWORKS)
