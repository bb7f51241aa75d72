"""Messages between a browser and the server (docs/protocol.md, part 1)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from server.desk_messages import (
    AtDesk,
    Confirm,
    MachineView,
    PartnerMessage,
    ReplacementView,
    TellPartner,
)
from server.fields import MAX_TRANSLATIONS, CaptionId, LineText, Name, TermText
from server.interpretation import Mode, Step, Turn
from server.network import Grade, Reason
from server.store.records import GlossaryTerm, Person, Role, Room, RoomState, VenueSends
from wire.captions import Caption
from wire.languages import LanguageTag
from wire.links import Id, Level, Models, Picture, PublishedTrack, Route, Sdp, Source, SubscribedTrack
from wire.message import Codec, Message

PageSession = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]

# --- browser → server --------------------------------------------------------------------------------------


class Interprets(Message):
    """How one interprets, as the page knows it: counts only where the server does not (after a restart)."""

    into: LanguageTag | None = None
    air: bool = True
    together: bool = False
    mode: Mode = "simultaneous"


class Join(Message):
    type: Literal["join"]
    token: str = Field(max_length=64)
    name: Name | None = None
    speaks: LanguageTag | None = None
    reads: LanguageTag | None = None
    session: PageSession | None = None
    """The same while a page stays open; without it every connection counts as another page."""
    interprets: Interprets | None = None
    help: bool = False
    """Whether the page had called the organiser: counts only where the server does not know."""
    since: AwareDatetime | None = None
    """The server's clock as the page read it last: what changed after it may have been missed."""
    notice: str | None = Field(default=None, max_length=64)
    """Digest of the event's text for participants that the person agreed to."""


class Watch(Message):
    type: Literal["watch"]


class Follow(Message):
    """`token`: of a participant's own page."""

    type: Literal["follow"]
    token: str = Field(max_length=64)


class State(Message):
    """What one is sending right now; None leaves it as it is."""

    type: Literal["state"]
    microphone: bool | None = None
    camera: bool | None = None
    screen: bool | None = None


class Languages(Message):
    type: Literal["languages"]
    speaks: LanguageTag
    reads: LanguageTag


class Correct(Message):
    """`rev`: the revision that the person had before their eyes."""

    type: Literal["correct"]
    id: CaptionId
    rev: int = Field(ge=1)
    lang: LanguageTag
    text: LineText


class PutTerm(Message):
    """Adds a term to the room's glossary, or changes it; `replaces` is its old spelling, if that changed."""

    type: Literal["term"]
    term: TermText
    translations: Annotated[
        dict[LanguageTag, TermText], Field(default_factory=dict, max_length=MAX_TRANSLATIONS)
    ]
    replaces: TermText | None = None


class RemoveTerm(Message):
    """Takes a term out of the room's own glossary."""

    type: Literal["remove_term"]
    term: TermText


class Interpret(Message):
    """Into a language, or (None) to everybody; `air` false: heard by nobody."""

    type: Literal["interpret"]
    into: LanguageTag | None = None
    air: bool = True
    together: bool = False


class HandOver(Message):
    """`person`: the other interpreter. Asking for what the other offers, or the reverse, accepts it."""

    type: Literal["handover"]
    step: Step
    person: Id


class InterpretationMode(Message):
    type: Literal["interpretation_mode"]
    mode: Mode


class TakeTurn(Message):
    type: Literal["turn"]
    turn: Turn


class PublishOffer(Message):
    type: Literal["publish"]
    session: Id
    sdp: Sdp
    tracks: tuple[PublishedTrack, ...] = Field(max_length=4)


class Receive(Message):
    type: Literal["receive"]


class Subscribed(Message):
    type: Literal["subscribed"]
    generation: int
    sdp: Sdp


class Alive(Message):
    """The page doubts that the connection still works; the answer is a `tick`."""

    type: Literal["alive"]


class Consent(Message):
    """Whether one may be recorded."""

    type: Literal["consent"]
    recording: bool


class Reception(Message):
    """What the page saw since its last report, every 5 s; shares and counts of all that it receives."""

    type: Literal["reception"]
    interval_ms: int = Field(ge=1_000, le=60_000)
    freezes: int = Field(ge=0, le=10_000)
    frozen_ms: int = Field(ge=0, le=1_000_000_000)
    concealed: float = Field(ge=0, le=1)
    round_trip_ms: float | None = Field(default=None, ge=0, le=60_000)


