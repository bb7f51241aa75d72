"""Wishes of an event's participants: read, changed, and imported from a sheet."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from server.api.endpoint import Body, Endpoint, answer, read_body, read_json, read_query
from server.api.models import ONE_LINE
from server.api.schedule import MAX_SHEET_BYTES, XLSX, SheetError, listed
from server.errors import (
    BodyTooLarge,
    EventNotFound,
    InvalidBody,
    InvalidQuery,
    ParticipantNotFound,
    UnsupportedType,
)
from server.keys import STORE
from server.matching.wish_sheet import WishesInvalid, read_wishes
from server.store.matchings import WishChange
from server.store.records import Level, Wish

Id = Annotated[str, StringConstraints(min_length=1, max_length=40), ONE_LINE]


class WishView(BaseModel):
    """`about` a participant or, where that is null, a category."""

    participant: str
    about: str | None
    category: str
    level: Level


class WishList(BaseModel):
    wishes: list[WishView]


class WishBody(Body):
    """Of `participant`, about another one or a category; without a level it is taken back."""

    participant: Id
    about: Id | None = None
    category: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), ONE_LINE] = ""
    level: Level | None = None

    @model_validator(mode="after")
    def _about_one_thing(self) -> WishBody:
        if bool(self.about) == bool(self.category):
            raise PydanticCustomError("wish", "A wish is about a participant or about a category")
        return self


class WishChanges(Body):
    changes: list[WishBody] = Field(max_length=5_000)


class SheetQuery(Body):
    dry_run: bool = False
    """Only say what would happen."""


class WishReport(BaseModel):
    dry_run: bool
    wishes: int
    participants: int
    """Participants whose details were read."""
    errors: list[SheetError]
    ignored: list[str] = []
    """Sheets of the workbook that are none of ours."""


async def list_wishes(request: web.Request) -> web.Response:
    return _listed(await request.app[STORE].matchings.wishes(_event(request)))


async def change_wishes(request: web.Request) -> web.Response:
    body = await read_json(request, WishChanges)
    changes = [
        WishChange(each.participant, each.level, each.about or "", each.category) for each in body.changes
    ]
    return _listed(await request.app[STORE].matchings.change_wishes(_event(request), changes))


async def import_wishes(request: web.Request) -> web.Response:
    query = read_query(request, SheetQuery)
    store = request.app[STORE]
    event = await store.events.get(_event(request))
    known = await store.participants.of_event(event.name)
    data = await read_body(request, MAX_SHEET_BYTES)
    zone = ZoneInfo(event.time_zone)
    today = datetime.now(zone).date()
    sheet = await asyncio.to_thread(read_wishes, data, event.name, known, today=today, zone=zone)
    if not query.dry_run:
        sheet.check()
        await store.matchings.import_wishes(event.name, sheet.participants, sheet.wishes)
    return answer(
        WishReport(
            dry_run=query.dry_run,
            wishes=len(sheet.wishes),
            participants=len(sheet.participants),
            errors=listed(sheet.errors),
            ignored=list(sheet.ignored),
        )
    )


def _event(request: web.Request) -> str:
    return request.match_info["event"].strip()


def _listed(wishes: list[Wish]) -> web.Response:
    return answer(
        WishList(
            wishes=[
                WishView(
                    participant=wish.participant,
                    about=wish.about or None,
                    category=wish.category,
                    level=wish.level,
                )
                for wish in wishes
            ]
        )
    )


_WISHES = "/api/events/{event}/wishes"
ENDPOINTS = (
    Endpoint(
        "GET",
        _WISHES,
        list_wishes,
        "Whom sellers and buyers wish to meet, and whom not",
        WishList,
        errors=(EventNotFound,),
        right="desk",
    ),
    Endpoint(
        "PATCH",
        _WISHES,
        change_wishes,
        "Add, change and take back wishes",
        WishList,
        body=WishChanges,
        errors=(InvalidBody, BodyTooLarge, EventNotFound, ParticipantNotFound),
    ),
    Endpoint(
        "POST",
        f"{_WISHES}/sheet",
        import_wishes,
        "Import a sheet of wishes (docs/matching.md), all of it or nothing, with participants if it has them",
        WishReport,
        body=("text/csv", XLSX),
        query=SheetQuery,
        errors=(
            WishesInvalid,
            EventNotFound,
            ParticipantNotFound,
            UnsupportedType,
            InvalidQuery,
            BodyTooLarge,
        ),
    ),
)
