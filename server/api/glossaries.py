"""Glossaries of rooms and of events: read, replace, change term by term, as a sheet out and in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field

from server.api.endpoint import Body, Endpoint, answer, read_body, read_json, read_query
from server.api.models import MAX_TERMS, GlossaryBody, Term
from server.api.schedule import MAX_SHEET_BYTES, SheetError
from server.errors import (
    BodyTooLarge,
    GlossaryFull,
    InvalidBody,
    InvalidQuery,
    RoomNotFound,
    ServerError,
    TermNotFound,
    UnsupportedType,
)
from server.glossary import Terms, changed, key
from server.glossary_sheet import GlossaryInvalid, read_terms, write_terms
from server.keys import LIVE, STORE
from server.one_line import is_one_line

MAX_EVENT_CHARS = 200


class TermList(Body):
    terms: list[GlossaryBody] = Field(max_length=MAX_TERMS)


class GlossaryChange(Body):
    """Terms to add or change, and terms to remove; everything else stays."""

    put: list[GlossaryBody] = Field(default_factory=list, max_length=MAX_TERMS)
    remove: list[Term] = Field(default_factory=list, max_length=MAX_TERMS)


class ImportQuery(Body):
    dry_run: bool = False
    """Only say what would happen."""
    replace: bool = False
    """Also remove the terms that are not in the sheet."""


class GlossaryReport(BaseModel):
    dry_run: bool
    rows: int
    """Terms that were read."""
    errors: list[SheetError]
    added: list[str]
    changed: list[str]
    unchanged: int
    removed: list[str]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose glossary a call is about: a room's, or an event's."""

    request: web.Request

    @property
    def name(self) -> str:
        """Raises InvalidQuery for what cannot be an event's name."""
        event = self.request.match_info.get("event")
        if event is None:
            return self.request.match_info["room"]
        name = event.strip()
        if not 1 <= len(name) <= MAX_EVENT_CHARS or not is_one_line(name):
            raise InvalidQuery(
                f"an event's name is one line of at most {MAX_EVENT_CHARS} characters", field="event"
            )
        return name

    async def read(self) -> Terms:
        """Raises RoomNotFound."""
        glossaries = self.request.app[STORE].glossaries
        if "event" in self.request.match_info:
            return await glossaries.of_event(self.name)
        return await glossaries.of_room(self.name)

    async def change(self, change: Callable[[Terms], Terms]) -> Terms:
        """Stores it and tells the running rooms. Raises RoomNotFound, and what `change` raises."""
        store, live = self.request.app[STORE], self.request.app[LIVE]
        if "event" in self.request.match_info:
            terms = await store.glossaries.change_event(self.name, change)
            await live.event_changed((await store.events.aliases()).get(self.name, self.name))
            return terms
        terms = await store.glossaries.change_room(self.name, change)
        await live.room_changed(await store.rooms.get(self.name))
        return terms


async def read_glossary(request: web.Request) -> web.Response:
    return _answer(await _Scope(request).read())


async def replace_glossary(request: web.Request) -> web.Response:
    body = await read_json(request, TermList)
    terms = tuple(entry.record() for entry in body.terms)
    return _answer(await _Scope(request).change(lambda _: changed((), terms)))


async def change_glossary(request: web.Request) -> web.Response:
    body = await read_json(request, GlossaryChange)
    put = tuple(entry.record() for entry in body.put)
    return _answer(await _Scope(request).change(lambda terms: changed(terms, put, body.remove)))


async def write_sheet(request: web.Request) -> web.Response:
    scope = _Scope(request)
    text = write_terms(await scope.read())
    name = quote(f"glossary-{scope.name}.csv", safe="")
    return web.Response(
        text=text,
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f"attachment; filename=\"glossary.csv\"; filename*=UTF-8''{name}"},
    )


async def import_sheet(request: web.Request) -> web.Response:
    query = read_query(request, ImportQuery)
    scope = _Scope(request)
    sheet = read_terms(await read_body(request, MAX_SHEET_BYTES))
    before = await scope.read()
    if query.dry_run:
        if not sheet.errors:
            _imported(before, sheet.terms, query)  # may be too many
        return answer(_report(before, sheet.terms, query, GlossaryInvalid.listed(sheet.errors)))
    sheet.check()

    def change(terms: Terms) -> Terms:
        nonlocal before
        before = terms
        return _imported(terms, sheet.terms, query)

    await scope.change(change)
    return answer(_report(before, sheet.terms, query, []))


def _imported(before: Terms, new: Terms, query: ImportQuery) -> Terms:
    """Raises GlossaryFull."""
    return changed((), new) if query.replace else changed(before, new)


def _report(before: Terms, new: Terms, query: ImportQuery, errors: list[dict[str, object]]) -> GlossaryReport:
    known = {key(entry.term): entry for entry in before}
    read = {key(entry.term): entry for entry in new}
    same = [entry for name, entry in read.items() if known.get(name) == entry]
    return GlossaryReport(
        dry_run=query.dry_run,
        rows=len(new),
        errors=[SheetError.model_validate(error) for error in errors],
        added=[entry.term for name, entry in read.items() if name not in known],
        changed=[entry.term for name, entry in read.items() if name in known and known[name] != entry],
        unchanged=len(same),
        removed=[entry.term for name, entry in known.items() if query.replace and name not in read],
    )


def _answer(terms: Terms) -> web.Response:
    return answer(
        TermList(terms=[GlossaryBody(term=one.term, translations=dict(one.translations)) for one in terms])
    )


def _of(kind: str, whose: str, errors: tuple[type[ServerError], ...]) -> tuple[Endpoint, ...]:
    """The same calls for a room and for an event."""
    path = f"/api/{kind}s/{{{kind}}}/glossary"
    terms = (*errors, InvalidBody, BodyTooLarge, GlossaryFull)
    sheet = (*errors, GlossaryInvalid, GlossaryFull, UnsupportedType, BodyTooLarge)
    calls = (
        Endpoint("GET", path, read_glossary, f"The terms of {whose}", TermList, errors=errors),
        Endpoint(
            "PUT",
            path,
            replace_glossary,
            f"Replace all terms of {whose}",
            TermList,
            body=TermList,
            errors=terms,
        ),
        Endpoint(
            "PATCH",
            path,
            change_glossary,
            f"Add, change and remove terms of {whose}",
            TermList,
            body=GlossaryChange,
            errors=(*terms, TermNotFound),
        ),
        Endpoint(
            "GET",
            f"{path}.csv",
            write_sheet,
            f"The terms of {whose} as a sheet",
            ("text/csv",),
            errors=errors,
        ),
        Endpoint(
            "POST",
            f"{path}.csv",
            import_sheet,
            f"Import a sheet of terms (docs/glossary.md) into {whose}; `dry_run=1` only looks",
            GlossaryReport,
            body=("text/csv",),
            query=ImportQuery,
            errors=sheet if InvalidQuery in sheet else (*sheet, InvalidQuery),
        ),
    )
    return tuple(replace(call, operation=f"{call.handler.__name__}_of_{kind}") for call in calls)


ENDPOINTS = (
    *_of("room", "a room", (RoomNotFound,)),
    *_of("event", "an event, which all its rooms share", (InvalidQuery,)),
)
