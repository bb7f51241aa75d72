"""Importing a sheet, or only looking at what it would do."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel

from server.api.endpoint import Body, Endpoint, answer, read_body, read_query
from server.errors import BodyTooLarge, InvalidQuery, ScheduleConflict, UnsupportedType
from server.keys import LIVE, STORE
from server.live import Live
from server.schedule import Applied, CellError, Plan, Sheet, apply, prepare, read_sheet
from server.schedule.cells import parse_zone
from server.schedule.sheet import ScheduleInvalid
from server.schedule.template import template_workbook
from server.store.records import Room

MAX_SHEET_BYTES = 5 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ScheduleQuery(Body):
    dry_run: bool = False
    """Only say what would happen."""
    timezone: str | None = None
    """Where the sheet's times are meant; the server's own zone when left out."""
    remove_missing: bool = False
    """Also remove rooms that were imported for the sheet's days, are not open yet and not in the sheet."""


class TemplateQuery(Body):
    lang: Literal["ko", "en"] = "ko"


class SheetError(BaseModel):
    sheet: str = ""
    """Of a workbook."""
    line: int
    column: str | None
    code: str
    message: str
    """In English."""
    params: dict[str, str | int] = {}
    """What the code's sentence is filled in with, for who has it in another language."""


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
    warnings: list[SheetError] = []
    """What is odd, and is imported all the same."""
    ignored: list[str] = []
    """Sheets of the workbook that are none of ours."""
    participants: int = 0
    """Whose details are new."""
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
    data = await read_body(request, MAX_SHEET_BYTES)
    today = datetime.now().astimezone(zone).date()
    # A large workbook takes seconds.
    sheet = await asyncio.to_thread(read_sheet, data, today=today, zone=zone)
    if query.dry_run and sheet.errors:
        return answer(_refused(ScheduleInvalid(sheet.errors), len(sheet.rooms)))
    try:
        sheet, planned = await prepare(store, sheet, zone, remove_missing=query.remove_missing)
    except ScheduleInvalid as error:
        if not query.dry_run:
            raise
        return answer(_refused(error, len(sheet.rooms)))
    if query.dry_run:
        return answer(report(sheet, planned, None, remove=query.remove_missing))
    applied = await apply(
        store, planned, remove_missing=query.remove_missing, participants=sheet.participants
    )
    await announce(request.app[LIVE], planned, applied)
    return answer(report(sheet, planned, applied, remove=query.remove_missing))


async def template(request: web.Request) -> web.Response:
    query = read_query(request, TemplateQuery)
    name = "상담일정.xlsx" if query.lang == "ko" else "consultations.xlsx"
    disposition = f"attachment; filename=\"schedule.xlsx\"; filename*=UTF-8''{quote(name)}"
    return web.Response(
        body=await asyncio.to_thread(template_workbook, query.lang),
        content_type=XLSX,
        headers={"Content-Disposition": disposition},
    )


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
    errors = listed(error.errors)
    return ScheduleReport(
        dry_run=True, rows=rows, errors=errors, created=[], changed=[], unchanged=[], missing=[], removed=[]
    )


def listed(items: tuple[CellError, ...]) -> list[SheetError]:
    return [SheetError.model_validate(item) for item in ScheduleInvalid.listed(items)]


def report(sheet: Sheet, planned: Plan, applied: Applied | None, *, remove: bool) -> ScheduleReport:
    missing = [_room(room) for room in planned.missing]
    ids = [room.id for room in applied.created] if applied else [None] * len(planned.created)
    return ScheduleReport(
        dry_run=applied is None,
        rows=len(planned.created) + len(planned.changed) + len(planned.unchanged),
        errors=[],
        warnings=listed(planned.warnings),
        ignored=list(sheet.ignored),
        participants=len(sheet.participants),
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
        "GET",
        "/api/schedule/template.xlsx",
        template,
        "A workbook to fill in, with headings, choices and an example",
        (XLSX,),
        query=TemplateQuery,
        errors=(InvalidQuery,),
    ),
    Endpoint(
        "POST",
        "/api/schedule",
        import_schedule,
        "Import a sheet (docs/schedule.md), all of it or nothing; `dry_run=1` only says what would happen",
        ScheduleReport,
        body=("text/csv", XLSX),
        query=ScheduleQuery,
        errors=(ScheduleInvalid, ScheduleConflict, UnsupportedType, InvalidQuery, BodyTooLarge),
    ),
)
