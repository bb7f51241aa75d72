"""A participant's own page: what it shows, its calendar and QR code; the token in the address is the key."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from server.api.endpoint import Endpoint, answer
from server.api.links import day_url, link_url, qr_response
from server.day import appointments, calendar, places
from server.errors import RateLimited, RevokedLink, UnknownLink
from server.keys import AUTH, LIVE, STORE
from server.store.records import Participant, Person, Profile, Role, RoomState


class DayDocument(BaseModel):
    title: str
    url: str


class DayPerson(BaseModel):
    """`documents`: what to read of them; sellers and buyers are not offered their colleagues'."""

    role: Role
    name: str
    company: str
    speaks: str
    present: bool
    documents: list[DayDocument]


class DayRoom(BaseModel):
    """`url`: the way in, None when it was withdrawn."""

    id: str
    title: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    booth: str
    venue: str
    others: list[DayPerson]
    url: str | None


class Day(BaseModel):
    event: str
    name: str
    company: str
    role: Role
    reads: str
    time_zone: str | None
    opens_early_min: int
    opens_itself: bool
    rooms: list[DayRoom]


async def read_day(request: web.Request) -> web.Response:
    participant = await who(request)
    store, live = request.app[STORE], request.app[LIVE]
    event = await store.events.get(participant.event)
    profiles = {one.id: one.profile for one in await store.participants.of_event(event.name)}
    venues = {booth.name: booth.venue for booth in await store.events.booths(event.name)}
    rooms = []
    for place in await places(store, participant):
        room, present = place.room, live.present(place.room.id)
        others = [
            _person(participant, person, profiles.get(person.participant or ""), person.id in present)
            for person in room.people
            if person.id != place.you.id
        ]
        rooms.append(
            DayRoom(
                id=room.id,
                title=room.title,
                state=room.state,
                starts_at=room.starts_at,
                duration_min=room.duration_min,
                booth=room.booth,
                venue=venues.get(room.booth, ""),
                others=others,
                url=link_url(request, place.token) if place.token else None,
            )
        )
    return answer(
        Day(
            event=event.name,
            name=participant.name,
            company=participant.company,
            role=participant.role,
            reads=participant.reads,
            time_zone=participant.time_zone,
            opens_early_min=event.settings.opens_early_min,
            opens_itself=event.settings.opens_itself,
            rooms=rooms,
        )
    )


def _person(reader: Participant, person: Person, profile: Profile | None, present: bool) -> DayPerson:
    documents = profile.documents if profile is not None and person.role != reader.role else ()
    return DayPerson(
        role=person.role,
        name=person.name,
        company=person.company,
        speaks=person.speaks,
        present=present,
        documents=[DayDocument(title=each.title, url=each.url) for each in documents],
    )


async def read_calendar(request: web.Request) -> web.Response:
    """Calendars that subscribe to it ask again by themselves."""
    participant = await who(request)
    store = request.app[STORE]
    entries = await store.calendar.tell(participant.id, appointments(await places(store, participant)))
    url = day_url(request, request.match_info["token"])
    host = url.split("/")[2].rpartition("@")[2].split(":")[0]
    return web.Response(
        body=calendar(participant, entries, url, host),
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="consultations.ics"'},
    )


async def read_day_qr(request: web.Request) -> web.Response:
    await who(request)
    return qr_response(day_url(request, request.match_info["token"]))


async def who(request: web.Request) -> Participant:
    """Raises UnknownLink, RevokedLink, RateLimited after many unknown ones."""
    try:
        return await request.app[STORE].participants.resolve(request.match_info["token"])
    except UnknownLink as error:
        raise request.app[AUTH].refusal(request, error) from None


_ERRORS = (UnknownLink, RevokedLink, RateLimited)
ENDPOINTS = (
    Endpoint(
        "GET",
        "/d/{token}/day",
        read_day,
        "A participant's consultations",
        Day,
        errors=_ERRORS,
        right="public",
    ),
    Endpoint(
        "GET",
        "/d/{token}/consultations.ics",
        read_calendar,
        "The same as a calendar: changes and cancellations keep their UIDs",
        ("text/calendar",),
        errors=_ERRORS,
        right="public",
    ),
    Endpoint(
        "GET",
        "/d/{token}/qr.svg",
        read_day_qr,
        "The page's address as a QR code",
        ("image/svg+xml",),
        errors=_ERRORS,
        right="public",
    ),
)
