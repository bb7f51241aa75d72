"""Pages and their files: shells from `web_client/*.html`, everything else under `/static/`."""

from __future__ import annotations

import html
from pathlib import Path

from aiohttp import web

from server.api.days import who
from server.api.envelope import ERROR_PAGE
from server.api.links import resolve
from server.api.screens import cookie_name, set_cookie
from server.errors import Unauthorised
from server.headers import add_security_headers
from server.keys import AUTH, STORE

WEB_CLIENT = Path(__file__).resolve().parent.parent / "web_client"
_FOLDER: web.AppKey[Path] = web.AppKey("web_client")

STAFF_PAGES = ("accounts", "invitations", "print", "screens")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
"""What may be served; named here because the system's table differs from machine to machine."""
_CODE = 'data-code=""'
"""Where a shell takes the code of an error; the page says it in the reader's language."""


def add_routes(app: web.Application, folder: Path = WEB_CLIENT) -> None:
    """Pages, files, the error page of `envelope.errors` and the security headers of everything."""
    app[_FOLDER] = folder.resolve()
    app[ERROR_PAGE] = error_page
    app.on_response_prepare.append(add_security_headers)
    app.router.add_get("/", front)
    app.router.add_get("/organiser", organiser)
    for name in STAFF_PAGES:
        app.router.add_get(f"/organiser/{name}", staff_page)
    app.router.add_get("/venue", venue)
    app.router.add_get("/organiser/events", event)
    app.router.add_get("/organiser/events/{event}", event)
    app.router.add_get("/organiser/matching", matching)
    app.router.add_get("/r/{token}", room)
    app.router.add_get("/d/{token}", day)
    app.router.add_get("/d/{token}/preparation/{room}", own_preparation)
    app.router.add_get("/organiser/preparation/{room}", preparation)
    app.router.add_get("/static/{path:.+}", static)


async def front(request: web.Request) -> web.StreamResponse:
    if request.app[AUTH].identify(request) is None:
        return _shell(request, "sign-in.html")
    raise web.HTTPSeeOther("/organiser")


async def organiser(request: web.Request) -> web.StreamResponse:
    """The list; with `?key=` signs in first and takes the key out of the address."""
    auth = request.app[AUTH]
    key = request.query.get("key")
    if key is None:
        if auth.identify(request) is None:
            return _shell(request, "sign-in.html", status=401)
        return _shell(request, "organiser.html")
    if not auth.sign_in(request, key.strip()):
        raise Unauthorised("this key is not the organiser's")
    response = web.Response(status=303, headers={"Location": "/organiser"})
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # A strict cookie is not sent along a redirect that began on another site, in a web mail for instance.
        response = web.Response(headers={"Refresh": "0; url=/organiser"})
    auth.set_session(request, response)
    return response


async def staff_page(request: web.Request) -> web.StreamResponse:
    """A page for those who signed in, named by the end of its address."""
    if request.app[AUTH].identify(request) is None:
        return _shell(request, "sign-in.html", status=401)
    return _shell(request, f"{request.path.rpartition('/')[2]}.html")


async def venue(request: web.Request) -> web.StreamResponse:
    """A hall's screen. The browser would forget which one it is after a year."""
    response = _shell(request, "venue.html")
    token = request.cookies.get(cookie_name(request), "")
    if await request.app[STORE].screens.of_token(token) is not None:
        set_cookie(request, response, token)
    return response


async def event(request: web.Request) -> web.StreamResponse:
    """An event's page, or the list of all."""
    if request.app[AUTH].identify(request) is None:
        return _shell(request, "sign-in.html", status=401)
    return _shell(request, "event.html")


async def matching(request: web.Request) -> web.StreamResponse:
    """The draft of an event's timetable."""
    if request.app[AUTH].identify(request) is None:
        return _shell(request, "sign-in.html", status=401)
    return _shell(request, "matching.html")


async def room(request: web.Request) -> web.StreamResponse:
    """The page behind a link; whether the room is open is said over the WebSocket."""
    await resolve(request, request.match_info["token"])
    return _shell(request, "room.html")


async def day(request: web.Request) -> web.StreamResponse:
    """A participant's own page."""
    await who(request)
    return _shell(request, "day.html")


async def own_preparation(request: web.Request) -> web.StreamResponse:
    """An interpreter's sheet; which rooms are theirs is said with its contents."""
    await who(request)
    return _shell(request, "preparation.html")


async def preparation(request: web.Request) -> web.StreamResponse:
    if request.app[AUTH].identify(request) is None:
        return _shell(request, "sign-in.html", status=401)
    return _shell(request, "preparation.html")


async def static(request: web.Request) -> web.StreamResponse:
    folder = request.app[_FOLDER]
    try:
        path = (folder / request.match_info["path"]).resolve(strict=True)
    except (OSError, ValueError):
        raise web.HTTPNotFound from None
    kind = _TYPES.get(path.suffix)
    if kind is None or not path.is_relative_to(folder) or not path.is_file():
        raise web.HTTPNotFound
    # Revalidated each time by ETag: a new release must not meet an old page's files.
    return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "no-cache"})


def error_page(request: web.Request, code: str, status: int) -> web.StreamResponse:
    return _shell(request, "error.html", status=status, code=code)


def _shell(request: web.Request, name: str, *, status: int = 200, code: str = "") -> web.Response:
    # Small and in the page cache: reading it costs less than handing it to a thread.
    text = (request.app[_FOLDER] / name).read_text("utf-8")
    if code:
        text = text.replace(_CODE, f'data-code="{html.escape(code)}"', 1)
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
