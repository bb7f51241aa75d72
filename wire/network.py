"""How people's networks are, as a media worker measures it: one message for each room every few seconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wire.ids import Id, Source
from wire.message import Message

Ratio = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[float, Field(ge=0, le=1e9)]
Carried = Literal["whole", "small", "none"]


class Flow(Message):
    """One source in one direction since the last message; what is received of several people is one flow."""

    source: Source
    bps: Annotated[int, Field(ge=0)]
    """Bits per second."""
    loss: Ratio | None
    """Share of the packets that did not come through; None where nothing is known."""
    jitter_ms: Milliseconds | None
    """Interarrival jitter (RFC 3550 §6.4.1), of the worst stream."""


class PersonNetwork(Message):
    person: Id
    sends: Annotated[tuple[Flow, ...], Field(max_length=3)]
    receives: Annotated[tuple[Flow, ...], Field(max_length=3)]
    rtt_ms: Milliseconds | None
    """Between this person's browser and the worker."""
    camera: Carried = "whole"
    """What this person's own line carries of it; one that is off is not told from one that does not come."""


class Network(Message):
    """Everybody in a room who sends or receives something."""

    type: Literal["network"] = "network"
    room: Id
    people: Annotated[tuple[PersonNetwork, ...], Field(max_length=64)]
