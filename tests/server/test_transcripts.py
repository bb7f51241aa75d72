import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.server.peers import (
    WAIT_S,
    Browser,
    RunningServer,
    Worker,
    alter,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)
from wire.captions import Caption, Translation

pytestmark = pytest.mark.net


async def stored(server: RunningServer, room: str) -> list[Caption]:
    return [item.caption for item in await server.store.captions.of_room(room)]


async def test_partials_grow_under_one_id_and_the_final_is_stored_before_it_is_shown(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        track = f"{room.id}-p1"
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
        ):
            await speech.send(hypothesis(track, "두 가지", rev=1, stable=2))
            first = await buyer.caption()
            await speech.send(hypothesis(track, "두 가지 약품이", rev=4, stable=5))
            second = await buyer.caption()
            await speech.send(hypothesis(track, "두 가지 약품이 있다는 뜻입니다", rev=5, final=True))
            final = await buyer.caption()
            assert first["id"] == second["id"] == final["id"] == f"{room.id}-p1-1"
            assert [c["state"] for c in (first, second, final)] == ["partial", "partial", "final"]
            assert [c["stable"] for c in (first, second)] == [2, 5]
            assert first["rev"] < second["rev"] < final["rev"]
            assert final["speaker"] == "p1"
            assert final["translations"]["zh-Hans"]["text"] == "「두 가지 약품이 있다는 뜻입니다」"
            assert final["lag_ms"] >= 500
            assert 0 <= final["start_ms"] <= final["end_ms"]
            assert final["by"] is None
            in_database = await stored(server, room.id)
            assert [c.text for c in in_database] == ["두 가지 약품이 있다는 뜻입니다"]
            assert (await seller.caption(state="final"))["text"] == final["text"]
            async with browser(server, tokens["p4"]) as late:
                assert [c["id"] for c in late.joined["captions"]] == [final["id"]]


async def test_numbers_continue_after_a_restart(tmp_path: Path) -> None:
    ids = []
    room_id, tokens = "", {}
    for life in range(2):
        async with running_server(tmp_path) as server:
            if not room_id:
                room, tokens = await server.room()
                room_id = room.id
            async with (
                media_worker(server),
                transcription_worker(server, f"t{life}") as speech,
                browser(server, tokens["p1"]) as seller,
            ):
                await speech.send(hypothesis(f"{room_id}-p1", "네", final=True))
                ids.append((await seller.caption())["id"])
                assert len(seller.joined["captions"]) == life
    assert ids == [f"{room_id}-p1-1", f"{room_id}-p1-2"]


async def test_a_final_that_is_sent_again_after_a_restart_is_stored_once_and_acknowledged(
    tmp_path: Path,
) -> None:
    room_id, tokens = "", {}
    for _ in range(2):
        async with running_server(tmp_path) as server:
            if not room_id:
                room, tokens = await server.room()
                room_id = room.id
            async with (
                media_worker(server),
                transcription_worker(server) as speech,
                browser(server, tokens["p1"]),
            ):
                said = hypothesis(f"{room_id}-p1", "네", final=True)
                for _ in range(2):
                    await speech.send(said)
                    kept = await speech.get("kept")
                    assert (kept["track"], kept["utterance"]) == (said.track, said.utterance)
                assert [caption.text for caption in await stored(server, room_id)] == ["네"]


