from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.config import Limits
from tests.server.peers import (
    Worker,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)
from wire.links import PeerRef

pytestmark = pytest.mark.net


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
async def test_a_worker_without_the_secret_is_refused(tmp_path: Path, header: dict[str, str]) -> None:
    async with running_server(tmp_path) as server:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"{server.url}/workers", additional_headers=header, proxy=None):
                pass
        assert refused.value.response.status_code == 401
        assert server.hub.workers() == {"media": 0, "transcription": 0}


@pytest.mark.parametrize("first", ['{"type": "hello"}', "x", '{"type":"hello","kind":"cook"}'])
async def test_a_worker_that_does_not_say_hello_is_cut_off(tmp_path: Path, first: str) -> None:
    async with running_server(tmp_path) as server:
        headers = {"Authorization": f"Bearer {server.auth.worker_secret}"}
        async with connect(f"{server.url}/workers", additional_headers=headers, proxy=None) as socket:
            await socket.send(first)
            assert await Worker(socket).closed() == 1008


async def test_a_wrong_message_of_a_worker_is_ignored(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as b,
        ):
            await speech.socket.send('{"type": "hypothesis", "track": "; drop"}')
            await speech.send(hypothesis(f"{room.id}-p1", "네", final=True))
            assert (await b.caption())["text"] == "네"


