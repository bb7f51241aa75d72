"""Makes a plan come true, as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo

from server.schedule.planning import Plan, plan
from server.schedule.sheet import Sheet
from server.store import Store
from server.store.records import ParticipantDetails, Room, RoomBatch


@dataclass(frozen=True, slots=True)
class Applied:
    """Rooms as they are now; `removed` as they were."""

    created: tuple[Room, ...]
    changed: tuple[Room, ...]
    removed: tuple[Room, ...]


async def prepare(
    store: Store, sheet: Sheet, zone: tzinfo | None = None, *, remove_missing: bool = False
) -> tuple[Sheet, Plan]:
    """The sheet with events as they are called now and only what is new of participants, and its plan.

    Raises ScheduleInvalid.
    """
    sheet = sheet.with_events(await store.events.aliases())
    events = {row.room.event for row in sheet.rooms} - {""}
    planned = plan(
        sheet,
        await store.rooms.all(),
        zone,
        zones=await store.participants.time_zones(),
        people=[one for event in events for one in await store.participants.of_event(event)],
        remove_missing=remove_missing,
    )
    return replace(sheet, participants=tuple(await store.participants.news(sheet.participants))), planned


async def apply(
    store: Store,
    planned: Plan,
    *,
    remove_missing: bool = False,
    participants: tuple[ParticipantDetails, ...] = (),
) -> Applied:
    """`participants`: what the sheet says of them.

    Raises ScheduleConflict when rooms were changed since the plan was made.
    """
    removed = planned.missing if remove_missing else ()
    created, changed = await store.rooms.apply(
        RoomBatch(
            create=tuple(row.room for row in planned.created),
            change=tuple((change.room.id, change.patch) for change in planned.changed),
            release=tuple(room.id for room in planned.superseded),
            remove=tuple(room.id for room in removed),
            participants=participants,
        )
    )
    return Applied(tuple(created), tuple(changed), removed)
