"""Whom a wall screen hears while interpreters work."""

from __future__ import annotations

from server.hearing import silent_for
from server.interpretation import Interpretation, Seat
from server.store.records import Person, Role


def person(id: str, role: Role, speaks: str) -> Person:
    return Person(id=id, role=role, name=id, company="", speaks=speaks, reads=speaks)


PEOPLE = (
    person("p1", "seller", "ko"),
    person("p2", "buyer", "zh-Hans"),
    person("p3", "interpreter", "ko"),
    person("p4", "interpreter", "ko"),
)
KOREAN, CHINESE = person("v1", "venue", "ko"), person("v2", "venue", "zh-Hans")
BOTH = {"p3", "p4"}


def test_without_channels_everybody_is_heard() -> None:
    assert silent_for(KOREAN, PEOPLE, Interpretation(), BOTH) == ()


def test_a_channel_is_for_its_listeners_and_replaces_what_it_says_once_more() -> None:
    state = Interpretation(seats={"p3": Seat("zh-Hans", channels=("zh-Hans",)), "p4": Seat(air=False)})
    assert silent_for(KOREAN, PEOPLE, state, BOTH) == ("p3", "p4")
    assert silent_for(CHINESE, PEOPLE, state, BOTH) == ("p1", "p4")


def test_who_flips_serves_both_and_is_heard_in_one() -> None:
    state = Interpretation(seats={"p3": Seat("ko", channels=("zh-Hans", "ko"))})
    assert silent_for(CHINESE, PEOPLE, state, BOTH) == ("p1", "p3")
    assert silent_for(KOREAN, PEOPLE, state, BOTH) == ("p2",)


def test_a_channel_whose_interpreter_is_lost_serves_nobody() -> None:
    state = Interpretation(seats={"p3": Seat("zh-Hans", channels=("zh-Hans",))})
    assert "p1" not in silent_for(CHINESE, PEOPLE, state, {"p4"})


def test_in_turns_all_but_those_on_standby_are_heard() -> None:
    seats = {"p3": Seat("zh-Hans", channels=("zh-Hans",)), "p4": Seat(air=False)}
    state = Interpretation(mode="consecutive", seats=seats)
    for listener in (KOREAN, CHINESE):
        assert silent_for(listener, PEOPLE, state, BOTH) == ("p4",)
