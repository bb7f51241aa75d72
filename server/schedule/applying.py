"""Makes a plan come true, as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from server.schedule.planning import Plan
from server.store import Store
from server.store.records import ParticipantDetails, Room, RoomBatch


@dataclass(frozen=True, slots=True)
class Applied:
    """Rooms as they are now; `removed` as they were."""

    created: tuple[Room, ...]
    changed: tuple[Room, ...]
    removed: tuple[Room, ...]


async def apply(
    store: Store,
    plan: Plan,
    *,
    remove_missing: bool = False,
    participants: tuple[ParticipantDetails, ...] = (),
) -> Applied:
    """`participants`: what the sheet says of them.

    Raises ScheduleConflict when rooms were changed since the plan was made.
    """
    removed = plan.missing if remove_missing else ()
    events = {event.name for event in await store.events.all()}
    events |= {row.room.event for row in plan.created} | {change.patch.event or "" for change in plan.changed}
    created, changed = await store.rooms.apply(
        RoomBatch(
            create=tuple(row.room for row in plan.created),
            change=tuple((change.room.id, change.patch) for change in plan.changed),
            release=tuple(room.id for room in plan.superseded),
            remove=tuple(room.id for room in removed),
            # An event that was renamed since is not made again by rows that change nothing.
            participants=tuple(detail for detail in participants if detail.event in events),
        )
    )
    return Applied(tuple(created), tuple(changed), removed)
