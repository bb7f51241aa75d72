from typing import Any

import pytest

from tests.server.api.conftest import Site

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
