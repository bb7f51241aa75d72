"""The interpreter's desk beside single corrections: everything it asks of the server, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.store.records import Room, Token
from tests.server.peers import (
    Browser,
    RunningServer,
    Worker,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)
from wire.captions import Translation
from wire.links import Translated

pytestmark = pytest.mark.net

SELLER, BUYER, INTERPRETER, ORGANISER = "p1", "p2", "p3", "p5"


@dataclass
class Meeting:
    server: RunningServer
    room: Room
    tokens: dict[str, Token]
    media: Worker
    speech: Worker
    buyer: Browser
    interpreter: Browser
    utterances: int = 0

    async def say(self, text: str, line: str, **more: Any) -> dict[str, Any]:
        """As the interpreter sees it."""
        self.utterances += 1
        final = more.pop("final", True)
        lines = {"zh-Hans": Translation(text=line, stable=0)}
        values = {"utterance": self.utterances, "translations": lines, "final": final, **more}
        await self.speech.send(hypothesis(f"{self.room.id}-{SELLER}", text, **values))
        return await self.interpreter.caption()

    async def correct(self, caption: dict[str, Any], lang: str, text: str) -> dict[str, Any]:
        message = {"type": "correct", "id": caption["id"], "rev": caption["rev"], "lang": lang, "text": text}
        await self.interpreter.send(message)
        return await self.interpreter.caption(id=caption["id"])

    async def translate(self, **lines: str) -> dict[str, Any]:
        """Answers the next request; the request."""
        request = await self.speech.get("translate")
        made = {lang.replace("_", "-"): Translation(text=text) for lang, text in lines.items()}
        await self.speech.send(Translated(request=request["request"], translations=made))
        return request


@asynccontextmanager
async def meeting(tmp_path: Path) -> AsyncIterator[Meeting]:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            transcription_worker(server) as speech,
            browser(server, tokens[SELLER]),
            browser(server, tokens[BUYER]) as buyer,
            browser(server, tokens[INTERPRETER]) as interpreter,
        ):
            yield Meeting(server, room, tokens, media, speech, buyer, interpreter)


async def test_a_correction_is_taken_back_and_made_again(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        said = await m.say("두 가지 약풍", "两种药风")
        corrected = await m.correct(said, "ko", "두 가지 약품")
        assert await m.interpreter.get("history") == {
            "type": "history",
            "undo": 1,
            "redo": 0,
            "kind": "corrected",
            "caption": said["id"],
            "changed": 1,
        }
        await m.translate(zh_Hans="两种药品")
        translated = await m.interpreter.caption()
        await m.interpreter.send({"type": "undo"})
        back = await m.interpreter.caption()
        assert back["rev"] == translated["rev"] + 1
        assert (back["text"], back["state"], back["by"]) == ("두 가지 약풍", "final", None)
        assert back["translations"]["zh-Hans"]["text"] == "两种药风"
        history = await m.interpreter.get("history")
        assert (history["undo"], history["redo"]) == (0, 1)
        assert (await m.buyer.caption(rev=back["rev"]))["text"] == "두 가지 약풍"
        await m.interpreter.send({"type": "redo"})
        again = await m.interpreter.caption()
        assert (again["text"], again["by"]) == (corrected["text"], corrected["by"])
        assert again["translations"]["zh-Hans"]["text"] == "两种药品"
        stored = [one.caption.text for one in await m.server.store.captions.revisions(m.room.id)]
        assert stored == ["두 가지 약풍", "두 가지 약품", "두 가지 약품", "두 가지 약풍", "두 가지 약품"]
        await m.interpreter.send({"type": "redo"})
        assert (await m.interpreter.error())["code"] == "nothing_to_undo"


async def test_what_somebody_else_wrote_since_is_not_taken_back(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m, browser(m.server, m.tokens[ORGANISER]) as organiser:
        said = await m.say("약풍", "药风")
        mine = await m.correct(said, "zh-Hans", "药品")
        theirs = {"type": "correct", "id": said["id"], "rev": mine["rev"], "lang": "zh-Hans", "text": "药剂"}
        await organiser.send(theirs)
        await m.interpreter.caption(rev=mine["rev"] + 1)
        await m.interpreter.send({"type": "undo"})
        assert (await m.interpreter.error())["code"] == "caption_changed"
        newest = await m.server.store.captions.get(said["id"])
        assert newest is not None
        assert newest.caption.translations["zh-Hans"].text == "药剂"


async def test_words_are_replaced_everywhere_and_from_now_on_in_one_step(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        for text in ("약풍이 둘", "좋습니다", "약풍은 셋"):
            await m.say(text, "—")
        wish = {"type": "replace", "lang": "ko", "find": "약풍", "put": "약품", "term": {"zh-Hans": "药品"}}
        await m.interpreter.send(wish)
        terms = (await m.interpreter.get("glossary"))["terms"]
        assert [(one["term"], one["translations"]["zh-Hans"]) for one in terms] == [("약품", "药品")]
        rules = (await m.interpreter.get("replacements"))["replacements"]
        assert rules == [{"lang": "ko", "find": "약풍", "put": "약품"}]
        assert [(await m.interpreter.caption())["text"] for _ in range(2)] == ["약품은 셋", "약품이 둘"]
        assert (await m.interpreter.get("history"))["changed"] == 2
        assert (await m.translate(zh_Hans="三"))["text"] == "약품은 셋"
        assert (await m.translate(zh_Hans="二"))["text"] == "약품이 둘"
        lines = [(await m.interpreter.caption())["translations"]["zh-Hans"]["text"] for _ in range(2)]
        assert lines == ["三", "二"]

        said = await m.say("약풍이 넷", "药风")
        assert (said["text"], said["state"]) == ("약품이 넷", "final")
        assert (await m.translate(zh_Hans="四"))["text"] == "약품이 넷"
        assert (await m.interpreter.caption(id=said["id"]))["translations"]["zh-Hans"]["text"] == "四"

        await m.interpreter.send({"type": "undo"})
        back = [await m.interpreter.caption() for _ in range(2)]
        assert sorted(one["text"] for one in back) == ["약풍은 셋", "약풍이 둘"]
        assert {one["translations"]["zh-Hans"]["text"] for one in back} == {"—"}
        assert (await m.interpreter.get("replacements"))["replacements"] == []
        assert (await m.interpreter.get("glossary"))["terms"] == []
        assert (await m.say("약풍이 다섯", "—"))["text"] == "약풍이 다섯"


async def test_replacements_and_partner_messages_outlive_the_server(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "replace", "lang": "ko", "find": "a", "put": "b"})
        await m.interpreter.send({"type": "tell_partner", "text": "3시부터 부탁해요"})
        told = await m.interpreter.get("partner_message")
        tokens = m.tokens
    async with running_server(tmp_path) as server, browser(server, tokens[INTERPRETER]) as interpreter:
        assert interpreter.joined["partner_messages"] == [told]
        assert [one["find"] for one in interpreter.joined["replacements"]] == ["a"]
        await interpreter.send({"type": "stop_replacing", "lang": "ko", "find": "a"})
        assert (await interpreter.get("replacements"))["replacements"] == []
        await interpreter.send({"type": "stop_replacing", "lang": "ko", "find": "a"})
        assert (await interpreter.error())["code"] == "nothing_replaced"


async def test_numbers_and_names_wait_for_the_interpreter(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.speech.get("track", track=f"{m.room.id}-{SELLER}")
        await m.interpreter.send({"type": "hold", "on": True})
        assert (await m.buyer.get("machine"))["holding"] == [INTERPRETER]
        assert (await m.speech.get("track", track=f"{m.room.id}-{SELLER}"))["details"] is True
        details = {"ko": [[0, 3]], "zh-Hans": [[2, 4]]}
        whole = await m.say("만이천 원", "价格一万二元", final=False, details=details)
        assert whole["text"] == "만이천 원"
        assert (await m.buyer.caption())["text"] == "… 원"
        m.utterances -= 1
        whole = await m.say("만이천 원입니다", "价格一万二元", rev=2, details=details)
        shown = await m.buyer.caption(state="final")
        assert (whole["text"], shown["text"]) == ("만이천 원입니다", "… 원입니다")
        assert shown["translations"]["zh-Hans"]["text"] == "价格…二元"
        assert (await m.buyer.get("machine"))["held"] == [whole["id"]]
        async with browser(m.server, m.tokens["p4"]) as observer:
            assert [one["text"] for one in observer.joined["captions"]] == ["… 원입니다"]
        async with browser(m.server, m.tokens[ORGANISER]) as organiser:
            assert [one["text"] for one in organiser.joined["captions"]] == ["만이천 원입니다"]
        # Lines with nothing to check are shown at once.
        await m.say("네, 좋습니다", "好的")
        assert (await m.buyer.caption(state="final"))["text"] == "네, 좋습니다"

        await m.interpreter.send({"type": "confirm", "id": whole["id"]})
        confirmed = await m.buyer.caption()
        assert (confirmed["id"], confirmed["text"]) == (whole["id"], "만이천 원입니다")
        assert confirmed["rev"] > shown["rev"]
        assert (await m.buyer.get("machine"))["held"] == []
        stored = await m.server.store.captions.get(whole["id"])
        assert stored is not None
        assert stored.caption.text == "만이천 원입니다"


@pytest.mark.parametrize("how", ["switched off", "left", "corrected"])
async def test_what_waits_is_shown_when_nobody_holds_it_any_more(tmp_path: Path, how: str) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "hold", "on": True})
        whole = await m.say("12시간", "12小时")
        masked = await m.buyer.caption()
        assert masked["text"] == "…시간"
        if how == "switched off":
            await m.interpreter.send({"type": "hold", "on": False})
        elif how == "left":
            await m.interpreter.send({"type": "leave"})
        else:
            await m.interpreter.send(
                {"type": "correct", "id": whole["id"], "rev": whole["rev"], "lang": "ko", "text": "12시간"}
            )
        shown = await m.buyer.caption()
        assert (shown["text"], shown["translations"]["zh-Hans"]["text"]) == ("12시간", "12小时")
        assert shown["rev"] > masked["rev"]
        machine = await m.buyer.get("machine")
        assert machine["held"] == []
        assert bool(machine["holding"]) is (how == "corrected")


async def test_a_caption_is_typed_in_somebodys_name_and_translated(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.interpreter.send({"type": "say", "lang": "ko", "text": "얼마입니까?", "speaker": SELLER})
        typed = await m.buyer.caption()
        assert (typed["speaker"], typed["text"], typed["by"]) == (SELLER, "얼마입니까?", "박 통역")
        assert "typed" in typed["flags"]
        request = await m.translate(zh_Hans="多少钱？")
        assert (request["text"], request["targets"]) == ("얼마입니까?", ["zh-Hans"])
        assert (await m.buyer.caption())["translations"]["zh-Hans"]["text"] == "多少钱？"
        assert [one.caption.id for one in await m.server.store.captions.of_room(m.room.id)] == [typed["id"]]
        for wrong, field in (({"speaker": "p99"}, "speaker"), ({"lang": "ru"}, "lang")):
            await m.interpreter.send({"type": "say", "lang": "ko", "text": "x", **wrong})
            error = await m.interpreter.error()
            assert (error["code"], error["field"]) == ("not_in_room", field)


async def test_the_machine_pauses_for_one_speaker(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m:
        await m.speech.get("track", track=f"{m.room.id}-{SELLER}")
        await m.interpreter.send({"type": "pause_machine", "person": SELLER, "paused": True})
        assert (await m.speech.get("untrack"))["track"] == f"{m.room.id}-{SELLER}"
        enter = await m.media.get("enter", person=SELLER, transcribe=False)
        assert enter["room"] == m.room.id
        assert (await m.buyer.get("machine"))["paused"] == [SELLER]
        # Whoever comes later is told.
        async with browser(m.server, m.tokens["p4"]) as observer:
            assert observer.joined["machine"]["paused"] == [SELLER]
        # The last at the desk is gone: nobody could end it.
        await m.interpreter.send({"type": "leave"})
        assert (await m.buyer.get("machine", paused=[]))["paused"] == []
        await m.speech.get("track", track=f"{m.room.id}-{SELLER}")


async def test_a_wish_reaches_the_side_it_is_for(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m, browser(m.server, m.tokens[SELLER]) as seller:
        await m.interpreter.send({"type": "ask_for", "wish": "repeat_price", "to": "seller"})
        await m.interpreter.send({"type": "ask_for", "wish": "slower", "to": "both"})
        assert (await seller.get("wished"))["wish"] == "repeat_price"
        wished = await m.buyer.get("wished")
        assert (wished["wish"], wished["by"]) == ("slower", INTERPRETER)
        assert (await m.interpreter.get("wished"))["to"] == "seller"


async def test_partners_talk_among_themselves(tmp_path: Path) -> None:
    async with meeting(tmp_path) as m, browser(m.server, m.tokens[ORGANISER]) as organiser:
        await organiser.send({"type": "tell_partner", "text": "다음 방이 기다립니다"})
        told = await m.interpreter.get("partner_message")
        assert (told["name"], told["text"], told["person"]) == ("운영", "다음 방이 기다립니다", ORGANISER)
        await m.buyer.send({"type": "tell_partner", "text": "저도요"})
        assert (await m.buyer.error())["code"] == "not_allowed"
        # Nothing of it reached the buyer before the next thing that everybody hears.
        await m.interpreter.send({"type": "hold", "on": True})
        seen = []
        while "machine" not in seen:
            seen.append((await m.buyer.next())["type"])
        assert "partner_message" not in seen
        async with browser(m.server, m.tokens[BUYER]) as buyer:
            assert buyer.joined["partner_messages"] == []
