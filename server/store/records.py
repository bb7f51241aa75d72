"""What the store keeps, as the rest of the server sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NewType, get_args

from wire.captions import Caption
from wire.links import Source

Role = Literal["organiser", "seller", "buyer", "interpreter", "observer", "venue"]
RoomState = Literal["scheduled", "open", "closed"]
ROLES: tuple[Role, ...] = get_args(Role)
StaffRole = Literal["administrator", "organiser", "desk"]
"""`desk`: opens and closes rooms and hands out links. `organiser`: runs events. `administrator`: also people
and the log of what they did."""
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
Token = NewType("Token", str)
"""The secret of a link, 26 characters of base32."""
VenueSends = Literal["nothing", "sound", "sound_and_picture"]
"""What a hall's screen, where nobody can be asked, sends of the hall."""
_ALL: frozenset[Source] = frozenset({"microphone", "camera", "screen"})
_VENUE_SENDS: dict[VenueSends, frozenset[Source]] = {
    "nothing": frozenset(),
    "sound": frozenset({"microphone"}),
    "sound_and_picture": frozenset({"microphone", "camera"}),
}


@dataclass(frozen=True, slots=True)
class NewPerson:
    role: Role
    name: str
    company: str
    speaks: str
    reads: str


@dataclass(frozen=True, slots=True)
class Person:
    """`id` (`p1`, `p2` …) counts within the room and is never given twice."""

    id: str
    role: Role
    name: str
    company: str
    speaks: str
    reads: str
    participant: str | None = field(default=None, compare=False)
    """Who this is among the event's participants."""
    sends: VenueSends = "nothing"
    """Of a venue: what its room's devices may send."""
    screen: str | None = field(default=None, compare=False)
    """Which of the event's screens has this place."""

    def may_send(self) -> frozenset[Source]:
        """Listeners nothing; a venue what the organiser allows it; everybody else all they have."""
        if self.role == "venue":
            return _VENUE_SENDS[self.sends]
        return _ALL if self.role in ("seller", "buyer", "interpreter", "organiser") else frozenset()


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How an event's rooms are run."""

    opens_early_min: int = 10
    """Minutes before its start at which a room opens by itself; only where `opens_itself`."""
    opens_itself: bool = False
    closes_itself: bool = False
    closes_late_min: int = 0
    """Minutes after its end at which a room closes by itself."""
    keeps_days: int | None = None
    """Days after the event's end for which transcripts, recordings and chats are kept; None: for good."""
    consent: Mapping[str, str] = field(default_factory=dict)
    """Text shown before joining, by language tag."""


@dataclass(frozen=True, slots=True)
class Event:
    """A trade mission, known by its name. Dates are those of `time_zone`."""

    name: str
    time_zone: str = "Asia/Seoul"
    starts_on: date | None = None
    ends_on: date | None = None
    settings: EventSettings = EventSettings()


@dataclass(frozen=True, slots=True)
class Booth:
    """Where a consultation happens, known by its name within the event."""

    event: str
    name: str
    venue: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen in a hall that shows a booth's rooms in turn, in the language `reads`."""

    id: str
    event: str
    booth: str
    name: str
    reads: str
    sends: VenueSends
    bound_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody can be had."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read before a consultation: a catalogue, a price list."""

    title: str
    url: str
    """http or https."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a participant besides name and language."""

    languages: tuple[str, ...] = ()
    """Of an interpreter: all that they work between."""
    hours: tuple[Hours, ...] = ()
    """Empty: always."""
    products: str = ""
    categories: tuple[str, ...] = ()
    website: str = ""
    notes: str = ""
    documents: tuple[Document, ...] = ()
    """For those whom they meet, and for their interpreters."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of an event, the same in all of its rooms. `email` and `time_zone` may be unknown."""

    id: str
    event: str
    role: Role
    name: str
    company: str
    speaks: str
    reads: str
    email: str = ""
    time_zone: str | None = None
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class ParticipantDetails:
    """What a list says of somebody; empty values and None say nothing."""

    event: str
    role: Role
    name: str
    company: str
    speaks: str
    reads: str
    email: str = ""
    time_zone: str | None = None
    profile: Profile | None = None

    def participant(self) -> Participant:
        return Participant("", self.event, self.role, self.name, self.company, self.speaks, self.reads)


@dataclass(frozen=True, slots=True)
class ParticipantPatch:
    """What to change; None leaves it as it is."""

    name: str | None = None
    company: str | None = None
    speaks: str | None = None
    reads: str | None = None
    email: str | None = None
    time_zone: str | None = None
    profile: Profile | None = None


