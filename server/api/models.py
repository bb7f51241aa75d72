"""JSON of the HTTP API: what clients send and what they get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from server.api.endpoint import Body
from server.live import LoadedModels, ProcessState, WorkerCounts
from server.network_row import NetworkRow
from server.one_line import is_one_line
from server.store.records import (
    GlossaryTerm,
    NewPerson,
    NewRoom,
    PersonChange,
    Role,
    RoomPatch,
    RoomState,
    StaffRole,
    VenueSends,
)
from wire.languages import LanguageTag

MAX_PEOPLE = 20
MAX_TERMS = 500


def _check_one_line(text: str) -> str:
    if not is_one_line(text):
        raise PydanticCustomError("one_line", "It may have neither line breaks nor control characters")
    return text


ONE_LINE = AfterValidator(_check_one_line)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), ONE_LINE]
Company = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), ONE_LINE]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), ONE_LINE]
Booth = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), ONE_LINE]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
StartsAt = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
"""Python cannot add a consultation's length to a time close to the year 9999."""


class GlossaryBody(Body):
    term: Term
    translations: dict[LanguageTag, Term] = Field(default_factory=dict)

    def record(self) -> GlossaryTerm:
        return GlossaryTerm(self.term, self.translations)


class PersonBody(Body):
    role: Role
    name: Name
    company: Company = ""
    speaks: LanguageTag
    reads: LanguageTag

    def record(self) -> NewPerson:
        return NewPerson(self.role, self.name, self.company, self.speaks, self.reads)


class PersonChangeBody(PersonBody):
    """With `id` somebody who is in the room already and keeps the link; without it somebody new."""

    id: str | None = None

    def change(self) -> PersonChange:
        return PersonChange(self.record(), self.id)


class RoomBody(Body):
    title: Title
    starts_at: StartsAt | None = None
    duration_min: Minutes = 30
    people: list[PersonBody] = Field(min_length=1, max_length=MAX_PEOPLE)
    glossary: list[GlossaryBody] = Field(default_factory=list, max_length=MAX_TERMS)
    event: Title | None = None
    booth: Booth = ""
    recording_allowed: bool = False

    def record(self) -> NewRoom:
        return NewRoom(
            title=self.title,
            starts_at=self.starts_at,
            duration_min=self.duration_min,
            people=tuple(person.record() for person in self.people),
            glossary=tuple(entry.record() for entry in self.glossary),
            event=self.event or "",
            booth=self.booth,
            recording_allowed=self.recording_allowed,
        )


class RoomChangeBody(Body):
    """What is left out, or null, stays. `people` and `glossary` replace the whole list."""

    title: Title | None = None
    starts_at: StartsAt | None = None
    duration_min: Minutes | None = None
    people: list[PersonChangeBody] | None = Field(default=None, min_length=1, max_length=MAX_PEOPLE)
    glossary: list[GlossaryBody] | None = Field(default=None, max_length=MAX_TERMS)
    event: Title | None = None
    booth: Booth | None = None
    recording_allowed: bool | None = None

    def patch(self) -> RoomPatch:
        return RoomPatch(
            title=self.title,
            starts_at=self.starts_at,
            duration_min=self.duration_min,
            people=None if self.people is None else tuple(person.change() for person in self.people),
            glossary=None if self.glossary is None else tuple(entry.record() for entry in self.glossary),
            event=self.event,
            booth=self.booth,
            recording_allowed=self.recording_allowed,
        )


class SendsBody(Body):
    """What a venue's room may send: a room microphone, also a camera. Off unless the organiser says so."""

    sends: VenueSends


class ExtendBody(Body):
    """Counted from now on when the time is over."""

    minutes: Annotated[int, Field(ge=1, le=240)]


class AnnouncementBody(Body):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class EnterBody(Body):
    """How the organiser appears in the room; used the first time, when their place is made."""

    name: Name = "주최 측 / Organiser"
    speaks: LanguageTag = "ko"
    reads: LanguageTag = "ko"


class PersonLink(BaseModel):
    id: str
    role: Role
    name: str
    url: str


class RoomCreated(BaseModel):
    id: str
    people: list[PersonLink]


class PersonRow(BaseModel):
    id: str
    role: Role
    name: str
    company: str
    speaks: LanguageTag
    reads: LanguageTag
    participant: str | None = None
    """Who this is among the event's participants."""
    sends: VenueSends
    present: bool
    waiting: bool
    """The page is open, the room is not yet."""
    came_at: datetime | None
    """First; None: never."""
    left_at: datetime | None
    """Last; None while they are inside."""
    network: NetworkRow | None = None
    """None for who is not inside, or neither sends nor receives."""


class HelpRow(BaseModel):
    person: str
    since: datetime


class RoomRow(BaseModel):
    """A line of the organiser's list (docs/protocol.md)."""

    id: str
    title: str
    event: str
    booth: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    opened_at: datetime | None
    ends_at: datetime | None
    extended_min: int
    """Added to the time by the organiser."""
    opens_at: datetime | None
    """When it opens by itself; None: somebody opens it."""
    closes_at: datetime | None
    """Likewise."""
    demo: str | None
    """Name of the sample conversation that demo speakers hold in it."""
    people: list[PersonRow]
    present: int
    lag_ms: float | None
    """Median lag of the last final captions."""
    help: list[HelpRow]
    """Who inside calls the organiser, the oldest call first."""
    recording_allowed: bool
    recording: Literal["off", "asking", "refused", "recording", "failed"]
    recording_code: str | None
    """Why it failed."""
    recordings: int
    """Finished files."""
    making_recording: bool
    unmade_recording: Literal["disk_full", "disk_error", "no_packets", "failed"] | None
    """Why what was recorded could not be made into a file."""


class RoomDetail(RoomRow):
    glossary: list[GlossaryBody]
    closed_at: datetime | None


class RecordingBody(BaseModel):
    name: str
    bytes: int
    made_at: datetime


class RecordingList(BaseModel):
    """`making`: another one is being made. `unmade`: why what was recorded could not be made into one."""

    files: list[RecordingBody]
    making: bool
    unmade: Literal["disk_full", "disk_error", "no_packets", "failed"] | None


class RoomList(BaseModel):
    rooms: list[RoomRow]
    workers: WorkerCounts


class Link(BaseModel):
    url: str


class Notice(BaseModel):
    """An event's text for participants by language tag; `digest` goes into `join`."""

    digest: str
    texts: dict[str, str]


class Invitation(BaseModel):
    """What the page behind a link shows before one enters."""

    class InvitedRoom(BaseModel):
        id: str
        title: str
        event: str
        state: RoomState
        starts_at: datetime | None
        duration_min: int

    class InvitedPerson(BaseModel):
        id: str
        role: Role
        name: str
        company: str
        speaks: LanguageTag
        reads: LanguageTag
        sends: VenueSends

    room: InvitedRoom
    you: InvitedPerson
    notice: Notice | None = None
    """What the person has to agree to first; None: nothing, or they did already."""


class Me(BaseModel):
    """`who`: a user's id, `key` for the organiser's key, `token` for the API token."""

    via: Literal["token", "session"]
    who: str
    name: str
    role: StaffRole
    login: str | None = None
    codes: bool = False
    """Whether one-time codes are asked for at sign-in."""


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    """`degraded`: no media worker or no transcription worker is connected."""
    media_workers: int
    transcription_workers: int
    models: list[LoadedModels]
    processes: list[ProcessState]
    """`message` is for the organiser only."""


class ErrorInside(BaseModel):
    code: str
    message: str
    field: str | None = None


class ErrorAnswer(BaseModel):
    error: ErrorInside
