"""Who came to the consultations of an event, when, and who never did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel

from server.api.endpoint import Endpoint, answer
from server.api.events import EVENT, event_name
from server.attendance import minutes_of, standing
from server.errors import EventNotFound
from server.exports.attendance import Attended, to_csv
from server.keys import LIVE, STORE
from server.store.records import Role


class AttendedView(BaseModel):
    room: str
    title: str
    booth: str
    starts_at: datetime | None
    duration_min: int
    person: str
    role: Role
    company: str
    name: str
    came_at: datetime | None
    """First."""
    left_at: datetime | None
    """Last; None while they are inside."""
    minutes: int
    """Inside, all visits together."""
    standing: Literal["expected", "missing", "inside", "left", "no_show"]

    @classmethod
    def of(cls, row: Attended) -> AttendedView:
        return cls(
            room=row.room.id,
            title=row.room.title,
            booth=row.room.booth,
            starts_at=row.room.starts_at,
            duration_min=row.room.duration_min,
            person=row.person.id,
            role=row.person.role,
            company=row.person.company,
            name=row.person.name,
            came_at=row.came_at,
            left_at=row.left_at,
            minutes=row.minutes,
            standing=row.standing,
        )


class AttendanceList(BaseModel):
    attendance: list[AttendedView]


async def read_attendance(request: web.Request) -> web.Response:
    rows = await _rows(request)
    return answer(AttendanceList(attendance=[AttendedView.of(row) for row in rows]))


async def write_attendance(request: web.Request) -> web.Response:
    event = await request.app[STORE].events.get(event_name(request))
    name = quote(f"attendance-{event.name}.csv", safe="")
    return web.Response(
        text=to_csv(await _rows(request), event.time_zone),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f"attachment; filename=\"attendance.csv\"; filename*=UTF-8''{name}"},
    )


async def _rows(request: web.Request) -> list[Attended]:
    """By start, then as the rooms' lists have it. Raises EventNotFound."""
    store, live, now = request.app[STORE], request.app[LIVE], datetime.now(UTC)
    event = await store.events.get(event_name(request))
    rows = []
    for room in await store.rooms.all():
        if room.event != event.name:
            continue
        visits = live.visits(room.id)
        for person in room.people:
            own = visits.get(person.id, ())
            came_at, left_at = (own[0].came_at, own[-1].left_at) if own else (None, None)
            stands = standing(room, person, own, now)
            rows.append(Attended(room, person, came_at, left_at, minutes_of(own, now), stands))
    return rows


ENDPOINTS = (
    Endpoint(
        "GET",
        f"{EVENT}/attendance",
        read_attendance,
        "Who came to the consultations of an event, when, and who never did",
        AttendanceList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "GET",
        f"{EVENT}/attendance.csv",
        write_attendance,
        "The same as a sheet, in the event's own time",
        ("text/csv",),
        errors=(EventNotFound,),
        right="desk",
    ),
)
