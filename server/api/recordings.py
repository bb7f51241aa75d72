"""Recordings of a room: list, fetch, delete; for the organiser."""

from __future__ import annotations

from aiohttp import web

from server.api.endpoint import Endpoint, answer
from server.api.models import RecordingBody, RecordingList
from server.errors import RecordingNotFound, RoomNotFound
from server.keys import RECORDINGS, STORE


async def list_recordings(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    recordings = request.app[RECORDINGS]
    files = [
        RecordingBody(name=file.name, bytes=file.bytes, made_at=file.made_at)
        for file in recordings.files(room.id)
    ]
    return answer(RecordingList(files=files, making=recordings.is_making(room.id)))


async def read_recording(request: web.Request) -> web.StreamResponse:
    """In parts, if asked for: players jump."""
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    name = request.match_info["name"]
    path = request.app[RECORDINGS].path(room.id, name)
    disposition = f'attachment; filename="{room.id}-{name}"'
    headers = {"Content-Disposition": disposition, "Content-Type": "video/x-matroska"}
    return web.FileResponse(path, headers=headers)


async def remove_recording(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    request.app[RECORDINGS].remove_file(room.id, request.match_info["name"])
    return web.Response(status=204)


_PATH = "/api/rooms/{room}/recordings"
ENDPOINTS = (
    Endpoint("GET", _PATH, list_recordings, "A room's recordings", RecordingList, errors=(RoomNotFound,)),
    Endpoint(
        "GET",
        f"{_PATH}/{{name}}",
        read_recording,
        "One recording: everybody's picture and sound, and subtitles in all languages",
        ("video/x-matroska",),
        errors=(RoomNotFound, RecordingNotFound),
        audited=True,
    ),
    Endpoint(
        "DELETE",
        f"{_PATH}/{{name}}",
        remove_recording,
        "Delete a recording",
        None,
        status=204,
        errors=(RoomNotFound, RecordingNotFound),
    ),
)
