"""One room while the server runs: who is inside, what they send and read, what that asks of workers."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from server import glossary
from server.captions import CaptionBook
from server.clock import BY_HAND, closes_at
from server.corrections import LastCorrection
from server.desk import Desk
from server.help import Help
from server.holding import Mask, masked
from server.interpretation import Interpretation
from server.messages import (
    Announcement,
    ErrorNotice,
    GlossaryShown,
    HelpCall,
    HelpShown,
    MediaView,
    PersonView,
    QualityShown,
    ReceiveOffer,
    RecordingShown,
    RoomView,
    State,
    TermView,
    TranscriptionView,
    of_room,
)
from server.network import NetworkState
from server.outbox import FATAL, Outbox
from server.rights import CORRECTORS
from server.store.records import EventSettings, Person, Role, Room
from wire.captions import Caption
from wire.glossary import Term
from wire.languages import same_language
from wire.links import Source, Track, track_id
from wire.message import Message

_READ_WHEN_PRESENT: frozenset[Role] = frozenset({"organiser", "observer"})
"""Roles whose language is translated into only while they are inside; the others' always."""
MAX_HOTWORDS = 100


@dataclass(slots=True, eq=False)
class Presence:
    """Somebody inside. `outbox` is None while a lost socket keeps its place."""

    person: str
    session: str | None
    outbox: Outbox | None = None
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    screen_at: datetime | None = None
    """Since when the screen is shared."""
    lost: bool = False
    """As the others see it: a moment after the socket was lost."""
    grace: asyncio.TimerHandle | None = None
    network: NetworkState = field(default_factory=NetworkState)
    shown_lost: asyncio.TimerHandle | None = None
    offer: ReceiveOffer | None = None
    """Of what is to be received, as long as it was not answered."""
    told_recording: RecordingShown | None = None
    """What the page was told last."""
    ice_issued_s: float = 0.0
    """Wall time of the last credentials for relays."""

    def sends(self, state: State) -> None:
        """Which devices are on; what the message leaves out stays."""
        for name in ("microphone", "camera", "screen"):
            value = getattr(state, name)
            if value is not None:
                setattr(self, name, value)
        if not self.screen:
            self.screen_at = None
        elif self.screen_at is None:
            self.screen_at = datetime.now(UTC)

    def send(self, message: Message, *, key: Hashable = None) -> None:
        if self.outbox is not None:
            self.outbox.put(message.model_dump_json(), key=key)

    def hold(self) -> None:
        """The place is not given up after all, or for good: no timer changes anything any more."""
        for timer in (self.grace, self.shown_lost):
            if timer is not None:
                timer.cancel()
        self.grace = self.shown_lost = None
        self.lost = False

    def dismiss(self, code: str, message: str) -> None:
        """A fatal error, after which the socket is closed."""
        self.hold()
        self.send(ErrorNotice(code=code, message=message, fatal=True))
        if self.outbox is not None:
            self.outbox.close(FATAL)
            self.outbox = None


@dataclass(frozen=True, slots=True)
class HttpSession:
    """An encoder (WHIP) or a player (WHEP) that is in the room as a person, with or without their page."""

    id: str
    person: str
    kind: Literal["whip", "whep"]
    epoch: str = ""
    """Of the media worker that has its connection; empty while it is being made."""
    sources: tuple[Source, ...] = ()
    """What an encoder sends."""


