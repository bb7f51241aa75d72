"""An event's page: all of it in one answer, edits one by one, undo and redo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field, RootModel, model_validator

from server.api.endpoint import Body, Endpoint, answer, read_json, read_query
from server.api.events import EVENT, BoothBody, EventBody, EventView, Word, check_distinct, event_name
from server.api.models import Booth as BoothName
from server.api.models import Minutes, StartsAt, Title
from server.api.participants import ParticipantBody, ParticipantChangeBody, ParticipantView
from server.errors import (
    BodyTooLarge,
    BoothInUse,
    ConfirmNeeded,
    EditOvertaken,
    EditRefused,
    EventNotFound,
    InvalidBody,
    InvalidQuery,
    NameTaken,
    NothingToUndo,
    ParticipantBusy,
    ParticipantNotFound,
    RoomNotFound,
)
from server.keys import AUTH, LIVE, STORE
from server.live import Live
from server.schedule import editing
from server.schedule.availability import availability
from server.schedule.checking import RoomProblem, check_rooms
from server.schedule.clashes import who_of
from server.store.edits import Check, Command, Edit, Outcome
from server.store.records import Booth, Event, Participant, Role, Room, RoomState

MAX_PLACES = 10
Ids = Annotated[list[str], Field(max_length=MAX_PLACES)]


class PlacesBody(Body):
    """Participants' ids, in order. Who is left out of a list loses the place; null leaves a list as it is."""

    seller: Ids | None = None
    buyer: Ids | None = None
    interpreter: Ids | None = None

    def record(self) -> editing.Places:
        return {
            role: tuple(getattr(self, role)) for role in editing.PLACED if getattr(self, role) is not None
        }


class ChangeRoomBody(Body):
    action: Literal["change_room"]
    room: str
    title: Title | None = None
    starts_at: StartsAt | None = None
    duration_min: Minutes | None = None
    booth: BoothName | None = None
    places: PlacesBody = PlacesBody()

    def command(self, event: str) -> Command:
        values = {
            name: getattr(self, name) for name in ("room", "title", "starts_at", "duration_min", "booth")
        }
        return editing.ChangeRoom(**values, places=self.places.record())


class AddRoomBody(Body):
    action: Literal["add_room"]
    starts_at: StartsAt
    duration_min: Minutes = 30
    booth: BoothName = ""
    places: PlacesBody

    def command(self, event: str) -> Command:
        places = self.places.record()
        if not places.get("seller") and not places.get("buyer"):
            raise InvalidBody("a consultation needs a seller or a buyer", field="places")
        return editing.AddRoom(self.starts_at, self.duration_min, self.booth, places)


class RemoveRoomBody(Body):
    action: Literal["remove_room"]
    room: str

    def command(self, event: str) -> Command:
        return editing.RemoveRoom(self.room)


class AddParticipantBody(Body):
    action: Literal["add_participant"]
    participant: ParticipantBody

    def command(self, event: str) -> Command:
        values = dict(self.participant) | {"profile": self.participant.profile.record()}
        return editing.AddParticipant(Participant(id="", event=event, **values))


class ChangeParticipantBody(Body):
    action: Literal["change_participant"]
    id: str
    change: ParticipantChangeBody

    def command(self, event: str) -> Command:
        return editing.ChangeParticipant(self.id, self.change.patch())


class RemoveParticipantBody(Body):
    action: Literal["remove_participant"]
    id: str

    def command(self, event: str) -> Command:
        return editing.RemoveParticipant(self.id)


class ChangeEventBody(Body):
    action: Literal["change_event"]
    event: EventBody

    def command(self, event: str) -> Command:
        body = self.event
        return editing.ChangeEvent(
            Event(body.name or event, body.time_zone, body.starts_on, body.ends_on, body.settings.record())
        )


class ChangedBooth(BoothBody):
    """`was`: its name until now; rooms there follow it."""

    was: Word | Literal[""] = ""


class ChangeBoothsBody(Body):
    action: Literal["change_booths"]
    booths: Annotated[list[ChangedBooth], Field(max_length=200)]

    @model_validator(mode="after")
    def _distinct(self) -> ChangeBoothsBody:
        check_distinct(self.booths)
        return self

    def command(self, event: str) -> Command:
        return editing.ChangeBooths(
            tuple((booth.was, Booth(event, booth.name, booth.venue)) for booth in self.booths)
        )


