"""Who has to say yes before a room is recorded."""

from __future__ import annotations

import pytest

from server.consent import Decision, decide
from server.store.records import Person, Role

SELLER, BUYER, INTERPRETER = "p1", "p2", "p3"


def person(number: int, role: Role) -> Person:
    return Person(f"p{number}", role, role, "", "ko", "ko")


PEOPLE = [person(n, role) for n, role in enumerate(("seller", "buyer", "interpreter"), 1)]
QUIET = [person(8, "organiser"), person(9, "venue")]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, Decision("asking", 3)),
        ({SELLER: True, BUYER: True}, Decision("asking", 1)),
        ({SELLER: True, BUYER: True, INTERPRETER: True}, Decision("recording")),
        ({SELLER: True, BUYER: False, INTERPRETER: True}, Decision("refused")),
        ({BUYER: False}, Decision("refused", 2)),
        ({"p7": False, SELLER: True, BUYER: True, INTERPRETER: True}, Decision("recording")),
    ],
)
def test_everybody_inside_says_yes_first(answers: dict[str, bool], expected: Decision) -> None:
    assert decide(allowed=True, is_open=True, inside=[*PEOPLE, *QUIET], answers=answers) == expected


def test_an_observer_is_asked_as_well() -> None:
    inside = [*PEOPLE, person(4, "observer")]
    everybody_else = dict.fromkeys((SELLER, BUYER, INTERPRETER), True)
    assert decide(allowed=True, is_open=True, inside=inside, answers=everybody_else) == Decision("asking", 1)


@pytest.mark.parametrize(("allowed", "is_open"), [(False, True), (True, False)])
def test_nothing_is_recorded_where_the_organiser_does_not_allow_it(allowed: bool, is_open: bool) -> None:
    answers = dict.fromkeys((SELLER, BUYER, INTERPRETER), True)
    assert decide(allowed=allowed, is_open=is_open, inside=PEOPLE, answers=answers) == Decision("off")


def test_a_hall_and_an_organiser_alone_are_not_recorded() -> None:
    assert decide(allowed=True, is_open=True, inside=QUIET, answers={}) == Decision("off")
