"""Transcripts, also of closed rooms."""

from __future__ import annotations

from aiohttp import web

from server.api.endpoint import Body, Endpoint, read_query
from server.errors import InvalidQuery, RoomNotFound, UnknownFormat
from server.exports import FORMATS, load
from server.keys import STORE
from wire.languages import LanguageTag


class TranscriptQuery(Body):
    lang: LanguageTag | None = None
    """One language; the original and its translations when left out."""


async def read_transcript(request: web.Request) -> web.Response:
    extension = request.match_info["format"]
    if extension not in FORMATS:
        raise UnknownFormat(f"a transcript can be had as {', '.join(FORMATS)}")
    query = read_query(request, TranscriptQuery)
    transcript = await load(request.app[STORE], request.match_info["room"], query.lang)
    kind = FORMATS[extension]
    name = f"{transcript.room.id}{f'-{query.lang}' if query.lang else ''}.{extension}"
    return web.Response(
        text=kind.write(transcript),
        content_type=kind.media_type,
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/rooms/{room}/transcript.{format}",
        read_transcript,
        "What was said, with corrections",
        tuple(kind.media_type for kind in FORMATS.values()),
        query=TranscriptQuery,
        errors=(RoomNotFound, UnknownFormat, InvalidQuery),
        audited=True,
    ),
)
