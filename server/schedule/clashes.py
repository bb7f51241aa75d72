"""Who would be in two places at once, whose night a consultation takes, and who gets no break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.schedule.problems import Problem
from server.store.identity import Identity, folded, identity
from server.store.records import NewPerson, Person

CLASHING_ROLES = ("seller", "buyer", "interpreter")
DAY_STARTS, DAY_ENDS = time(8), time(21)
"""Of a buyer, where they are."""
MAX_INTERPRETED = timedelta(minutes=30)
"""Without a break, for an interpreter who is alone."""
BREAK = timedelta(minutes=5)
_ONE_ZONE = {"vi": "Asia/Ho_Chi_Minh", "zh-Hans": "Asia/Shanghai", "ja": "Asia/Tokyo", "ko": "Asia/Seoul"}
"""Where the speakers of a language almost surely are."""

AnyPerson = NewPerson | Person


@dataclass(frozen=True, slots=True)
class Slot:
    """A consultation's time; `line` is the sheet's, None for a room that is there already."""

    line: int | None
    title: str
    event: str
    starts_at: datetime
    duration_min: int
    people: tuple[AnyPerson, ...]
    booth: str = ""
    sheet: str = ""
    room: str = ""
    """Id of a room that is there."""
    is_news: bool = True
    """Whether findings about it are wanted."""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_min)


@dataclass(frozen=True, slots=True)
class Finding:
    """`person` is the one that it is about, None for a booth."""

    slot: Slot
    problem: Problem
    person: AnyPerson | None = None


def clashes(slots: Iterable[Slot]) -> list[Finding]:
    """Two slots of one event at the same time with the same seller, buyer, interpreter or booth.

    Found at the later line of the sheet; two rooms that are there already are nobody's news.
    """
    by_who: defaultdict[tuple[str, Identity], list[tuple[Slot, AnyPerson | None]]] = defaultdict(list)
    for slot in slots:
        for who, person in _occupied(slot):
            by_who[slot.event, who].append((slot, person))
    found = []
    for taken in by_who.values():
        taken.sort(key=lambda each: each[0].starts_at)
        for at, (slot, person) in enumerate(taken):
            for other, other_person in taken[at + 1 :]:
                if other.starts_at >= slot.ends_at:
                    break
                found += _clash(slot, person, other, other_person)
    return found


def _occupied(slot: Slot) -> list[tuple[Identity, AnyPerson | None]]:
    people: dict[Identity, AnyPerson | None] = {
        who_of(person): person for person in slot.people if person.role in CLASHING_ROLES
    }
    if slot.booth:
        people["booth", "", folded(slot.booth)] = None
    return list(people.items())


def _clash(
    one: Slot, one_person: AnyPerson | None, other: Slot, other_person: AnyPerson | None
) -> list[Finding]:
    if one is other or (not one.is_news and not other.is_news):
        return []
    later, person, earlier = (one, one_person, other) if _after(one, other) else (other, other_person, one)
    name = later.booth if person is None else person.company or person.name
    if earlier.line is None:
        problem = Problem("clash_with_room", name=name, title=earlier.title)
    else:
        line = f"{earlier.sheet}!{earlier.line}" if earlier.sheet != later.sheet else earlier.line
        problem = Problem("clash", name=name, line=line)
    return [Finding(later, problem, person)]


def _after(one: Slot, other: Slot) -> bool:
    """Whether `one` is where the finding belongs."""
    if one.is_news != other.is_news:
        return one.is_news
    if one.line is None or other.line is None:
        return (one.starts_at, one.room) > (other.starts_at, other.room)
    return one.line > other.line


def outside_the_day(slots: Iterable[Slot], zones: Mapping[Identity, str]) -> list[Finding]:
    """Buyers for whom it is before 8 or after 21 o'clock; `zones` as far as they are known."""
    found = []
    for slot in slots:
        if not slot.is_news:
            continue
        for person in slot.people:
            zone = zones.get(who_of(person)) or _ONE_ZONE.get(person.speaks)
            if person.role != "buyer" or zone is None:
                continue
            start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (slot.starts_at, slot.ends_at))
            if start.time() < DAY_STARTS or end.time() > DAY_ENDS or end.date() > start.date():
                problem = Problem(
                    "outside_the_day",
                    name=person.company or person.name,
                    start=f"{start:%H:%M}",
                    end=f"{end:%H:%M}",
                    zone=zone,
                )
                found.append(Finding(slot, problem, person))
    return found


def without_a_break(slots: Iterable[Slot]) -> list[Finding]:
    """Interpreters who would work longer than half an hour with nobody to relieve them."""
    by_who: defaultdict[tuple[str, Identity], list[tuple[Slot, AnyPerson]]] = defaultdict(list)
    for slot in slots:
        interpreters = [person for person in slot.people if person.role == "interpreter"]
        if len(interpreters) == 1:
            by_who[slot.event, who_of(interpreters[0])].append((slot, interpreters[0]))
    found = []
    for work in by_who.values():
        work.sort(key=lambda each: each[0].starts_at)
        since = work[0][0].starts_at
        for at, (slot, person) in enumerate(work):
            if at and slot.starts_at - work[at - 1][0].ends_at >= BREAK:
                since = slot.starts_at
            worked = slot.ends_at - since
            if worked > MAX_INTERPRETED and slot.is_news:
                minutes = int(worked.total_seconds() // 60)
                problem = Problem("no_break", name=person.name, minutes=minutes)
                found.append(Finding(slot, problem, person))
    return found


def who_of(person: AnyPerson) -> Identity:
    return identity(person.role, person.company, person.name)
