"""How people's networks travel: from the media worker and the pages to pages, list, API and metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import connect

from server.config import Limits
from server.network import PageReport
from tests.server.peers import (
    Browser,
    RunningServer,
    Worker,
    browser,
    media_worker,
    running_server,
)
from wire.network import Flow, Network, PersonNetwork

pytestmark = pytest.mark.net

REASONS = ["loss_sent", "loss_received"]
REPORT = {
    "type": "reception",
    "interval_ms": 5_000,
    "freezes": 2,
    "frozen_ms": 700,
    "concealed": 0.0,
    "round_trip_ms": 30,
}


def network(room: str, loss: float, *people: str, rtt_ms: float | None = 80.0) -> Network:
    flow = Flow(source="microphone", bps=32_000, loss=loss, jitter_ms=4.0)
    return Network(
        room=room,
        people=tuple(
            PersonNetwork(person=person, sends=(flow,), receives=(flow,), rtt_ms=rtt_ms)
            for person in people or ("p1", "p2")
        ),
    )


async def fetched(server: RunningServer, path: str) -> str:
    headers = {"Authorization": f"Bearer {server.auth.api_token}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{server.url.replace('ws:', 'http:')}{path}") as answer,
    ):
        assert answer.status == 200
        return await answer.text()


async def series(server: RunningServer, room: str) -> list[str]:
    lines = (await fetched(server, "/metrics")).splitlines()
    return [line for line in lines if line.startswith("sangdam_rtp_") and f'room="{room}"' in line]


@asynccontextmanager
async def watching(server: RunningServer) -> AsyncIterator[Browser]:
    """The organiser's list."""
    headers = {"Authorization": f"Bearer {server.auth.api_token}"}
    async with connect(f"{server.url}/ws", additional_headers=headers, proxy=None) as socket:
        peer = Browser(socket)
        await peer.send({"type": "watch"})
        await peer.get("board")
        yield peer


async def looks(worker: Worker, room: str, loss: float, times: int, *people: str) -> None:
    for _ in range(times):
        await worker.send(network(room, loss, *people))


async def test_a_weak_network_is_told_to_everybody_once_and_to_who_comes_later(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
        ):
            assert seller.joined["networks"] == []
            await looks(media, room.id, 0.3, 5, "p1")
            weak = {"person": "p1", "grade": "bad", "reasons": REASONS}
            for one in (seller, buyer):
                assert (await one.get("network"))["network"] == weak
            async with browser(server, tokens["p3"]) as interpreter:
                assert interpreter.joined["networks"] == [weak]
            await looks(media, room.id, 0.0, 20, "p1")
            good = {"person": "p1", "grade": "good", "reasons": []}
            assert (await seller.get("network"))["network"] == good
            # One of each change, no more.
            await buyer.get("network", network=good)
            await looks(media, room.id, 0.3, 1, "p1")
            await buyer.send({"type": "nonsense"})
            assert (await next_of(buyer, "network", "error"))["type"] == "error"


async def next_of(peer: Browser, *types: str) -> dict[str, Any]:
    while (message := await peer.next())["type"] not in types:
        pass
    return message


async def test_the_list_shows_numbers_and_so_does_the_api(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"]) as seller,
            watching(server) as board,
        ):
            await seller.send(REPORT)
            await seller.send({"type": "nonsense"})
            await seller.error()
            await looks(media, room.id, 0.1, 10, "p1")
            shown = await board.get("board_networks", room=room.id)
            while shown["people"]["p1"]["grade"] == "good":
                shown = await board.get("board_networks", room=room.id)
            assert shown["people"]["p1"]["grade"] == "weak"
            assert shown["people"]["p1"]["sends"] == [
                {"source": "microphone", "bps": 32_000, "loss": 0.1, "jitter_ms": 4.0}
            ]
            assert (shown["people"]["p1"]["freezes"], shown["people"]["p1"]["frozen_ms"]) == (2, 700)
            assert '"grade":"weak"' in (await fetched(server, "/api/rooms")).replace(" ", "")


