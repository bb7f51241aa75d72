"""Who came when and left when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.attendance import minutes_of, standing
from server.exports.attendance import Attended, to_csv
from server.store.records import Person, Room, Visit
from tests.server.peers import RunningServer, browser, running_server

TEN = datetime(2026, 3, 2, 1, tzinfo=UTC)
SELLER = Person("p1", "seller", "=김", "울산 코팅", "ko", "ko")
ROOM = Room("r1", "상담", "open", TEN, 30, TEN, None, (SELLER,), event="Ulsan")


def after(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def test_who_is_missing_and_who_never_came() -> None:
    assert standing(ROOM, SELLER, [], after(-1)) == "expected"
    assert standing(ROOM, SELLER, [], after(0)) == "missing"
    assert standing(ROOM, SELLER, [], after(30)) == "no_show"
    assert standing(replace(ROOM, extended_min=10), SELLER, [], after(30)) == "missing"
    assert standing(replace(ROOM, state="closed", closed_at=after(10)), SELLER, [], after(11)) == "no_show"
    never_opened = replace(ROOM, state="scheduled", opened_at=None)
    assert standing(never_opened, SELLER, [], after(60)) == "expected"
    assert standing(ROOM, replace(SELLER, role="observer"), [], after(60)) == "expected"


def test_visits_count_together() -> None:
    visits = [Visit("r1", "p1", after(0), after(5)), Visit("r1", "p1", after(10), None)]
    assert standing(ROOM, SELLER, visits, after(20)) == "inside"
    assert standing(ROOM, SELLER, visits[:1], after(20)) == "left"
    assert minutes_of(visits, after(20)) == 15


def test_a_sheet_is_in_the_events_time_and_holds_no_formulas() -> None:
    row = Attended(ROOM, SELLER, after(-2), after(28), 30, "left")
    heading, line = to_csv([row], "Asia/Seoul").splitlines()
    assert heading.startswith("\ufeffdate,starts")
    assert line == (
        "2026-03-02,10:00,30,상담,,seller,울산 코팅,'=김,2026-03-02 09:58:00,2026-03-02 10:28:00,30,left"
    )


async def visits_of(server: RunningServer) -> list[Visit]:
    """As the database has them by now."""
    await server.hub.close()
    return await server.store.visits.all()


@pytest.mark.net
async def test_coming_and_leaving_is_kept(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p2"]) as buyer:
            assert set(server.hub.visits(room.id)) == {"p1", "p2"}
            await buyer.send({"type": "leave"})
            await seller.get("person", person={**seller.joined["people"][1], "present": False})
            left = server.hub.visits(room.id)["p2"][-1].left_at
            assert left is not None
            kept = {visit.person: visit.left_at for visit in await visits_of(server)}
            assert kept["p2"] == left
            assert kept["p1"] is not None
    async with running_server(tmp_path) as server:
        again = server.hub.visits(room.id)
        assert {person: len(visits) for person, visits in again.items()} == {"p1": 1, "p2": 1}


@pytest.mark.net
async def test_nobody_stays_longer_than_the_server_was_seen(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await server.room()
        await server.store.visits.put(Visit(room.id, "p1", after(0), None))
        await server.store.visits.put(Visit(room.id, "p2", after(9), None))
        await server.hub.close()
        await server.store.settings.set("alive_at", after(7).isoformat())
    async with running_server(tmp_path) as server:
        ended = {person: visits[-1].left_at for person, visits in server.hub.visits(room.id).items()}
        assert ended == {"p1": after(7), "p2": after(9)}


@pytest.mark.net
async def test_who_waits_before_a_room_that_is_yet_to_open_is_seen(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room(opened=False)
        async with browser(server) as seller:
            await seller.send({"type": "join", "token": tokens["p1"]})
            assert (await seller.error())["code"] == "room_not_open"
            assert server.hub.waiting(room.id) == {"p1"}
            assert server.hub.visits(room.id) == {}
        await server.open(room.id)
        async with browser(server, tokens["p1"]):
            assert server.hub.waiting(room.id) == frozenset()