class CallHelp(Message):
    """The organiser is asked to come, or (not wanted) need not come any more."""

    type: Literal["help"]
    wanted: bool


class AnswerHelp(Message):
    """An organiser looks after what the room called for."""

    type: Literal["answer_help"]


class Leave(Message):
    type: Literal["leave"]


first_message: Codec[Join | Watch | Follow] = Codec(
    Annotated[Join | Watch | Follow, Field(discriminator="type")]
)
Interpreting = Interpret | HandOver | InterpretationMode | TakeTurn
InRoom = (
    Alive
    | State
    | Languages
    | Correct
    | PutTerm
    | RemoveTerm
    | PublishOffer
    | Receive
    | Subscribed
    | Consent
    | Reception
    | CallHelp
    | AnswerHelp
    | Leave
    | Interpreting
    | AtDesk
)
room_message: Codec[InRoom] = Codec(Annotated[InRoom, Field(discriminator="type")])


FromOutside = Correct | Confirm | TellPartner


class OfRoom(Message):
    """Said in one of the rooms that are followed; what the server says of one comes in the same wrapper."""

    type: Literal["of_room"]
    room: Id
    message: Annotated[FromOutside, Field(discriminator="type")]


follower_message: Codec[Alive | OfRoom] = Codec(Annotated[Alive | OfRoom, Field(discriminator="type")])


def of_room(room: str, message: str) -> str:
    """`message`: JSON, as those inside get it."""
    return f'{{"type":"of_room","room":{json.dumps(room)},"message":{message}}}'


# --- server → browser --------------------------------------------------------------------------------------


class PersonView(Message):
    id: str
    role: Role
    name: str
    company: str
    speaks: str
    reads: str
    present: bool
    lost: bool = False
    """Present, but not heard any more: the place is kept for a while."""
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    screen_at: datetime | None = None
    """Since when it is shared: of two screens everybody sees the newer one large."""
    sends: VenueSends = "nothing"
    """Of a venue: what the organiser allows it to send."""
    encoder: tuple[Source, ...] = ()
    """What an encoder sends in the person's name, whatever their page has on."""

    @classmethod
    def absent(cls, person: Person) -> PersonView:
        return cls(
            id=person.id,
            role=person.role,
            name=person.name,
            company=person.company,
            speaks=person.speaks,
            reads=person.reads,
            present=False,
            sends=person.sends,
        )


class RoomView(Message):
    id: str
    title: str
    state: RoomState
    starts_at: datetime | None
    duration_min: int
    opened_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None
    """When it closes by itself; None: somebody closes it."""

    @classmethod
    def of(cls, room: Room, closes_at: datetime | None) -> RoomView:
        return cls(
            id=room.id,
            title=room.title,
            state=room.state,
            starts_at=room.starts_at,
            duration_min=room.duration_min,
            opened_at=room.opened_at,
            ends_at=room.ends_at,
            closes_at=closes_at,
        )


class TermView(Message):
    """`scope`: whose glossary it is from; a room's own terms can be removed there."""

    term: str
    translations: dict[str, str]
    scope: Literal["room", "event"]

    @classmethod
    def of(cls, entry: GlossaryTerm, scope: Literal["room", "event"]) -> TermView:
        return cls(term=entry.term, translations=dict(entry.translations), scope=scope)


class GlossaryShown(Message):
    """All terms that hold in the room, the newest first."""

    type: Literal["glossary"] = "glossary"
    terms: tuple[TermView, ...]


Availability = Literal["ready", "unavailable"]


class MediaView(Message):
    """`epoch` names the life of the media worker that serves the room; empty when there never was one."""

    type: Literal["media"] = "media"
    epoch: str = ""
    state: Availability = "unavailable"


class TranscriptionView(Message):
    type: Literal["transcription"] = "transcription"
    state: Availability = "unavailable"
    demo: bool = False
    languages: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()

    @classmethod
    def of(cls, models: Models) -> TranscriptionView:
        return cls(state="ready", demo=models.demo, languages=models.languages, routes=models.routes)


class SeatView(Message):
    """One interpreter who has chosen, or was given, a place."""

    person: str
    into: str | None
    air: bool
    channels: tuple[str, ...]
    together: bool
    connected: bool
    """False: lost or gone; whoever takes over needs nobody's consent."""