class EditBody(
    RootModel[
        Annotated[
            ChangeRoomBody
            | AddRoomBody
            | RemoveRoomBody
            | AddParticipantBody
            | ChangeParticipantBody
            | RemoveParticipantBody
            | ChangeEventBody
            | ChangeBoothsBody,
            Field(discriminator="action"),
        ]
    ]
):
    """What to do, by `action`."""


class EditQuery(Body):
    confirmed: bool = False
    """Although somebody is inside who would be sent away, or a transcript would be lost."""


class CellProblem(BaseModel):
    """`refused`: an import would not take it either. `person` is the place that it is about."""

    field: Literal["seller", "buyer", "interpreter", "booth"]
    person: str | None
    refused: bool
    code: str
    message: str
    params: dict[str, str | int]


class PlacedPerson(BaseModel):
    id: str
    role: Role
    name: str
    company: str
    participant: str | None
    present: bool


class Consultation(BaseModel):
    id: str
    title: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    booth: str
    people: list[PlacedPerson]
    problems: list[CellProblem]


class EditView(BaseModel):
    """`action`: of the edit; `label`: what it is about; `by`: who made it."""

    action: str
    label: str
    by: str
    at: datetime


class FormerParticipant(BaseModel):
    """Taken off the list: what is kept of them can be read and erased."""

    id: str
    role: Role
    name: str
    company: str


class EventPage(BaseModel):
    event: EventView
    booths: list[BoothBody]
    participants: list[ParticipantView]
    former: list[FormerParticipant]
    consultations: list[Consultation]
    undo: EditView | None
    """What `undo` would take back."""
    redo: EditView | None


async def read_page(request: web.Request) -> web.Response:
    return answer(await _page(request, event_name(request)))


async def edit_event(request: web.Request) -> web.Response:
    body = await read_json(request, EditBody)
    event, who = event_name(request), request.app[AUTH].require(request)
    store = request.app[STORE]
    outcome = await store.edits.make(
        store, event, who.who, who.name, body.root.command(event), _check(request)
    )
    if isinstance(body.root, ChangeEventBody):
        await request.app[LIVE].event_changed(outcome.event)
    return await _answer(request, outcome)


async def undo_edit(request: web.Request) -> web.Response:
    outcome = await request.app[STORE].edits.undo(event_name(request), _check(request))
    await request.app[LIVE].event_changed(outcome.event)
    return await _answer(request, outcome)


async def redo_edit(request: web.Request) -> web.Response:
    outcome = await request.app[STORE].edits.redo(event_name(request), _check(request))
    await request.app[LIVE].event_changed(outcome.event)
    return await _answer(request, outcome)


async def _answer(request: web.Request, outcome: Outcome) -> web.Response:
    await _announce(request.app[LIVE], outcome)
    return answer(await _page(request, outcome.event))


def _check(request: web.Request) -> Check:
    confirmed = read_query(request, EditQuery).confirmed
    live = request.app[LIVE]

    def check(before: Sequence[Room], after: Sequence[Room]) -> None:
        _check_clashes(before, after)
        if not confirmed:
            _check_nobody_leaves(live, before, after)

    return check


def _check_clashes(before: Sequence[Room], after: Sequence[Room]) -> None:
    """Raises EditRefused for those that are new. What clashed already may be edited step by step."""
    known = {room.id: room for room in before}
    news = {room.id for room in after if _occupies(room) != _occupies(known.get(room.id))}
    problems = [each for each in check_rooms(after, {}, {}, news) if each.refused]
    if problems:
        listed = [_problem(each).model_dump() | {"room": each.room} for each in problems]
        raise EditRefused(str(problems[0].problem), listed)


def _occupies(room: Room | None) -> object:
    """What a room takes of everybody's time."""
    return room and (room.starts_at, room.duration_min, room.booth, {who_of(each) for each in room.people})


