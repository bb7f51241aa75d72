"""Connections that break: who is gone when, and what a page that comes back is told."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.config import Limits
from server.store.records import StoredCaption
from tests.server.peers import QUICK, Worker, browser, media_worker, running_server
from wire.captions import Caption

pytestmark = pytest.mark.net

ALERT = replace(QUICK, ping_s=0.1, silence_s=0.3, lost_shown_s=0.2, grace_s=0.8)


async def test_a_peer_that_vanished_without_a_word_is_shown_as_lost_and_then_as_gone(tmp_path: Path) -> None:
    async with running_server(tmp_path, ALERT) as server:
        _, tokens = await server.room()
        async with (
            browser(server, tokens["p1"]) as seller,
            connect(f"{server.url}/ws", proxy=None, close_timeout=0.1) as buyer,
        ):
            await buyer.send(json.dumps({"type": "join", "token": tokens["p2"]}))
            assert (await seller.get("person"))["person"]["lost"] is False
            vanished_s = time.monotonic()
            # Its machine answers nothing any more, and closes nothing either.
            buyer.transport.pause_reading()
            shown = (await seller.get("person"))["person"]
            assert (shown["present"], shown["lost"]) == (True, True)
            gone = (await seller.get("person"))["person"]
            assert (gone["present"], gone["lost"]) == (False, False)
            # The grace counts from the last sign of life, not from when the silence was noticed.
            assert 0.7 < time.monotonic() - vanished_s < 0.8 + 0.3


async def test_a_page_that_only_listens_is_not_lost(tmp_path: Path) -> None:
    async with running_server(tmp_path, replace(ALERT, tick_s=ALERT.silence_s)) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p2"]) as buyer:
            await seller.get("person")
            for _ in range(3):
                await buyer.get("tick")
            assert server.hub.present(room.id) == {"p1", "p2"}
            for _ in range(3):
                assert (await seller.next())["type"] == "tick", "nothing was told of the buyer"


async def test_a_page_in_doubt_gets_an_answer(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            await seller.send({"type": "alive"})
            assert (await seller.next())["type"] == "tick"


async def test_a_short_break_is_not_shown_to_the_others(tmp_path: Path) -> None:
    limits = replace(QUICK, lost_shown_s=0.5, grace_s=5.0)
    async with running_server(tmp_path, limits) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            async with browser(server, tokens["p2"], session="page"):
                await seller.get("person")
            async with browser(server, tokens["p2"], session="page") as buyer:
                await buyer.send({"type": "leave"})
                told = [(await seller.get("person"))["person"] for _ in range(2)]
        assert [(person["present"], person["lost"]) for person in told] == [(True, False), (False, False)]


def caption(room: str, number: int, **changes: Any) -> Caption:
    values: dict[str, Any] = {
        "id": f"{room}-p1-{number}",
        "rev": 1,
        "speaker": "p1",
        "state": "final",
        "lang": "ko",
        "text": f"문장 {number}",
        "translations": {},
        "confidence": 0.9,
        "flags": (),
        "stable": 0,
        "start_ms": number * 1000,
        "end_ms": number * 1000 + 900,
        "lag_ms": 300,
    }
    return Caption(**(values | changes))


async def test_a_page_that_comes_back_is_told_everything_that_it_missed(tmp_path: Path) -> None:
    async with running_server(tmp_path, Limits(settle_s=0.0)) as server:
        room, tokens = await server.room()
        now = datetime.now(UTC)
        long_ago, meanwhile = now - timedelta(minutes=30), now - timedelta(minutes=5)
        for number in range(1, 901):
            saved_at = long_ago if number <= 300 else meanwhile
            await server.store.captions.save(
                StoredCaption(room.id, caption(room.id, number), saved_at, saved_at=saved_at)
            )
        corrected = caption(room.id, 7, rev=2, state="corrected", text="고침", by="박 통역")
        await server.store.captions.save(StoredCaption(room.id, corrected, meanwhile, saved_at=meanwhile))
        since = (now - timedelta(minutes=10)).isoformat()
        async with browser(server, tokens["p2"], since=since) as buyer:
            told = buyer.joined["captions"]
        assert [one["id"] for one in told] == [f"{room.id}-p1-{n}" for n in (7, *range(301, 901))]
        assert told[0]["text"] == "고침"
        async with browser(server, tokens["p2"]) as late:
            assert len(late.joined["captions"]) == 200
        async with browser(server, tokens["p2"], since=now.isoformat()) as quick:
            assert len(quick.joined["captions"]) == 200


async def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server) as page:
            await page.send({"type": "join", "token": tokens["p1"], "since": "2026-11-02T09:00:00"})
            error = await page.error()
            assert (error["code"], error["field"]) == ("bad_message", "since")


async def offered(media: Worker, room: str, generation: int) -> dict[str, Any]:
    offer = {"type": "subscribe", "generation": generation, "sdp": "v=0", "tracks": []}
    await media.send({**offer, "room": room, "person": "p1"})
    return offer


async def test_an_offer_that_was_not_answered_is_told_again_to_a_page_that_comes_back(tmp_path: Path) -> None:
    async with running_server(tmp_path, replace(QUICK, grace_s=5.0)) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media:
            async with browser(server, tokens["p1"], session="page") as seller:
                offer = await offered(media, room.id, 3)
                await seller.get("subscribe")
            async with browser(server, tokens["p1"], session="page") as seller:
                assert await seller.get("subscribe") == offer
                await seller.send({"type": "subscribed", "generation": 3, "sdp": "v=0 mine"})
                await media.get("subscribed")
            async with browser(server, tokens["p1"], session="page") as seller:
                await seller.send({"type": "alive"})
                await seller.get("tick")
                await offered(media, room.id, 4)
                assert (await seller.get("subscribe"))["generation"] == 4, "the third is not told again"
                await seller.send({"type": "receive"})
                await media.get("receive")
            async with browser(server, tokens["p1"], session="page") as seller:
                await seller.send({"type": "alive"})
                assert (await seller.next())["type"] == "tick", "it was for connections that are no more"
