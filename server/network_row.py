"""One person's network as the API and the organiser's list show it."""

from __future__ import annotations

from pydantic import BaseModel

from server.network import Grade, NetworkState, Reason
from wire.network import Flow


class NetworkRow(BaseModel):
    grade: Grade
    reasons: tuple[Reason, ...]
    sends: tuple[Flow, ...]
    receives: tuple[Flow, ...]
    rtt_ms: float | None
    freezes: int
    """Pictures that stood still on this person's page, since they came in."""
    frozen_ms: int

    @classmethod
    def of(cls, state: NetworkState, now_s: float) -> NetworkRow:
        flows = state.flows
        return cls(
            grade=state.grade,
            reasons=state.reasons,
            sends=flows.sends if flows is not None else (),
            receives=flows.receives if flows is not None else (),
            rtt_ms=state.rtt_ms(now_s),
            freezes=state.freezes,
            frozen_ms=state.frozen_ms,
        )
