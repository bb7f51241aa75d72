"""What somebody's network takes: from the media worker to every page of the room."""

from pathlib import Path

import pytest

from tests.server.peers import browser, media_worker, running_server

pytestmark = pytest.mark.net


async def test_everybody_learns_what_a_weak_network_takes_and_who_comes_later_too(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            paused = [{"person": "p2", "source": "screen"}]
            quality = {"type": "quality", "person": "p1", "level": "low", "paused": paused}
            await media.send({**quality, "room": room.id})
            assert await seller.get("quality") == quality
            async with browser(server, tokens["p2"]) as buyer:
                assert await buyer.get("quality") == quality
                await media.send({**quality, "room": room.id, "level": "full", "paused": []})
                assert (await buyer.get("quality"))["level"] == "full"
            async with browser(server, tokens["p4"]) as observer:
                await seller.send({"type": "state", "microphone": True})
                seen = [await observer.next()]
                while not seen[-1].get("person", {}).get("microphone"):
                    seen.append(await observer.next())
                assert "quality" not in {message["type"] for message in seen}


async def test_a_worker_that_does_not_serve_the_room_says_nothing_about_it(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"]) as seller,
            media_worker(server, "m2") as other,
        ):
            told = {"type": "quality", "room": room.id, "person": "p1"}
            await other.send({**told, "level": "text"})
            await other.send({**told, "room": "nosuchroom", "level": "text"})
            await media.send({**told, "person": "p77", "level": "text"})
            await media.send({**told, "level": "low"})
            assert (await seller.get("quality"))["level"] == "low"
