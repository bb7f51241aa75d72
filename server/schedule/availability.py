"""Who is asked for outside their hours, between languages that they do not interpret, or is not listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.schedule.clashes import CLASHING_ROLES, AnyPerson, Finding, Slot, who_of
from server.schedule.problems import Problem
from server.store.identity import Identity, identity
from server.store.records import Hours, Participant, ParticipantDetails
from wire.languages import primary


@dataclass(frozen=True, slots=True)
class Availability:
    """As far as it is known: no hours are all hours, no languages are any."""

    hours: tuple[Hours, ...] = ()
    languages: frozenset[str] = frozenset()
    """Of an interpreter whose list of languages is filled in."""


Known = Mapping[tuple[str, Identity], Availability]
"""By event and person."""


def availability(
    people: Iterable[Participant | ParticipantDetails],
) -> dict[tuple[str, Identity], Availability]:
    """Of several entries about one person each says what the ones before it leave open, or changes it."""
    known: dict[tuple[str, Identity], Availability] = {}
    for one in people:
        profile = one.profile
        if profile is None:
            continue
        key = one.event, identity(one.role, one.company, one.name)
        before = known.get(key, Availability())
        languages = works_between(one) if profile.languages else before.languages
        known[key] = Availability(profile.hours or before.hours, languages)
    return known


def works_between(interpreter: Participant | ParticipantDetails) -> frozenset[str]:
    """All their languages. A list that has the one they speak is complete; to others their own are added."""
    stated = interpreter.profile.languages if interpreter.profile is not None else ()
    if len(stated) > 1 and interpreter.speaks in stated:
        return frozenset(stated)
    return frozenset(stated) | {interpreter.speaks, interpreter.reads}


def within(hours: Sequence[Hours], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether somebody with these hours can be had all the time; without any they always can."""
    return not hours or any(each.starts_at <= starts_at and ends_at <= each.ends_at for each in hours)


def not_available(slots: Iterable[Slot], known: Known) -> list[Finding]:
    found = []
    for slot in slots:
        if not slot.is_news:
            continue
        spoken = {primary(each.speaks) for each in slot.people if each.role in ("seller", "buyer")}
        for person in slot.people:
            has = known.get((slot.event, who_of(person)))
            if has is not None and person.role in CLASHING_ROLES:
                found += [Finding(slot, problem, person) for problem in _problems(slot, person, has, spoken)]
    return found


def _problems(slot: Slot, person: AnyPerson, has: Availability, spoken: set[str]) -> Iterable[Problem]:
    name = person.name if person.role == "interpreter" else person.company or person.name
    if not within(has.hours, slot.starts_at, slot.ends_at):
        yield Problem("outside_hours", name=name)
    # With three languages in a room one interpreter may do two of them.
    bridged = spoken & {primary(each) for each in has.languages}
    if person.role == "interpreter" and has.languages and len(spoken) > 1 and len(bridged) < 2:
        yield Problem("other_languages", name=name)


def not_listed(slots: Iterable[Slot], known: Known, listed: Collection[tuple[str, str]]) -> list[Finding]:
    """Once each, who is in no list although their event's (`listed`: event and role) has one: a name that was
    typed differently makes another person, without mail address and hours."""
    told: set[tuple[str, Identity]] = set()
    found = []
    for slot in slots:
        for person in slot.people:
            key = slot.event, who_of(person)
            if (slot.event, person.role) in listed and key not in known and key not in told:
                told.add(key)
                name = " · ".join(dict.fromkeys(filter(None, (person.company, person.name))))
                found.append(Finding(slot, Problem("not_listed", name=name), person))
    return found
