"""The desk when the database refuses, the server begins anew, or a room has spoken for long."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.server.peers import WAIT_S, alter, browser, media_worker, running_server, transcription_worker
from tests.server.test_desk import BUYER, INTERPRETER, SELLER, Meeting, meeting

pytestmark = pytest.mark.net

FAILS = "SELECT json('{')"
"""What ends as a damaged file or a full disk does, not as a constraint."""


async def refuse(data_dir: Path, caption: str) -> None:
    """Of this one no revision is stored any more."""
    when = f"WHEN NEW.caption_id = '{caption}'"
    await alter(
        data_dir, f"CREATE TRIGGER refused BEFORE INSERT ON caption_revisions {when} BEGIN {FAILS}; END"
    )


async def accept(data_dir: Path) -> None:
    await alter(data_dir, "DROP TRIGGER refused")


async def texts(m: Meeting) -> list[str]:
    return [one.caption.text for one in await m.server.store.captions.of_room(m.room.id)]


async def paused(m: Meeting) -> list[str]:
    record = await m.server.store.desks.get(m.room.id)
    return [] if record is None else list(record["paused"])


async def test_a_pause_that_ended_with_the_desk_is_not_there_after_a_restart(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "pause_machine", "person": SELLER, "paused": True})
        await m.buyer.get("machine", paused=[SELLER])
        async with asyncio.timeout(WAIT_S):
            while await paused(m) != [SELLER]:
                await asyncio.sleep(0.01)
        await m.interpreter.send({"type": "leave"})
        await m.buyer.get("machine", paused=[])
        async with asyncio.timeout(WAIT_S):
            while await paused(m):
                await asyncio.sleep(0.01)


async def test_a_pause_rests_after_a_restart_until_somebody_is_at_the_desk(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "pause_machine", "person": SELLER, "paused": True})
        await m.buyer.get("machine", paused=[SELLER])
        async with asyncio.timeout(WAIT_S):
            while await paused(m) != [SELLER]:
                await asyncio.sleep(0.01)
        room, tokens = m.room, m.tokens
    async with (
        running_server(tmp_path) as server,
        media_worker(server),
        transcription_worker(server) as speech,
        browser(server, tokens[SELLER]),
        browser(server, tokens[BUYER]) as buyer,
    ):
        assert buyer.joined["machine"]["paused"] == []
        await speech.get("track", track=f"{room.id}-{SELLER}")
        async with browser(server, tokens[INTERPRETER]) as interpreter:
            assert interpreter.joined["machine"]["paused"] == [SELLER]
            await buyer.get("machine", paused=[SELLER])
            await speech.get("untrack", track=f"{room.id}-{SELLER}")


@pytest.mark.parametrize("how", ["confirmed", "corrected"])
async def test_what_could_not_be_stored_is_held_until_it_is(tmp_path: Path, how: str) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "hold", "on": True})
        whole = await m.say("12시간", "12小时", confidence=0.1)
        assert (await m.buyer.caption())["text"] == "…시간"
        message = {"type": "confirm", "id": whole["id"]}
        if how == "corrected":
            message = {
                "type": "correct",
                "id": whole["id"],
                "rev": whole["rev"],
                "lang": "ko",
                "text": "12월",
            }
        await refuse(tmp_path, whole["id"])
        await m.interpreter.send(message)
        assert (await m.interpreter.error())["code"] == "store_failed"
        async with browser(m.server, m.tokens["p4"]) as observer:
            assert observer.joined["machine"]["held"] == [whole["id"]]
            assert observer.joined["captions"][0]["text"] == "…시간"
        await accept(tmp_path)
        await m.interpreter.send({"type": "hold", "on": False})
        assert (await m.buyer.caption())["text"] == "12시간"


async def test_lines_that_are_too_old_for_the_memory_are_shown_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.captions.KEPT_CAPTIONS", 1)
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "hold", "on": True})
        held = [(await m.say(text, "小时"))["id"] for text in ("12시간", "13시간")]
        for _ in held:
            await m.buyer.caption(state="final")
        await m.interpreter.send({"type": "hold", "on": False})
        shown = [await m.buyer.caption() for _ in held]
        assert {one["id"]: one["text"] for one in shown} == dict(zip(held, ("12시간", "13시간"), strict=True))


async def test_a_replacement_that_was_broken_off_is_taken_back(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        said = [await m.say(text, "—") for text in ("약풍 하나", "약풍 둘", "약풍 셋")]
        await refuse(tmp_path, said[1]["id"])
        await m.interpreter.send({"type": "replace", "lang": "ko", "find": "약풍", "put": "약품"})
        history = await m.interpreter.get("history")
        assert (history["undo"], history["changed"]) == (1, 1)
        assert (await m.interpreter.error())["code"] == "store_failed"
        assert await texts(m) == ["약풍 하나", "약풍 둘", "약품 셋"]
        await m.interpreter.send({"type": "undo"})
        history = await m.interpreter.get("history")
        assert (history["undo"], history["redo"], history["changed"]) == (0, 1, 1)
        assert await texts(m) == ["약풍 하나", "약풍 둘", "약풍 셋"]


async def test_a_replacement_whose_term_is_refused_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.glossary.MAX_TERMS", 0)
    async with meeting(tmp_path) as m:
        await m.say("약풍", "—")
        wish = {"type": "replace", "lang": "ko", "find": "약풍", "put": "약품", "term": {"zh-Hans": "药品"}}
        await m.interpreter.send(wish)
        assert (await m.interpreter.error())["code"] == "glossary_full"
        async with browser(m.server, m.tokens["p5"]) as organiser:
            assert organiser.joined["replacements"] == []
        assert await texts(m) == ["약풍"]


async def test_what_could_not_be_taken_back_whole_is_tried_again(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        said = [await m.say(text, "—") for text in ("약풍 하나", "약풍 둘")]
        await m.interpreter.send({"type": "replace", "lang": "ko", "find": "약풍", "put": "약품"})
        await m.interpreter.get("history", changed=2)
        await refuse(tmp_path, said[0]["id"])
        await m.interpreter.send({"type": "undo"})
        history = await m.interpreter.get("history")
        assert (history["undo"], history["redo"], history["changed"]) == (1, 1, 1)
        assert (await m.interpreter.error())["code"] == "store_failed"
        await accept(tmp_path)
        await m.interpreter.send({"type": "undo"})
        history = await m.interpreter.get("history")
        assert (history["undo"], history["redo"], history["changed"]) == (0, 2, 1)
        assert await texts(m) == ["약풍 하나", "약풍 둘"]
        for _ in range(2):
            await m.interpreter.send({"type": "redo"})
            history = await m.interpreter.get("history")
        assert (history["undo"], history["redo"]) == (2, 0)
        assert await texts(m) == ["약품 하나", "약품 둘"]


async def test_a_step_that_is_refused_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.replacements.MAX_REPLACEMENTS", 1)
    async with meeting(tmp_path) as m, browser(m.server, m.tokens["p5"]) as organiser:
        await m.interpreter.send({"type": "replace", "lang": "ko", "find": "가", "put": "나"})
        await m.interpreter.send({"type": "stop_replacing", "lang": "ko", "find": "가"})
        await m.interpreter.get("history", kind="stopped")
        await organiser.send({"type": "replace", "lang": "ko", "find": "다", "put": "라"})
        await organiser.get("history", kind="replaced")
        await m.interpreter.send({"type": "undo"})
        assert (await m.interpreter.error())["code"] == "too_many_replacements"
        await organiser.send({"type": "undo"})
        await organiser.get("history", kind="reverted")
        await m.interpreter.send({"type": "undo"})
        assert (await m.interpreter.get("history"))["undo"] == 1
