"""Events: dates, settings, booths, and the people who take part."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from aiohttp import web
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from server.api.endpoint import Body, Endpoint, answer, read_json
from server.api.links import day_url
from server.api.models import ONE_LINE, Company, Link, Name, Title
from server.errors import (
    BodyTooLarge,
    EventNotFound,
    InvalidBody,
    NameTaken,
    ParticipantNotFound,
    RevokedLink,
)
from server.keys import LIVE, STORE
from server.store.records import (
    Booth,
    Document,
    Event,
    EventSettings,
    Hours,
    Participant,
    ParticipantPatch,
    Profile,
    Role,
)
from wire.languages import LanguageTag

MAX_BOOTHS = 200
MAX_HOURS = 200
MAX_DOCUMENTS = 20


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("time_zone", "This is not a time zone; write Asia/Seoul")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), ONE_LINE]


def _web_address(address: str) -> str:
    """Pages offer it as a link, so nothing but the web's own schemes."""
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", address)
    except ValueError:
        valid = False
    if not valid:
        raise PydanticCustomError("web_address", "This is not an address of the web; write https://…")
    return address


WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=1_000), ONE_LINE, AfterValidator(_web_address)
]


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


class EventList(BaseModel):
    events: list[EventView]


class BoothBody(Body):
    name: Word
    venue: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), ONE_LINE] = ""


class BoothList(Body):
    booths: list[BoothBody] = Field(max_length=MAX_BOOTHS)

    @model_validator(mode="after")
    def _distinct(self) -> BoothList:
        names = [booth.name for booth in self.booths]
        if len(set(names)) < len(names):
            raise PydanticCustomError("booths", "Two booths have the same name")
        return self


class HoursBody(Body):
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> HoursBody:
        if self.ends_at <= self.starts_at:
            raise PydanticCustomError("hours", "The end is not after the start")
        return self


class DocumentBody(Body):
    title: Title
    url: WebAddress


class ProfileBody(Body):
    languages: list[LanguageTag] = Field(default_factory=list, max_length=20)
    hours: list[HoursBody] = Field(default_factory=list, max_length=MAX_HOURS)
    products: Text = ""
    categories: list[Word] = Field(default_factory=list, max_length=30)
    website: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), ONE_LINE] = ""
    notes: Text = ""
    documents: list[DocumentBody] = Field(default_factory=list, max_length=MAX_DOCUMENTS)

    def record(self) -> Profile:
        return Profile(
            languages=tuple(self.languages),
            hours=tuple(Hours(each.starts_at, each.ends_at) for each in self.hours),
            products=self.products,
            categories=tuple(self.categories),
            website=self.website,
            notes=self.notes,
            documents=tuple(Document(each.title, each.url) for each in self.documents),
        )

    @classmethod
    def of(cls, profile: Profile) -> ProfileBody:
        return cls(
            languages=list(profile.languages),
            hours=[HoursBody(starts_at=each.starts_at, ends_at=each.ends_at) for each in profile.hours],
            products=profile.products,
            categories=list(profile.categories),
            website=profile.website,
            notes=profile.notes,
            documents=[DocumentBody(title=each.title, url=each.url) for each in profile.documents],
        )


class ParticipantBody(Body):
    role: Role
    name: Name
    company: Company = ""
    speaks: LanguageTag
    reads: LanguageTag
    email: Email = ""
    time_zone: TimeZone | None = None
    profile: ProfileBody = ProfileBody()


class ParticipantChangeBody(Body):
    """What is left out, or null, stays; an empty `time_zone` makes it unknown."""

    name: Name | None = None
    company: Company | None = None
    speaks: LanguageTag | None = None
    reads: LanguageTag | None = None
    email: Email | None = None
    time_zone: TimeZone | Literal[""] | None = None
    profile: ProfileBody | None = None

    def patch(self) -> ParticipantPatch:
        values = dict(self) | {"profile": None if self.profile is None else self.profile.record()}
        return ParticipantPatch(**values)


class ParticipantView(ParticipantBody):
    id: str
    event: str

    @classmethod
    def of(cls, one: Participant) -> ParticipantView:
        named = {name: getattr(one, name) for name in ("id", "event", "role", "name", "company")}
        more = {name: getattr(one, name) for name in ("speaks", "reads", "email", "time_zone")}
        return cls(**named, **more, profile=ProfileBody.of(one.profile))


class ParticipantList(BaseModel):
    participants: list[ParticipantView]


async def list_events(request: web.Request) -> web.Response:
    return answer(EventList(events=[await _view(request, each) for each in await _events(request)]))


async def read_event(request: web.Request) -> web.Response:
    return answer(await _view(request, await request.app[STORE].events.get(_name(request))))


async def put_event(request: web.Request) -> web.Response:
    body = await read_json(request, EventBody, optional=True)
    store = request.app[STORE]
    name = _name(request)
    if body.name is not None and body.name != name:
        await store.events.rename(name, body.name)
        name = body.name
        for room in await store.rooms.all():
            if room.event == name:
                await request.app[LIVE].room_changed(room)
    settings = body.settings.record()
    event = await store.events.put(Event(name, body.time_zone, body.starts_on, body.ends_on, settings))
    return answer(await _view(request, event))


