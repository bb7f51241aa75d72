"""All calls of the API in one table: the router and openapi.json are made from it."""

from __future__ import annotations

from aiohttp import web

from server.api import (
    accounts,
    attendance,
    days,
    edits,
    events,
    glossaries,
    links,
    mail,
    matchings,
    participants,
    preparation,
    privacy,
    recordings,
    rooms,
    schedule,
    screens,
    status,
    transcripts,
    whip,
    wishes,
)
from server.api.openapi import describe

ENDPOINTS = (
    *rooms.ENDPOINTS,
    *links.ENDPOINTS,
    *mail.ENDPOINTS,
    *days.ENDPOINTS,
    *privacy.ENDPOINTS,
    *preparation.ENDPOINTS,
    *events.ENDPOINTS,
    *edits.ENDPOINTS,
    *attendance.ENDPOINTS,
    *participants.ENDPOINTS,
    *glossaries.ENDPOINTS,
    *schedule.ENDPOINTS,
    *wishes.ENDPOINTS,
    *matchings.ENDPOINTS,
    *screens.ENDPOINTS,
    *transcripts.ENDPOINTS,
    *recordings.ENDPOINTS,
    *status.ENDPOINTS,
    *whip.ENDPOINTS,
    *accounts.ENDPOINTS,
)


def add_routes(app: web.Application) -> None:
    """The API and openapi.json; the application needs `envelope.errors` as middleware."""
    document = describe(ENDPOINTS)

    async def openapi(_request: web.Request) -> web.Response:
        return web.json_response(document)

    for endpoint in ENDPOINTS:
        if endpoint.method == "GET":
            app.router.add_get(endpoint.path, endpoint.guarded())
        else:
            app.router.add_route(endpoint.method, endpoint.path, endpoint.guarded())
    app.router.add_get("/openapi.json", openapi)
    whip.add_routes(app)
