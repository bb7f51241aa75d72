from typing import Any

import pytest

from tests.server.api.conftest import ROOM, Site

EVENT = {
    "time_zone": "Asia/Seoul",
    "starts_on": "2026-11-23",
    "ends_on": "2026-11-28",
    "settings": {"opens_itself": True, "keeps_days": 30, "consent": {"ko": "동의"}},
}


async def test_an_event_is_made_read_and_renamed(site: Site) -> None:
    made = await site.call("PUT", "/api/events/울산", EVENT)
    assert made["settings"]["opens_early_min"] == 10
    assert (made["rooms"], made["participants"]) == (0, 0)
    await site.room(event="울산", booth="A1")
    renamed = await site.call("PUT", "/api/events/울산", EVENT | {"name": "울산 2026"})
    assert (renamed["name"], renamed["rooms"]) == ("울산 2026", 1)
    listed = await site.call("GET", "/api/events")
    assert [event["name"] for event in listed["events"]] == ["울산 2026"]
    rooms = (await site.call("GET", "/api/rooms"))["rooms"]
    assert [(room["event"], room["booth"]) for room in rooms] == [("울산 2026", "A1")]
    assert (await site.error("GET", "/api/events/울산", status=404))["code"] == "event_not_found"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"ends_on": "2026-11-01"}, None),
        ({"settings": {"keeps_days": 0}}, "settings.keeps_days"),
        ({"settings": {"colour": "red"}}, "settings.colour"),
    ],
)
async def test_what_cannot_be_set_is_refused(site: Site, change: dict[str, Any], field: str | None) -> None:
    error = (await site.call("PUT", "/api/events/울산", EVENT | change, status=400))["error"]
    assert (error["code"], error.get("field")) == ("invalid_body", field)
    assert (await site.call("GET", "/api/events"))["events"] == []


async def test_booths_are_replaced_as_a_list(site: Site) -> None:
    await site.call("PUT", "/api/events/울산", EVENT)
    booths = [{"name": "A1", "venue": "본관"}, {"name": "B7", "venue": ""}]
    assert (await site.call("PUT", "/api/events/울산/booths", {"booths": booths}))["booths"] == booths
    twice = {"booths": [booths[0], booths[0]]}
    assert (await site.call("PUT", "/api/events/울산/booths", twice, status=400))["error"][
        "code"
    ] == "invalid_body"
    assert (await site.call("GET", "/api/events/울산/booths"))["booths"] == booths


async def test_participants_are_listed_changed_and_have_their_own_page(site: Site) -> None:
    await site.room(event="울산")
    listed = (await site.call("GET", "/api/events/울산/participants"))["participants"]
    sellers = [one for one in listed if one["role"] == "seller"]
    assert [one["name"] for one in sellers] == [p["name"] for p in ROOM["people"] if p["role"] == "seller"]
    path = f"/api/participants/{sellers[0]['id']}"
    changed = await site.call("PATCH", path, {"name": "새 이름", "time_zone": "Asia/Tokyo"})
    assert (changed["name"], changed["time_zone"]) == ("새 이름", "Asia/Tokyo")
    room = (await site.call("GET", "/api/rooms"))["rooms"][0]
    assert "새 이름" in [person["name"] for person in room["people"]]
    assert ("changed", room["id"], room["title"]) in site.live.notices
    first = (await site.call("GET", f"{path}/link"))["url"]
    assert "/d/" in first
    assert (await site.call("POST", f"{path}/link"))["url"] != first
    await site.call("DELETE", f"{path}/link", status=204)
    bad = await site.call("PATCH", path, {"email": "nobody"}, status=400)
    assert bad["error"]["field"] == "email"
    hours = [{"starts_at": "2026-11-23T09:00:00+09:00", "ends_at": "2026-11-23T08:00:00+09:00"}]
    await site.call("PATCH", path, {"profile": {"hours": hours}}, status=400)
    documents = [{"title": "카탈로그", "url": "https://example.com/catalogue.pdf"}]
    changed = await site.call("PATCH", path, {"profile": {"documents": documents}})
    assert changed["profile"]["documents"] == documents
    for url in ("javascript:alert(1)", "https://", "//example.com", "https://exa mple.com", "http://[::1"):
        wrong = {"profile": {"documents": [{"title": "x", "url": url}]}}
        refused = await site.call("PATCH", path, wrong, status=400)
        assert refused["error"]["field"] == "profile.documents.0.url"
    assert (await site.call("PATCH", "/api/participants/mx", {}, status=404))["error"]["code"] == (
        "participant_not_found"
    )


async def test_an_interpreter_is_added_before_the_schedule(site: Site) -> None:
    await site.call("PUT", "/api/events/울산", EVENT)
    body = {"role": "interpreter", "name": "박 통역", "speaks": "ko", "reads": "zh-Hans"}
    profile = {"languages": ["ko", "zh-Hans"]}
    added = await site.call("POST", "/api/events/울산/participants", body | {"profile": profile}, status=201)
    assert added["profile"]["languages"] == ["ko", "zh-Hans"]
    await site.call("POST", "/api/events/부산/participants", body, status=404)
