"""When rooms open and close by themselves."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.clock import Due, closes_at, due
from server.store.records import Event, EventSettings, NewRoom, Room, RoomPatch
from server.timekeeper import Timekeeper
from tests.server.peers import PEOPLE, browser, running_server

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
BY_CLOCK = EventSettings(opens_itself=True, opens_early_min=10, closes_itself=True, closes_late_min=5)
SETTINGS = {"Ulsan": BY_CLOCK, "Suwon": EventSettings()}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def room(**values: object) -> Room:
    at_ten = Room("r1", "상담", "scheduled", TEN, 30, None, None, (), event="Ulsan")
    return replace(at_ten, **values)  # type: ignore[arg-type]


def opened(**values: object) -> Room:
    return room(state="open", opened_at=TEN - minutes(10), **values)


def test_a_room_opens_as_many_minutes_early_as_its_event_says() -> None:
    assert due([room()], SETTINGS, TEN - minutes(11)) == Due(next_at=TEN - minutes(10))
    assert due([room()], SETTINGS, TEN - minutes(10)).open == ("r1",)


def test_what_was_missed_while_the_server_was_down_is_made_up_for_as_long_as_anybody_may_come() -> None:
    assert due([room()], SETTINGS, TEN + minutes(29)).open == ("r1",)
    assert due([room()], SETTINGS, TEN + minutes(30)) == Due()
    assert due([opened()], SETTINGS, TEN + timedelta(days=3)).close == ("r1",)


@pytest.mark.parametrize(
    "never",
    [
        room(event=""),
        room(event="Suwon"),
        room(event="nobody knows"),
        room(starts_at=None),
        room(state="closed", opened_at=TEN, closed_at=TEN),
    ],
)
def test_what_does_not_open_by_itself(never: Room) -> None:
    assert due([never], SETTINGS, TEN) == Due()


def test_a_room_closes_after_its_end_and_never_while_its_time_was_extended() -> None:
    assert due([opened()], SETTINGS, TEN + minutes(34)) == Due(next_at=TEN + minutes(35))
    assert due([opened()], SETTINGS, TEN + minutes(35)).close == ("r1",)
    assert due([opened(extended_min=10)], SETTINGS, TEN + minutes(44)) == Due(next_at=TEN + minutes(45))
    assert due([opened(event="Suwon")], SETTINGS, TEN + minutes(300)) == Due()


def test_a_room_that_was_opened_again_after_its_end_has_its_length_anew() -> None:
    again = opened(reopened_at=TEN + minutes(60))
    assert closes_at(again, BY_CLOCK) == TEN + minutes(95)
    early = opened(reopened_at=TEN + minutes(20))
    assert closes_at(early, BY_CLOCK) == TEN + minutes(35)


def test_the_nearest_moment_of_all_rooms_is_next() -> None:
    later = room(id="r2", starts_at=TEN + minutes(60))
    found = due([opened(), later, room(id="r3", event="")], SETTINGS, TEN)
    assert found == Due(next_at=TEN + minutes(35))


@pytest.mark.net
async def test_rooms_are_opened_and_closed_in_time(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with running_server(tmp_path) as server:
        await server.store.events.put(Event("Ulsan", settings=BY_CLOCK))
        await server.hub.event_changed("Ulsan")
        made, tokens = await server.store.rooms.create(NewRoom("상담", PEOPLE, TEN, event="Ulsan"))
        keeper = Timekeeper(server.store, server.hub)
        assert await keeper.look(TEN - minutes(30)) == TEN - minutes(10)
        await keeper.look(TEN - minutes(10))
        assert (await server.store.rooms.get(made.id)).state == "open"
        async with browser(server, tokens["p1"]) as seller:
            assert seller.joined["room"]["closes_at"] == "2026-03-02T10:35:00Z"
            await server.hub.room_changed(await server.store.rooms.extend(made.id, 10, TEN + minutes(29)))
            told = await seller.get("room")
            assert told["room"]["ends_at"] == "2026-03-02T10:40:00Z"
            await keeper.look(TEN + minutes(36))
            assert (await server.store.rooms.get(made.id)).state == "open"
            # Once the time is over, minutes are added from now on.
            await server.hub.room_changed(await server.store.rooms.extend(made.id, 5, TEN + minutes(42)))
            await keeper.look(TEN + minutes(51))
            assert (await server.store.rooms.get(made.id)).ends_at == TEN + minutes(47)
            await keeper.look(TEN + minutes(52))
            assert (await seller.get("error"))["code"] == "room_closed"
        assert await keeper.look(TEN + minutes(53)) is None
    assert "by the clock" in caplog.text


@pytest.mark.net
async def test_what_changes_between_looking_and_closing_counts(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await server.store.events.put(Event("Ulsan", settings=BY_CLOCK))
        made, _ = await server.store.rooms.create(NewRoom("상담", PEOPLE, TEN, event="Ulsan"))
        keeper = Timekeeper(server.store, server.hub)
        await keeper.look(TEN)
        timed = await server.store.rooms.timed(TEN + minutes(40))
        await server.store.rooms.extend(made.id, 30, TEN + minutes(40))

        async def stale(now: datetime) -> list[Room]:
            return timed

        server.store.rooms.timed = stale  # type: ignore[method-assign]
        await keeper.look(TEN + minutes(40))
        assert (await server.store.rooms.get(made.id)).state == "open"


@pytest.mark.net
async def test_a_room_that_is_moved_loses_what_was_added_to_it(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        made, _ = await server.store.rooms.create(NewRoom("상담", PEOPLE, TEN))
        await server.open(made.id)
        assert (await server.store.rooms.extend(made.id, 10, TEN)).extended_min >= 10
        moved = await server.store.rooms.change(made.id, RoomPatch(starts_at=TEN + minutes(60)))
        assert moved.extended_min == 0