async def test_an_utterance_that_was_nothing_is_taken_back(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        track = f"{room.id}-p1"
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await speech.send(hypothesis(track, "음"))
            shown = await b.caption()
            await speech.send(hypothesis(track, "", rev=2, final=True))
            assert (await b.get("caption_removed"))["id"] == shown["id"]
            assert await stored(server, room.id) == []


async def test_a_language_without_a_route_is_named(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p4"]),
        ):
            said = hypothesis(f"{room.id}-p1", "네", final=True, confidence=0.3, flags=("number",))
            await speech.send(said)
            assert (await seller.caption())["flags"] == ["number", "low_confidence", "no_route:en"]


async def test_a_final_that_cannot_be_stored_is_not_shown_as_final(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await alter(tmp_path, "DROP TABLE caption_revisions")
            await speech.send(hypothesis(f"{room.id}-p1", "네", final=True))
            caption = await b.caption()
            assert (caption["text"], caption["state"]) == ("네", "partial")


async def rename_table(data_dir: Path, old: str, new: str) -> None:
    await alter(data_dir, f"ALTER TABLE {old} RENAME TO {new}")


async def test_a_final_is_stored_once_the_database_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.transcripts.RETRIES_S", (0.05,) * 100)
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await rename_table(tmp_path, "caption_revisions", "aside")
            final = hypothesis(f"{room.id}-p1", "네", final=True)
            await speech.send(final)
            partial = await b.caption()
            assert partial["state"] == "partial"
            # The worker may send it again after its link was lost.
            await speech.send(final)
            await speech.send(hypothesis(f"{room.id}-p1", "그리고", utterance=2))
            assert (await b.caption())["text"] == "그리고"
            await rename_table(tmp_path, "aside", "caption_revisions")
            shown = await b.caption()
            assert (shown["id"], shown["text"], shown["state"]) == (partial["id"], "네", "final")
            assert shown["rev"] > partial["rev"]
            assert [(c.id, c.state) for c in await stored(server, room.id)] == [(shown["id"], "final")]


async def test_a_final_is_given_up_after_some_tries_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.transcripts.RETRIES_S", (0.0, 0.0))
    counted = asyncio.Event()
    monkeypatch.setattr("server.metrics.CAPTIONS_NOT_STORED.inc", counted.set)
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await rename_table(tmp_path, "caption_revisions", "aside")
            await speech.send(hypothesis(f"{room.id}-p1", "네", final=True))
            assert (await b.caption())["state"] == "partial"
            async with asyncio.timeout(WAIT_S):
                await counted.wait()
            await rename_table(tmp_path, "aside", "caption_revisions")
            await speech.send(hypothesis(f"{room.id}-p1", "그리고", utterance=2, final=True))
            assert (await b.caption())["text"] == "그리고"


async def test_a_final_that_waits_for_the_database_is_counted_when_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.transcripts.RETRIES_S", (60.0,))
    counted = asyncio.Event()
    monkeypatch.setattr("server.metrics.CAPTIONS_NOT_STORED.inc", counted.set)
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await rename_table(tmp_path, "caption_revisions", "aside")
            await speech.send(hypothesis(f"{room.id}-p1", "네", final=True))
            assert (await b.caption())["state"] == "partial"
            assert not counted.is_set()
    assert counted.is_set()


async def test_captions_of_unknown_rooms_and_people_are_dropped(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await speech.send(hypothesis("none-p1", "네", final=True))
            await speech.send(hypothesis(f"{room.id}-p99", "네", final=True))
            await speech.send(hypothesis(f"{room.id}-p1", "네", final=True))
            assert (await b.caption())["speaker"] == "p1"


async def test_the_last_words_are_stored_although_the_room_was_closed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]),
            browser(server, tokens["p5"]) as organiser,
        ):
            await server.close(room.id)
            await speech.get("untrack")
            await speech.send(hypothesis(f"{room.id}-p1", "감사합니다", final=True))
            assert (await organiser.caption())["text"] == "감사합니다"
            assert [c.text for c in await stored(server, room.id)] == ["감사합니다"]


class Scene:
    """One final caption on three pages."""

    def __init__(
        self, room: str, speech: Worker, seller: Browser, buyer: Browser, interpreter: Browser
    ) -> None:
        self.room, self.speech = room, speech
        self.seller, self.buyer, self.interpreter = seller, buyer, interpreter
        self.pages = (seller, buyer, interpreter)

    async def say(self, text: str) -> dict[str, Any]:
        await self.speech.send(hypothesis(f"{self.room}-p1", text, final=True))
        captions = [await page.caption() for page in self.pages]
        return captions[0]

    async def correct(self, caption: dict[str, Any], text: str, lang: str = "ko") -> None:
        await self.interpreter.send(
            {"type": "correct", "id": caption["id"], "rev": caption["rev"], "lang": lang, "text": text}
        )

    async def translated(self, text: str) -> dict[str, Any]:
        """The server's question, answered with `text`."""
        question = await self.speech.get("translate")
        answer = {"zh-Hans": Translation(text=text).model_dump()}
        await self.speech.send({"type": "translated", "request": question["request"], "translations": answer})
        return question


async def test_a_correction_reaches_every_page_and_is_translated_again(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as interpreter,
        ):
            scene = Scene(room.id, speech, seller, buyer, interpreter)
            caption = await scene.say("두 가지 약봉")
            await scene.correct(caption, "두 가지 약품")
            for page in scene.pages:
                corrected = await page.caption()
                assert corrected["id"] == caption["id"]
                assert corrected["rev"] > caption["rev"]
                assert (corrected["state"], corrected["by"]) == ("corrected", "박 통역")
                assert corrected["text"] == "두 가지 약품"
                assert corrected["translations"] == caption["translations"]
            question = await scene.translated("两种药剂")
            assert (question["text"], question["source"], question["targets"]) == (
                "두 가지 약품",
                "ko",
                ["zh-Hans"],
            )
            for page in scene.pages:
                again = await page.caption()
                assert again["rev"] > corrected["rev"]
                assert again["translations"]["zh-Hans"]["text"] == "两种药剂"
                assert (again["state"], again["by"]) == ("corrected", "박 통역")
            revisions = await server.store.captions.revisions(room.id)
            assert [item.caption.state for item in revisions] == ["final", "corrected", "corrected"]


