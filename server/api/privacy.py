"""One person's data: handed out to them or for them, and erased."""

from __future__ import annotations

import json
from contextlib import suppress

from aiohttp import web

from server.api.days import who
from server.api.endpoint import Endpoint
from server.errors import ParticipantNotFound, RateLimited, RevokedLink, RoomInUse, RoomNotFound, UnknownLink
from server.keys import LIVE, RECORDINGS, STORE
from server.recordings import RecordingFile
from server.store.personal_data import Attendance


async def read_data(request: web.Request) -> web.Response:
    return await _file(request, request.match_info["participant"])


async def read_own_data(request: web.Request) -> web.Response:
    return await _file(request, (await who(request)).id)


async def erase_data(request: web.Request) -> web.Response:
    """Recordings go with it: a voice cannot be taken out of them."""
    store, participant = request.app[STORE], request.match_info["participant"]
    live = request.app[LIVE]
    places = await store.personal_data.places(participant)
    rooms = sorted({place.room for place in places})
    await store.personal_data.check_erasable(participant)
    # Files first: should it break off here, the participant is still there to be erased again.
    for room in rooms:
        await request.app[RECORDINGS].forget(room)
    async with live.rewriting(rooms):
        await store.personal_data.erase(participant)
    await live.day_link_revoked(participant)
    for place in places:
        await live.link_revoked(place.room, place.person)
    for room in rooms:
        with suppress(RoomNotFound):
            await live.room_changed(await store.rooms.get(room))
    return web.Response(status=204)


async def _file(request: web.Request, participant: str) -> web.Response:
    store = request.app[STORE]
    data = await store.personal_data.export(participant)
    data["recordings"] = [
        {"room": place.room, "file": file.name, "made_at": file.made_at.isoformat()}
        for place in await store.personal_data.places(participant)
        for file in _files(request, place)
    ]
    return web.Response(
        text=json.dumps(data, ensure_ascii=False, indent=2),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="personal-data.json"'},
    )


def _files(request: web.Request, place: Attendance) -> list[RecordingFile]:
    return request.app[RECORDINGS].files(place.room)


_DATA = "/api/participants/{participant}/data"
ENDPOINTS = (
    Endpoint(
        "GET",
        _DATA,
        read_data,
        "All that is kept of a participant",
        ("application/json",),
        errors=(ParticipantNotFound,),
        audited=True,
    ),
    Endpoint(
        "DELETE",
        _DATA,
        erase_data,
        "Erase a participant: name, links, all they said, and recordings they are heard in",
        None,
        status=204,
        errors=(ParticipantNotFound, RoomInUse),
    ),
    Endpoint(
        "GET",
        "/d/{token}/data",
        read_own_data,
        "The same for the participant, from their own page",
        ("application/json",),
        errors=(UnknownLink, RevokedLink, RateLimited),
        right="public",
    ),
)
