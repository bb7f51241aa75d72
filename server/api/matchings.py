"""The draft of an event's timetable: made by the solver, edited, and published as rooms."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from server.api.endpoint import Body, Endpoint, answer, read_json, read_query
from server.api.models import ONE_LINE
from server.api.schedule import ScheduleReport, announce, report
from server.api.wishes import Id
from server.errors import (
    BodyTooLarge,
    EventNotFound,
    InvalidBody,
    InvalidQuery,
    MatchingChanged,
    ParticipantNotFound,
    ScheduleConflict,
)
from server.keys import LIVE, MATCHING, STORE
from server.matching.drafting import Draft, Odd, ProblemCode, snapshot
from server.matching.jobs import Job, State
from server.matching.reasons import Code, Obstacle
from server.matching.running import LIMIT_S
from server.schedule import Sheet, apply
from server.schedule.sheet import ScheduleInvalid
from server.store.records import Matching, OfferedSlot, Placement, RoomState

MAX_SLOTS = 300
MAX_PLACEMENTS = 5_000
MIN_SLOT_MIN = 5


class SlotBody(Body):
    starts_at: AwareDatetime
    duration_min: Annotated[int, Field(ge=MIN_SLOT_MIN, le=24 * 60)]


class TermsBody(Body):
    """`revision`: that which was read; slots in any order, none at the same time as another."""

    revision: int
    slots: list[SlotBody] = Field(max_length=MAX_SLOTS)
    with_interpreters: bool = True


class PairBody(Body):
    seller: Id
    buyer: Id


class PlacementBody(PairBody):
    """A booth or interpreters that are null are chosen among those that are free."""

    starts_at: AwareDatetime
    duration_min: Annotated[int, Field(ge=MIN_SLOT_MIN, le=24 * 60)]
    booth: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), ONE_LINE] | None = None
    interpreters: list[Id] | None = Field(default=None, max_length=4)
    locked: bool = False


class DraftChange(Body):
    """`revision`: that which was read. `locked`: of all consultations."""

    revision: int
    put: list[PlacementBody] = Field(default_factory=list, max_length=MAX_PLACEMENTS)
    remove: list[PairBody] = Field(default_factory=list, max_length=MAX_PLACEMENTS)
    locked: bool | None = None


class SolvingBody(Body):
    limit_s: Annotated[float, Field(ge=1, le=120)] = LIMIT_S


class PublishQuery(Body):
    revision: int
    dry_run: bool = False
    """Only say what would happen."""


class PersonView(BaseModel):
    id: str
    role: str
    name: str
    company: str
    speaks: str
    languages: list[str]
    categories: list[str]


class OddView(BaseModel):
    """`who`: a participant's id, a booth, or empty."""

    code: ProblemCode
    who: str


class PlacementView(BaseModel):
    seller: str
    buyer: str
    starts_at: datetime
    duration_min: int
    booth: str
    interpreters: list[str]
    locked: bool
    published: bool
    """There is a room that says the same."""
    odd: list[OddView]


class ObstacleView(BaseModel):
    starts_at: datetime
    code: Obstacle


class UnplacedView(BaseModel):
    seller: str
    buyer: str
    must: bool
    code: Code
    who: list[str]
    obstacles: list[ObstacleView]


class FixedView(BaseModel):
    """A room of the event that is not the draft's, or has begun."""

    id: str
    title: str
    state: RoomState
    starts_at: datetime
    duration_min: int
    booth: str
    people: list[str]


class JobView(BaseModel):
    """`bound`: no timetable can score more."""

    state: State
    elapsed_s: float
    limit_s: float
    score: float | None
    bound: float | None
    message: str

    @classmethod
    def of(cls, job: Job) -> JobView:
        return cls(**{name: getattr(job, name) for name in cls.model_fields})


class JobAnswer(BaseModel):
    """null: nothing was solved since the server started."""

    solving: JobView | None
    revision: int


class MatchingView(BaseModel):
    event: str
    time_zone: str
    revision: int
    slots: list[SlotBody]
    with_interpreters: bool
    score: float | None
    """Of the timetable that was made last; `bound`: none could score more."""
    bound: float | None
    wishes: int
    people: list[PersonView]
    booths: list[str]
    placements: list[PlacementView]
    unplaced: list[UnplacedView]
    fixed: list[FixedView]
    solving: JobView | None


async def read_matching(request: web.Request) -> web.Response:
    return await _answer(request)


