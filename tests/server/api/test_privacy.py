"""A participant's data over HTTP: to the organiser, to the participant, and erased."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.store.records import RoomPatch
from tests.server.peers import browser, running_server
from tests.server.store.test_captions import stored

pytestmark = pytest.mark.net


async def test_data_is_read_by_both_and_erased_with_recordings(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, aiohttp.ClientSession(server.url) as http:
        bearer = {"Authorization": f"Bearer {server.auth.api_token}"}
        room, tokens = await server.room()
        await server.store.rooms.change(room.id, RoomPatch(event="울산"))
        await server.open(room.id)
        await server.store.captions.save(stored(room.id))
        folder = tmp_path / "recordings" / room.id
        folder.mkdir(parents=True)
        (folder / "consultation-1.mkv").write_bytes(b"voice")
        seller = next(one for one in await server.store.participants.of_event("울산") if one.role == "seller")
        data = f"/api/participants/{seller.id}/data"

        async with http.get(data) as answer:
            assert answer.status == 401
        async with http.get(data, headers=bearer) as answer:
            assert "attachment" in answer.headers["Content-Disposition"]
            told: dict[str, Any] = await answer.json()
        assert told["participant"]["name"] == "김 대표"
        assert [file["file"] for file in told["recordings"]] == ["consultation-1.mkv"]
        page = f"/d/{await server.store.participants.token(seller.id)}/data"
        async with http.get(page) as answer:
            own = await answer.json()
        assert own["consultations"] == told["consultations"]

        async with browser(server, tokens["p1"]):
            async with http.delete(data, headers=bearer) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (409, "room_in_use")
            assert folder.exists()
        await server.close(room.id)
        assert (await server.store.rooms.get(room.id)).closed_at <= datetime.now(UTC)  # type: ignore[operator]
        async with http.delete(data, headers=bearer) as answer:
            assert answer.status == 204
        assert not folder.exists()
        assert await server.store.captions.of_room(room.id) == []
        async with http.get(page) as answer:
            assert answer.status in (404, 410)
        async with http.delete(data, headers=bearer) as answer:
            assert answer.status == 404


async def test_erased_words_are_not_shown_again_nor_brought_back_by_a_correction(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, aiohttp.ClientSession(server.url) as http:
        bearer = {"Authorization": f"Bearer {server.auth.api_token}"}
        room, tokens = await server.room()
        await server.store.rooms.change(room.id, RoomPatch(event="울산"))
        await server.store.captions.save(stored(room.id))
        await server.open(room.id)
        async with browser(server, tokens["p5"]) as organiser:
            assert [line["id"] for line in organiser.joined["captions"]] == [f"{room.id}-p1-1"]
            await server.close(room.id)
        people = await server.store.participants.of_event("울산")
        seller = next(one for one in people if one.role == "seller")
        async with browser(server, tokens["p5"]) as organiser:
            async with http.delete(f"/api/participants/{seller.id}/data", headers=bearer) as answer:
                assert answer.status == 204
            assert (await organiser.get("caption_removed"))["id"] == f"{room.id}-p1-1"
            await organiser.send(
                {"type": "correct", "id": f"{room.id}-p1-1", "rev": 1, "lang": "ko", "text": "되살림"}
            )
            assert (await organiser.error())["code"] == "caption_not_found"
        await server.open(room.id)
        async with browser(server, tokens["p2"]) as buyer:
            assert buyer.joined["captions"] == []
        assert await server.store.captions.revisions(room.id) == []
