"""The people who take part in events, and the links to their own pages."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from server.api.endpoint import Body, Endpoint, answer, read_json, read_query
from server.api.events import EVENT, Text, TimeZone, Word, event_name
from server.api.links import day_url, qr_response
from server.api.models import ONE_LINE, Company, Link, Name, Title
from server.errors import (
    BodyTooLarge,
    EventNotFound,
    InvalidBody,
    InvalidQuery,
    ParticipantNotFound,
    RevokedLink,
)
from server.keys import LIVE, STORE
from server.store.records import Document, Hours, Participant, ParticipantPatch, Profile, Role
from wire.languages import LanguageTag

MAX_HOURS = 200
MAX_DOCUMENTS = 20
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")
]


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


class LinksQuery(Body):
    """`rooms`: their links into rooms too."""

    rooms: bool = False


class ParticipantList(BaseModel):
    participants: list[ParticipantView]


async def list_participants(request: web.Request) -> web.Response:
    store = request.app[STORE]
    event = await store.events.get(event_name(request))
    found = await store.participants.of_event(event.name)
    return answer(ParticipantList(participants=[ParticipantView.of(one) for one in found]))


async def add_participant(request: web.Request) -> web.Response:
    body = await read_json(request, ParticipantBody)
    values = dict(body) | {"profile": body.profile.record()}
    new = Participant(id="", event=event_name(request), **values)
    return answer(ParticipantView.of(await request.app[STORE].participants.add(new)), 201)


async def change_participant(request: web.Request) -> web.Response:
    body = await read_json(request, ParticipantChangeBody)
    store, live = request.app[STORE], request.app[LIVE]
    changed = await store.participants.change(request.match_info["participant"], body.patch())
    for room, _ in await store.participants.rooms_of(changed.id):
        await live.room_changed(await store.rooms.get(room))
    return answer(ParticipantView.of(changed))


async def read_day_link(request: web.Request) -> web.Response:
    token = await request.app[STORE].participants.token(request.match_info["participant"])
    return answer(Link(url=day_url(request, token)))


async def replace_day_link(request: web.Request) -> web.Response:
    participant = request.match_info["participant"]
    token = await request.app[STORE].participants.replace_link(participant)
    await request.app[LIVE].day_link_revoked(participant)
    if read_query(request, LinksQuery).rooms:
        for room, person in await _places(request, participant):
            await request.app[STORE].links.replace(room, person)
            await request.app[LIVE].link_revoked(room, person)
    return answer(Link(url=day_url(request, token)))


async def revoke_day_link(request: web.Request) -> web.Response:
    participant = request.match_info["participant"]
    await request.app[STORE].participants.revoke_link(participant)
    await request.app[LIVE].day_link_revoked(participant)
    if read_query(request, LinksQuery).rooms:
        for room, person in await _places(request, participant):
            await request.app[STORE].links.revoke(room, person)
            await request.app[LIVE].link_revoked(room, person)
    return web.Response(status=204)


async def read_day_link_qr(request: web.Request) -> web.Response:
    token = await request.app[STORE].participants.token(request.match_info["participant"])
    return qr_response(day_url(request, token))


async def _places(request: web.Request, participant: str) -> list[tuple[str, str]]:
    """Whoever had the page had the links on it."""
    return [
        (room, f"p{number}") for room, number in await request.app[STORE].participants.rooms_of(participant)
    ]


_PARTICIPANT = "/api/participants/{participant}"
_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint(
        "GET",
        f"{EVENT}/participants",
        list_participants,
        "Companies, buyers and interpreters of an event",
        ParticipantList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{EVENT}/participants",
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
        query=LinksQuery,
        errors=(ParticipantNotFound, InvalidQuery),
    ),
    Endpoint(
        "DELETE",
        f"{_PARTICIPANT}/link",
        revoke_day_link,
        "Withdraw that link",
        None,
        status=204,
        query=LinksQuery,
        errors=(ParticipantNotFound, InvalidQuery),
    ),
    Endpoint(
        "GET",
        f"{_PARTICIPANT}/qr.svg",
        read_day_link_qr,
        "That link as a QR code",
        ("image/svg+xml",),
        errors=(ParticipantNotFound, RevokedLink),
        right="desk",
    ),
)
