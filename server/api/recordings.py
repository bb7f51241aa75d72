"""Recordings of a room: list, fetch, make again, delete; for the organiser."""

from __future__ import annotations

from aiohttp import web

from server.api.endpoint import Endpoint, answer
from server.api.models import RecordingBody, RecordingList
from server.errors import RecordingNotFound, RoomNotFound
from server.keys import RECORDINGS, STORE
from server.recordings import Recordings


async def list_recordings(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    return answer(_list(request.app[RECORDINGS], room.id))


async def make_again(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    recordings = request.app[RECORDINGS]
    recordings.make_again(room.id)
    return answer(_list(recordings, room.id), status=202)


def _list(recordings: Recordings, room: str) -> RecordingList:
    files = [
        RecordingBody(name=file.name, bytes=file.bytes, made_at=file.made_at)
        for file in recordings.files(room)
    ]
    return RecordingList(files=files, making=recordings.is_making(room), unmade=recordings.unmade(room))


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
        "POST",
        _PATH,
        make_again,
        "Make a file again of what could not be made into one",
        RecordingList,
        status=202,
        errors=(RoomNotFound, RecordingNotFound),
    ),
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
