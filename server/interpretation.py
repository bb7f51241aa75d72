"""Who interprets into which language, and how interpreters relieve each other. Pure: a state in, a state out.

`connected` is always the interpreters whose page is there right now.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from server.errors import ChannelTaken, NoHandover, NotAllowed
from wire.languages import same_language

Mode = Literal["simultaneous", "consecutive"]
"""At the same time, into a channel of its own; or in turns, to everybody."""
Turn = Literal["speakers", "interpreter"]
Step = Literal["ask", "offer", "accept", "withdraw"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One interpreter's place. Whoever has none yet speaks to everybody."""

    into: str | None = None
    """The language spoken into; None: to everybody, in one's own."""
    air: bool = True
    """False: on standby, heard by nobody."""
    channels: tuple[str, ...] = ()
    """Languages spoken into since one went on air: their listeners are being served."""
    together: bool = False
    """Others may be on the same channel, if they say so too."""


@dataclass(frozen=True, slots=True)
class Handover:
    """`by` asked for it, the other of the two has to agree."""

    giver: str
    taker: str
    by: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    mode: Mode = "simultaneous"
    turn: Turn = "speakers"
    """Consecutive mode only."""
    seats: Mapping[str, Seat] = field(default_factory=dict)
    handovers: tuple[Handover, ...] = ()
    """A person is giver of one at most, and taker of one at most."""

    def seat(self, person: str) -> Seat:
        return self.seats.get(person, Seat())


def entered(state: Interpretation, who: str, wanted: Seat | None, connected: Set[str]) -> Interpretation:
    """Somebody came (back).

    A seat is kept; without one the page's word counts (`wanted`, from before a restart of the server).
    A newcomer waits on standby while a colleague works.
    """
    if who in state.seats:
        return state
    if wanted is None:
        working = any(_works(state, other) for other in connected - {who})
        return _seated(state, who, Seat(air=False)) if working else state
    if not wanted.air:
        return _seated(state, who, replace(wanted, channels=()))
    try:
        return spoken(state, who, wanted.into, together=wanted.together, connected=connected)
    except ChannelTaken:
        return _seated(state, who, Seat(into=wanted.into, air=False, together=wanted.together))


def spoken(
    state: Interpretation, who: str, into: str | None, *, together: bool, connected: Set[str]
) -> Interpretation:
    """On air into a language, or to everybody. Raises ChannelTaken."""
    seats = dict(state.seats)
    before = state.seat(who)
    for other, seat in _on_channel(state, into):
        if other == who or (together and seat.together):
            continue
        if other in connected:
            raise ChannelTaken("a colleague is on air in this language; ask to take over", field="into")
        seats[other] = _resting(seat)
    channels = (
        (*before.channels, into) if into is not None and into not in before.channels else before.channels
    )
    seats[who] = Seat(into, True, () if into is None else channels, together)
    return replace(state, seats=seats, handovers=_without(state, taker=who))


def stood_by(state: Interpretation, who: str, *, together: bool) -> Interpretation:
    """Off the air; the language is kept for the next time."""
    seat = replace(_resting(state.seat(who)), together=together)
    return replace(_seated(state, who, seat), handovers=_without(state, giver=who))


def handed_over(
    state: Interpretation, step: Step, who: str, other: str, connected: Set[str]
) -> Interpretation:
    """Raises NoHandover: there is nothing (any more) to take, give or agree to."""
    pending = _between(state, who, other)
    if step == "withdraw":
        return state if pending is None else _passed_by(state, pending)
    if pending is not None and pending.by == other:
        return _passed(state, pending)
    if step == "accept":
        raise NoHandover("this handover is over")
    wanted = Handover(who, other, who) if step == "offer" else Handover(other, who, who)
    if not state.seat(wanted.giver).air or who == other:
        raise NoHandover("nobody is on air there")
    if wanted.giver not in connected:
        return _passed(state, wanted)
    if wanted.taker not in connected:
        raise NoHandover("your colleague is not here")
    rest = _without(state, giver=wanted.giver, taker=wanted.taker)
    return replace(state, handovers=(*rest, wanted))


def left(state: Interpretation, who: str, connected: Set[str]) -> Interpretation:
    """Gone for good: who had asked for the channel has it now, and nobody keeps a turn."""
    for pending in state.handovers:
        if pending.giver == who and pending.by == pending.taker and pending.taker in connected:
            state = _passed(state, pending)
    state = replace(state, handovers=_without(state, giver=who, taker=who))
    return state if any(state.seat(other).air for other in connected) else replace(state, turn="speakers")


def in_mode(state: Interpretation, mode: Mode) -> Interpretation:
    return state if mode == state.mode else replace(state, mode=mode, turn="speakers")


def with_turn(state: Interpretation, turn: Turn) -> Interpretation:
    """Raises NotAllowed in simultaneous mode, where nobody waits for anybody."""
    if state.mode != "consecutive":
        raise NotAllowed("there are turns in consecutive mode only")
    return replace(state, turn=turn)


def on_channel(state: Interpretation, who: str) -> str | None:
    """The language whose listeners alone hear this person."""
    seat = state.seat(who)
    return seat.into if seat.air and state.mode == "simultaneous" else None


def _works(state: Interpretation, who: str) -> bool:
    seat = state.seats.get(who)
    return seat is not None and seat.air and (seat.into is not None or state.mode == "consecutive")


def _on_channel(state: Interpretation, into: str | None) -> list[tuple[str, Seat]]:
    if into is None:
        return []
    return [
        (who, seat)
        for who, seat in state.seats.items()
        if seat.air and seat.into is not None and same_language(seat.into, into)
    ]


def _resting(seat: Seat) -> Seat:
    return replace(seat, air=False, channels=())


def _seated(state: Interpretation, who: str, seat: Seat) -> Interpretation:
    return replace(state, seats={**state.seats, who: seat})


def _between(state: Interpretation, one: str, other: str) -> Handover | None:
    pairs = (pending for pending in state.handovers if {pending.giver, pending.taker} == {one, other})
    return next(pairs, None)


def _passed(state: Interpretation, handover: Handover) -> Interpretation:
    given = state.seat(handover.giver)
    taken = replace(given, together=state.seat(handover.taker).together)
    seats = {**state.seats, handover.giver: _resting(given), handover.taker: taken}
    rest = _without(state, giver=handover.giver, taker=handover.taker)
    return replace(state, seats=seats, handovers=rest)


def _passed_by(state: Interpretation, handover: Handover) -> Interpretation:
    return replace(state, handovers=tuple(one for one in state.handovers if one != handover))


def _without(
    state: Interpretation, *, giver: str | None = None, taker: str | None = None
) -> tuple[Handover, ...]:
    return tuple(one for one in state.handovers if one.giver != giver and one.taker != taker)
