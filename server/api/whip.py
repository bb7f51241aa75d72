"""WHIP (RFC 9725) and WHEP: encoders and players that are no page, with a person's link token as bearer."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from server.api.endpoint import Endpoint, read_body
from server.auth import bearer_token
from server.errors import (
    BadFragment,
    BodyTooLarge,
    EtagChanged,
    EtagNeeded,
    InvalidToken,
    LinkWithdrawn,
    MediaRefused,
    MediaUnavailable,
    NotAcceptable,
    NotAllowed,
    PersonNotFound,
    RateLimited,
    RevokedLink,
    RoomNotOpen,
    ServerError,
    SessionNotFound,
    Unauthorised,
    UnknownLink,
    UnsupportedType,
)
from server.keys import AUTH, SESSIONS, STORE
from server.messages import IceServer
from server.store.records import LinkTarget

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_SDP_BYTES = 64 * 1024
RETRY_S = 5
_CORS = {
    # Any page may play: what lets it in is the token, which no browser sends by itself.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Post, Accept-Patch, Retry-After",
    "Access-Control-Max-Age": "86400",
}


_STATUS = {
    "too_many_tracks": 406,
    "too_many_players": 429,
    "bad_fragment": 400,
    "no_such_session": 404,
    "room_full": 503,
    "worker_full": 503,
    "no_free_port": 503,
    "no_such_peer": 503,
    "media_timeout": 503,
    "connection_lost": 503,
    "internal": 503,
}
"""Of the media worker's codes; all others are 422."""


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Handler of `app.on_response_prepare`: errors are for pages of other sites to read as well."""
    if request.path.startswith(("/whip", "/whep")):
        for name, value in _CORS.items():
            response.headers.setdefault(name, value)
        if response.status == 503 or (response.status == 429 and "Retry-After" not in response.headers):
            response.headers["Retry-After"] = str(RETRY_S)


async def options(request: web.Request) -> web.Response:
    accepts = {"Accept-Patch": FRAGMENT} if "session" in request.match_info else {"Accept-Post": SDP}
    return web.Response(status=204, headers=accepts)


async def create(request: web.Request) -> web.Response:
    """POST of an offer, answered by the session's address and the answer."""
    target = await _target(request)
    _check_type(request, SDP)
    _check_accepts(request)
    offer = await _read_text(request)
    kind = _kind(request)
    show = request.query.get("person") if kind == "whep" else None
    if show is not None and (await request.app[STORE].rooms.get(target.room_id)).person(show) is None:
        raise PersonNotFound("there is no such person in this room", field="person")
    try:
        session, answer = await request.app[SESSIONS].start(kind, target, offer, show)
    except MediaRefused as error:
        raise MediaRefused(error.code, error.message, _STATUS.get(error.code, 422)) from None
    response = web.Response(
        status=201,
        text=answer,
        content_type=SDP,
        headers={"Location": f"/{kind}/{session.id}", "ETag": _etag(session.id), "Accept-Patch": FRAGMENT},
    )
    for server in request.app[SESSIONS].ice_servers(session.person):
        for url in server.urls:
            response.headers.add("Link", _link(url, server))
    return response


def _link(url: str, server: IceServer) -> str:
    """RFC 9725 §4.6."""
    credentials = (
        f'username="{server.username}"; credential="{server.credential}"; credential-type="password"'
    )
    return f'<{url}>; rel="ice-server"; {credentials}'


async def trickle(request: web.Request) -> web.Response:
    """PATCH with further candidates of the client; an ICE restart is refused, a new session is as quick."""
    target = await _target(request)
    live, session = request.app[SESSIONS].find(_kind(request), request.match_info["session"], target)
    _check_type(request, FRAGMENT)
    if (tag := request.headers.get("If-Match")) is None:
        raise EtagNeeded("If-Match with the session's ETag is needed")
    if tag.strip() not in (_etag(session.id), "*"):
        raise EtagChanged("If-Match is not the session's ETag")
    try:
        await request.app[SESSIONS].trickle(live, session, await _read_text(request))
    except MediaRefused as error:
        raise MediaRefused(error.code, error.message, _STATUS.get(error.code, 422)) from None
    return web.Response(status=204)