async def put_terms(request: web.Request) -> web.Response:
    body = await read_json(request, TermsBody)
    slots = sorted(
        (OfferedSlot(each.starts_at.astimezone(UTC), each.duration_min) for each in body.slots),
        key=lambda each: each.starts_at,
    )
    for one, other in pairwise(slots):
        if other.starts_at < one.starts_at + timedelta(minutes=one.duration_min):
            raise InvalidBody("two slots are at the same time", field="slots")
    matching = await _idle(request, body.revision)
    terms = replace(matching.terms, slots=tuple(slots), with_interpreters=body.with_interpreters)
    await request.app[STORE].matchings.save(replace(matching, terms=terms))
    return await _answer(request)


async def change_draft(request: web.Request) -> web.Response:
    body = await read_json(request, DraftChange)
    matching = await _idle(request, body.revision)
    draft = await snapshot(request.app[STORE], matching.event)
    changed = await asyncio.to_thread(_changed, draft, body)
    await request.app[STORE].matchings.save(replace(matching, placements=changed))
    return await _answer(request)


async def start_solving(request: web.Request) -> web.Response:
    body = await read_json(request, SolvingBody, optional=True)
    event = _event(request)
    job = await request.app[MATCHING].start(event, body.limit_s)
    revision = (await request.app[STORE].matchings.get(event)).revision
    return answer(JobAnswer(solving=JobView.of(job), revision=revision), 202)


async def read_solving(request: web.Request) -> web.Response:
    event = _event(request)
    job = request.app[MATCHING].of(event)
    revision = (await request.app[STORE].matchings.get(event)).revision
    return answer(JobAnswer(solving=None if job is None else JobView.of(job), revision=revision))


async def stop_solving(request: web.Request) -> web.Response:
    await request.app[MATCHING].cancel(_event(request))
    return web.Response(status=204)


async def publish(request: web.Request) -> web.Response:
    query = read_query(request, PublishQuery)
    await _idle(request, query.revision)
    store = request.app[STORE]
    draft = await snapshot(store, _event(request))
    planned = await asyncio.to_thread(draft.plan)
    sheet = Sheet(rooms=(), errors=(), dates=frozenset())
    if query.dry_run:
        return answer(report(sheet, planned, None, remove=True))
    applied = await apply(store, planned, remove_missing=True)
    await announce(request.app[LIVE], planned, applied)
    return answer(report(sheet, planned, applied, remove=True))


def _changed(draft: Draft, body: DraftChange) -> tuple[Placement, ...]:
    """Raises ParticipantNotFound, MatchingChanged for a consultation that has begun."""
    begun = draft.begun
    wanted = [(each.seller, each.buyer) for each in (*body.put, *body.remove)]
    if begun & set(wanted):
        raise MatchingChanged("this consultation has begun; change its room instead")
    kept = {each.pair: each for each in draft.matching.placements}
    for removed in body.remove:
        kept.pop((removed.seller, removed.buyer), None)
    for put in body.put:
        for who, role in ((put.seller, "seller"), (put.buyer, "buyer"), *_interpreters(put)):
            one = draft.people.get(who)
            if one is None or one.role != role:
                raise ParticipantNotFound(f"there is no {role} with this id in the event", field=role)
        placement = Placement(
            put.seller,
            put.buyer,
            put.starts_at.astimezone(UTC),
            put.duration_min,
            put.booth or "",
            tuple(dict.fromkeys(put.interpreters or ())),
            put.locked,
        )
        beside = replace(draft, matching=replace(draft.matching, placements=tuple(kept.values())))
        kept[placement.pair] = beside.completed(
            placement, booth=put.booth is None, interpreters=put.interpreters is None
        )
    if body.locked is not None:
        kept = {pair: replace(each, locked=body.locked) for pair, each in kept.items()}
    if len(kept) > MAX_PLACEMENTS:
        raise InvalidBody(f"a draft may have at most {MAX_PLACEMENTS} consultations", field="put")
    return tuple(sorted(kept.values(), key=lambda each: (each.starts_at, each.pair)))


def _interpreters(put: PlacementBody) -> list[tuple[str, Literal["interpreter"]]]:
    return [(who, "interpreter") for who in put.interpreters or ()]


async def _idle(request: web.Request, revision: int) -> Matching:
    """The draft as it was read. Raises EventNotFound, MatchingChanged."""
    event = _event(request)
    request.app[MATCHING].check_idle(event)
    matching = await request.app[STORE].matchings.get(event)
    if matching.revision != revision:
        raise MatchingChanged("the draft was changed meanwhile; look at it again")
    return matching