Level = Literal["must", "want", "no"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Wish:
    """Of `participant`, about another one or, where `about` is empty, about a category of products."""

    participant: str
    level: Level
    about: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A consultation of a draft. `booth` may be empty, people are participants' ids."""

    seller: str
    buyer: str
    starts_at: datetime
    duration_min: int
    booth: str = ""
    interpreters: tuple[str, ...] = ()
    locked: bool = False
    """Stays where it is when the timetable is made again."""

    @property
    def pair(self) -> tuple[str, str]:
        return self.seller, self.buyer

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_min)


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """When consultations may be."""

    starts_at: datetime
    duration_min: int


@dataclass(frozen=True, slots=True)
class MatchingTerms:
    """What a timetable is made from besides people, booths and wishes; slots in order, apart from each other.

    `score` and `bound` are those of the timetable that was made last.
    """

    slots: tuple[OfferedSlot, ...] = ()
    with_interpreters: bool = True
    """Whether those who share no language need an interpreter; otherwise captions do."""
    score: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """The draft of an event's timetable."""

    event: str
    revision: int = 0
    terms: MatchingTerms = MatchingTerms()
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """`translations`: language tag → the term in that language."""

    term: str
    translations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewRoom:
    title: str
    people: tuple[NewPerson, ...]
    starts_at: datetime | None = None
    duration_min: int = 30
    glossary: tuple[GlossaryTerm, ...] = ()
    demo: str | None = None
    event: str = ""
    booth: str = ""
    recording_allowed: bool = False
    schedule_key: str | None = None
    key_is_made: bool = field(default=False, compare=False, repr=False)
    """Whether the key is made of date, start and title: the sheet has none."""
    schedule_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """All times are UTC. `people` in the order they were added, removed ones left out."""

    id: str
    title: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    opened_at: datetime | None
    """When it was opened first; captions count their milliseconds from here."""
    closed_at: datetime | None
    people: tuple[Person, ...]
    glossary: tuple[GlossaryTerm, ...] = ()
    demo: str | None = None
    """Name of the sample conversation that demo speakers hold in it."""
    event: str = ""
    """The trade mission it belongs to."""
    booth: str = ""
    """Name of one of the event's booths, or empty."""
    recording_allowed: bool = False
    """Whether people are asked if the consultation may be recorded."""
    schedule_key: str | None = None
    """What a sheet's row is recognised by when it is imported again."""
    schedule_digest: str | None = None
    """Of the row as it was imported last: another one means that the sheet changed."""
    emptied_at: datetime | None = None
    """When what was said in it was deleted last."""

    extended_min: int = 0
    """Added to the time by the organiser."""
    reopened_at: datetime | None = None
    """When it was opened last, where that was not the first time."""

    @property
    def ends_at(self) -> datetime | None:
        """When its time is up: the end of the slot, or a full length when it was opened after the slot; in
        both cases with what the organiser added.
        """
        if self.state == "closed":
            return self.closed_at
        added = timedelta(minutes=self.extended_min)
        length = timedelta(minutes=self.duration_min)
        slot_end = self.starts_at + length if self.starts_at else None
        opened_at = self.reopened_at or self.opened_at
        if self.state == "scheduled" or opened_at is None or (slot_end and opened_at < slot_end):
            return slot_end + added if slot_end else None
        return opened_at + length + added

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was in a room; `left_at` is None while they are."""

    room: str
    person: str
    came_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkTarget:
    room_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A person of a changed list: with `id` one who stays, without it somebody new."""

    person: NewPerson
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RoomPatch:
    """What to change; None leaves it as it is. `people` replaces the whole list."""

    title: str | None = None
    starts_at: datetime | None = None
    duration_min: int | None = None
    people: tuple[PersonChange, ...] | None = None
    glossary: tuple[GlossaryTerm, ...] | None = None
    event: str | None = None
    booth: str | None = None
    demo: str | None = None
    schedule_key: str | None = None
    schedule_digest: str | None = None
    recording_allowed: bool | None = None


@dataclass(frozen=True, slots=True)
class RoomBatch:
    """Changes that are made together or not at all."""

    create: tuple[NewRoom, ...] = ()
    change: tuple[tuple[str, RoomPatch], ...] = ()
    release: tuple[str, ...] = ()
    """Rooms that give up their schedule key."""
    remove: tuple[str, ...] = ()
    """Rooms that were never opened."""
    participants: tuple[ParticipantDetails, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredCaption:
    """A final or corrected caption. `spoken_at`: wall time of its first word; the store sets `saved_at`."""

    room: str
    caption: Caption
    spoken_at: datetime
    saved_at: datetime | None = field(default=None, compare=False)
    source: str | None = field(default=None, compare=False)
    """Of a new caption: the utterance it was made of (`server.captions.Utterance.source`)."""
