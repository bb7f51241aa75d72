import os
from pathlib import Path

import pytest

from server.headers import HEADERS
from server.pages import WEB_CLIENT
from tests.server.api.conftest import Site


@pytest.mark.net
async def test_without_a_session_there_is_only_the_way_to_sign_in(site: Site) -> None:
    for path, status in (("/", 200), ("/organiser", 401), ("/organiser/matching", 401)):
        response = await site.page(path)
        assert response.status == status
        assert "<title>sign-in" in await response.text()
    response = await site.page("/organiser?key=wrong")
    assert response.status == 401
    assert 'data-code="unauthorised"' in await response.text()
    assert "Set-Cookie" not in response.headers


@pytest.mark.net
async def test_with_a_session_the_front_page_is_the_list(site: Site) -> None:
    await site.page(f"/organiser?key={site.auth.organiser_key}")
    response = await site.page("/")
    assert (response.status, response.headers["Location"]) == (303, "/organiser")


@pytest.mark.net
async def test_a_link_opens_the_room_page_whatever_the_rooms_state(site: Site) -> None:
    room = await site.room()
    token = await site.store.links.url_token(room, "p1")
    for action in ("", "open", "close"):
        if action:
            await site.call("POST", f"/api/rooms/{room}/{action}")
        response = await site.page(f"/r/{token}")
        assert response.status == 200
        assert "<title>room" in await response.text()


@pytest.mark.net
async def test_dead_links_say_so(site: Site) -> None:
    room = await site.room()
    token = await site.store.links.url_token(room, "p1")
    await site.call("DELETE", f"/api/rooms/{room}/people/p1/link", status=204)
    for dead, status, code in ((token, 410, "revoked_link"), ("invented", 404, "unknown_link")):
        response = await site.page(f"/r/{dead}")
        assert response.status == status
        assert f'data-code="{code}"' in await response.text()


@pytest.mark.net
async def test_every_answer_has_the_security_headers(site: Site) -> None:
    room = await site.room()
    token = await site.store.links.url_token(room, "p1")
    for path in (
        "/",
        f"/r/{token}",
        "/static/main.js",
        "/api/rooms",
        "/nothing",
        "/healthz",
        "/openapi.json",
    ):
        response = await site.page(path)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, path
        assert "Cache-Control" in response.headers
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.net
async def test_files_have_their_type_and_are_sent_once(site: Site) -> None:
    async with site.client.get("/static/main.js") as response:
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-cache"
        tag = response.headers["ETag"]
    async with site.client.get("/static/main.js", headers={"If-None-Match": tag}) as response:
        assert response.status == 304
    async with site.client.get("/static/css/base.css") as response:
        assert response.headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.net
@pytest.mark.parametrize(
    "path",
    [
        "%2e%2e/data/key",
        "..%2fdata%2fkey",
        "css",
        "css/",
        "notes.md",
        "room.html",
        "missing.js",
        "link.js",
        "%00.js",
        pytest.param("a" * 5000 + ".js", id="long"),
    ],
)
async def test_nothing_else_is_served(site: Site, web_client: Path, path: str) -> None:
    secret = web_client.parent / "secret.js"
    secret.write_text("secret")
    os.symlink(secret, web_client / "link.js")
    async with site.client.get(f"/static/{path}") as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "name", ["organiser.html", "room.html", "sign-in.html", "event.html", "matching.html", "error.html"]
)
def test_the_shells_obey_the_content_security_policy(name: str) -> None:
    text = (WEB_CLIENT / name).read_text("utf-8")
    for forbidden in ("<style", " style=", "javascript:", " onclick=", " onload=", "http://", "https://"):
        assert forbidden not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')
    assert ('data-code=""' in text) == (name == "error.html")


async def test_an_events_page_is_for_who_signed_in(site: Site) -> None:
    for path in ("/organiser/events", "/organiser/events/%EC%9A%B8%EC%82%B0%2F2026"):
        assert (await site.page(path)).status == 401
    await site.page(f"/organiser?key={site.auth.organiser_key}")
    for path in ("/organiser/events", "/organiser/events/%EC%9A%B8%EC%82%B0%2F2026"):
        response = await site.page(path)
        assert (response.status, await response.text()) == (200, "<title>event</title>")
