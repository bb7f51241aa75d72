"""The interpreters of a live room: what their pages say, checked, and what all pages are shown of it."""

from __future__ import annotations

from collections.abc import Set

from server.errors import NotAllowed, NotInRoom
from server.interpretation import (
    Interpretation,
    Seat,
    entered,
    handed_over,
    in_mode,
    left,
    on_channel,
    spoken,
    stood_by,
    with_turn,
)
from server.live_room import LiveRoom
from server.messages import (
    HandOver,
    HandoverView,
    Interpret,
    InterpretationMode,
    InterpretationView,
    Interpreting,
    Interprets,
    SeatView,
    TakeTurn,
)
from server.rights import CORRECTORS
from wire.languages import same_language


def connected(room: LiveRoom) -> Set[str]:
    """Interpreters whose page is there, or was a moment ago: what the others see."""
    return {
        person.id
        for person in room.record.people
        if person.role == "interpreter"
        and (presence := room.presences.get(person.id)) is not None
        and not presence.lost
    }


def change(room: LiveRoom, who: str, message: Interpreting) -> None:
    """Raises NotAllowed, NotInRoom, ChannelTaken, NoHandover."""
    _check_role(room, who, message)
    room.interpretation = _changed(room, who, message)


def enter(room: LiveRoom, who: str, interprets: Interprets | None) -> None:
    """An interpreter came or came back; what others are shown may change with it."""
    if not _is_interpreter(room, who):
        return
    state, wanted = room.interpretation, None
    if interprets is not None and (interprets.into is None or _is_language_of(room, interprets.into)):
        if not state.seats:
            state = in_mode(state, interprets.mode)
        wanted = Seat(into=interprets.into, air=interprets.air, together=interprets.together)
    room.interpretation = entered(state, who, wanted, connected(room))


def leave(room: LiveRoom, who: str) -> None:
    if _is_interpreter(room, who):
        room.interpretation = left(room.interpretation, who, connected(room))


def interprets_now(room: LiveRoom, who: str) -> bool:
    """Whether what this person says is said into a channel."""
    return _is_interpreter(room, who) and on_channel(room.interpretation, who) is not None


def view(room: LiveRoom) -> InterpretationView:
    """Those who have left the room's list are left out."""
    state, there = room.interpretation, connected(room)
    seats = tuple(
        SeatView(
            person=who,
            into=seat.into,
            air=seat.air,
            channels=seat.channels,
            together=seat.together,
            connected=who in there,
        )
        for who, seat in state.seats.items()
        if _is_interpreter(room, who)
    )
    handovers = tuple(HandoverView(giver=one.giver, taker=one.taker, by=one.by) for one in state.handovers)
    return InterpretationView(mode=state.mode, turn=state.turn, seats=seats, handovers=handovers)


def show(room: LiveRoom) -> None:
    """To everybody inside."""
    room.broadcast(view(room), key="interpretation")


def _changed(room: LiveRoom, who: str, message: Interpreting) -> Interpretation:
    state, there = room.interpretation, connected(room)
    match message:
        case Interpret():
            if not message.air:
                return stood_by(state, who, together=message.together)
            if message.into is not None and not _is_language_of(room, message.into):
                raise NotInRoom("nobody in this room speaks or reads that language", field="into")
            return spoken(state, who, message.into, together=message.together, connected=there)
        case HandOver():
            if not _is_interpreter(room, message.person):
                raise NotInRoom("there is no such interpreter in this room", field="person")
            return handed_over(state, message.step, who, message.person, there)
        case InterpretationMode():
            return in_mode(state, message.mode)
        case TakeTurn():
            return with_turn(state, message.turn)


def _check_role(room: LiveRoom, who: str, message: Interpreting) -> None:
    """Organisers may change the mode and give the turn back to the speakers. Raises NotAllowed."""
    person = room.record.person(who)
    role = person.role if person is not None else None
    shared = isinstance(message, InterpretationMode) or (
        isinstance(message, TakeTurn) and message.turn == "speakers"
    )
    if role != "interpreter" and not (shared and role in CORRECTORS):
        raise NotAllowed("only interpreters interpret")


def _is_interpreter(room: LiveRoom, who: str) -> bool:
    person = room.record.person(who)
    return person is not None and person.role == "interpreter"


def _is_language_of(room: LiveRoom, lang: str) -> bool:
    tags = (tag for person in room.record.people for tag in (person.speaks, person.reads))
    return any(same_language(tag, lang) for tag in tags)
