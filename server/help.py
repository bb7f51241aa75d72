"""Who in a room has called the organiser, and since when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Help:
    """`calls`: person → since when, the oldest first. `settled`: who called before and needs no more."""

    calls: Mapping[str, datetime] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()


def called(help: Help, person: str, now: datetime) -> Help:
    """Who calls again while nobody has come has waited since the first time."""
    return replace(help, calls={**help.calls, person: help.calls.get(person, now)})


def withdrawn(help: Help, person: str) -> Help:
    calls = {other: since for other, since in help.calls.items() if other != person}
    return Help(calls, help.settled | {person})


def answered(help: Help) -> Help:
    """All of them at once: an organiser looks after the room."""
    return Help({}, help.settled | set(help.calls))


def returned(help: Help, person: str, now: datetime) -> Help:
    """A page came back and says that it had called: counts only where the server knows nothing of it."""
    known = person in help.calls or person in help.settled
    return help if known else called(help, person, now)