def _check_nobody_leaves(live: Live, before: Sequence[Room], after: Sequence[Room]) -> None:
    """Raises ConfirmNeeded."""
    left = {room.id: room for room in after}
    inside: list[str] = []
    opened = False
    for room in before:
        now = left.get(room.id)
        present = live.present(room.id)
        inside += [
            person.company or person.name
            for person in room.people
            if person.id in present and (now is None or now.person(person.id) is None)
        ]
        opened = opened or (now is None and room.opened_at is not None)
    if inside:
        raise ConfirmNeeded(f"{', '.join(inside)} would be sent away", inside)
    if opened:
        raise ConfirmNeeded("its transcript would be lost, and this cannot be taken back", inside)


async def _announce(live: Live, outcome: Outcome) -> None:
    """Tells the running rooms, and nobody of those that stay as they are."""
    before = {room.id: room for room in outcome.before}
    for room in outcome.after:
        was = before.pop(room.id, None)
        for person in () if was is None else was.people:
            if room.person(person.id) is None:
                await live.link_revoked(room.id, person.id)
        if room != was:
            await live.room_changed(room)
    for gone in before:
        await live.room_removed(gone)


async def _page(request: web.Request, event: str) -> EventPage:
    """Raises EventNotFound."""
    store, live = request.app[STORE], request.app[LIVE]
    await store.events.get(event)
    (counted,) = await store.events.counted(event)
    rooms = await store.rooms.of_event(event)
    problems: defaultdict[str, list[CellProblem]] = defaultdict(list)
    participants = await store.participants.of_event(event)
    for found in check_rooms(rooms, await store.participants.time_zones(), availability(participants)):
        problems[found.room].append(_problem(found))
    undo, redo = await store.edits.next(event)
    return EventPage(
        event=EventView.of(counted),
        booths=[BoothBody(name=booth.name, venue=booth.venue) for booth in await store.events.booths(event)],
        participants=[ParticipantView.of(one) for one in participants],
        former=[
            FormerParticipant(id=one.id, role=one.role, name=one.name, company=one.company)
            for one in await store.participants.former(event)
        ],
        consultations=[_consultation(room, live, problems[room.id]) for room in rooms],
        undo=_edit(undo),
        redo=_edit(redo),
    )


def _consultation(room: Room, live: Live, problems: list[CellProblem]) -> Consultation:
    present = live.present(room.id)
    people = [
        PlacedPerson(
            id=person.id,
            role=person.role,
            name=person.name,
            company=person.company,
            participant=person.participant,
            present=person.id in present,
        )
        for person in room.people
    ]
    return Consultation(
        id=room.id,
        title=room.title,
        state=room.state,
        starts_at=room.starts_at,
        duration_min=room.duration_min,
        booth=room.booth,
        people=people,
        problems=problems,
    )


def _problem(found: RoomProblem) -> CellProblem:
    return CellProblem(
        field=found.field,
        person=found.person,
        refused=found.refused,
        code=found.problem.code,
        message=str(found.problem),
        params=dict(found.problem.params),
    )


def _edit(edit: Edit | None) -> EditView | None:
    return None if edit is None else EditView(action=edit.action, label=edit.label, by=edit.name, at=edit.at)


_TURN = (EventNotFound, NothingToUndo, EditOvertaken, EditRefused, ConfirmNeeded, InvalidQuery)
ENDPOINTS = (
    Endpoint(
        "GET",
        f"{EVENT}/page",
        read_page,
        "An event's settings, booths, participants and consultations with what is odd about them",
        EventPage,
        errors=(EventNotFound,),
    ),
    Endpoint(
        "POST",
        f"{EVENT}/edits",
        edit_event,
        "One edit, checked as an import is; `confirmed=1` although somebody inside would be sent away",
        EventPage,
        body=EditBody,
        query=EditQuery,
        errors=(
            *(InvalidBody, BodyTooLarge, InvalidQuery, EventNotFound, RoomNotFound, ParticipantNotFound),
            *(NameTaken, ParticipantBusy, BoothInUse, EditRefused, ConfirmNeeded),
        ),
    ),
    Endpoint(
        "POST",
        f"{EVENT}/undo",
        undo_edit,
        "Take the last edit back, unless something else changed it since",
        EventPage,
        query=EditQuery,
        errors=_TURN,
    ),
    Endpoint(
        "POST",
        f"{EVENT}/redo",
        redo_edit,
        "Make the edit again that was taken back last",
        EventPage,
        query=EditQuery,
        errors=_TURN,
    ),
)