async def delete(request: web.Request) -> web.Response:
    target = await _target(request)
    sessions = request.app[SESSIONS]
    sessions.end(*sessions.find(_kind(request), request.match_info["session"], target))
    return web.Response(status=200)


def _kind(request: web.Request) -> Literal["whip", "whep"]:
    return "whip" if request.path.startswith("/whip") else "whep"


def _etag(session: str) -> str:
    """Changes never: the ICE session stays the first one."""
    return f'"{session[:16]}"'


async def _target(request: web.Request) -> LinkTarget:
    """Whose link the bearer token is. Raises Unauthorised, InvalidToken, LinkWithdrawn, RateLimited."""
    token = bearer_token(request)
    if not token:
        raise Unauthorised("send the token of your link as `Authorization: Bearer …`")
    try:
        return await request.app[STORE].links.resolve(token)
    except UnknownLink as error:
        raise request.app[AUTH].refusal(request, InvalidToken(error.message)) from None
    except RevokedLink as error:
        raise LinkWithdrawn(error.message) from None


def _check_type(request: web.Request, wanted: str) -> None:
    if request.content_type != wanted:
        raise UnsupportedType(f"the body must be {wanted}")


def _check_accepts(request: web.Request) -> None:
    ranges = [part.split(";")[0].strip().lower() for part in request.headers.get("Accept", "*/*").split(",")]
    if not {SDP, "application/*", "*/*"} & set(ranges):
        raise NotAcceptable(f"the answer is {SDP}")


async def _read_text(request: web.Request) -> str:
    return (await read_body(request, MAX_SDP_BYTES)).decode("utf-8", "replace")


def add_routes(app: web.Application) -> None:
    """What the table of endpoints has no place for."""
    app.on_response_prepare.append(add_headers)
    for kind in ("whip", "whep"):
        app.router.add_route("OPTIONS", f"/{kind}", options)
        app.router.add_route("OPTIONS", f"/{kind}/{{session}}", options)


_WHO = (Unauthorised, LinkWithdrawn, RateLimited)


def _endpoints(kind: str, what: str, extra: tuple[type[ServerError], ...]) -> tuple[Endpoint, ...]:
    return (
        Endpoint(
            "POST",
            f"/{kind}",
            create,
            f"{what}; the bearer is the token of a person's link (docs/whip.md)",
            (SDP,),
            status=201,
            body=(SDP,),
            errors=(
                *_WHO,
                RoomNotOpen,
                NotAcceptable,
                BodyTooLarge,
                UnsupportedType,
                MediaUnavailable,
                *extra,
            ),
            right="link",
            operation=f"start_{kind}",
        ),
        Endpoint(
            "PATCH",
            f"/{kind}/{{session}}",
            trickle,
            "Further ICE candidates of the client; an ICE restart is refused with 422",
            None,
            status=204,
            body=(FRAGMENT,),
            errors=(
                *_WHO,
                BadFragment,
                SessionNotFound,
                EtagChanged,
                EtagNeeded,
                BodyTooLarge,
                UnsupportedType,
                MediaUnavailable,
            ),
            right="link",
            operation=f"trickle_{kind}",
        ),
        Endpoint(
            "DELETE",
            f"/{kind}/{{session}}",
            delete,
            "Ends the session",
            None,
            errors=(*_WHO, SessionNotFound),
            right="link",
            operation=f"end_{kind}",
        ),
    )


ENDPOINTS = (
    *_endpoints("whip", "An encoder sends sound and picture as a person (RFC 9725)", (NotAllowed,)),
    *_endpoints("whep", "A player receives the room, as a person", (PersonNotFound,)),
)
