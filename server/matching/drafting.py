"""An event's draft beside what there is: as a problem, with what is wrong in it, and as rooms to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from server.matching.problem import Interval, Problem, TimeSlot
from server.matching.reasons import Unplaced, free_interpreters, unplaced
from server.matching.wishes import Pair, wanted
from server.schedule import Plan, ScheduledRoom, Sheet, plan
from server.schedule.availability import within, works_between
from server.schedule.clashes import Finding, Slot, clashes, outside_the_day, without_a_break
from server.schedule.reading import digest_of, title_of
from server.store import Store
from server.store.identity import identity
from server.store.records import (
    Event,
    Matching,
    NewPerson,
    NewRoom,
    Participant,
    Placement,
    Role,
    Room,
    Wish,
)

_KEY = "matching"
_NOT_IN_DRAFTS: frozenset[Role] = frozenset({"organiser", "observer", "venue"})

ProblemCode = Literal[
    "clash", "no_break", "outside_the_day", "hours", "refused", "no_interpreter", "languages", "no_slot"
]


_CODE_OF: Mapping[str, ProblemCode] = {
    "clash": "clash",
    "clash_with_room": "clash",
    "no_break": "no_break",
    "outside_the_day": "outside_the_day",
}


@dataclass(frozen=True, slots=True)
class Odd:
    """What is wrong with a placement; only a clash keeps it from being published. `who`: a participant's id,
    a booth's name or empty."""

    code: ProblemCode
    who: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A snapshot of everything that a timetable depends on. `rooms`: those of the event."""

    event: Event
    matching: Matching
    people: Mapping[str, Participant]
    booths: tuple[str, ...]
    wishes: tuple[Wish, ...]
    rooms: tuple[Room, ...]

    @property
    def own(self) -> dict[str, Room]:
        """Rooms that were published from the draft and have not begun, by key."""
        return {
            key: room
            for room in self.rooms
            if room.state == "scheduled" and (key := room.schedule_key or "").startswith(f"{_KEY} ")
        }

    @property
    def others(self) -> list[Room]:
        """All the other rooms of the event, which stay as they are; published ones that began are here."""
        own = {room.id for room in self.own.values()}
        return [room for room in self.rooms if room.id not in own]

    @property
    def begun(self) -> frozenset[Pair]:
        """Pairs whose published consultation has begun, so that it is the draft's no more."""
        keys = {room.schedule_key for room in self.others}
        return frozenset(each.pair for each in self.matching.placements if key_of(each.pair) in keys)

    @property
    def placements(self) -> tuple[Placement, ...]:
        begun = self.begun
        return tuple(each for each in self.matching.placements if each.pair not in begun)

    def problem(self, locked: Iterable[Placement] = ()) -> Problem:
        taken: defaultdict[str, list[Interval]] = defaultdict(list)
        booths: defaultdict[str, list[Interval]] = defaultdict(list)
        settled: set[Pair] = set()
        for room in self.others:
            sellers, buyers = (
                [person.participant for person in room.people if person.role == role and person.participant]
                for role in ("seller", "buyer")
            )
            settled |= {(one, other) for one in sellers for other in buyers}
            if room.starts_at is None or room.state == "closed":
                continue
            times = room.starts_at, room.starts_at + timedelta(minutes=room.duration_min)
            for person in room.people:
                if person.participant:
                    taken[person.participant].append(times)
            if room.booth:
                booths[room.booth].append(times)
        return Problem(
            slots=tuple(
                TimeSlot(slot.starts_at, slot.starts_at + timedelta(minutes=slot.duration_min))
                for slot in self.matching.terms.slots
            ),
            people=self.people,
            booths=self.booths,
            wanted=wanted(self.people.values(), self.wishes),
            locked=tuple(locked),
            taken={who: tuple(times) for who, times in taken.items()},
            booths_taken={booth: tuple(times) for booth, times in booths.items()},
            settled=frozenset(settled),
            with_interpreters=self.matching.terms.with_interpreters,
        )

    def unplaced(self) -> list[Unplaced]:
        return unplaced(self.problem(), self.placements)

    def completed(self, placement: Placement, *, booth: bool, interpreters: bool) -> Placement:
        """With a free booth and free interpreters where these are to be found; those that there are not stay
        away."""
        rest = [each for each in self.placements if each.pair != placement.pair]
        problem = self.problem(rest)
        at = problem.slot_of(placement)
        if at is None:
            return placement
        if booth and problem.booths:
            free = problem.free_booths[at]
            usual = [each.booth for each in rest if each.seller == placement.seller and each.booth in free]
            placement = replace(placement, booth=(usual or list(free) or [""])[0])
        if interpreters:
            need, crew = problem.needs(placement.pair), problem.slots[at].crew
            found = [] if need is None else free_interpreters(problem, need, at)
            placement = replace(placement, interpreters=tuple(found[:crew]))
        return placement

    # --- what is wrong ---

    def odd(self) -> dict[Pair, list[Odd]]:
        """By pair; with the rules of an imported schedule, and what wishes and hours say."""
        placements = self.placements
        slots = [self._slot(line, each) for line, each in enumerate(placements, 1)]
        others = [slot for room in self.others if (slot := _slot_of(room)) is not None]
        zones = {
            identity(one.role, one.company, one.name): one.time_zone
            for one in self.people.values()
            if one.time_zone
        }
        found: defaultdict[Pair, list[Odd]] = defaultdict(list)
        findings = [
            *clashes([*slots, *others]),
            *without_a_break([*slots, *others]),
            *outside_the_day(slots, zones),
        ]
        problem = self.problem()
        for placement in placements:
            found[placement.pair] += self._own_odd(problem, placement)
        by_name: dict[tuple[str, str, str], str] = {
            (one.role, one.company, one.name): one.id for one in self.people.values()
        }
        for finding in findings:
            # Lines are those of the draft; what is wrong between other rooms is not its.
            if not finding.slot.line:
                continue
            placement = placements[finding.slot.line - 1]
            found[placement.pair].append(Odd(_CODE_OF[finding.problem.code], _who(finding, by_name)))
        return {pair: list(dict.fromkeys(each)) for pair, each in found.items() if each}

    def _own_odd(self, problem: Problem, placement: Placement) -> Iterable[Odd]:
        wish = problem.wanted.get(placement.pair)
        for who in wish.refused_by if wish else ():
            yield Odd("refused", who)
        for who in (placement.seller, placement.buyer, *placement.interpreters):
            if not within(self.people[who].profile.hours, placement.starts_at, placement.ends_at):
                yield Odd("hours", who)
        at = problem.slot_of(placement)
        if at is None:
            yield Odd("no_slot")
        need = problem.needs(placement.pair)
        if need is not None:
            for who in placement.interpreters:
                if not need <= works_between(self.people[who]):
                    yield Odd("languages", who)
            if not placement.interpreters:
                yield Odd("no_interpreter")

    def _slot(self, line: int, placement: Placement) -> Slot:
        return Slot(
            line,
            "",
            self.event.name,
            placement.starts_at,
            placement.duration_min,
            self._people(placement),
            placement.booth,
        )

    # --- publishing ---

    def plan(self) -> Plan:
        """What publishing would do. Raises ScheduleInvalid for clashes.

        `missing` are rooms that were published before and are not in the draft any more.
        """
        rows = tuple(self._row(line, each) for line, each in enumerate(self.placements, 1))
        keys = {row.room.schedule_key for row in rows}
        withdrawn = tuple(room for key, room in self.own.items() if key not in keys)
        gone = {room.id for room in withdrawn}
        zones = {
            identity(one.role, one.company, one.name): one.time_zone
            for one in self.people.values()
            if one.time_zone
        }
        sheet = Sheet(rooms=rows, errors=(), dates=frozenset())
        rooms = [room for room in self.rooms if room.id not in gone]
        zone = ZoneInfo(self.event.time_zone)
        planned = plan(sheet, rooms, zone, zones=zones, people=self.people.values(), keeps=_NOT_IN_DRAFTS)
        return replace(planned, missing=withdrawn)

    def published(self) -> frozenset[Pair]:
        """Pairs whose room says what the draft says."""
        own = self.own
        return frozenset(
            each.pair
            for line, each in enumerate(self.placements, 1)
            if (room := own.get(key_of(each.pair))) is not None
            and room.schedule_digest == self._row(line, each).room.schedule_digest
        )

    def _row(self, line: int, placement: Placement) -> ScheduledRoom:
        people = self._people(placement)
        room = NewRoom(
            title=title_of(people),
            people=people,
            starts_at=placement.starts_at,
            duration_min=placement.duration_min,
            event=self.event.name,
            booth=placement.booth,
            schedule_key=key_of(placement.pair),
        )
        # The key says which event's; another name of it is no change.
        return ScheduledRoom(line, replace(room, schedule_digest=digest_of(replace(room, event=""))))

    def _people(self, placement: Placement) -> tuple[NewPerson, ...]:
        seller, buyer = self.people[placement.seller], self.people[placement.buyer]
        parties = (
            NewPerson(one.role, one.name, one.company, one.speaks, one.reads) for one in (seller, buyer)
        )
        interpreters = (
            NewPerson("interpreter", one.name, one.company, seller.speaks, buyer.speaks)
            for one in map(self.people.__getitem__, placement.interpreters)
        )
        return (*parties, *interpreters)


async def snapshot(store: Store, event: str) -> Draft:
    """Raises EventNotFound."""
    found = await store.events.get(event)
    people = await store.participants.of_event(event)
    return Draft(
        event=found,
        matching=await store.matchings.get(event),
        people={one.id: one for one in people if one.role in ("seller", "buyer", "interpreter")},
        booths=tuple(booth.name for booth in await store.events.booths(event)),
        wishes=tuple(await store.matchings.wishes(event)),
        rooms=tuple(room for room in await store.rooms.all() if room.event == event),
    )


def key_of(pair: Pair) -> str:
    """By which a consultation's room is known when the draft is published again."""
    return f"{_KEY} {pair[0]} {pair[1]}"


def _slot_of(room: Room) -> Slot | None:
    if room.starts_at is None or room.state == "closed":
        return None
    return Slot(None, room.title, room.event, room.starts_at, room.duration_min, room.people, room.booth)


def _who(finding: Finding, by_name: Mapping[tuple[str, str, str], str]) -> str:
    person = finding.person
    if person is None:
        return finding.slot.booth
    return by_name.get((person.role, person.company, person.name), person.company or person.name)