async def test_tracks_follow_people_and_languages(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, transcription_worker(server) as speech:
            assert (await media.get("audio_target"))["url"] == "ws://127.0.0.1:9/t1"
            async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p5"]) as organiser:
                track = await speech.get("track")
                # Buyer and interpreter read Chinese, also while they are away; the observer is not here.
                assert (track["track"], track["lang"], track["targets"]) == (
                    f"{room.id}-p1",
                    "ko",
                    ["zh-Hans"],
                )
                async with browser(server, tokens["p4"]) as observer:
                    assert (await speech.get("track"))["targets"] == ["zh-Hans", "en"]
                    await observer.send({"type": "leave"})
                    assert (await speech.get("track"))["targets"] == ["zh-Hans"]
                await seller.send({"type": "languages", "speaks": "en", "reads": "ko"})
                track = await speech.get("track")
                assert (track["lang"], track["targets"]) == ("en", ["ko", "zh-Hans"])
                await organiser.send({"type": "state", "microphone": True})
                assert (await speech.get("track"))["track"] == f"{room.id}-p5"
                await organiser.send({"type": "state", "microphone": False})
                assert (await speech.get("untrack"))["track"] == f"{room.id}-p5"
                await seller.send({"type": "leave"})
                assert (await speech.get("untrack"))["track"] == f"{room.id}-p1"


async def test_the_call_goes_on_without_transcription(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            assert seller.joined["transcription"]["state"] == "unavailable"
            await media.get("enter")
            async with transcription_worker(server) as speech:
                assert (await seller.get("transcription"))["state"] == "ready"
                assert (await speech.get("track"))["track"] == f"{room.id}-p1"
            assert (await seller.get("transcription"))["state"] == "unavailable"
            assert seller.joined["media"]["state"] == "ready"


async def test_another_transcription_worker_takes_over(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            async with transcription_worker(server, "t1") as first:
                await first.get("track")
                await first.send(hypothesis(f"{room.id}-p1", "안녕"))
                partial = await seller.caption()
                await media.get("audio_target", url="ws://127.0.0.1:9/t1")
            async with transcription_worker(server, "t2") as second:
                assert (await second.get("track"))["track"] == f"{room.id}-p1"
                await media.get("audio_target", url="ws://127.0.0.1:9/t2")
                # What the first had begun will never be finished.
                assert (await seller.get("caption_removed"))["id"] == partial["id"]
                await second.send(hypothesis(f"{room.id}-p1", "안녕하세요", final=True))
                assert (await seller.caption())["id"] != partial["id"]


async def test_a_transcription_worker_that_comes_back_goes_on_with_its_utterance(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server), browser(server, tokens["p1"]) as seller:
            async with transcription_worker(server) as speech:
                await speech.get("track")
                await speech.send(hypothesis(f"{room.id}-p1", "두 가지", rev=1))
                partial = await seller.caption()
            async with transcription_worker(server) as speech:
                assert (await speech.get("track"))["track"] == f"{room.id}-p1"
                final = hypothesis(f"{room.id}-p1", "두 가지 약품", rev=5, final=True)
                await speech.send(final)
                caption = await seller.caption()
                assert (caption["id"], caption["state"]) == (partial["id"], "final")
                assert caption["rev"] > partial["rev"]
                # It was not sure that the first had arrived: sent twice, shown once.
                await speech.send(final)
                await speech.send(hypothesis(f"{room.id}-p1", "다음", utterance=2))
                assert (await seller.caption())["text"] == "다음"


async def test_a_dead_media_workers_rooms_go_to_another_with_a_new_epoch(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server, "m1") as first,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
        ):
            await first.get("enter", person="p2")
            async with media_worker(server, "m2") as second:
                await first.socket.close()
                assert await seller.get("media") == {
                    "type": "media",
                    "epoch": "m1",
                    "state": "unavailable",
                }
                for page in (seller, buyer):
                    assert (await page.get("media", state="ready"))["epoch"] == "m2"
                entered = {(await second.get("enter", room=room.id))["person"] for _ in range(2)}
                assert entered == {"p1", "p2"}


async def test_rooms_spread_over_media_workers(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, media_worker(server, "m1"), media_worker(server, "m2"):
        (_, first), (_, second) = await server.room(), await server.room()
        async with browser(server, first["p1"]) as one, browser(server, second["p1"]) as other:
            assert {page.joined["media"]["epoch"] for page in (one, other)} == {"m1", "m2"}


async def test_a_media_worker_that_comes_back_keeps_its_rooms(tmp_path: Path) -> None:
    limits = Limits(settle_s=0.0, reassign_s=60.0, grace_s=0.3, tick_s=60.0)
    async with running_server(tmp_path, limits) as server:
        _, tokens = await server.room()
        async with media_worker(server, "m2"), browser(server, tokens["p1"]) as seller:
            assert seller.joined["media"]["epoch"] == "m2"
            other, others = await server.room()
            async with media_worker(server, "m1"), browser(server, others["p1"]) as page:
                assert page.joined["media"]["epoch"] == "m1"
            # m1 lost its link; its room waits for it although m2 is there.
            async with browser(server, others["p1"]) as page:
                assert page.joined["media"] == {"type": "media", "epoch": "m1", "state": "unavailable"}
                gone = PeerRef(room=other.id, person="p2")
                async with media_worker(server, "m1", (gone, PeerRef(room=other.id, person="p1"))) as back:
                    assert await page.get("media") == {"type": "media", "epoch": "m1", "state": "ready"}
                    # Whom it still serves but who is not there any more is let go after the grace.
                    assert (await back.get("exit"))["person"] == "p2"


async def test_after_a_restart_of_the_server_workers_and_pages_find_their_rooms_again(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server, "m1"), browser(server, tokens["p1"], session="page") as seller:
            assert seller.joined["media"]["epoch"] == "m1"
    limits = Limits(settle_s=0.5, reassign_s=0.1, grace_s=0.3, tick_s=60.0)
    async with running_server(tmp_path, limits) as server:
        peers = (PeerRef(room=room.id, person="p1"), PeerRef(room=room.id, person="p2"))
        # The page is back first, and so is another worker: the room still waits for the one that serves it.
        async with (
            browser(server, tokens["p1"], session="page") as seller,
            media_worker(server, "m2") as other,
            media_worker(server, "m1", peers) as first,
        ):
            assert seller.joined["media"]["state"] == "unavailable"
            assert await seller.get("media") == {"type": "media", "epoch": "m1", "state": "ready"}
            assert (await first.get("enter"))["person"] == "p1"
            assert (await first.get("exit"))["person"] == "p2"
            # The other one was given nothing before it is let go.
            server.hub.media.close_room(room.id)
            await first.get("close_room")
            await other.socket.close()
            assert await other.rest() == []


async def test_a_worker_that_dials_twice_has_one_link(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with media_worker(server, "m1") as half_open, media_worker(server, "m1") as fresh:
            assert await half_open.closed() == 1001
            assert server.hub.workers()["media"] == 1
            async with browser(server, tokens["p1"]):
                await fresh.get("enter")
