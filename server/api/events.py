"""Events: dates, settings and booths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from server.api.endpoint import Body, Endpoint, answer, read_json
from server.api.models import ONE_LINE, Title
from server.errors import BodyTooLarge, EventNotFound, InvalidBody, NameTaken
from server.keys import LIVE, STORE
from server.store.events import CountedEvent
from server.store.identity import folded
from server.store.records import Booth, Event, EventSettings
from wire.languages import LanguageTag

MAX_BOOTHS = 200


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("time_zone", "This is not a time zone; write Asia/Seoul")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), ONE_LINE]


class SettingsBody(Body):
    opens_early_min: Annotated[int, Field(ge=0, le=120)] = 10
    opens_itself: bool = False
    closes_itself: bool = False
    closes_late_min: Annotated[int, Field(ge=0, le=240)] = 0
    keeps_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    consent: dict[LanguageTag, Text] = Field(default_factory=dict)

    def record(self) -> EventSettings:
        return EventSettings(**dict(self))


class EventBody(Body):
    """`name`: a new one. What is left out gets its default."""

    name: Title | None = None
    time_zone: TimeZone = "Asia/Seoul"
    starts_on: date | None = None
    ends_on: date | None = None
    settings: SettingsBody = SettingsBody()

    @model_validator(mode="after")
    def _in_order(self) -> EventBody:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise PydanticCustomError("dates", "The event ends before it starts")
        return self


class EventView(BaseModel):
    name: str
    time_zone: str
    starts_on: date | None
    ends_on: date | None
    settings: SettingsBody
    rooms: int
    participants: int

    @classmethod
    def of(cls, counted: CountedEvent) -> EventView:
        event = counted.event
        settings = {name: getattr(event.settings, name) for name in SettingsBody.model_fields}
        return cls(
            name=event.name,
            time_zone=event.time_zone,
            starts_on=event.starts_on,
            ends_on=event.ends_on,
            settings=SettingsBody(**settings),
            rooms=counted.rooms,
            participants=counted.participants,
        )


class EventList(BaseModel):
    events: list[EventView]


class BoothBody(Body):
    name: Word
    venue: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), ONE_LINE] = ""


def check_distinct(booths: Sequence[BoothBody]) -> None:
    names = [folded(booth.name) for booth in booths]
    if len(set(names)) < len(names):
        raise PydanticCustomError("booths", "Two booths have the same name")


class BoothList(Body):
    booths: list[BoothBody] = Field(max_length=MAX_BOOTHS)

    @model_validator(mode="after")
    def _distinct(self) -> BoothList:
        check_distinct(self.booths)
        return self


async def list_events(request: web.Request) -> web.Response:
    return answer(
        EventList(events=[EventView.of(each) for each in await request.app[STORE].events.counted()])
    )


async def read_event(request: web.Request) -> web.Response:
    return answer(await _view(request, event_name(request)))


async def put_event(request: web.Request) -> web.Response:
    body = await read_json(request, EventBody, optional=True)
    store = request.app[STORE]
    name = event_name(request)
    if body.name is not None and body.name != name:
        await store.events.rename(name, body.name)
        name = body.name
        for room in await store.rooms.all():
            if room.event == name:
                await request.app[LIVE].room_changed(room)
    settings = body.settings.record()
    await store.events.put(Event(name, body.time_zone, body.starts_on, body.ends_on, settings))
    await request.app[LIVE].event_changed(name)
    return answer(await _view(request, name))


async def list_booths(request: web.Request) -> web.Response:
    event = await request.app[STORE].events.get(event_name(request))
    return answer(await _booths(request, event.name))


async def put_booths(request: web.Request) -> web.Response:
    body = await read_json(request, BoothList)
    name = event_name(request)
    booths = [Booth(name, booth.name, booth.venue) for booth in body.booths]
    await request.app[STORE].events.put_booths(name, booths)
    return answer(await _booths(request, name))


def event_name(request: web.Request) -> str:
    return request.match_info["event"].strip()


async def _view(request: web.Request, name: str) -> EventView:
    """Raises EventNotFound."""
    await request.app[STORE].events.get(name)
    (counted,) = await request.app[STORE].events.counted(name)
    return EventView.of(counted)


async def _booths(request: web.Request, event: str) -> BoothList:
    booths = await request.app[STORE].events.booths(event)
    return BoothList(booths=[BoothBody(name=booth.name, venue=booth.venue) for booth in booths])


EVENT = "/api/events/{event}"
_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint("GET", "/api/events", list_events, "All events, the latest first", EventList, right="desk"),
    Endpoint("GET", EVENT, read_event, "One event", EventView, errors=(EventNotFound,), right="desk"),
    Endpoint(
        "PUT",
        EVENT,
        put_event,
        "Make an event, or change its dates, settings and name",
        EventView,
        body=EventBody,
        body_required=False,
        errors=(*_BAD, EventNotFound, NameTaken),
    ),
    Endpoint(
        "GET",
        f"{EVENT}/booths",
        list_booths,
        "Where consultations happen",
        BoothList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "PUT",
        f"{EVENT}/booths",
        put_booths,
        "Replace the list of booths",
        BoothList,
        body=BoothList,
        errors=(*_BAD, EventNotFound),
    ),
)
