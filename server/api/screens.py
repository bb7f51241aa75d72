"""Screens in halls: how one asks for a code and then for what to show, and how an organiser binds it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from aiohttp import web
from pydantic import BaseModel

from server.api.endpoint import Body, Endpoint, answer, read_json
from server.api.events import Word, event_name
from server.api.links import base_url, link_url, qr_response
from server.caller import caller
from server.errors import (
    BadOrigin,
    BodyTooLarge,
    BoothNotFound,
    EventNotFound,
    InvalidBody,
    PairingNotFound,
    RateLimited,
    ScreenNotFound,
)
from server.keys import AUTH, LIVE, PAIRINGS, STORE
from server.screen_time import coming, current
from server.store.records import Room, RoomState, Screen, VenueSends
from wire.languages import LanguageTag

COOKIE_S = 400 * 24 * 3600
"""The longest that browsers keep one; each visit of the page begins it anew."""
PARTIES = ("seller", "buyer")


class ShownPairing(BaseModel):
    """`url`: where an organiser binds the screen."""

    code: str
    url: str
    ends_in_s: int


class ShownParty(BaseModel):
    role: str
    name: str
    company: str


class ShownRoom(BaseModel):
    id: str
    title: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    parties: list[ShownParty]

    @classmethod
    def of(cls, room: Room) -> ShownRoom:
        return cls(
            id=room.id,
            title=room.title,
            state=room.state,
            starts_at=room.starts_at,
            duration_min=room.duration_min,
            parties=[
                ShownParty(role=person.role, name=person.name, company=person.company)
                for person in room.people
                if person.role in PARTIES
            ],
        )


class ShownScreen(BaseModel):
    """`now`: the room to be in, with the screen's own link `url`; `coming`: what follows."""

    name: str
    event: str
    booth: str
    venue: str
    reads: str
    time_zone: str
    now: ShownRoom | None
    url: str | None
    coming: list[ShownRoom]


class ScreenState(BaseModel):
    """Either a code to be bound with, or what to show."""

    now_at: datetime
    pairing: ShownPairing | None = None
    screen: ShownScreen | None = None


class BindBody(Body):
    """`code` as the screen shows it; blanks, hyphens and capitals do not matter."""

    code: Word
    booth: Word
    name: Word | None = None
    reads: LanguageTag = "ko"


class ScreenChangeBody(Body):
    """What is left out stays."""

    booth: Word | None = None
    name: Word | None = None
    reads: LanguageTag | None = None
    sends: VenueSends | None = None


class ScreenView(BaseModel):
    id: str
    event: str
    booth: str
    name: str
    reads: str
    sends: VenueSends
    bound_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, screen: Screen) -> ScreenView:
        return cls(**{name: getattr(screen, name) for name in cls.model_fields})


class ScreenList(BaseModel):
    """`now_at`: to tell how long ago each was seen."""

    screens: list[ScreenView]
    now_at: datetime


async def ask_screen(request: web.Request) -> web.Response:
    """A screen asks again and again; its cookie says which one it is.

    Raises BadOrigin: a form of another site, without the cookie, would be answered with another one.
    """
    if "Origin" in request.headers and not request.app[AUTH].same_origin(request):
        raise BadOrigin("this request came from a page of another site")
    token = request.cookies.get(cookie_name(request), "")
    screen = await request.app[STORE].screens.of_token(token)
    now_at = datetime.now(UTC)
    if screen is not None:
        return answer(ScreenState(now_at=now_at, screen=await _shown(request, screen, now_at)))
    pairings = request.app[PAIRINGS]
    pairing = pairings.of(token, time.monotonic())
    fresh = None
    if pairing is None:
        fresh, pairing = pairings.begin(caller(request), time.monotonic(), token)
    shown = ShownPairing(
        code=pairing.code,
        url=_bind_url(request, pairing.code),
        ends_in_s=max(1, round(pairing.ends_s - time.monotonic())),
    )
    response = answer(ScreenState(now_at=now_at, pairing=shown))
    if fresh is not None:
        set_cookie(request, response, fresh)
    return response


async def pairing_qr(request: web.Request) -> web.Response:
    """Of the page where the asking screen is bound."""
    token = request.cookies.get(cookie_name(request), "")
    pairing = request.app[PAIRINGS].of(token, time.monotonic())
    if pairing is None:
        raise PairingNotFound("this screen has no code; load its page again")
    return qr_response(_bind_url(request, pairing.code))


async def page_qr(request: web.Request) -> web.Response:
    return qr_response(f"{base_url(request)}/venue")


