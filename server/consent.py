"""Whether a room may be recorded: the organiser allows it, and everybody inside has said yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from server.rights import ASKED
from server.store.records import Person, Role

PARTIES: frozenset[Role] = frozenset({"seller", "buyer"})

Verdict = Literal["off", "asking", "refused", "recording"]
"""`asking`: somebody has not answered yet. `refused`: somebody said no, and nobody is told who."""


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    unanswered: int = 0

    @property
    def is_recording(self) -> bool:
        return self.verdict == "recording"


def is_asked(person: Person) -> bool:
    return person.role in ASKED


def decide(
    *, allowed: bool, is_open: bool, inside: Iterable[Person], answers: Mapping[str, bool]
) -> Decision:
    """`answers` by person id. Nothing is recorded while neither side is there."""
    people = list(inside)
    if not allowed or not is_open or not any(person.role in PARTIES for person in people):
        return Decision("off")
    asked = [person for person in people if is_asked(person)]
    unanswered = sum(1 for person in asked if person.id not in answers)
    if any(answers.get(person.id) is False for person in asked):
        return Decision("refused", unanswered)
    return Decision("asking" if unanswered else "recording", unanswered)
