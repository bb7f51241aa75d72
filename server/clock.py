"""When rooms open and close by themselves, as their event's settings say. Pure: what is due at a given time.

Rooms without an event are opened and closed by hand only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.store.records import EventSettings, Room

BY_HAND = EventSettings()
"""Of rooms without an event, and of events that nobody has set up."""


@dataclass(frozen=True, slots=True)
class Due:
    """Ids of rooms, and when the next one is due."""

    open: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    next_at: datetime | None = None


def opens_at(room: Room, settings: EventSettings) -> datetime | None:
    """None: not by itself. A room that somebody closed is not opened again."""
    if not settings.opens_itself or room.state != "scheduled" or room.starts_at is None:
        return None
    return room.starts_at - timedelta(minutes=settings.opens_early_min)


def closes_at(room: Room, settings: EventSettings) -> datetime | None:
    """None: not by itself. `Room.ends_at` has what the organiser added to the time."""
    if not settings.closes_itself or room.state != "open" or room.ends_at is None:
        return None
    return room.ends_at + timedelta(minutes=settings.closes_late_min)


def is_to_open(room: Room, settings: EventSettings, now: datetime) -> bool:
    """Nobody comes any more to a consultation whose time has passed, as while the server was down."""
    at = opens_at(room, settings)
    return at is not None and room.ends_at is not None and at <= now < room.ends_at


def is_to_close(room: Room, settings: EventSettings, now: datetime) -> bool:
    at = closes_at(room, settings)
    return at is not None and at <= now


def due(rooms: Iterable[Room], settings: Mapping[str, EventSettings], now: datetime) -> Due:
    """`settings` by the name of the event."""
    opening, closing, later = [], [], []
    for room in rooms:
        of_event = settings.get(room.event, BY_HAND) if room.event else BY_HAND
        if is_to_open(room, of_event, now):
            opening.append(room.id)
        elif is_to_close(room, of_event, now):
            closing.append(room.id)
        else:
            moments = (opens_at(room, of_event), closes_at(room, of_event))
            later += [moment for moment in moments if moment is not None and moment > now]
    return Due(tuple(opening), tuple(closing), min(later, default=None))
