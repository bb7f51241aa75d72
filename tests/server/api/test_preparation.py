"""An interpreter's preparation sheet: what is on it, and who may read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server.store.records import StoredCaption
from tests.server.api.conftest import ROOM, Site
from wire.captions import Caption, Translation

pytestmark = pytest.mark.net

EVENT = "울산"
INTERPRETER = {"role": "interpreter", "name": "박 통역", "speaks": "ko", "reads": "zh-Hans"}
PEOPLE = [*ROOM["people"], INTERPRETER]


async def held(site: Site, room: str, text: str, count: int = 1) -> None:
    """The room was opened, this was said, and it was closed."""
    await site.store.rooms.set_state(room, "open", datetime.now(UTC))
    for number in range(1, count + 1):
        caption = Caption(
            id=f"{room}-p1-{number}",
            rev=1,
            speaker="p1",
            state="final",
            lang="ko",
            text=f"{text} {number}",
            stable=1,
            translations={"zh-Hans": Translation(text=f"译 {number}", stable=1)},
            confidence=0.9,
            flags=(),
            start_ms=1000 * number,
            end_ms=1000 * number + 500,
            lag_ms=700,
        )
        await site.store.captions.save(StoredCaption(room, caption, datetime.now(UTC)))
    await site.store.rooms.set_state(room, "closed", datetime.now(UTC))


async def token_of(site: Site, role: str) -> str:
    people = (await site.call("GET", f"/api/events/{EVENT}/participants"))["participants"]
    one = next(each for each in people if each["role"] == role)
    url: str = (await site.call("GET", f"/api/participants/{one['id']}/link"))["url"]
    return url.rpartition("/")[2]


async def test_a_sheet_has_everything_that_is_known(site: Site) -> None:
    elsewhere = await site.room(event="지난해", people=ROOM["people"])
    await held(site, elsewhere, "지난해 말")
    other = {
        "role": "buyer",
        "name": "다른 바이어",
        "company": "上海",
        "speaks": "zh-Hans",
        "reads": "zh-Hans",
    }
    stranger = await site.room(people=[ROOM["people"][0], other])
    await held(site, stranger, "다른 회사와 한 말")
    room = await site.room(event=EVENT, people=PEOPLE, booth="A1")
    await site.call("PUT", f"/api/events/{EVENT}/booths", {"booths": [{"name": "A1", "venue": "본관"}]})
    put = {"put": [{"term": "교반", "translations": {"zh-Hans": "搅拌"}}]}
    await site.call("PATCH", f"/api/events/{EVENT}/glossary", put)
    people = (await site.call("GET", f"/api/events/{EVENT}/participants"))["participants"]
    seller = next(each for each in people if each["role"] == "seller")
    documents = [{"title": "카탈로그", "url": "https://example.com/c.pdf"}]
    profile = {"products": "수성 코팅제", "categories": ["도료"], "documents": documents, "notes": "비밀"}
    await site.call("PATCH", f"/api/participants/{seller['id']}", {"profile": profile})

    token = await token_of(site, "interpreter")
    async with site.client.get(f"/d/{token}/rooms/{room}/preparation") as response:
        assert response.status == 200
        sheet: dict[str, Any] = await response.json()
    assert (sheet["title"], sheet["booth"], sheet["venue"], sheet["reads"]) == (
        "코팅제",
        "A1",
        "본관",
        "zh-Hans",
    )
    assert sheet["interpreters"] == ["박 통역"]
    one, two = sheet["people"]
    assert (one["company"], one["products"], one["documents"]) == ("울산 제조사", "수성 코팅제", documents)
    assert "비밀" not in str(sheet)
    assert two["name"] == "采购负责人"
    assert [(term["term"], term["scope"]) for term in sheet["terms"]] == [
        ("코팅제", "room"),
        ("교반", "event"),
    ]
    last = sheet["last"]
    assert (last["event"], last["left_out"]) == ("지난해", 0)
    (entry,) = last["entries"]
    assert (entry["role"], [line["text"] for line in entry["lines"]]) == ("seller", ["지난해 말 1", "译 1"])
    assert sheet == (await site.call("GET", f"/api/rooms/{room}/preparation")) | {
        "reads": "zh-Hans",
        "time_zone": None,
    }
    assert (await site.page(f"/d/{token}/preparation/{room}")).status == 200


async def test_the_newest_meeting_counts_and_its_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.api.preparation.MAX_LINES", 2)
    for title in ("먼저", "나중"):
        await held(site, await site.room(title=title), title, count=3)
    last = (await site.call("GET", f"/api/rooms/{await site.room()}/preparation"))["last"]
    assert (last["title"], last["left_out"]) == ("나중", 1)
    assert [entry["lines"][0]["text"] for entry in last["entries"]] == ["나중 2", "나중 3"]


async def test_a_sheet_is_for_the_rooms_interpreters(site: Site) -> None:
    room = await site.room(event=EVENT, people=PEOPLE)
    other = await site.room(event=EVENT)
    token, seller = await token_of(site, "interpreter"), await token_of(site, "seller")
    for one, place, code in (
        (token, other, "room_not_found"),
        (token, "nothing", "room_not_found"),
        (seller, room, "not_allowed"),
        ("nothing", room, "unknown_link"),
    ):
        async with site.client.get(f"/d/{one}/rooms/{place}/preparation") as response:
            assert (await response.json())["error"]["code"] == code
    await site.store.links.revoke(room, "p3")
    async with site.client.get(f"/d/{token}/rooms/{room}/preparation") as response:
        assert (await response.json())["error"]["code"] == "room_not_found"
