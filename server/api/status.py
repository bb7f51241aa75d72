"""Health for monitoring, and who one is."""

from __future__ import annotations

from aiohttp import web

from server.api.endpoint import Endpoint, answer
from server.api.models import Health, Me
from server.keys import AUTH, LIVE


async def health(request: web.Request) -> web.Response:
    live = request.app[LIVE]
    workers = live.workers()
    processes = live.processes()
    if request.app[AUTH].identify(request) is None:
        # Why a process does not run names files of this machine; monitoring needs the state only.
        processes = [{**process, "message": None} for process in processes]
    complete = workers["media"] > 0 and workers["transcription"] > 0
    return answer(
        Health(
            status="ok" if complete else "degraded",
            media_workers=workers["media"],
            transcription_workers=workers["transcription"],
            models=live.models(),
            processes=processes,
        )
    )


async def me(request: web.Request) -> web.Response:
    return answer(Me(via=request.app[AUTH].require(request).via))


async def sign_out(request: web.Request) -> web.Response:
    response = web.Response(status=204)
    response.del_cookie(request.app[AUTH].cookie, httponly=True, samesite="Strict")
    return response


ENDPOINTS = (
    Endpoint("GET", "/healthz", health, "Whether every part is connected", Health, public=True),
    Endpoint("GET", "/api/me", me, "How this request is signed in", Me),
    Endpoint("POST", "/api/sign-out", sign_out, "End the organiser's session", None, status=204),
)
