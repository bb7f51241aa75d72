"""Terms typed in while the meeting goes on: stored, shown to those who may change them, told to workers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.store.records import GlossaryTerm, NewRoom, Room, RoomPatch, Token
from tests.server.peers import (
    PEOPLE,
    RunningServer,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)

pytestmark = pytest.mark.net

EVENT = "울산–창춘"
SHIELD = {"type": "term", "term": "나노실드", "translations": {"zh-Hans": "纳米盾"}}


async def room_of_the_event(server: RunningServer) -> tuple[Room, dict[str, Token]]:
    new = NewRoom("상담", PEOPLE, event=EVENT, glossary=(GlossaryTerm("코팅제", {"zh-Hans": "涂层剂"}),))
    room, tokens = await server.store.rooms.create(new)
    await server.hub.room_opened(await server.store.rooms.set_state(room.id, "open", datetime.now(UTC)))
    return room, tokens


def told(track: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {entry["term"]: entry["translations"] for entry in track["glossary"]}


async def test_a_term_holds_from_the_next_utterance_on_and_survives_a_restart(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await room_of_the_event(server)
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]),
            browser(server, tokens["p3"]) as interpreter,
            browser(server, tokens["p5"]) as organiser,
        ):
            assert [entry["term"] for entry in interpreter.joined["glossary"]] == ["코팅제"]
            await speech.get("track", track=f"{room.id}-p1")
            await interpreter.send(SHIELD)
            for one in (interpreter, organiser):
                terms = (await one.get("glossary"))["terms"]
                assert [(entry["term"], entry["scope"]) for entry in terms] == [
                    ("나노실드", "room"),
                    ("코팅제", "room"),
                ]
            track = await speech.get("track", track=f"{room.id}-p1")
            assert told(track) == {"나노실드": {"zh-Hans": "纳米盾"}, "코팅제": {"zh-Hans": "涂层剂"}}
            assert track["hotwords"] == ["나노실드", "코팅제"]
            better = SHIELD | {"term": "나노실드 2", "replaces": "나노실드"}
            await organiser.send(better)
            await organiser.get("glossary")
            assert [one["term"] for one in (await interpreter.get("glossary"))["terms"]] == [
                "나노실드 2",
                "코팅제",
            ]
            await interpreter.send({"type": "remove_term", "term": "코팅제"})
            assert [one["term"] for one in (await organiser.get("glossary"))["terms"]] == ["나노실드 2"]
    async with running_server(tmp_path) as server, browser(server, tokens["p3"]) as interpreter:
        assert [entry["term"] for entry in interpreter.joined["glossary"]] == ["나노실드 2"]


async def test_parties_neither_see_nor_change_the_glossary(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await room_of_the_event(server)
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p3"]) as interpreter:
            assert seller.joined["glossary"] == []
            await seller.send(SHIELD)
            assert (await seller.get("error"))["code"] == "not_allowed"
            await interpreter.send(SHIELD)
            await interpreter.get("glossary")
            await interpreter.send({"type": "state", "microphone": True})
            assert (await seller.next())["type"] == "person"


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        ({"type": "term", "term": " "}, "bad_message", "term"),
        ({"type": "term", "term": "x" * 101}, "bad_message", "term"),
        (
            {"type": "term", "term": "x", "translations": {"Chinese": "y"}},
            "bad_message",
            "translations.Chinese",
        ),
        ({"type": "remove_term", "term": "없음"}, "term_not_found", "term"),
        ({"type": "term", "term": "x", "replaces": "없음"}, "term_not_found", "term"),
    ],
)
async def test_errors(tmp_path: Path, message: dict[str, Any], code: str, field: str) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await room_of_the_event(server)
        async with browser(server, tokens["p3"]) as interpreter:
            await interpreter.send(message)
            error = await interpreter.get("error")
            assert (error["code"], error["fatal"]) == (code, False)
            assert error["field"].startswith(field)


async def test_line_breaks_in_a_term_become_blanks(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await room_of_the_event(server)
        async with browser(server, tokens["p3"]) as interpreter:
            await interpreter.send(SHIELD | {"term": "나노\n실드"})
            assert (await interpreter.get("glossary"))["terms"][0]["term"] == "나노 실드"


async def test_an_events_terms_hold_in_its_rooms_and_theirs_overrule_them(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await room_of_the_event(server)
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]),
            browser(server, tokens["p3"]) as interpreter,
        ):
            await speech.get("track", track=f"{room.id}-p1")
            event = (GlossaryTerm("코팅제", {"zh-Hans": "涂料"}), GlossaryTerm("GK-350", {}))
            await server.store.glossaries.change_event(EVENT, lambda _: event)
            await server.hub.event_changed(EVENT)
            terms = (await interpreter.get("glossary"))["terms"]
            assert [(one["term"], one["scope"]) for one in terms] == [("코팅제", "room"), ("GK-350", "event")]
            track = await speech.get("track", track=f"{room.id}-p1")
            assert told(track) == {"코팅제": {"zh-Hans": "涂层剂"}, "GK-350": {}}
            await server.hub.room_changed(
                await server.store.rooms.change(room.id, RoomPatch(event="다른 행사"))
            )
            assert [one["term"] for one in (await interpreter.get("glossary"))["terms"]] == ["코팅제"]


async def test_a_correction_is_translated_with_the_glossary(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await room_of_the_event(server)
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]),
            browser(server, tokens["p3"]) as interpreter,
        ):
            await speech.send(hypothesis(f"{room.id}-p1", "코팅재입니다", final=True))
            caption = await interpreter.caption(state="final")
            await interpreter.send(
                {
                    "type": "correct",
                    "id": caption["id"],
                    "rev": caption["rev"],
                    "lang": "ko",
                    "text": "코팅제입니다",
                }
            )
            assert told(await speech.get("translate")) == {"코팅제": {"zh-Hans": "涂层剂"}}