async def list_booths(request: web.Request) -> web.Response:
    event = await request.app[STORE].events.get(_name(request))
    return answer(await _booths(request, event.name))


async def put_booths(request: web.Request) -> web.Response:
    body = await read_json(request, BoothList)
    name = _name(request)
    booths = [Booth(name, booth.name, booth.venue) for booth in body.booths]
    await request.app[STORE].events.put_booths(name, booths)
    return answer(await _booths(request, name))


async def list_participants(request: web.Request) -> web.Response:
    events = request.app[STORE].events
    event = await events.get(_name(request))
    found = await events.participants(event.name)
    return answer(ParticipantList(participants=[ParticipantView.of(one) for one in found]))


async def add_participant(request: web.Request) -> web.Response:
    body = await read_json(request, ParticipantBody)
    values = dict(body) | {"profile": body.profile.record()}
    new = Participant(id="", event=_name(request), **values)
    return answer(ParticipantView.of(await request.app[STORE].events.add_participant(new)), 201)


async def change_participant(request: web.Request) -> web.Response:
    body = await read_json(request, ParticipantChangeBody)
    store, live = request.app[STORE], request.app[LIVE]
    changed = await store.events.change_participant(request.match_info["participant"], body.patch())
    for room, _ in await store.events.rooms_of(changed.id):
        await live.room_changed(await store.rooms.get(room))
    return answer(ParticipantView.of(changed))


async def read_day_link(request: web.Request) -> web.Response:
    token = await request.app[STORE].events.token(request.match_info["participant"])
    return answer(Link(url=day_url(request, token)))


async def replace_day_link(request: web.Request) -> web.Response:
    token = await request.app[STORE].events.replace_link(request.match_info["participant"])
    return answer(Link(url=day_url(request, token)))


async def revoke_day_link(request: web.Request) -> web.Response:
    await request.app[STORE].events.revoke_link(request.match_info["participant"])
    return web.Response(status=204)


def _name(request: web.Request) -> str:
    return request.match_info["event"].strip()


async def _events(request: web.Request) -> list[Event]:
    return await request.app[STORE].events.all()


async def _view(request: web.Request, event: Event) -> EventView:
    store = request.app[STORE]
    return EventView(
        name=event.name,
        time_zone=event.time_zone,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        settings=SettingsBody(**{name: getattr(event.settings, name) for name in SettingsBody.model_fields}),
        rooms=sum(1 for room in await store.rooms.all() if room.event == event.name),
        participants=len(await store.events.participants(event.name)),
    )


async def _booths(request: web.Request, event: str) -> BoothList:
    booths = await request.app[STORE].events.booths(event)
    return BoothList(booths=[BoothBody(name=booth.name, venue=booth.venue) for booth in booths])


_EVENT = "/api/events/{event}"
_PARTICIPANT = "/api/participants/{participant}"
_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint("GET", "/api/events", list_events, "All events, the latest first", EventList, right="desk"),
    Endpoint("GET", _EVENT, read_event, "One event", EventView, errors=(EventNotFound,), right="desk"),
    Endpoint(
        "PUT",
        _EVENT,
        put_event,
        "Make an event, or change its dates, settings and name",
        EventView,
        body=EventBody,
        body_required=False,
        errors=(*_BAD, EventNotFound, NameTaken),
    ),
    Endpoint(
        "GET",
        f"{_EVENT}/booths",
        list_booths,
        "Where consultations happen",
        BoothList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "PUT",
        f"{_EVENT}/booths",
        put_booths,
        "Replace the list of booths",
        BoothList,
        body=BoothList,
        errors=(*_BAD, EventNotFound),
    ),
    Endpoint(
        "GET",
        f"{_EVENT}/participants",
        list_participants,
        "Companies, buyers and interpreters of an event",
        ParticipantList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{_EVENT}/participants",
        add_participant,
        "Add somebody who has no consultation yet",
        ParticipantView,
        status=201,
        body=ParticipantBody,
        errors=(*_BAD, EventNotFound),
    ),
    Endpoint(
        "PATCH",
        _PARTICIPANT,
        change_participant,
        "Change a participant, also in their rooms",
        ParticipantView,
        body=ParticipantChangeBody,
        errors=(*_BAD, ParticipantNotFound),
    ),
    Endpoint(
        "GET",
        f"{_PARTICIPANT}/link",
        read_day_link,
        "The link to a participant's own page",
        Link,
        errors=(ParticipantNotFound, RevokedLink),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{_PARTICIPANT}/link",
        replace_day_link,
        "Replace that link; the old one stops working",
        Link,
        errors=(ParticipantNotFound,),
    ),
    Endpoint(
        "DELETE",
        f"{_PARTICIPANT}/link",
        revoke_day_link,
        "Withdraw that link",
        None,
        status=204,
        errors=(ParticipantNotFound,),
    ),
)
