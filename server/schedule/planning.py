"""Compares a sheet with the rooms there are: what to make, change, leave and remove."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from server import glossary
from server.errors import GlossaryFull
from server.schedule.availability import availability
from server.schedule.checking import check
from server.schedule.sheet import MAX_ERRORS, CellError, ScheduledRoom, ScheduleInvalid, Sheet
from server.store.identity import Identity, identity
from server.store.records import NewPerson, NewRoom, Participant, Person, PersonChange, Role, Room, RoomPatch

NOT_IN_SHEETS: frozenset[Role] = frozenset({"organiser"})


@dataclass(frozen=True, slots=True)
class Change:
    """`fields`: what differs, for the preview."""

    line: int
    sheet: str
    room: Room
    patch: RoomPatch
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`superseded`: closed rooms whose key a new one takes over. `missing` are removed on request."""

    created: tuple[ScheduledRoom, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Room, ...]
    superseded: tuple[Room, ...]
    missing: tuple[Room, ...]
    warnings: tuple[CellError, ...] = ()


def plan(
    sheet: Sheet,
    rooms: list[Room],
    zone: tzinfo | None = None,
    *,
    zones: Mapping[Identity, str] | None = None,
    people: Iterable[Participant] = (),
    keeps: frozenset[Role] = NOT_IN_SHEETS,
    remove_missing: bool = False,
) -> Plan:
    """A row means the room with its key. Raises ScheduleInvalid, for clashes too.

    A row that is as it was when imported changes nothing, so that what people set themselves stays.
    A row without a key whose time changed is known by its people. A closed room is finished: its row is left
    alone, or makes a new room when it has moved to another time.
    `missing`: imported rooms of the sheet's days, not opened yet, which the sheet no longer has.
    `zones`: where participants are, as far as it is known. `people`: those of the sheet's events.
    `keeps`: roles of which the sheet says nothing.
    """
    sheet.check()
    made = _plan(sheet, rooms, zone, keeps)
    stays = {room.id for room in (() if remove_missing else made.missing)}
    touched = {change.room.id for change in made.changed}
    dropped = {room.id for room in (*made.missing, *made.superseded)} - stays
    others = [room for room in rooms if room.id not in touched | dropped]
    news = {(change.sheet, change.line) for change in made.changed}
    rows = [*made.created, *(row for row in sheet.rooms if (row.sheet, row.line) in news)]
    zones = {**(zones or {}), **_zones_of(sheet)}
    errors, warnings = check(sheet, rows, others, zones, availability([*people, *sheet.participants]))
    if errors:
        raise ScheduleInvalid(tuple(errors[:MAX_ERRORS]))
    return replace(made, warnings=tuple(warnings[:MAX_ERRORS]))


def _zones_of(sheet: Sheet) -> dict[Identity, str]:
    return {
        identity(detail.role, detail.company, detail.name): detail.time_zone
        for detail in sheet.participants
        if detail.time_zone
    }


def _plan(sheet: Sheet, rooms: list[Room], zone: tzinfo | None, keeps: frozenset[Role]) -> Plan:
    by_key = {room.schedule_key: room for room in rooms if room.schedule_key is not None}
    created: list[ScheduledRoom] = []
    changed: list[Change] = []
    unchanged: list[Room] = []
    superseded: list[Room] = []
    for row in sheet.rooms:
        room = by_key.pop(row.room.schedule_key or "", None)
        if room is None:
            created.append(row)
        elif room.state == "closed" and room.starts_at != row.room.starts_at:
            superseded.append(room)
            created.append(row)
        elif room.state == "closed" or room.schedule_digest == row.room.schedule_digest:
            unchanged.append(room)
        else:
            changed.append(_change(row, room, keeps))
    missing = [
        room
        for room in by_key.values()
        if room.state == "scheduled" and room.opened_at is None and _day(room, zone) in sheet.dates
    ]
    for row, room in _moved(created, missing):
        created.remove(row)
        missing.remove(room)
        changed.append(_change(row, room, keeps))
    return Plan(tuple(created), tuple(changed), tuple(unchanged), tuple(superseded), tuple(missing))


def _moved(created: list[ScheduledRoom], missing: list[Room]) -> list[tuple[ScheduledRoom, Room]]:
    """Rows without a key of their own, each with the only missing room of the same people and event."""
    free: defaultdict[object, list[Room]] = defaultdict(list)
    for room in missing:
        free[_meeting(room.event, room.people)].append(room)
    wanted: defaultdict[object, list[ScheduledRoom]] = defaultdict(list)
    for row in created:
        if row.room.key_is_made:
            wanted[_meeting(row.room.event, row.room.people)].append(row)
    return [
        (rows[0], free[meeting][0])
        for meeting, rows in wanted.items()
        if len(rows) == 1 and len(free.get(meeting, ())) == 1
    ]


def _meeting(event: str, people: Iterable[Person | NewPerson]) -> object:
    parties = [person for person in people if person.role in ("seller", "buyer")]
    return event, frozenset(identity(person.role, person.company, person.name) for person in parties)


def _change(row: ScheduledRoom, room: Room, keeps: frozenset[Role]) -> Change:
    new = replace(row.room, glossary=_glossary(row.room, room))
    fields = [
        name
        for name in ("title", "starts_at", "duration_min", "booth", "glossary", "demo", "event")
        if getattr(new, name) != getattr(room, name)
    ]
    people = _people(new, room, keeps)
    before = [(person.id, _without_id(person)) for person in room.people]
    if [(change.id, change.person) for change in people] != before:
        fields.append("people")
    patch = RoomPatch(
        title=new.title,
        starts_at=new.starts_at,
        duration_min=new.duration_min,
        people=people,
        glossary=new.glossary,
        event=new.event,
        booth=new.booth,
        demo=new.demo,
        schedule_key=new.schedule_key,
        schedule_digest=new.schedule_digest,
    )
    return Change(row.line, row.sheet, room, patch, tuple(fields))


def _glossary(new: NewRoom, room: Room) -> glossary.Terms:
    """The sheet's terms before those that were typed in, as far as there is room for them."""
    try:
        return glossary.changed(room.glossary, new.glossary)
    except GlossaryFull:
        return new.glossary


def _people(new: NewRoom, room: Room, keeps: frozenset[Role]) -> tuple[PersonChange, ...]:
    """The sheet's people; the first seller stays the first seller and keeps the link, and so on."""
    listed = [person for person in room.people if person.screen is None]
    present = {role: [person.id for person in listed if person.role == role] for role in _roles(room)}
    changes: list[PersonChange] = []
    for person in new.people:
        ids = present.get(person.role, [])
        changes.append(PersonChange(person, ids.pop(0) if ids else None))
    # The organiser's own place is not in sheets and stays, and so do those of the booth's screens.
    changes += [
        PersonChange(_without_id(person), person.id)
        for person in room.people
        if person.screen is not None or (person.role in keeps and person.id in present[person.role])
    ]
    return tuple(changes)


def _roles(room: Room) -> set[str]:
    return {person.role for person in room.people}


def _without_id(person: Person) -> NewPerson:
    return NewPerson(person.role, person.name, person.company, person.speaks, person.reads)


def _day(room: Room, zone: tzinfo | None) -> date | None:
    return None if room.starts_at is None else room.starts_at.astimezone(zone).date()
