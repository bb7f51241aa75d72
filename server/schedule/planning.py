"""Compares a sheet with the rooms there are: what to make, change, leave and remove."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, tzinfo

from server import glossary
from server.errors import GlossaryFull
from server.schedule.sheet import ScheduledRoom, Sheet
from server.store.records import NewPerson, NewRoom, Person, PersonChange, Room, RoomPatch


@dataclass(frozen=True, slots=True)
class Change:
    """`fields`: what differs, for the preview."""

    line: int
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


def plan(sheet: Sheet, rooms: list[Room], zone: tzinfo | None = None) -> Plan:
    """A row means the room with its key. Raises ScheduleInvalid.

    A row that is as it was when imported changes nothing, so that what people set themselves stays.
    A closed room is finished: its row is left alone, or makes a new room when it has moved to another time.
    `missing`: imported rooms of the sheet's days, not opened yet, which the sheet no longer has.
    """
    sheet.check()
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
            changed.append(_change(row, room))
    missing = [
        room for room in by_key.values() if room.state == "scheduled" and _day(room, zone) in sheet.dates
    ]
    return Plan(tuple(created), tuple(changed), tuple(unchanged), tuple(superseded), tuple(missing))


def _change(row: ScheduledRoom, room: Room) -> Change:
    new = replace(row.room, glossary=_glossary(row.room, room))
    fields = [
        name
        for name in ("title", "starts_at", "duration_min", "glossary", "demo", "event")
        if getattr(new, name) != getattr(room, name)
    ]
    people = _people(new, room)
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
        demo=new.demo,
        schedule_digest=new.schedule_digest,
    )
    return Change(row.line, room, patch, tuple(fields))


def _glossary(new: NewRoom, room: Room) -> glossary.Terms:
    """The sheet's terms before those that were typed in, as far as there is room for them."""
    try:
        return glossary.changed(room.glossary, new.glossary)
    except GlossaryFull:
        return new.glossary


def _people(new: NewRoom, room: Room) -> tuple[PersonChange, ...]:
    """The sheet's people; the first seller stays the first seller and keeps the link, and so on."""
    present = {role: [person.id for person in room.people if person.role == role] for role in _roles(room)}
    changes: list[PersonChange] = []
    for person in new.people:
        ids = present.get(person.role, [])
        changes.append(PersonChange(person, ids.pop(0) if ids else None))
    # The organiser's own place is not in sheets and stays.
    for person_id in present.get("organiser", []):
        person_before = room.person(person_id)
        if person_before is not None:
            changes.append(PersonChange(_without_id(person_before), person_id))
    return tuple(changes)


def _roles(room: Room) -> set[str]:
    return {person.role for person in room.people}


def _without_id(person: Person) -> NewPerson:
    return NewPerson(person.role, person.name, person.company, person.speaks, person.reads)


def _day(room: Room, zone: tzinfo | None) -> date | None:
    return None if room.starts_at is None else room.starts_at.astimezone(zone).date()
