"""What a plan would bring about: clashes, which keep it from being applied, and what is only odd."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from server.schedule.availability import Known, not_available, not_listed
from server.schedule.clashes import Finding, Slot, clashes, outside_the_day, without_a_break
from server.schedule.problems import Problem
from server.schedule.sheet import CellError, ScheduledRoom, Sheet
from server.store.identity import Identity
from server.store.records import Person, Room


def check(
    sheet: Sheet,
    rows: Iterable[ScheduledRoom],
    others: Iterable[Room],
    zones: Mapping[Identity, str],
    known: Known,
) -> tuple[list[CellError], list[CellError]]:
    """(errors, warnings) of the sheet's `rows` among themselves and with the `others` that stay.

    `zones`: where participants are, `known`: when and for what they can be had, as far as it is known.
    """
    slots = [slot for row in rows if (slot := _of_row(row)) is not None]
    events = {slot.event for slot in slots}
    all_slots = [*slots, *(slot for room in others if room.event in events and (slot := _of_room(room)))]
    errors = [_cell(sheet, finding) for finding in clashes(all_slots)]
    listed = {(each.event, each.role) for each in sheet.participants if each.profile is not None}
    odd = [
        *outside_the_day(slots, zones),
        *without_a_break(all_slots),
        *not_available(slots, known),
        *not_listed(slots, known, listed),
    ]
    return _in_order(errors), _in_order([_cell(sheet, finding) for finding in odd])


@dataclass(frozen=True, slots=True)
class RoomProblem:
    """`person`: id of the place that it is about, None for the booth. `refused`: a clash."""

    room: str
    field: Literal["seller", "buyer", "interpreter", "booth"]
    person: str | None
    refused: bool
    problem: Problem


def check_rooms(
    rooms: Iterable[Room], zones: Mapping[Identity, str], known: Known, news: Collection[str] | None = None
) -> list[RoomProblem]:
    """What an import would say of the rooms of one event, or of those whose ids are `news`."""
    found = (_of_room(room, is_news=news is None or room.id in news) for room in rooms)
    slots = [slot for slot in found if slot is not None]
    odd = [*outside_the_day(slots, zones), *without_a_break(slots), *not_available(slots, known)]
    return [_of_finding(each, refused=True) for each in clashes(slots)] + [
        _of_finding(each, refused=False) for each in odd
    ]


def _of_finding(finding: Finding, *, refused: bool) -> RoomProblem:
    person = finding.person
    if not isinstance(person, Person):
        return RoomProblem(finding.slot.room, "booth", None, refused, finding.problem)
    field = cast("Literal['seller', 'buyer', 'interpreter']", person.role)
    return RoomProblem(finding.slot.room, field, person.id, refused, finding.problem)


def _of_row(row: ScheduledRoom) -> Slot | None:
    room = row.room
    if room.starts_at is None:
        return None
    return Slot(
        row.line,
        room.title,
        room.event,
        room.starts_at,
        room.duration_min,
        room.people,
        room.booth,
        row.sheet,
    )


def _of_room(room: Room, *, is_news: bool = False) -> Slot | None:
    if room.starts_at is None or room.state == "closed":
        return None
    return Slot(
        None,
        room.title,
        room.event,
        room.starts_at,
        room.duration_min,
        room.people,
        room.booth,
        room=room.id,
        is_news=is_news,
    )


def _cell(sheet: Sheet, finding: Finding) -> CellError:
    slot, column = finding.slot, None
    headings = sheet.columns.get(slot.sheet, {})
    if finding.person is not None:
        role = finding.person.role
        number = 1 + [person for person in slot.people if person.role == role].index(finding.person)
        column = headings.get((role, number))
    else:
        column = headings.get(("booth", 1))
    return CellError.of(slot.line or 0, column, finding.problem, slot.sheet)


def _in_order(found: list[CellError]) -> list[CellError]:
    return sorted(found, key=lambda error: (error.sheet, error.line))