@dataclass(slots=True, eq=False)
class LiveRoom:
    """`record` is the database's newest word on the room. The methods decide, others act."""

    record: Room
    event_terms: glossary.Terms = ()
    """The glossary of the room's event, which the room's own completes and overrules."""
    settings: EventSettings = BY_HAND
    """Of the room's event."""
    book: CaptionBook | None = None
    """None until the room was opened."""
    presences: dict[str, Presence] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    """By person id: whether they may be recorded, as far as they have said."""
    sessions: dict[str, HttpSession] = field(default_factory=dict)
    """Encoders and players, by id."""
    followers: set[Outbox] = field(default_factory=set)
    """Interpreters' pages that are told what the desks inside are told (`server/followers.py`)."""
    waiting: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    """People whose page asks again and again whether the room is open."""
    corrections: dict[str, LastCorrection] = field(default_factory=dict)
    """By caption id."""
    correcting: asyncio.Lock = field(default_factory=asyncio.Lock)
    desk: Desk = field(default_factory=Desk)
    """`server/desk_work.py` changes it."""
    help: Help = field(default_factory=Help)
    announcement: Announcement | None = None
    interpretation: Interpretation = field(default_factory=Interpretation)
    """Of those who are or were inside; `server/booth.py` changes it."""
    media: MediaView = field(default_factory=MediaView)
    """What the pages were told last; `transcription` likewise."""
    qualities: dict[str, QualityShown] = field(default_factory=dict)
    """Of people whose network does not let them receive everything."""
    transcription: TranscriptionView = field(default_factory=TranscriptionView)
    _without_page: dict[str, NetworkState] = field(default_factory=dict)
    """Networks of those who are here by an encoder or players alone."""
    _told: tuple[tuple[glossary.Terms, glossary.Terms], tuple[Term, ...]] = (((), ()), ())
    """What `terms` was made of, and what it was."""

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def is_open(self) -> bool:
        return self.record.state == "open"

    def view(self) -> RoomView:
        return RoomView.of(self.record, closes_at(self.record, self.settings))

    def inside(self) -> frozenset[str]:
        """Who is here, by a page, an encoder or a player."""
        return frozenset(self.presences) | {session.person for session in self.sessions.values()}

    def networks(self) -> dict[str, NetworkState]:
        """Of everybody inside, since they came."""
        of_pages = {person: presence.network for person, presence in self.presences.items()}
        before = self._without_page
        others = self.inside() - of_pages.keys()
        self._without_page = {person: before.get(person) or NetworkState() for person in others}
        return of_pages | self._without_page

    def sends(self, person: str, source: Source) -> bool:
        presence = self.presences.get(person)
        if presence is not None and getattr(presence, source):
            return True
        return any(s.person == person and source in s.sources for s in self.sessions.values())

    def person_view(self, person: Person) -> PersonView:
        view = PersonView.absent(person)
        if person.id not in self.inside():
            return view
        presence = self.presences.get(person.id)
        sending = {
            "encoder": self._encoder(person.id),
            "microphone": self.sends(person.id, "microphone"),
            "camera": self.sends(person.id, "camera"),
            "screen": self.sends(person.id, "screen"),
            "screen_at": presence.screen_at if presence is not None else None,
            "lost": presence is not None and presence.lost,
        }
        return view.model_copy(update={"present": True, **sending})

    def _encoder(self, person: str) -> tuple[Source, ...]:
        return next((s.sources for s in self.sessions.values() if s.person == person and s.sources), ())

    def end_sessions(self, epoch: str) -> list[HttpSession]:
        """Takes out those whose room or worker's life is over, and whose person is off the list or may not
        send that any more.
        """
        over = [
            session
            for session in self.sessions.values()
            if not self.is_open
            or session.epoch not in ("", epoch)
            or (person := self.record.person(session.person)) is None
            or not person.may_send() >= set(session.sources)
        ]
        for session in over:
            del self.sessions[session.id]
        return over

    def people(self) -> tuple[PersonView, ...]:
        return tuple(self.person_view(person) for person in self.record.people)

    def readable(self) -> tuple[str, ...]:
        """Languages that somebody reads, in the order of the people."""
        inside = self.inside()
        readers = (
            person
            for person in self.record.people
            if person.role not in _READ_WHEN_PRESENT or person.id in inside
        )
        return tuple(dict.fromkeys(person.reads for person in readers))

    def targets(self, lang: str) -> tuple[str, ...]:
        """Languages into which what is said in `lang` is translated."""
        return tuple(target for target in self.readable() if not same_language(lang, target))

    def publishers(self) -> dict[str, bool]:
        """Everybody inside an open room, and whether the microphone goes to the recogniser."""
        if not self.is_open:
            return {}
        return {
            person.id: "microphone" in person.may_send() and person.id not in self.desk.paused
            for person in self.record.people
            if person.id in self.inside()
        }

    def spoken_by(self, person: Person) -> str:
        """An interpreter speaks the language of the channel."""
        into = self.interpretation.seat(person.id).into if person.role == "interpreter" else None
        return into or person.speaks

    def spoken_beside(self, lang: str) -> tuple[str, ...]:
        """Other languages that the two sides and their interpreters speak."""
        parties = (
            person
            for person in self.record.people
            if person.role != "organiser" and "microphone" in person.may_send()
        )
        tags = dict.fromkeys(person.speaks for person in parties)
        return tuple(tag for tag in tags if not same_language(lang, tag))

    def tracks(self) -> dict[str, Track]:
        """Voices to listen to, by track id: organisers and halls only once their microphone is on."""
        if not self.is_open:
            return {}
        tracks = {}
        terms = self.terms()
        for person in self.record.people:
            if person.id not in self.inside() or "microphone" not in person.may_send():
                continue
            if person.id in self.desk.paused:
                continue
            if person.role in ("organiser", "venue") and not self.sends(person.id, "microphone"):
                continue
            name = track_id(self.id, person.id)
            lang = self.spoken_by(person)
            tracks[name] = Track(
                track=name,
                lang=lang,
                targets=self.targets(lang),
                hotwords=_hotwords(terms, lang),
                others=self.spoken_beside(lang),
                glossary=terms,
                details=self.desk.holds,
            )
        return tracks

    def broadcast(self, message: Message, *, key: Hashable = None, but: str | None = None) -> None:
        """To everybody inside, except the person `but`, and to followers."""
        text = message.model_dump_json()
        for presence in self.presences.values():
            if presence.outbox is not None and presence.person != but:
                presence.outbox.put(text, key=key)
        self._tell_followers(text, key)

    def _tell_followers(self, text: str, key: Hashable) -> None:
        if self.followers:
            wrapped = of_room(self.id, text)
            for follower in self.followers:
                follower.put(wrapped, key=None if key is None else (self.id, key))

    def show_caption(self, caption: Caption, mask: Mask | None = None) -> None:
        """To those who may correct it whole; to the others without what is held back (a partial's `mask`)."""
        mask = mask or self.desk.held.get(caption.id)
        key = f"caption-{caption.id}"
        if mask is None:
            self.broadcast(caption, key=key)
            return
        whole, rest = caption.model_dump_json(), masked(caption, mask).model_dump_json()
        at_desk = self.at_desk()
        for person, presence in self.presences.items():
            if presence.outbox is not None:
                presence.outbox.put(whole if person in at_desk else rest, key=key)
        self._tell_followers(whole, key)

    def as_shown_to(self, role: Role, captions: tuple[Caption, ...]) -> tuple[Caption, ...]:
        if role in CORRECTORS:
            return captions
        held = self.desk.held
        return tuple(masked(one, held[one.id]) if one.id in held else one for one in captions)

    def at_desk(self) -> frozenset[str]:
        """Those inside who may correct captions."""
        return frozenset(
            person.id
            for person in self.record.people
            if person.role in CORRECTORS and person.id in self.presences
        )

    def tell_desk(self, message: Message, *, key: Hashable = None) -> None:
        """To those who may correct captions, followers among them."""
        for person in self.at_desk():
            self.presences[person].send(message, key=key)
        self._tell_followers(message.model_dump_json(), key)

    def show_quality(self, quality: QualityShown) -> None:
        """What a person receives, to everybody."""
        if quality.level == "full":
            self.qualities.pop(quality.person, None)
        else:
            self.qualities[quality.person] = quality
        self.broadcast(quality, key=f"quality-{quality.person}")

    def help_calls(self) -> tuple[HelpCall, ...]:
        """Of those who still have a place here."""
        return tuple(
            HelpCall(person=person, since=since)
            for person, since in self.help.calls.items()
            if self.record.person(person) is not None
        )

    def show_help(self, *, answered: bool = False) -> None:
        self.broadcast(HelpShown(calls=self.help_calls(), answered=answered), key="help")

    def terms(self) -> tuple[Term, ...]:
        """What holds in the room, as workers are told; the same objects until something changes."""
        lists = (self.record.glossary, self.event_terms)
        if lists != self._told[0]:
            self._told = (lists, glossary.for_workers(glossary.merged(*lists)))
        return self._told[1]

    def glossary_view(self) -> GlossaryShown:
        own = len(self.record.glossary)
        return GlossaryShown(
            terms=tuple(
                TermView.of(entry, "room" if at < own else "event")
                for at, entry in enumerate(glossary.merged(self.record.glossary, self.event_terms))
            )
        )

    def show_glossary(self) -> None:
        """To those who may change it."""
        self.tell_desk(self.glossary_view(), key="glossary")


def _hotwords(terms: tuple[Term, ...], lang: str) -> tuple[str, ...]:
    """The terms as said in `lang`, those typed in last first."""
    words = (term.said_in(lang) for term in terms)
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_HOTWORDS]