async def test_series_exist_only_for_who_is_inside_an_open_room(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            async with browser(server, tokens["p2"]) as buyer:
                await seller.send(REPORT)
                await looks(media, room.id, 0.3, 4)
                await buyer.get("network", network={"person": "p2", "grade": "bad", "reasons": ["loss_sent"]})
                found = await series(server, room.id)
                labels = f'direction="sent",person="p1",room="{room.id}",source="microphone"'
                assert f"sangdam_rtp_bits_per_second{{{labels}}} 32000.0" in found
                assert f"sangdam_rtp_loss_ratio{{{labels}}} 0.3" in found
                assert f"sangdam_rtp_jitter_seconds{{{labels}}} 0.004" in found
                person = f'person="p1",room="{room.id}"'
                assert f"sangdam_rtp_round_trip_seconds{{{person}}} 0.08" in found
                assert f"sangdam_rtp_freezes_total{{{person}}} 2.0" in found
                assert f"sangdam_rtp_frozen_seconds_total{{{person}}} 0.7" in found
                assert 'sangdam_networks{grade="bad"} 2.0' in await fetched(server, "/metrics")
                # As on the organiser's list: where the worker has measured none, the page's own.
                await media.send(network(room.id, 0.3, rtt_ms=None))
                async with asyncio.timeout(5):
                    while f"sangdam_rtp_round_trip_seconds{{{person}}} 0.03" not in await series(
                        server, room.id
                    ):
                        await asyncio.sleep(0.02)
                await buyer.send({"type": "leave"})
            await seller.get("person")
            assert not [line for line in await series(server, room.id) if 'person="p2"' in line]
            await server.close(room.id)
            assert await series(server, room.id) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval_ms": 0},
        {"frozen_ms": -1},
        {"concealed": 1.5},
        {"concealed": None},
        {"round_trip_ms": 1e12},
    ],
)
async def test_a_wrong_report_is_refused_by_its_field(tmp_path: Path, wrong: dict[str, Any]) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            await seller.send(REPORT | wrong)
            error = await seller.error()
            assert (error["code"], error["field"], error["fatal"]) == (
                "bad_message",
                next(iter(wrong)),
                False,
            )


async def test_gaps_that_a_publishers_line_made_are_not_its_listeners(tmp_path: Path) -> None:
    lost = Flow(source="microphone", bps=32_000, loss=0.3, jitter_ms=4.0)
    whole = lost.model_copy(update={"loss": 0.0})
    people = (
        PersonNetwork(person="p1", sends=(lost,), receives=(whole,), rtt_ms=80.0),
        PersonNetwork(person="p2", sends=(whole,), receives=(lost,), rtt_ms=80.0),
    )
    limits = Limits(settle_s=0.0, reassign_s=0.1, grace_s=0.3, tick_s=60.0)
    async with running_server(tmp_path, limits) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p2"]) as buyer,
        ):
            state = server.hub._rooms.live[room.id].presences["p2"].network
            for at_s in (0.0, 5.0):
                state.report(PageReport(5_000, 5, 2_500, 0.3, 50.0), time.monotonic() - 5.0 + at_s)
            for _ in range(6):
                await media.send(Network(room=room.id, people=people))
            told = await seller.get("network")
            assert told["network"]["person"] == "p1"
            await buyer.send({"type": "nonsense"})
            while (message := await next_of(buyer, "network", "error"))["type"] == "network":
                assert message["network"]["person"] == "p1"


async def test_reports_are_limited_and_media_workers_believed_only_for_their_rooms(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server, "m1"),
            media_worker(server, "m2") as other,
            browser(server, tokens["p1"]) as seller,
        ):
            serving = server.hub.media.worker_of(room.id)
            stranger = other if serving == "m1" else None
            assert stranger is not None
            await seller.send(REPORT)
            await seller.send(REPORT)
            assert (await seller.error())["code"] == "rate_limited"
            await looks(stranger, room.id, 0.5, 3)
            await stranger.send(network("nowhere", 0.5))
            assert await series(server, room.id) == []


async def test_a_camera_that_is_off_is_no_weak_line(tmp_path: Path) -> None:
    limits = Limits(settle_s=0.0, reassign_s=0.1, grace_s=0.3, tick_s=60.0)
    flow = Flow(source="microphone", bps=32_000, loss=0.0, jitter_ms=4.0)
    small = PersonNetwork(person="p1", sends=(flow,), receives=(), rtt_ms=80.0, camera="small")
    async with running_server(tmp_path, limits) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            for camera in (True, False):
                await seller.send({"type": "state", "camera": camera})
                await seller.get("person")
                for _ in range(4):
                    await media.send(Network(room=room.id, people=(small,)))
                told = (await seller.get("network"))["network"]
                assert told["reasons"] == (["picture_small"] if camera else [])
