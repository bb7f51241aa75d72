"""Which of a booth's rooms its screen shows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from server.store.records import Room

COMING = 4
_EVER = datetime.min.replace(tzinfo=UTC)


def current(rooms: Sequence[Room], now: datetime) -> Room | None:
    """Of the open ones that whose time it is; who runs late goes on until the next one begins."""
    open_ones = [room for room in rooms if room.state == "open"]
    begun = [room for room in open_ones if _start(room) <= now]
    if begun:
        return max(begun, key=lambda room: (_start(room), room.id))
    return min(open_ones, key=lambda room: (_start(room), room.id), default=None)


def coming(rooms: Sequence[Room], now: datetime) -> list[Room]:
    """The next ones that are not over, by start, also those that should have been opened by now."""
    shown = current(rooms, now)
    waiting = [
        room
        for room in rooms
        if room is not shown
        and room.state != "closed"
        and room.starts_at is not None
        and room.ends_at is not None
        and room.ends_at > now
    ]
    return sorted(waiting, key=lambda room: (_start(room), room.id))[:COMING]


def _start(room: Room) -> datetime:
    return room.starts_at or _EVER
