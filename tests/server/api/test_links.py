import xml.etree.ElementTree as ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.api.links import link_url
from server.config import Config
from server.keys import CONFIG
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net


async def test_a_link_is_read_replaced_and_revoked(site: Site) -> None:
    room = await site.room()
    path = f"/api/rooms/{room}/people/p2/link"
    first = (await site.call("GET", path))["url"]
    assert (await site.call("GET", path))["url"] == first
    second = (await site.call("POST", path))["url"]
    assert second != first
    assert (await site.call("GET", path))["url"] == second
    await site.call("DELETE", path, status=204)
    assert (await site.error("GET", path, status=410))["code"] == "revoked_link"
    assert site.live.notices == [("revoked", room, "p2")] * 2


async def test_links_carry_the_public_address(site: Site) -> None:
    room = await site.room()
    request = make_mocked_request("GET", "/", app=site.app)
    assert link_url(request, "token").endswith("/r/token")
    public = web.Application()
    public[CONFIG] = Config(public_url="https://meet.example.kr/")
    request = make_mocked_request("GET", "/", app=public)
    token = await site.store.links.url_token(room, "p1")
    assert link_url(request, str(token)) == f"https://meet.example.kr/r/{token}"


async def test_the_qr_code_is_the_links(site: Site) -> None:
    room = await site.room()
    path = f"/api/rooms/{room}/people/p1"

    async def svg() -> str:
        headers = {"Authorization": f"Bearer {site.auth.api_token}"}
        async with site.client.get(f"{path}/qr.svg", headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "image/svg+xml"
            return await response.text()

    first = await svg()
    root = ElementTree.fromstring(first)  # noqa: S314 - our own output
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "viewBox" in root.attrib
    assert await svg() == first
    await site.call("POST", f"{path}/link")
    assert await svg() != first
    await site.call("DELETE", f"{path}/link", status=204)
    assert (await site.error("GET", f"{path}/qr.svg", status=410))["code"] == "revoked_link"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_links_of_nobody(site: Site, method: str) -> None:
    room = await site.room()
    for place in (f"{room}/people/p7", "none/people/p1"):
        error = await site.error(method, f"/api/rooms/{place}/link", status=404)
        assert error["code"] == "person_not_found"


async def test_the_place_behind_a_link_needs_no_sign_in(site: Site) -> None:
    room = await site.room(event="울산–창춘")
    token = await site.store.links.url_token(room, "p2")
    async with site.client.get(f"/r/{token}/place") as response:
        assert response.status == 200
        place = await response.json()
    assert place["room"] == {
        "id": room,
        "title": "코팅제",
        "event": "울산–창춘",
        "state": "scheduled",
        "starts_at": "2026-11-22T00:00:00Z",
        "duration_min": 30,
    }
    assert (place["you"]["id"], place["you"]["speaks"]) == ("p2", "zh-Hans")
    assert set(place) == {"notice", "room", "you"}


async def test_the_place_behind_a_dead_link(site: Site) -> None:
    room = await site.room()
    token = await site.store.links.url_token(room, "p2")
    await site.store.links.revoke(room, "p2")
    assert (await site.error("GET", f"/r/{token}/place", status=410))["code"] == "revoked_link"
    assert (await site.error("GET", "/r/invented/place", status=404))["code"] == "unknown_link"