async def test_a_correction_of_the_translation_stays_when_the_old_question_is_answered(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as interpreter,
        ):
            scene = Scene(room.id, speech, seller, buyer, interpreter)
            caption = await scene.say("약봉")
            await scene.correct(caption, "약품")
            await scene.correct(caption, "药剂（人工）", "zh-Hans")
            await seller.caption(state="corrected")
            by_hand = await seller.caption()
            assert by_hand["translations"]["zh-Hans"]["text"] == "药剂（人工）"
            await scene.translated("机器")
            await scene.correct(by_hand, "약품 둘")
            after = await seller.caption()
            assert after["text"] == "약품 둘"
            assert after["translations"]["zh-Hans"]["text"] == "药剂（人工）"


async def test_the_numbers_of_a_corrected_translation_are_compared_and_marked_on_every_page(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as interpreter,
        ):
            scene = Scene(room.id, speech, seller, buyer, interpreter)
            caption = await scene.say("12개")
            await scene.correct(caption, "20个", "zh-Hans")
            await seller.caption(state="corrected")
            question = await speech.get("compare")
            assert (question["text"], question["source"]) == ("12개", "ko")
            assert {lang: line["text"] for lang, line in question["lines"].items()} == {"zh-Hans": "20个"}
            marked = Translation(text="20个", stable=3, marks=((0, 3),), original_marks=((0, 3),))
            answer = {"zh-Hans": marked.model_dump(mode="json")}
            await speech.send({"type": "compared", "request": question["request"], "lines": answer})
            again = await seller.caption()
            assert again["flags"] == ["number"]
            assert again["translations"]["zh-Hans"] == answer["zh-Hans"]
            stored = await server.store.captions.get(caption["id"])
            assert stored is not None
            assert stored.caption.translations["zh-Hans"] == marked
            assert stored.caption.flags == ("number",)

            await scene.correct(again, "12个", "zh-Hans")
            cleared = await seller.caption()
            assert cleared["flags"] == []
            assert cleared["translations"]["zh-Hans"]["marks"] == []


async def test_a_line_that_the_worker_does_not_make_is_compared_with_the_corrected_original(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as interpreter,
        ):
            scene = Scene(room.id, speech, seller, buyer, interpreter)
            caption = await scene.say("12개")
            await scene.correct(caption, "20개")
            question = await speech.get("translate")
            await speech.send({"type": "translated", "request": question["request"], "translations": {}})
            compared = await speech.get("compare")
            assert compared["text"] == "20개"
            assert compared["lines"].keys() == caption["translations"].keys()


async def test_a_caption_too_old_to_be_kept_in_memory_is_corrected_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.captions.KEPT_CAPTIONS", 1)
    monkeypatch.setattr("server.rooms.KEPT_CAPTIONS", 1)
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with transcription_worker(server) as speech, browser(server, tokens["p3"]) as interpreter:
            for number in (1, 2):
                final = hypothesis(f"{room.id}-p1", "네", utterance=number, final=True)
                await speech.send(final)
                await interpreter.caption(state="final")
            old = f"{room.id}-p1-1"
            await interpreter.send({"type": "correct", "id": old, "rev": 1, "lang": "ko", "text": "예"})
            assert (await interpreter.caption(id=old, state="corrected"))["text"] == "예"
    async with running_server(tmp_path) as server, browser(server, tokens["p3"]) as interpreter:
        assert [caption["id"] for caption in interpreter.joined["captions"]] == [f"{room.id}-p1-2"]


async def test_corrections_that_cannot_be(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p3"]) as interpreter,
            browser(server, tokens["p5"]) as organiser,
        ):
            scene = Scene(room.id, speech, seller, buyer, interpreter)
            caption = await scene.say("네")
            correct = {
                "type": "correct",
                "id": caption["id"],
                "rev": caption["rev"],
                "lang": "ko",
                "text": "예",
            }
            await buyer.send(correct)
            assert (await buyer.error())["code"] == "not_allowed"
            await interpreter.send({**correct, "id": f"{room.id}-p1-99"})
            assert (await interpreter.error())["code"] == "caption_not_found"
            await interpreter.send({**correct, "lang": "ru"})
            error = await interpreter.error()
            assert (error["code"], error["field"]) == ("bad_message", "lang")
            await interpreter.send(correct)
            await organiser.caption(state="corrected")
            # The organiser still corrects what the interpreter has changed meanwhile.
            await organiser.send({**correct, "text": "아니요"})
            error = await organiser.error()
            assert (error["code"], error["fatal"]) == ("caption_changed", False)
            await speech.send(hypothesis(f"{room.id}-p1", "그리고", utterance=2))
            partial = await organiser.caption(state="partial")
            await organiser.send({**correct, "id": partial["id"]})
            assert (await organiser.error())["code"] == "caption_changed"
