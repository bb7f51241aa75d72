"""A room's captions in the order they were spoken, with the speakers' names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from server.store import Store
from server.store.records import Person, Room, StoredCaption, Visit
from wire.languages import same_language


@dataclass(frozen=True, slots=True)
class Line:
    """One caption in one language."""

    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`stored` is the newest revision: what was corrected wins."""

    stored: StoredCaption
    speaker: Person
    lines: tuple[Line, ...]
    """The original first; without lines of nothing but space."""

    @property
    def speaker_name(self) -> str:
        return self.speaker.name or self.speaker.id

    @property
    def start_ms(self) -> int:
        return max(0, self.stored.caption.start_ms)

    @property
    def end_ms(self) -> int:
        """Always after the start, which subtitle formats insist on."""
        return max(self.stored.caption.end_ms, self.start_ms + 1)


@dataclass(frozen=True, slots=True)
class Transcript:
    """`lang`: the one language asked for, None for the originals with all translations."""

    room: Room
    people: tuple[Person, ...]
    """Also those who were removed from the room."""
    entries: tuple[Entry, ...]
    lang: str | None = None
    revisions: Mapping[str, tuple[StoredCaption, ...]] = field(default_factory=dict)
    """By caption id, oldest first."""
    visits: tuple[Visit, ...] = ()
    """Who was there from when to when, by the time they came."""
    time_zone: str = "UTC"
    """The event's."""


async def load(store: Store, room_id: str, lang: str | None = None) -> Transcript:
    """Raises RoomNotFound."""
    room = await store.rooms.get(room_id)
    people = await store.rooms.everybody(room_id)
    revisions: defaultdict[str, list[StoredCaption]] = defaultdict(list)
    for stored in await store.captions.revisions(room_id):
        revisions[stored.caption.id].append(stored)
    return Transcript(
        room=room,
        people=tuple(people),
        entries=tuple(arrange([saved[-1] for saved in revisions.values()], people, lang)),
        lang=lang,
        revisions={caption: tuple(saved) for caption, saved in revisions.items()},
        visits=tuple(await store.visits.of_room(room_id)),
        time_zone=(await store.events.get(room.event)).time_zone if room.event else "UTC",
    )


def arrange(captions: list[StoredCaption], people: list[Person], lang: str | None) -> list[Entry]:
    """Captions with something to read, by start."""
    by_id = {person.id: person for person in people}
    entries = []
    for stored in sorted(captions, key=lambda item: (item.caption.start_ms, item.caption.id)):
        lines = tuple(line for line in _lines(stored, lang) if line.text)
        if lines:
            name = stored.caption.speaker
            entries.append(Entry(stored, by_id.get(name) or _unknown(stored), lines))
    return entries


def _lines(stored: StoredCaption, lang: str | None) -> list[Line]:
    """With `lang` the text in it; the original where there is no translation, so that nothing is lost."""
    caption = stored.caption
    original = Line(caption.lang, _one_line(caption.text))
    translations = [Line(tag, _one_line(line.text)) for tag, line in caption.translations.items()]
    if lang is None:
        return [original, *translations]
    if same_language(caption.lang, lang):
        return [original]
    exact = [line for line in translations if line.lang == lang]
    close = [line for line in translations if same_language(line.lang, lang)]
    return [next((line for line in exact + close if line.text), original)]


def _one_line(text: str) -> str:
    """Line breaks of any kind would end a cue."""
    return " ".join(text.split())


def _unknown(stored: StoredCaption) -> Person:
    caption = stored.caption
    return Person(caption.speaker, "observer", caption.speaker, "", caption.lang, caption.lang)
