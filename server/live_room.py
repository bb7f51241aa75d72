"""One room while the server runs: who is inside, what they send and read, what that asks of workers."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from server.captions import CaptionBook
from server.corrections import LastCorrection
from server.messages import ErrorNotice, MediaView, PersonView, RoomView, TranscriptionView
from server.outbox import FATAL, Outbox
from server.store.records import Person, Role, Room
from wire.languages import primary, same_language
from wire.links import Track, track_id
from wire.message import Message

PUBLISHERS: frozenset[Role] = frozenset({"seller", "buyer", "interpreter", "organiser"})
"""Roles that may send sound and pictures, and whose voices may be transcribed."""
CORRECTORS: frozenset[Role] = frozenset({"interpreter", "organiser"})
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
    grace: asyncio.TimerHandle | None = None

    def send(self, message: Message, *, key: Hashable = None) -> None:
        if self.outbox is not None:
            self.outbox.put(message.model_dump_json(), key=key)

    def dismiss(self, code: str, message: str) -> None:
        """A fatal error, after which the socket is closed."""
        if self.grace is not None:
            self.grace.cancel()
        self.send(ErrorNotice(code=code, message=message, fatal=True))
        if self.outbox is not None:
            self.outbox.close(FATAL)
            self.outbox = None


@dataclass(slots=True, eq=False)
class LiveRoom:
    """`record` is the database's newest word on the room. The methods decide, others act."""

    record: Room
    book: CaptionBook | None = None
    """None until the room was opened."""
    presences: dict[str, Presence] = field(default_factory=dict)
    corrections: dict[str, LastCorrection] = field(default_factory=dict)
    """By caption id."""
    correcting: asyncio.Lock = field(default_factory=asyncio.Lock)
    media: MediaView = field(default_factory=MediaView)
    """What the pages were told last; `transcription` likewise."""
    transcription: TranscriptionView = field(default_factory=TranscriptionView)

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def is_open(self) -> bool:
        return self.record.state == "open"

    def view(self) -> RoomView:
        return RoomView.of(self.record)

    def person_view(self, person: Person) -> PersonView:
        view = PersonView.absent(person)
        presence = self.presences.get(person.id)
        if presence is None:
            return view
        sending = {
            "microphone": presence.microphone,
            "camera": presence.camera,
            "screen": presence.screen,
        }
        return view.model_copy(update={"present": True, **sending})

    def people(self) -> tuple[PersonView, ...]:
        return tuple(self.person_view(person) for person in self.record.people)

    def readable(self) -> tuple[str, ...]:
        """Languages that somebody reads, in the order of the people."""
        readers = (
            person
            for person in self.record.people
            if person.role not in _READ_WHEN_PRESENT or person.id in self.presences
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
            person.id: person.role in PUBLISHERS
            for person in self.record.people
            if person.id in self.presences
        }

    def spoken_beside(self, lang: str) -> tuple[str, ...]:
        """Other languages that the two sides and their interpreters speak."""
        parties = (person for person in self.record.people if person.role in PUBLISHERS - {"organiser"})
        tags = dict.fromkeys(person.speaks for person in parties)
        return tuple(tag for tag in tags if not same_language(lang, tag))

    def tracks(self) -> dict[str, Track]:
        """Voices to listen to, by track id: organisers only once their microphone is on."""
        if not self.is_open:
            return {}
        tracks = {}
        for person in self.record.people:
            presence = self.presences.get(person.id)
            if presence is None or person.role not in PUBLISHERS:
                continue
            if person.role == "organiser" and not presence.microphone:
                continue
            name = track_id(self.id, person.id)
            tracks[name] = Track(
                track=name,
                lang=person.speaks,
                targets=self.targets(person.speaks),
                hotwords=self._hotwords(person.speaks),
                others=self.spoken_beside(person.speaks),
            )
        return tracks

    def broadcast(self, message: Message, *, key: Hashable = None, but: str | None = None) -> None:
        """To everybody inside, except the person `but`."""
        text = message.model_dump_json()
        for presence in self.presences.values():
            if presence.outbox is not None and presence.person != but:
                presence.outbox.put(text, key=key)

    def _hotwords(self, lang: str) -> tuple[str, ...]:
        """The glossary's words as said in `lang`; the written term where it has no translation."""
        words = []
        for entry in self.record.glossary:
            said = [text for tag, text in entry.translations.items() if primary(tag) == primary(lang)]
            words.extend(said or [entry.term])
        return tuple(dict.fromkeys(words))[:MAX_HOTWORDS]
