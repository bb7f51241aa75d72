"""People's links: read, replace, revoke, as a QR code, and what is behind one."""

from __future__ import annotations

import io

import segno
from aiohttp import web

from server.api.endpoint import Endpoint, answer
from server.api.models import Invitation, Link, Notice
from server.errors import PersonNotFound, RateLimited, RevokedLink, UnknownLink
from server.keys import AUTH, CONFIG, LIVE, STORE
from server.notice import digest_of, notice_of
from server.store import Store
from server.store.records import LinkTarget, Person, Room

_LINK = "/api/rooms/{room}/people/{person}/link"


def link_url(request: web.Request, token: str) -> str:
    """The address to give to a person: on the public URL, or where the organiser's own browser found us."""
    return f"{base_url(request)}/r/{token}"


def day_url(request: web.Request, token: str) -> str:
    """The address of a participant's own page."""
    return f"{base_url(request)}/d/{token}"


def base_url(request: web.Request) -> str:
    """Where browsers find the server, without a trailing slash."""
    return (request.app[CONFIG].public_url or str(request.url.origin())).rstrip("/")


async def resolve(request: web.Request, token: str) -> LinkTarget:
    """Whose link it is. Raises RevokedLink, UnknownLink, RateLimited after many unknown ones."""
    try:
        return await request.app[STORE].links.resolve(token)
    except UnknownLink as error:
        raise request.app[AUTH].refusal(request, error) from None


async def read_link(request: web.Request) -> web.Response:
    return answer(Link(url=await _current_url(request)))


async def replace_link(request: web.Request) -> web.Response:
    room, person = request.match_info["room"], request.match_info["person"]
    token = await request.app[STORE].links.replace(room, person)
    await request.app[LIVE].link_revoked(room, person)
    return answer(Link(url=link_url(request, token)))


async def revoke_link(request: web.Request) -> web.Response:
    room, person = request.match_info["room"], request.match_info["person"]
    await request.app[STORE].links.revoke(room, person)
    await request.app[LIVE].link_revoked(room, person)
    return web.Response(status=204)


async def revoke_organisers(request: web.Request, user: str) -> None:
    """Ends the links to organisers' places that the user could have; the next to enter gets a new one.

    Where a colleague is inside, only if the user entered that room too.
    """
    store, live = request.app[STORE], request.app[LIVE]
    entered = await store.users.rooms_entered(user)
    for room in await store.rooms.all():
        for person in room.people:
            inside = person.id in live.present(room.id)
            if person.role == "organiser" and (room.id in entered or not inside):
                await store.links.revoke(room.id, person.id)
                await live.link_revoked(room.id, person.id)


async def qr(request: web.Request) -> web.Response:
    return qr_response(await _current_url(request))


def qr_response(url: str) -> web.Response:
    code = segno.make_qr(url, error="m")
    svg = io.BytesIO()
    # A white ground of its own: scanners fail on a dark page's background.
    code.save(svg, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return web.Response(body=svg.getvalue(), content_type="image/svg+xml")


async def invitation(request: web.Request) -> web.Response:
    target = await resolve(request, request.match_info["token"])
    room = await request.app[STORE].rooms.get(target.room_id)
    you = room.person(target.person_id)
    if you is None:
        raise RevokedLink("this link is no longer valid; ask the organiser for a new one")
    asked = await _notice(request.app[STORE], room, you)
    return answer(
        Invitation.model_validate({"room": room, "you": you, "notice": asked}, from_attributes=True)
    )


async def _notice(store: Store, room: Room, you: Person) -> Notice | None:
    texts = await notice_of(store, room, you)
    digest = digest_of(texts)
    if digest is None or await store.notices.is_accepted(room.id, you.id, digest):
        return None
    return Notice(digest=digest, texts=dict(texts))


async def _current_url(request: web.Request) -> str:
    room, person = request.match_info["room"], request.match_info["person"]
    token = await request.app[STORE].links.url_token(room, person)
    if token is None:
        raise RevokedLink("the link was revoked; make a new one")
    return link_url(request, token)


ENDPOINTS = (
    Endpoint(
        "GET",
        _LINK,
        read_link,
        "A person's current link",
        Link,
        errors=(PersonNotFound, RevokedLink),
        right="desk",
    ),
    Endpoint(
        "POST",
        _LINK,
        replace_link,
        "A new link; the one before it stops working and its page is sent away",
        Link,
        errors=(PersonNotFound,),
    ),
    Endpoint(
        "DELETE",
        _LINK,
        revoke_link,
        "Revoke a person's link; its page is sent away",
        None,
        status=204,
        errors=(PersonNotFound,),
    ),
    Endpoint(
        "GET",
        "/api/rooms/{room}/people/{person}/qr.svg",
        qr,
        "A person's current link as a QR code",
        ("image/svg+xml",),
        errors=(PersonNotFound, RevokedLink),
        right="desk",
    ),
    Endpoint(
        "GET",
        "/r/{token}/place",
        invitation,
        "The room and person behind a link, for the page that asks for name and devices",
        Invitation,
        errors=(UnknownLink, RevokedLink, RateLimited),
        right="public",
    ),
)
