"""Importing a sheet, or only looking at what it would do."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel

from server.api.endpoint import Body, Endpoint, answer, read_body, read_query
from server.errors import BodyTooLarge, InvalidQuery, ScheduleConflict, UnsupportedType
from server.keys import LIVE, STORE
from server.live import Live
from server.schedule import Applied, Plan, apply, plan, read_sheet
from server.schedule.cells import parse_zone
from server.schedule.sheet import ScheduleInvalid
from server.store.records import Room

MAX_SHEET_BYTES = 2 * 1024 * 1024


class ScheduleQuery(Body):
    dry_run: bool = False
    """Only say what would happen."""
    timezone: str | None = None
    """Where the sheet's times are meant; the server's own zone when left out."""
    remove_missing: bool = False
    """Also remove rooms that were imported for the sheet's days, are not open yet and not in the sheet."""


class SheetError(BaseModel):
    line: int
    column: str | None
    code: str
    message: str


class RoomOfRow(BaseModel):
    """`line` is the sheet's, None for rooms it does not have; `id` None for a room that is yet to be made."""

    line: int | None
    id: str | None
    title: str
    starts_at: datetime | None
    fields: list[str] = []
    """What changes."""


class ScheduleReport(BaseModel):
    dry_run: bool
    rows: int
    """Consultations that were read."""
    errors: list[SheetError]
    created: list[RoomOfRow]
    changed: list[RoomOfRow]
    unchanged: list[RoomOfRow]
    missing: list[RoomOfRow]
    """Imported for the sheet's days, but not in the sheet; left as they are."""
    removed: list[RoomOfRow]


async def import_schedule(request: web.Request) -> web.Response:
    query = read_query(request, ScheduleQuery)
    zone = _zone(query.timezone)
    store = request.app[STORE]
    sheet = read_sheet(
        await read_body(request, MAX_SHEET_BYTES), today=datetime.now().astimezone(zone).date(), zone=zone
    )
    if query.dry_run and sheet.errors:
        return answer(_refused(ScheduleInvalid(sheet.errors), len(sheet.rooms)))
    planned = plan(sheet, await store.rooms.all(), zone)
    if query.dry_run:
        return answer(_report(planned, None, remove=query.remove_missing))
    applied = await apply(store, planned, remove_missing=query.remove_missing)
    await announce(request.app[LIVE], planned, applied)
    return answer(_report(planned, applied, remove=query.remove_missing))


async def announce(live: Live, planned: Plan, applied: Applied) -> None:
    """Tells the running rooms what the import did."""
    before = {change.room.id: change.room for change in planned.changed}
    for room in applied.changed:
        for person in before[room.id].people:
            if room.person(person.id) is None:
                await live.link_revoked(room.id, person.id)
    for room in (*applied.changed, *applied.created):
        await live.room_changed(room)
    for room in applied.removed:
        await live.room_removed(room.id)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return None if name is None else parse_zone(name)
    except ValueError as error:
        raise InvalidQuery(str(error), field="timezone") from None


def _refused(error: ScheduleInvalid, rows: int) -> ScheduleReport:
    errors = [
        SheetError(line=item.line, column=item.column, code=item.code, message=item.message)
        for item in error.errors
    ]
    return ScheduleReport(
        dry_run=True, rows=rows, errors=errors, created=[], changed=[], unchanged=[], missing=[], removed=[]
    )


def _report(planned: Plan, applied: Applied | None, *, remove: bool) -> ScheduleReport:
    missing = [_room(room) for room in planned.missing]
    ids = [room.id for room in applied.created] if applied else [None] * len(planned.created)
    return ScheduleReport(
        dry_run=applied is None,
        rows=len(planned.created) + len(planned.changed) + len(planned.unchanged),
        errors=[],
        created=[
            RoomOfRow(line=row.line, id=id_, title=row.room.title, starts_at=row.room.starts_at)
            for row, id_ in zip(planned.created, ids, strict=True)
        ],
        changed=[
            RoomOfRow(
                line=change.line,
                id=change.room.id,
                title=change.patch.title or change.room.title,
                starts_at=change.patch.starts_at,
                fields=list(change.fields),
            )
            for change in planned.changed
        ],
        unchanged=[_room(room) for room in planned.unchanged],
        missing=[] if remove else missing,
        removed=missing if remove else [],
    )


def _room(room: Room) -> RoomOfRow:
    return RoomOfRow(line=None, id=room.id, title=room.title, starts_at=room.starts_at)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/schedule",
        import_schedule,
        "Import a sheet (docs/schedule.md), all of it or nothing; `dry_run=1` only says what would happen",
        ScheduleReport,
        body=("text/csv",),
        query=ScheduleQuery,
        errors=(ScheduleInvalid, ScheduleConflict, UnsupportedType, InvalidQuery, BodyTooLarge),
    ),
)