async def list_screens(request: web.Request) -> web.Response:
    event = await request.app[STORE].events.get(event_name(request))
    screens = await request.app[STORE].screens.of_event(event.name)
    return answer(ScreenList(screens=[ScreenView.of(each) for each in screens], now_at=datetime.now(UTC)))


async def bind_screen(request: web.Request) -> web.Response:
    body = await read_json(request, BindBody)
    pairings = request.app[PAIRINGS]
    known = pairings.find(body.code, time.monotonic())
    if known is None:
        raise PairingNotFound("no screen shows this code; codes change every ten minutes", field="code")
    screen = await request.app[STORE].screens.bind(
        known, event_name(request), body.booth, body.name or body.booth, body.reads
    )
    pairings.end(known)
    return answer(ScreenView.of(screen), 201)


async def change_screen(request: web.Request) -> web.Response:
    body = await read_json(request, ScreenChangeBody)
    screen, places = await request.app[STORE].screens.change(request.match_info["screen"], **dict(body))
    await _tell(request, places)
    return answer(ScreenView.of(screen))


async def unbind_screen(request: web.Request) -> web.Response:
    await _tell(request, await request.app[STORE].screens.unbind(request.match_info["screen"]))
    return web.Response(status=204)


def cookie_name(request: web.Request) -> str:
    return f"{request.app[AUTH].cookie}_screen"


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        cookie_name(request),
        token,
        path="/venue",
        max_age=COOKIE_S,
        httponly=True,
        samesite="Strict",
        secure=request.app[AUTH].is_secure(request),
    )


async def _tell(request: web.Request, places: list[tuple[str, str]]) -> None:
    """Rooms in which a screen's place changed or ended."""
    store, live = request.app[STORE], request.app[LIVE]
    for room_id, person in places:
        room = await store.rooms.get(room_id)
        if room.person(person) is None:
            await live.link_revoked(room_id, person)
        await live.room_changed(room)


async def _shown(request: web.Request, screen: Screen, now: datetime) -> ShownScreen:
    store = request.app[STORE]
    event = await store.events.get(screen.event)
    rooms = await store.rooms.of_booth(screen.event, screen.booth)
    venues = {booth.name: booth.venue for booth in await store.events.booths(screen.event)}
    room, url = current(rooms, now), None
    if room is not None:
        token, is_new = await store.screens.enter(screen, room.id)
        if is_new:
            await request.app[LIVE].room_changed(await store.rooms.get(room.id))
        url = None if token is None else link_url(request, token)
    return ShownScreen(
        name=screen.name,
        event=screen.event,
        booth=screen.booth,
        venue=venues.get(screen.booth, ""),
        reads=screen.reads,
        time_zone=event.time_zone,
        now=None if room is None or url is None else ShownRoom.of(room),
        url=url,
        coming=[ShownRoom.of(each) for each in coming(rooms, now)],
    )


def _bind_url(request: web.Request, code: str) -> str:
    return f"{base_url(request)}/organiser/screens?code={code}"


_SCREENS = "/api/events/{event}/screens"
_SCREEN = "/api/screens/{screen}"
_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint(
        "POST",
        "/venue/screen",
        ask_screen,
        "What a hall's screen shows: a code to be bound with, or its booth's room and what comes next",
        ScreenState,
        errors=(RateLimited, BadOrigin),
        right="public",
    ),
    Endpoint(
        "GET",
        "/venue/qr.svg",
        pairing_qr,
        "The address where the asking screen is bound, as a QR code",
        ("image/svg+xml",),
        errors=(PairingNotFound,),
        right="public",
    ),
    Endpoint(
        "GET",
        "/api/venue/qr.svg",
        page_qr,
        "The address that a hall's screen opens, as a QR code",
        ("image/svg+xml",),
        right="desk",
    ),
    Endpoint(
        "GET",
        _SCREENS,
        list_screens,
        "The screens of an event's booths",
        ScreenList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "POST",
        _SCREENS,
        bind_screen,
        "Bind the screen that shows this code to a booth",
        ScreenView,
        status=201,
        body=BindBody,
        errors=(*_BAD, EventNotFound, BoothNotFound, PairingNotFound),
    ),
    Endpoint(
        "PATCH",
        _SCREEN,
        change_screen,
        "Rename a screen, give it another booth or language, or say what it may send of its hall",
        ScreenView,
        body=ScreenChangeBody,
        errors=(*_BAD, ScreenNotFound, BoothNotFound),
    ),
    Endpoint(
        "DELETE",
        _SCREEN,
        unbind_screen,
        "Unbind a screen: it is sent away and shows a new code",
        None,
        status=204,
        errors=(ScreenNotFound,),
    ),
)
