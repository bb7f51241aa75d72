"""Invitations by mail: who was told what, a preview, sending, and the same as files to send by hand."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from server.api.endpoint import Body, Endpoint, answer, read_json, read_query
from server.api.events import event_name
from server.api.links import base_url
from server.day import appointments, places
from server.errors import (
    BodyTooLarge,
    EventNotFound,
    InvalidBody,
    InvalidQuery,
    NoMailServer,
    ParticipantNotFound,
    RevokedLink,
    ServerError,
)
from server.keys import POST, STORE
from server.mail.draft import Draft, draft, host_of, kind_of, told_before
from server.mail.letter import as_html, calendars, message, subject, text
from server.store.mails import Mail, MailState
from server.store.records import Participant, Role

MAX_PEOPLE = 2_000
Second = Literal["", "ko", "en"]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Standing = Literal["new", "told", "changed", "nothing"]
"""What the participant knows by mail: nothing yet, all, something old. `nothing`: nothing is to be told."""


class SendBody(Body):
    """`again`: also those who know all, or of whose last mail nobody knows; they are told all anew."""

    participants: list[str] = Field(min_length=1, max_length=MAX_PEOPLE)
    second: Second = ""
    note: Note = ""
    again: bool = False


class StopBody(Body):
    participants: list[str] = Field(min_length=1, max_length=MAX_PEOPLE)


class PreviewQuery(Body):
    second: Second = ""
    note: Note = ""


class MailView(BaseModel):
    state: MailState
    tries: int
    reason: str
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, mail: Mail) -> MailView:
        return cls(**{name: getattr(mail, name) for name in cls.model_fields})


class MailPerson(BaseModel):
    id: str
    role: Role
    name: str
    company: str
    reads: str
    email: str
    consultations: int
    standing: Standing
    withdrawn: bool
    mail: MailView | None


class MailList(BaseModel):
    """`sender`: None where no mail server is set."""

    sender: str | None
    people: list[MailPerson]


class Preview(BaseModel):
    to: str
    subject: str
    text: str
    files: list[str]


class Queued(BaseModel):
    queued: int


async def list_mail(request: web.Request) -> web.Response:
    store = request.app[STORE]
    event = await store.events.get(event_name(request))
    mails = await store.mails.of_event(event.name)
    people = [
        await _person(request, one, mails.get(one.id, []))
        for one in await store.participants.of_event(event.name)
    ]
    server = request.app[POST].server
    return answer(MailList(sender=None if server is None else server.sender, people=people))


async def preview_mail(request: web.Request) -> web.Response:
    query = read_query(request, PreviewQuery)
    participant = await request.app[STORE].participants.get(request.match_info["participant"])
    made = await draft(
        request.app[STORE], participant, base_url(request), query.second, query.note, whole=True
    )
    if made.letter is None:
        return answer(Preview(to=participant.email, subject="", text="", files=[]))
    letter = made.letter
    names = [name for name, _, _ in calendars(letter, "a@b", "host")]
    return answer(Preview(to=participant.email, subject=subject(letter), text=text(letter), files=names))


async def send_mail(request: web.Request) -> web.Response:
    body = await read_json(request, SendBody)
    store, post = request.app[STORE], request.app[POST]
    if post.server is None:
        raise NoMailServer("no mail server is set; download the mails and send them by hand")
    event = await store.events.get(event_name(request))
    mails = await store.mails.of_event(event.name)
    wanted = set(body.participants)
    people = [one for one in await store.participants.of_event(event.name) if one.id in wanted and one.email]
    if not body.again:
        people = [one for one in people if await _has_news(request, one, mails.get(one.id, []))]
    ids = [one.id for one in people]
    queued = await store.mails.add(ids, base_url(request), body.second, body.note, whole=body.again)
    post.wake()
    return answer(Queued(queued=queued))


async def stop_mail(request: web.Request) -> web.Response:
    body = await read_json(request, StopBody)
    event = await request.app[STORE].events.get(event_name(request))
    of_event = {one.id for one in await request.app[STORE].participants.of_event(event.name)}
    stopped = await request.app[STORE].mails.stop([id for id in body.participants if id in of_event])
    return answer(Queued(queued=stopped))


async def mail_files(request: web.Request) -> web.Response:
    """A folder for each participant: the mail as .eml, its text, the calendar files."""
    query = read_query(request, PreviewQuery)
    store, post = request.app[STORE], request.app[POST]
    event = await store.events.get(event_name(request))
    sender = post.server.sender if post.server is not None else "organiser@localhost"
    made: list[tuple[Participant, Draft]] = []
    for one in await store.participants.of_event(event.name):
        try:
            made.append(
                (one, await draft(store, one, base_url(request), query.second, query.note, whole=True))
            )
        except RevokedLink:
            continue
    data = await asyncio.get_running_loop().run_in_executor(None, _zip, made, sender, base_url(request))
    return web.Response(
        body=data,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="invitations.zip"'},
    )


def _zip(made: list[tuple[Participant, Draft]], sender: str, base: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for participant, drafted in made:
            letter = drafted.letter
            if letter is None:
                continue
            label = re.sub(r"[^\w-]+", "_", f"{participant.company} {participant.name}".strip())[:60]
            folder = f"{participant.role}_{label}_{participant.id[-4:]}"
            archive.writestr(f"{folder}/text.txt", f"{subject(letter)}\n\n{text(letter)}")
            archive.writestr(f"{folder}/page.html", as_html(letter))
            for name, _, content in calendars(letter, sender, host_of(base)):
                archive.writestr(f"{folder}/{name}", content)
            # Without an address, or one that is none, the text is what there is.
            with contextlib.suppress(ValueError):
                mail = message(letter, sender, host_of(base), participant.id, datetime.now(UTC))
                archive.writestr(f"{folder}/mail.eml", mail.as_bytes())
    return out.getvalue()


async def _person(request: web.Request, one: Participant, mails: list[Mail]) -> MailPerson:
    store = request.app[STORE]
    entries = await store.calendar.tell(one.id, appointments(await places(store, one)))
    before = told_before(mails, one.email)
    news = kind_of(entries, before)
    going = [entry for entry in entries if not entry.cancelled]
    standing: Standing = "nothing" if before is None and not going else "told"
    if news is not None:
        standing = "new" if before is None else "changed"
    try:
        await store.participants.token(one.id)
        withdrawn = False
    except RevokedLink:
        withdrawn = True
    return MailPerson(
        id=one.id,
        role=one.role,
        name=one.name,
        company=one.company,
        reads=one.reads,
        email=one.email,
        consultations=len(going),
        standing=standing,
        withdrawn=withdrawn,
        mail=MailView.of(mails[-1]) if mails else None,
    )


async def _has_news(request: web.Request, one: Participant, mails: list[Mail]) -> bool:
    """Also not where nobody knows whether the last one arrived: that is for a person to decide."""
    if mails and mails[-1].state == "unsure":
        return False
    try:
        drafted = await draft(request.app[STORE], one, base_url(request), "", "", whole=False)
    except ServerError:
        return False
    return drafted.letter is not None


_MAIL = "/api/events/{event}/mail"
_BAD = (InvalidBody, BodyTooLarge)
ENDPOINTS = (
    Endpoint(
        "GET", _MAIL, list_mail, "Who was told what by mail", MailList, errors=(EventNotFound,), right="desk"
    ),
    Endpoint(
        "POST",
        _MAIL,
        send_mail,
        "Queue a mail to each of these who has something new to be told",
        Queued,
        body=SendBody,
        errors=(*_BAD, EventNotFound, NoMailServer),
    ),
    Endpoint(
        "POST",
        f"{_MAIL}/stop",
        stop_mail,
        "Mails to these that wait are not sent",
        Queued,
        body=StopBody,
        errors=(*_BAD, EventNotFound),
    ),
    Endpoint(
        "GET",
        f"{_MAIL}.zip",
        mail_files,
        "All mails and calendar files, to be sent by hand",
        ("application/zip",),
        query=PreviewQuery,
        errors=(EventNotFound, InvalidQuery),
        audited=True,
    ),
    Endpoint(
        "GET",
        "/api/participants/{participant}/mail",
        preview_mail,
        "What a mail to this participant says",
        Preview,
        query=PreviewQuery,
        errors=(ParticipantNotFound, RevokedLink, InvalidQuery),
    ),
)
