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
    auth = request.app[AUTH]
    identity = auth.require(request, "desk")
    user = auth.accounts.find(identity.who)
    return answer(
        Me(
            via=identity.via,
            who=identity.who,
            name=identity.name,
            role=identity.role,
            login=user.login if user else None,
            codes=user is not None and user.totp is not None,
        )
    )


async def sign_out(request: web.Request) -> web.Response:
    auth = request.app[AUTH]
    await auth.accounts.sign_out(request.cookies.get(auth.cookie, ""))
    response = web.Response(status=204)
    response.del_cookie(auth.cookie, httponly=True, samesite="Strict")
    return response


ENDPOINTS = (
    Endpoint("GET", "/healthz", health, "Whether every part is connected", Health, right="public"),
    Endpoint("GET", "/api/me", me, "How this request is signed in", Me, right="desk"),
    Endpoint(
        "POST", "/api/sign-out", sign_out, "End the organiser's session", None, status=204, right="desk"
    ),
)
