"""Calls for the organiser: what holds, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.help import Help, answered, called, returned, withdrawn
from tests.server.peers import browser, running_server

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)


def test_who_calls_twice_has_waited_since_the_first_time() -> None:
    help = called(called(called(Help(), "p1", NOON), "p2", LATER), "p1", LATER)
    assert dict(help.calls) == {"p1": NOON, "p2": LATER}
    assert dict(withdrawn(help, "p1").calls) == {"p2": LATER}
    assert not answered(help).calls


def test_a_page_that_comes_back_calls_again_only_where_the_server_forgot() -> None:
    assert dict(returned(Help(), "p1", LATER).calls) == {"p1": LATER}
    assert dict(returned(called(Help(), "p1", NOON), "p1", LATER).calls) == {"p1": NOON}
    assert not returned(answered(called(Help(), "p1", NOON)), "p1", LATER).calls
    assert not returned(withdrawn(called(Help(), "p1", NOON), "p1"), "p1", LATER).calls


@pytest.mark.net
async def test_a_call_reaches_the_list_and_its_answer_the_room(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p5"]) as organiser:
            await seller.send({"type": "help", "wanted": True})
            shown = await organiser.get("help")
            assert [call["person"] for call in shown["calls"]] == ["p1"]
            assert [call.person for call in server.hub.help_calls(room.id)] == ["p1"]
            async with browser(server, tokens["p2"]) as buyer:
                assert [call["person"] for call in buyer.joined["help"]] == ["p1"]
            await organiser.send({"type": "answer_help"})
            assert (await seller.get("help", calls=[]))["answered"] is True
            assert server.hub.help_calls(room.id) == ()


@pytest.mark.net
async def test_a_call_survives_the_server(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
    async with running_server(tmp_path) as server, browser(server, tokens["p1"], help=True) as seller:
        assert [call["person"] for call in seller.joined["help"]] == ["p1"]
        server.hub.help_answered(room.id)
        assert (await seller.get("help"))["answered"] is True
