"""What is asked: slots, people and their hours, booths, wishes, and what is settled already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from server.matching.wishes import Pair, Wanted
from server.schedule.availability import within
from server.schedule.clashes import BREAK, MAX_INTERPRETED
from server.store.records import Participant, Placement

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class TimeSlot:
    starts_at: datetime
    ends_at: datetime

    @property
    def crew(self) -> int:
        """How many interpreters work together: nobody interprets longer than half an hour alone."""
        return 2 if self.ends_at - self.starts_at > MAX_INTERPRETED else 1


@dataclass(frozen=True)
class Problem:
    """`slots` in order and apart from one another. `taken`: when participants are in other rooms, by id;
    `booths_taken` likewise, by name. `settled`: pairs that meet already, in a room of nobody's draft."""

    slots: tuple[TimeSlot, ...]
    people: Mapping[str, Participant]
    booths: tuple[str, ...]
    wanted: Mapping[Pair, Wanted]
    locked: tuple[Placement, ...] = ()
    taken: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    booths_taken: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    settled: frozenset[Pair] = frozenset()
    with_interpreters: bool = True

    def of_role(self, role: str) -> list[Participant]:
        return [one for one in self.people.values() if one.role == role]

    @cached_property
    def open_pairs(self) -> list[Pair]:
        """Those to place: wished for, refused by nobody, and not placed yet."""
        done = self.settled | {placement.pair for placement in self.locked}
        return [
            pair
            for pair, wanted in self.wanted.items()
            if wanted.score > 0 and not wanted.refused_by and pair not in done
        ]

    @cached_property
    def free(self) -> dict[str, frozenset[int]]:
        """Participant → slots in their hours, without another consultation (locked ones are others)."""
        return {who: self.in_hours[who] - self._busy[who] for who in self.people}

    @cached_property
    def in_hours(self) -> dict[str, frozenset[int]]:
        """Participant → slots in their hours."""
        return {one.id: frozenset(self._hours(one)) for one in self.people.values()}

    @cached_property
    def free_booths(self) -> list[tuple[str, ...]]:
        """For each slot the booths that nothing else takes."""
        used: list[set[str]] = [
            {name for name, times in self.booths_taken.items() if overlaps(slot, times)}
            for slot in self.slots
        ]
        for placement in self.locked:
            for at in self.touched(placement):
                used[at].add(placement.booth)
        return [tuple(booth for booth in self.booths if booth not in taken) for taken in used]

    @cached_property
    def booths_left(self) -> list[int]:
        """How many consultations each slot has a booth for. Locked ones without a booth take one too; an
        event without booths has no limit."""
        if not self.booths:
            return [len(self.people)] * len(self.slots)
        left = [len(free) for free in self.free_booths]
        for placement in self.locked:
            if not placement.booth:
                for at in self.touched(placement):
                    left[at] = max(0, left[at] - 1)
        return left

    @cached_property
    def runs(self) -> list[range]:
        """Successive slots, without a break between them, too long together for somebody alone; the shortest.

        Whoever leaves out one of them has a break.
        """
        found: list[range] = []
        for first in range(len(self.slots)):
            for last in range(first, len(self.slots)):
                slot = self.slots[last]
                if slot.crew > 1 or (last > first and slot.starts_at - self.slots[last - 1].ends_at >= BREAK):
                    break
                if slot.ends_at - self.slots[first].starts_at > MAX_INTERPRETED:
                    if found and found[-1].stop == last + 1:
                        found.pop()
                    found.append(range(first, last + 1))
                    break
        return found

    def needs(self, pair: Pair) -> frozenset[str] | None:
        """The two languages to interpret between; None where they speak the same, or nobody is asked for."""
        seller, buyer = self.people[pair[0]], self.people[pair[1]]
        if not self.with_interpreters or seller.speaks == buyer.speaks:
            return None
        return frozenset({seller.speaks, buyer.speaks})

    def slot_of(self, placement: Placement) -> int | None:
        """None where it is not in one of the slots as they are now."""
        times = interval(placement)
        return next(
            (at for at, slot in enumerate(self.slots) if (slot.starts_at, slot.ends_at) == times), None
        )

    @cached_property
    def worked_alone(self) -> dict[str, frozenset[int]]:
        """Interpreter → slots of locked consultations where nobody relieves them."""
        found: dict[str, set[int]] = defaultdict(set)
        for placement in self.locked:
            at = self.slot_of(placement)
            if len(placement.interpreters) == 1 and at is not None:
                found[placement.interpreters[0]].add(at)
        return {who: frozenset(slots) for who, slots in found.items()}

    def touched(self, placement: Placement) -> list[int]:
        """Slots at the same time as a placement, whose slot may not be offered any more."""
        return [at for at, slot in enumerate(self.slots) if overlaps(slot, (interval(placement),))]

    def lock(self, placements: Iterable[Placement]) -> Problem:
        """The same problem with these settled too."""
        return replace(self, locked=(*self.locked, *placements))

    def _hours(self, one: Participant) -> list[int]:
        return [
            at
            for at, slot in enumerate(self.slots)
            if within(one.profile.hours, slot.starts_at, slot.ends_at)
        ]

    @cached_property
    def _busy(self) -> dict[str, set[int]]:
        busy: dict[str, set[int]] = defaultdict(set)
        for who, times in self.taken.items():
            busy[who] |= self._around(who, times)
        for placement in self.locked:
            for who in (placement.seller, placement.buyer):
                busy[who] |= set(self.touched(placement))
            for who in placement.interpreters:
                busy[who] |= self._around(who, (interval(placement),), own=self.slot_of(placement))
        return busy

    def _around(self, who: str, times: Sequence[Interval], own: int | None = None) -> set[int]:
        """Slots that these times keep somebody from; interpreters have a break before and after other rooms.

        Work in one of the slots themselves (`own`) is counted in the runs instead.
        """
        is_interpreter = who in self.people and self.people[who].role == "interpreter"
        margin = BREAK if is_interpreter and own is None else BREAK * 0
        return {
            at
            for at, slot in enumerate(self.slots)
            if any(
                slot.starts_at < ends + margin and starts - margin < slot.ends_at for starts, ends in times
            )
        }


def interval(placement: Placement) -> Interval:
    return placement.starts_at, placement.ends_at


def overlaps(slot: TimeSlot, times: Iterable[Interval]) -> bool:
    return any(slot.starts_at < ends and starts < slot.ends_at for starts, ends in times)
