"""An interpreter's preparation sheet, for themselves by their own link and for organisers."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from server.api.days import DayDocument, who
from server.api.endpoint import Endpoint, answer
from server.errors import NotAllowed, NoticeNotAccepted, RateLimited, RevokedLink, RoomNotFound, UnknownLink
from server.exports import Transcript
from server.glossary import merged
from server.keys import STORE
from server.messages import TermView
from server.notice import is_accepted
from server.preparation import Party, Preparation, prepare
from server.rights import INTERPRETERS
from server.store.records import Role, Room, RoomState

MAX_LINES = 400
"""Of what was said last time; the end of a conversation is what one goes on from."""


class SheetPerson(BaseModel):
    role: Role
    name: str
    company: str
    speaks: str
    products: str
    categories: list[str]
    website: str
    documents: list[DayDocument]

    @classmethod
    def of(cls, party: Party) -> SheetPerson:
        person, profile = party.person, party.profile
        return cls(
            role=person.role,
            name=person.name,
            company=person.company,
            speaks=person.speaks,
            products=profile.products,
            categories=list(profile.categories),
            website=profile.website,
            documents=[DayDocument(title=each.title, url=each.url) for each in profile.documents],
        )


class SheetLine(BaseModel):
    lang: str
    text: str


class SheetEntry(BaseModel):
    """`lines`: the original first."""

    start_ms: int
    role: Role
    name: str
    by: str | None
    lines: list[SheetLine]


class LastMeeting(BaseModel):
    """`left_out`: how many entries came before these."""

    title: str
    event: str
    opened_at: datetime | None
    closed_at: datetime | None
    entries: list[SheetEntry]
    left_out: int

    @classmethod
    def of(cls, transcript: Transcript) -> LastMeeting:
        room = transcript.room
        entries = [
            SheetEntry(
                start_ms=entry.start_ms,
                role=entry.speaker.role,
                name=entry.speaker_name,
                by=entry.stored.caption.by,
                lines=[SheetLine(lang=line.lang, text=line.text) for line in entry.lines],
            )
            for entry in transcript.entries[-MAX_LINES:]
        ]
        return cls(
            title=room.title,
            event=room.event,
            opened_at=room.opened_at,
            closed_at=room.closed_at,
            entries=entries,
            left_out=len(transcript.entries) - len(entries),
        )


class Sheet(BaseModel):
    """`time_zone` and `reads` are the reader's own, as far as they are known."""

    id: str
    title: str
    event: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    booth: str
    venue: str
    time_zone: str | None
    reads: str | None
    people: list[SheetPerson]
    interpreters: list[str]
    terms: list[TermView]
    last: LastMeeting | None

    @classmethod
    def of(cls, made: Preparation, *, time_zone: str | None, reads: str | None) -> Sheet:
        room, own = made.room, len(made.room_terms)
        return cls(
            id=room.id,
            title=room.title,
            event=room.event,
            state=room.state,
            starts_at=room.starts_at,
            duration_min=room.duration_min,
            booth=room.booth,
            venue=made.venue,
            time_zone=time_zone,
            reads=reads,
            people=[SheetPerson.of(party) for party in made.parties],
            interpreters=[person.name for person in made.interpreters],
            terms=[
                TermView.of(term, "room" if at < own else "event")
                for at, term in enumerate(merged(made.room_terms, made.event_terms))
            ],
            last=None if made.last is None else LastMeeting.of(made.last),
        )


async def read_own(request: web.Request) -> web.Response:
    """An interpreter's, of a room that they have a way into."""
    participant = await who(request)
    if participant.role not in INTERPRETERS:
        raise NotAllowed("preparation sheets are for interpreters")
    store = request.app[STORE]
    room = await store.rooms.get(request.match_info["room"])
    you = next((person for person in room.people if person.participant == participant.id), None)
    if you is None or await store.links.url_token(room.id, you.id) is None:
        raise RoomNotFound("there is no room with this id")
    if not await is_accepted(store, room, you):
        raise NoticeNotAccepted("read and accept the text for participants first, at the way into the room")
    made = await prepare(store, room)
    return answer(Sheet.of(made, time_zone=participant.time_zone, reads=participant.reads))


async def read_for_organiser(request: web.Request) -> web.Response:
    store = request.app[STORE]
    room = await store.rooms.get(request.match_info["room"])
    return answer(Sheet.of(await prepare(store, room), time_zone=await _zone(request, room), reads=None))


async def _zone(request: web.Request, room: Room) -> str | None:
    return (await request.app[STORE].events.get(room.event)).time_zone if room.event else None


ENDPOINTS = (
    Endpoint(
        "GET",
        "/d/{token}/rooms/{room}/preparation",
        read_own,
        "What an interpreter reads before a consultation",
        Sheet,
        errors=(UnknownLink, RevokedLink, RateLimited, NotAllowed, NoticeNotAccepted, RoomNotFound),
        right="public",
    ),
    Endpoint(
        "GET",
        "/api/rooms/{room}/preparation",
        read_for_organiser,
        "The preparation sheet of a consultation",
        Sheet,
        errors=(RoomNotFound,),
        audited=True,
    ),
)
