"""Whom a player does not hear: it has one sound, and nobody there who could choose as on a page."""

from __future__ import annotations

from collections.abc import Set

from server.interpretation import Interpretation, Seat
from server.store.records import Person
from wire.languages import same_language


def silent_for(
    listener: Person, people: tuple[Person, ...], state: Interpretation, connected: Set[str]
) -> tuple[str, ...]:
    """Interpreters on standby or in another language's channel; while the listener's own channel is served
    also those who do not speak that language, whom the interpreter says once more."""
    lang = listener.reads
    channels = state.mode == "simultaneous"
    seats = (state.seat(person.id) for person in people if person.id in connected)
    served = channels and any(_serves(seat, lang) for seat in seats)
    silent = []
    for person in people:
        if person.role == "interpreter":
            seat = state.seat(person.id)
            elsewhere = channels and seat.into is not None and not same_language(seat.into, lang)
            if elsewhere or not seat.air:
                silent.append(person.id)
        elif served and not same_language(person.speaks, lang):
            silent.append(person.id)
    return tuple(silent)


def _serves(seat: Seat, lang: str) -> bool:
    return seat.air and any(same_language(channel, lang) for channel in seat.channels)
