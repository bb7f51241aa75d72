"""A participant's own page and calendar; the calendar is read by Mozilla's ical.js, which is not ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.server.api.conftest import ROOM, Site

pytestmark = pytest.mark.net

ROOT = Path(__file__).parents[3]
READER = """
import ICAL from 'ical.js';
let text = '';
for await (const part of process.stdin) text += part;
const calendar = new ICAL.Component(ICAL.parse(text));
const events = calendar.getAllSubcomponents('vevent').map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
    start: event.startDate.toJSDate().toISOString(), end: event.endDate.toJSDate().toISOString(),
    status: component.getFirstPropertyValue('status'), url: component.getFirstPropertyValue('url'),
  };
});
console.log(JSON.stringify({method: calendar.getFirstPropertyValue('method'), events}));
"""


async def seller_token(site: Site, event: str = "울산") -> str:
    people = (await site.call("GET", f"/api/events/{event}/participants"))["participants"]
    seller = next(one for one in people if one["role"] == "seller")
    url: str = (await site.call("GET", f"/api/participants/{seller['id']}/link"))["url"]
    return url.rpartition("/")[2]


async def calendar(site: Site, token: str) -> dict[str, Any]:
    if not (ROOT / "node_modules" / "ical.js").is_dir() or shutil.which("node") is None:
        pytest.fail("ical.js is missing: run scripts/check")
    async with site.client.get(f"/d/{token}/consultations.ics") as response:
        assert response.status == 200
        assert response.content_type == "text/calendar"
        text = await response.text()
    assert all(len(line.encode()) <= 75 for line in text.splitlines())
    read = subprocess.run(  # noqa: ASYNC221 a moment, in a test
        ("node", "--input-type=module", "-e", READER),
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    parsed: dict[str, Any] = json.loads(read.stdout)
    return parsed


async def test_a_participants_day(site: Site) -> None:
    first = await site.room(event="울산", booth="A1")
    second = await site.room(event="울산", starts_at="2026-11-22T08:00:00+09:00")
    await site.room(event="수원")
    await site.call("PUT", "/api/events/울산/booths", {"booths": [{"name": "A1", "venue": "본관"}]})
    token = await seller_token(site)
    async with site.client.get(f"/d/{token}/day") as response:
        day = await response.json()
    assert (day["event"], day["name"], day["role"], day["reads"]) == ("울산", "수출 담당", "seller", "ko")
    assert [room["id"] for room in day["rooms"]] == [second, first]
    room = day["rooms"][1]
    assert (room["booth"], room["venue"], room["state"]) == ("A1", "본관", "scheduled")
    assert [person["name"] for person in room["others"]] == ["采购负责人"]
    links = [str(await site.store.links.url_token(id_, "p1")) for id_ in (second, first)]
    assert [room["url"].rpartition("/")[2] for room in day["rooms"]] == links
    async with site.client.get(f"/d/{token}/qr.svg") as response:
        assert response.content_type == "image/svg+xml"
    assert (await site.page(f"/d/{token}")).status == 200


async def test_each_side_finds_the_documents_of_the_other(site: Site) -> None:
    await site.room(event="울산")
    people = (await site.call("GET", "/api/events/울산/participants"))["participants"]
    tokens = {}
    for one in people:
        document = {"title": one["role"], "url": f"https://example.com/{one['role']}"}
        path = f"/api/participants/{one['id']}"
        await site.call("PATCH", path, {"profile": {"documents": [document]}})
        tokens[one["role"]] = (await site.call("GET", f"{path}/link"))["url"].rpartition("/")[2]
    for role, other in (("seller", "buyer"), ("buyer", "seller")):
        async with site.client.get(f"/d/{tokens[role]}/day") as response:
            (person,) = (await response.json())["rooms"][0]["others"]
        assert person["documents"] == [{"title": other, "url": f"https://example.com/{other}"}]


async def test_a_calendar_is_told_changes_and_cancellations_under_the_same_uid(site: Site) -> None:
    first = await site.room(event="울산", booth="A1")
    second = await site.room(event="울산", starts_at="2026-11-22T11:00:00+09:00", title="둘째")
    token = await seller_token(site)
    told = await calendar(site, token)
    assert told["method"] == "PUBLISH"
    one, two = told["events"]
    assert one == {
        "uid": f"{first}@127.0.0.1",
        "sequence": 0,
        "summary": "코팅제",
        "location": "A1",
        "start": "2026-11-22T00:00:00.000Z",
        "end": "2026-11-22T00:30:00.000Z",
        "status": "CONFIRMED",
        "url": f"{site.origin}/d/{token}",
    }
    assert (await calendar(site, token)) == told

    await site.call("PATCH", f"/api/rooms/{first}", {"starts_at": "2026-11-22T15:00:00+09:00"})
    await site.call("DELETE", f"/api/rooms/{second}", status=204)
    after = {event["uid"]: event for event in (await calendar(site, token))["events"]}
    moved, cancelled = after[one["uid"]], after[two["uid"]]
    assert (moved["sequence"], moved["start"], moved["status"]) == (
        1,
        "2026-11-22T06:00:00.000Z",
        "CONFIRMED",
    )
    assert (cancelled["sequence"], cancelled["status"]) == (1, "CANCELLED")
    assert (await calendar(site, token))["events"] == list(after.values()) or len(after) == 2

    await site.call("PATCH", f"/api/rooms/{first}", {"booth": "B7"})
    again = {event["uid"]: event for event in (await calendar(site, token))["events"]}
    assert (again[one["uid"]]["sequence"], again[one["uid"]]["location"]) == (2, "B7")


async def test_a_participant_who_was_replaced_has_it_cancelled(site: Site) -> None:
    room = await site.room(event="울산")
    token = await seller_token(site)
    assert (await calendar(site, token))["events"][0]["status"] == "CONFIRMED"
    other = {"role": "seller", "name": "다른 사람", "company": "다른 회사", "speaks": "ko", "reads": "ko"}
    await site.call("PATCH", f"/api/rooms/{room}", {"people": [other, ROOM["people"][1]]})
    (event,) = (await calendar(site, token))["events"]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


async def test_links_that_are_none(site: Site) -> None:
    await site.room(event="울산")
    token = await seller_token(site)
    people = (await site.call("GET", "/api/events/울산/participants"))["participants"]
    seller = next(one for one in people if one["role"] == "seller")
    await site.call("DELETE", f"/api/participants/{seller['id']}/link", status=204)
    for path in ("day", "consultations.ics", "qr.svg"):
        for wrong, code in ((token, "revoked_link"), ("nothing", "unknown_link")):
            async with site.client.get(f"/d/{wrong}/{path}") as response:
                assert (await response.json())["error"]["code"] == code