async def _answer(request: web.Request) -> web.Response:
    draft = await snapshot(request.app[STORE], _event(request))
    job = request.app[MATCHING].of(draft.event.name)
    # Hundreds of wishes against every slot take a moment.
    return answer(await asyncio.to_thread(_view, draft, job))


def _view(draft: Draft, job: Job | None) -> MatchingView:
    terms, odd, published = draft.matching.terms, draft.odd(), draft.published()
    problem_slots = [slot.starts_at for slot in terms.slots]
    return MatchingView(
        event=draft.event.name,
        time_zone=draft.event.time_zone,
        revision=draft.matching.revision,
        slots=[SlotBody(starts_at=each.starts_at, duration_min=each.duration_min) for each in terms.slots],
        with_interpreters=terms.with_interpreters,
        score=terms.score,
        bound=terms.bound,
        wishes=len(draft.wishes),
        people=[
            PersonView(
                id=one.id,
                role=one.role,
                name=one.name,
                company=one.company,
                speaks=one.speaks,
                languages=list(one.profile.languages),
                categories=list(one.profile.categories),
            )
            for one in draft.people.values()
        ],
        booths=list(draft.booths),
        placements=[
            _placement(each, odd.get(each.pair, []), each.pair in published) for each in draft.placements
        ],
        unplaced=[
            UnplacedView(
                seller=each.pair[0],
                buyer=each.pair[1],
                must=each.must,
                code=each.code,
                who=list(each.who),
                obstacles=[
                    ObstacleView(starts_at=problem_slots[at], code=code) for at, code in each.obstacles
                ],
            )
            for each in draft.unplaced()
        ],
        fixed=[
            FixedView(
                id=room.id,
                title=room.title,
                state=room.state,
                starts_at=room.starts_at,
                duration_min=room.duration_min,
                booth=room.booth,
                people=[person.participant for person in room.people if person.participant],
            )
            for room in draft.others
            if room.starts_at is not None
        ],
        solving=None if job is None else JobView.of(job),
    )


def _placement(placement: Placement, odd: list[Odd], published: bool) -> PlacementView:
    return PlacementView(
        seller=placement.seller,
        buyer=placement.buyer,
        starts_at=placement.starts_at,
        duration_min=placement.duration_min,
        booth=placement.booth,
        interpreters=list(placement.interpreters),
        locked=placement.locked,
        published=published,
        odd=[OddView(code=each.code, who=each.who) for each in odd],
    )


def _event(request: web.Request) -> str:
    return request.match_info["event"].strip()


_MATCHING = "/api/events/{event}/matching"
_BAD = (InvalidBody, BodyTooLarge, EventNotFound, MatchingChanged)
ENDPOINTS = (
    Endpoint(
        "GET",
        _MATCHING,
        read_matching,
        "The draft of an event's timetable, what is wrong in it, and why wishes were left out",
        MatchingView,
        errors=(EventNotFound,),
    ),
    Endpoint(
        "PUT",
        f"{_MATCHING}/terms",
        put_terms,
        "When consultations may be, and whether they need interpreters",
        MatchingView,
        body=TermsBody,
        errors=_BAD,
    ),
    Endpoint(
        "PATCH",
        f"{_MATCHING}/draft",
        change_draft,
        "Move, lock, add and remove consultations of the draft",
        MatchingView,
        body=DraftChange,
        errors=(*_BAD, ParticipantNotFound),
    ),
    Endpoint(
        "POST",
        f"{_MATCHING}/solving",
        start_solving,
        "Place everything that is not locked anew",
        JobAnswer,
        status=202,
        body=SolvingBody,
        body_required=False,
        errors=_BAD,
    ),
    Endpoint(
        "GET",
        f"{_MATCHING}/solving",
        read_solving,
        "How far that is",
        JobAnswer,
        errors=(EventNotFound,),
    ),
    Endpoint(
        "DELETE",
        f"{_MATCHING}/solving",
        stop_solving,
        "Stop it; the draft stays as it was",
        None,
        status=204,
    ),
    Endpoint(
        "POST",
        f"{_MATCHING}/publish",
        publish,
        "Make rooms of the draft: change those published before, remove those no longer in it;"
        " `dry_run=1` only says what would happen",
        ScheduleReport,
        query=PublishQuery,
        errors=(InvalidQuery, EventNotFound, MatchingChanged, ScheduleInvalid, ScheduleConflict),
    ),
)
