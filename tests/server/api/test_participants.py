from tests.server.api.conftest import ROOM, Site
from tests.server.api.test_events import EVENT


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
