"""How everybody in a room is connected: in a word to the pages, in numbers to the organiser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.errors import RateLimited
from server.live_room import LiveRoom, Presence
from server.messages import NetworkChanged, NetworkView, Reception
from server.network import NetworkState, PageReport, sent_loss
from server.network_metrics import Inside
from server.network_row import NetworkRow
from wire.network import Network


def measured(room: LiveRoom, network: Network, now_s: float) -> None:
    """A media worker's look at a room; who is not in it neither sends nor receives anything."""
    flows = {one.person: one for one in network.people}
    states = room.networks()
    lost = {person: state.sent_loss for person, state in states.items()}
    for person, measured_flows in flows.items():
        lost[person] = max(lost.get(person, 0.0), sent_loss(measured_flows))
    for person, state in states.items():
        others_lose = max((share for other, share in lost.items() if other != person), default=0.0)
        one = flows.get(person)
        presence = room.presences.get(person)
        if one is not None and presence is not None and not presence.camera:
            # Nothing comes of it, but not for the line's sake.
            one = one.model_copy(update={"camera": "whole"})
        if state.measured(one, now_s, others_lose=others_lose):
            room.broadcast(NetworkChanged(network=_view(person, state)), key=f"network-{person}")


def reported(presence: Presence, message: Reception, now_s: float) -> None:
    """A page's own look. Raises RateLimited."""
    report = PageReport(
        interval_ms=message.interval_ms,
        freezes=message.freezes,
        frozen_ms=message.frozen_ms,
        concealed=message.concealed,
        round_trip_ms=message.round_trip_ms,
    )
    if not presence.network.report(report, now_s):
        raise RateLimited("too many reports; one in 5 s is enough")


def views(room: LiveRoom) -> tuple[NetworkView, ...]:
    """Of those whose network is not good."""
    return tuple(_view(person, state) for person, state in room.networks().items() if state.grade != "good")


def _view(person: str, state: NetworkState) -> NetworkView:
    return NetworkView(person=person, grade=state.grade, reasons=state.reasons)


def rows(room: LiveRoom, now_s: float) -> dict[str, NetworkRow]:
    """By person, of those of whom there is something to tell."""
    return {
        person: NetworkRow.of(state, now_s)
        for person, state in room.networks().items()
        if state.flows is not None
    }


def inside(rooms: Iterable[LiveRoom]) -> Inside:
    """For the metrics: people in open rooms."""

    def found() -> Iterator[tuple[str, str, NetworkState]]:
        for room in rooms:
            if room.is_open:
                for person, state in room.networks().items():
                    yield room.id, person, state

    return found()