class HandoverView(Message):
    giver: str
    taker: str
    by: str


class InterpretationView(Message):
    type: Literal["interpretation"] = "interpretation"
    mode: Mode = "simultaneous"
    turn: Turn = "speakers"
    seats: tuple[SeatView, ...] = ()
    handovers: tuple[HandoverView, ...] = ()


class RecordingShown(Message):
    """Whether the room is being recorded, and what the one who gets this has said to it.

    `asking`: `unanswered` people have not answered yet. `refused`: somebody said no. `failed`: see `code`.
    """

    type: Literal["recording"] = "recording"
    allowed: bool = False
    state: Literal["off", "asking", "refused", "recording", "failed"] = "off"
    unanswered: int = 0
    answer: bool | None = None
    code: str | None = None


class IceServer(Message):
    """An RTCIceServer of the browser's."""

    urls: tuple[str, ...]
    username: str
    credential: str


class IceServersShown(Message):
    """New credentials, before the earlier ones end."""

    type: Literal["ice_servers"] = "ice_servers"
    ice_servers: tuple[IceServer, ...]


class HelpCall(Message):
    person: str
    since: datetime


class HelpShown(Message):
    """Who calls the organiser, the oldest call first; `answered`: somebody has just seen to it."""

    type: Literal["help"] = "help"
    calls: tuple[HelpCall, ...] = ()
    answered: bool = False


class Announcement(Message):
    """What the organiser wrote to everybody inside; a newer one takes its place."""

    type: Literal["announcement"] = "announcement"
    id: str
    text: str
    said_at: datetime


class NetworkView(Message):
    person: str
    grade: Grade
    reasons: tuple[Reason, ...]
    """The worst first."""


class Joined(Message):
    type: Literal["joined"] = "joined"
    you: PersonView
    room: RoomView
    people: tuple[PersonView, ...]
    captions: tuple[Caption, ...]
    media: MediaView
    transcription: TranscriptionView
    ice_servers: tuple[IceServer, ...] = ()
    glossary: tuple[TermView, ...] = ()
    """Empty for those who may not change it."""
    interpretation: InterpretationView = InterpretationView()
    recording: RecordingShown = RecordingShown()
    networks: tuple[NetworkView, ...] = ()
    """Those that are not good."""
    machine: MachineView = MachineView()
    replacements: tuple[ReplacementView, ...] = ()
    """Empty for those who have no desk, like what follows."""
    partner_messages: tuple[PartnerMessage, ...] = ()
    help: tuple[HelpCall, ...] = ()
    announcement: Announcement | None = None
    """The last one, while the room stays open."""
    now_at: datetime


class Following(Message):
    """Each room that is open follows with a `joined` of its own, in an `of_room`."""

    type: Literal["following"] = "following"
    now_at: datetime


class Unfollowed(Message):
    """The room is closed, or not the reader's any more."""

    type: Literal["unfollowed"] = "unfollowed"
    room: str


class PersonChanged(Message):
    type: Literal["person"] = "person"
    person: PersonView


class PersonRemoved(Message):
    """The organiser took somebody off the room's list."""

    type: Literal["person_removed"] = "person_removed"
    id: str


class RoomChanged(Message):
    type: Literal["room"] = "room"
    room: RoomView


class NetworkChanged(Message):
    type: Literal["network"] = "network"
    network: NetworkView


class CaptionRemoved(Message):
    type: Literal["caption_removed"] = "caption_removed"
    id: str


class Tick(Message):
    type: Literal["tick"] = "tick"
    now_at: datetime


class ErrorNotice(Message):
    type: Literal["error"] = "error"
    code: str
    message: str
    field: str | None = None
    fatal: bool = False


class QualityShown(Message):
    """What a person's network lets them receive; who is not named receives everything (`full`)."""

    type: Literal["quality"] = "quality"
    person: str
    level: Level
    paused: tuple[Picture, ...] = ()
    """What does not get through at `low`; at `audio` and `text` no picture does."""


class PublishAnswer(Message):
    type: Literal["published"] = "published"
    session: str
    sdp: str


class ReceiveOffer(Message):
    type: Literal["subscribe"] = "subscribe"
    generation: int
    sdp: str
    tracks: tuple[SubscribedTrack, ...]
