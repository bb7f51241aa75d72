"""Interpreters over the wire: what pages are told, what the recogniser is told, what is refused."""

from pathlib import Path
from typing import Any

import pytest

from server.store.records import NewPerson, NewRoom, Room, Token
from tests.server.peers import (
    QUICK,
    Browser,
    RunningServer,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)

pytestmark = pytest.mark.net

PEOPLE = (
    NewPerson("seller", "김 대표", "울산 코팅", "ko", "ko"),
    NewPerson("buyer", "采购", "长春", "zh-Hans", "zh-Hans"),
    NewPerson("interpreter", "김 통역", "", "ko", "zh-Hans"),
    NewPerson("interpreter", "박 통역", "", "ko", "zh-Hans"),
    NewPerson("organiser", "운영", "", "en", "en"),
)


async def booth(server: RunningServer) -> tuple[Room, dict[str, Token]]:
    room, tokens = await server.store.rooms.create(NewRoom("상담", PEOPLE))
    return await server.open(room.id), tokens


def seats(message: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {seat["person"]: (seat["into"], seat["air"], seat["connected"]) for seat in message["seats"]}


async def into(peer: Browser, lang: str | None, **more: Any) -> None:
    await peer.send({"type": "interpret", "into": lang, **more})


async def test_everybody_hears_of_a_channel_and_the_recogniser_of_its_language(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await booth(server)
        async with (
            media_worker(server),
            transcription_worker(server) as transcription,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as kim,
        ):
            assert buyer.joined["interpretation"] == {
                "type": "interpretation",
                "mode": "simultaneous",
                "turn": "speakers",
                "seats": [],
                "handovers": [],
            }
            track = await transcription.get("track", track=f"{room.id}-p3")
            assert (track["lang"], track["targets"]) == ("ko", ["zh-Hans"])
            await into(kim, "zh-Hans")
            assert (await transcription.get("track", lang="zh-Hans", track=f"{room.id}-p3"))["targets"] == [
                "ko"
            ]
            for peer in (buyer, kim):
                shown = await peer.get("interpretation", mode="simultaneous")
                while not shown["seats"]:
                    shown = await peer.get("interpretation")
                assert seats(shown) == {"p3": ("zh-Hans", True, True)}


async def test_what_is_said_into_a_channel_is_marked_and_is_the_interpreters(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await booth(server)
        async with (
            media_worker(server),
            transcription_worker(server) as transcription,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as kim,
        ):
            await into(kim, "zh-Hans")
            await transcription.get("track", lang="zh-Hans", track=f"{room.id}-p3")
            track, lines = f"{room.id}-p3", {"ko": {"text": "두 가지입니다"}}
            said = {"lang": "zh-Hans", "translations": lines}
            await transcription.send(hypothesis(track, "有两", **said))
            caption = await buyer.caption(state="partial")
            assert (caption["speaker"], caption["lang"]) == ("p3", "zh-Hans")
            assert caption["flags"] == ["interpretation"]
            # The sentence was begun into the channel, and is finished as such.
            await into(kim, None)
            await buyer.get("interpretation", seats=[seat("p3", None)])
            await transcription.send(hypothesis(track, "有两种", final=True, rev=2, **said))
            assert (await buyer.caption(state="final"))["flags"] == ["interpretation"]
            await transcription.send(hypothesis(track, "다시요?", final=True, utterance=2))
            assert (await buyer.caption(state="final"))["flags"] == []


def seat(person: str, lang: str | None, **more: Any) -> dict[str, Any]:
    return {
        "person": person,
        "into": lang,
        "air": True,
        "channels": [],
        "together": False,
        "connected": True,
    } | more


async def test_what_may_not_be_is_refused_with_a_code_and_changes_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await booth(server)
        async with (
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p3"]) as kim,
            browser(server, tokens["p4"]) as park,
            browser(server, tokens["p5"]) as organiser,
        ):
            await into(kim, "zh-Hans")
            refusals: list[tuple[Browser, dict[str, Any], str]] = [
                (seller, {"type": "interpret", "into": "zh-Hans"}, "not_allowed"),
                (organiser, {"type": "interpret", "into": "ko"}, "not_allowed"),
                (seller, {"type": "interpretation_mode", "mode": "consecutive"}, "not_allowed"),
                (seller, {"type": "turn", "turn": "speakers"}, "not_allowed"),
                (kim, {"type": "turn", "turn": "interpreter"}, "not_allowed"),
                (kim, {"type": "interpret", "into": "vi"}, "not_in_room"),
                (kim, {"type": "interpret", "into": "Chinese!"}, "bad_message"),
                (kim, {"type": "interpretation_mode", "mode": "chuchotage"}, "bad_message"),
                (kim, {"type": "handover", "step": "offer", "person": "p1"}, "not_in_room"),
                (park, {"type": "handover", "step": "accept", "person": "p3"}, "no_handover"),
                (park, {"type": "interpret", "into": "zh-Hans"}, "channel_taken"),
            ]
            for peer, message, code in refusals:
                await peer.send(message)
                error = await peer.error()
                assert (error["code"], error["fatal"]) == (code, False)
            await organiser.send({"type": "interpretation_mode", "mode": "consecutive"})
            shown = await park.get("interpretation", mode="consecutive")
            assert seats(shown)["p3"] == ("zh-Hans", True, True)
            await kim.send({"type": "turn", "turn": "interpreter"})
            await park.get("interpretation", turn="interpreter")
            await organiser.send({"type": "turn", "turn": "speakers"})
            await park.get("interpretation", turn="speakers")


async def test_two_relieve_each_other_and_a_lost_one_is_relieved_with_one_message(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await booth(server)
        async with browser(server, tokens["p4"], session="park") as park:
            async with browser(server, tokens["p3"], session="kim") as kim:
                await into(kim, "zh-Hans")
                await park.send({"type": "handover", "step": "offer", "person": "p3"})
                asked = await kim.get(
                    "interpretation", handovers=[{"giver": "p4", "taker": "p3", "by": "p4"}]
                )
                assert asked["mode"] == "simultaneous"
                await kim.send({"type": "handover", "step": "withdraw", "person": "p4"})
                await park.send({"type": "interpret", "air": False})
                await park.send({"type": "handover", "step": "ask", "person": "p3"})
                await kim.get("interpretation", handovers=[{"giver": "p3", "taker": "p4", "by": "p4"}])
                await kim.send({"type": "handover", "step": "accept", "person": "p4"})
                passed = await kim.get("interpretation", handovers=[])
                while seats(passed) != {"p3": ("zh-Hans", False, True), "p4": ("zh-Hans", True, True)}:
                    passed = await kim.get("interpretation")
                # And back, so that the one who is lost is on air.
                await kim.send({"type": "handover", "step": "ask", "person": "p4"})
                await park.get("interpretation", handovers=[{"giver": "p4", "taker": "p3", "by": "p3"}])
                await park.send({"type": "handover", "step": "accept", "person": "p3"})
            lost = await park.get("interpretation")
            while seats(lost) != {"p3": ("zh-Hans", True, False), "p4": ("zh-Hans", False, True)}:
                lost = await park.get("interpretation")
            await park.send({"type": "handover", "step": "ask", "person": "p3"})
            taken = await park.get("interpretation")
            assert seats(taken) == {"p3": ("zh-Hans", False, False), "p4": ("zh-Hans", True, True)}


async def test_a_reconnect_keeps_the_seat_and_a_restart_of_the_server_asks_the_page(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await booth(server)
        async with browser(server, tokens["p3"], session="kim") as kim:
            await into(kim, "zh-Hans")
            await kim.get("interpretation", seats=[seat("p3", "zh-Hans", channels=["zh-Hans"])])
        # What the page believes counts for nothing where the server knows.
        back = {"into": "ko", "air": True, "mode": "consecutive"}
        async with browser(server, tokens["p3"], session="kim", interprets=back) as kim:
            assert kim.joined["interpretation"]["mode"] == "simultaneous"
            assert seats(kim.joined["interpretation"])["p3"][:2] == ("zh-Hans", True)
    async with running_server(tmp_path, QUICK) as server:
        async with browser(server, tokens["p1"]) as seller:
            assert seller.joined["interpretation"]["seats"] == []
            async with browser(server, tokens["p3"], session="kim", interprets=back) as kim:
                assert kim.joined["interpretation"]["mode"] == "consecutive"
                assert seats(kim.joined["interpretation"])["p3"][:2] == ("ko", True)
                shown = await seller.get("interpretation")
                assert (shown["mode"], seats(shown)) == ("consecutive", {"p3": ("ko", True, True)})
            nonsense = {"into": "vi"}
            async with browser(server, tokens["p4"], interprets=nonsense) as park:
                # Not into a language that is not here; and a colleague was at work just now.
                assert seats(park.joined["interpretation"])["p4"] == (None, False, True)
        assert server.hub.present(room.id) <= {"p1", "p3", "p4"}
