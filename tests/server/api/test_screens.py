"""A screen without sign-in is bound to a booth, shows its rooms and nothing else, and is sent away again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from server.keys import CONFIG
from server.pairings import PER_ADDRESS
from tests.server.api.conftest import ROOM, Site

pytestmark = pytest.mark.net

EVENT = "/api/events/울산/screens"


class Screen:
    """A kiosk browser: what it has are its cookies."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.browser = ClientSession(cookie_jar=CookieJar(unsafe=True))

    async def ask(self) -> dict[str, Any]:
        async with self.browser.post(f"{self.site.origin}/venue/screen") as response:
            assert response.status == 200, await response.text()
            state: dict[str, Any] = await response.json()
            return state

    async def bind(self, booth: str = "A1", **more: Any) -> str:
        code = (await self.ask())["pairing"]["code"]
        body = {"code": code, "booth": booth} | more
        return str((await self.site.call("POST", EVENT, body, status=201))["id"])


@pytest.fixture
async def screen(site: Site):  # type: ignore[no-untyped-def]
    await site.call("PUT", "/api/events/울산")
    await site.call(
        "PUT", "/api/events/울산/booths", {"booths": [{"name": "A1", "venue": "본관"}, {"name": "A2"}]}
    )
    made = Screen(site)
    yield made
    await made.browser.close()


async def booth_room(site: Site, booth: str = "A1", starts_in_min: int = -5) -> str:
    starts_at = datetime.now(UTC) + timedelta(minutes=starts_in_min)
    return await site.room(event="울산", booth=booth, starts_at=starts_at.isoformat())


async def test_a_screen_is_bound_with_its_code_and_shows_its_booth(site: Site, screen: Screen) -> None:
    state = await screen.ask()
    code = state["pairing"]["code"]
    assert state["screen"] is None
    assert state["pairing"]["url"] == f"{site.origin}/organiser/screens?code={code}"
    assert (await screen.ask())["pairing"]["code"] == code
    async with screen.browser.get(f"{site.origin}/venue/qr.svg") as response:
        assert response.content_type == "image/svg+xml"
    wrong = await site.error("POST", EVENT, {"code": "XXXXXX", "booth": "A1"}, status=404)
    assert wrong["code"] == "pairing_not_found"
    nowhere = await site.error("POST", EVENT, {"code": code, "booth": "Z9"}, status=404)
    assert nowhere["code"] == "booth_not_found"

    id = await screen.bind(name="본관 왼쪽", reads="ko")
    room = await booth_room(site, starts_in_min=20)
    await booth_room(site, "A2", starts_in_min=10)
    shown = (await screen.ask())["screen"]
    assert (shown["name"], shown["booth"], shown["venue"], shown["now"]) == ("본관 왼쪽", "A1", "본관", None)
    assert [each["id"] for each in shown["coming"]] == [room]
    assert [party["name"] for party in shown["coming"][0]["parties"]] == ["수출 담당", "采购负责人"]
    listed = (await site.call("GET", EVENT))["screens"]
    assert [(each["id"], each["name"]) for each in listed] == [(id, "본관 왼쪽")]
    # The code is used up.
    await site.error("POST", EVENT, {"code": code, "booth": "A1"}, status=404)


async def test_a_stranger_behind_the_proxy_uses_up_only_their_own_new_codes(site: Site) -> None:
    async def status(caller: str) -> int:
        async with ClientSession() as session, session.post(
            f"{site.origin}/venue/screen", headers={"X-Forwarded-For": caller}
        ) as response:  # fmt: skip
            return response.status

    assert {await status("198.51.100.1") for _ in range(PER_ADDRESS)} == {200}
    assert await status("198.51.100.1") == 429
    assert await status("203.0.113.1, 198.51.100.1") == 429
    assert await status("198.51.100.2") == 200


async def test_it_gets_a_venues_place_of_its_own_once_the_room_is_open(site: Site, screen: Screen) -> None:
    await screen.bind(name="왼쪽", reads="vi")
    other = Screen(site)
    await other.bind(name="오른쪽")
    room = await booth_room(site)
    assert (await screen.ask())["screen"]["url"] is None
    await site.call("POST", f"/api/rooms/{room}/open")
    url = (await screen.ask())["screen"]["url"]
    assert ("changed", room, ROOM["title"]) in site.live.notices
    assert (await screen.ask())["screen"]["url"] == url
    assert (await other.ask())["screen"]["url"] != url
    await other.browser.close()
    people = (await site.call("GET", f"/api/rooms/{room}"))["people"]
    venues = [(one["name"], one["speaks"], one["sends"]) for one in people if one["role"] == "venue"]
    assert venues == [("왼쪽", "vi", "nothing"), ("오른쪽", "ko", "nothing")]
    token = url.rpartition("/")[2]
    async with site.client.get(f"/r/{token}/place") as response:
        assert (await response.json())["you"]["role"] == "venue"
    await site.call("POST", f"/api/rooms/{room}/close")
    assert (await screen.ask())["screen"]["now"] is None


async def test_a_screen_that_moves_or_is_unbound_loses_its_places(site: Site, screen: Screen) -> None:
    id = await screen.bind()
    room = await booth_room(site)
    await site.call("POST", f"/api/rooms/{room}/open")
    first = (await screen.ask())["screen"]["url"].rpartition("/")[2]
    await site.call("PATCH", f"/api/screens/{id}", {"booth": "A2"})
    assert ("revoked", room, "p3") in site.live.notices
    shown = (await screen.ask())["screen"]
    assert (shown["booth"], shown["now"]) == ("A2", None)
    async with site.client.get(f"/r/{first}/place") as response:
        assert (await response.json())["error"]["code"] == "revoked_link"

    await site.call("PATCH", f"/api/screens/{id}", {"booth": "A1", "name": "새 이름"})
    second = (await screen.ask())["screen"]["url"].rpartition("/")[2]
    assert second != first
    await site.call("PATCH", f"/api/screens/{id}", {"name": "다른 이름", "sends": "sound"})
    people = (await site.call("GET", f"/api/rooms/{room}"))["people"]
    assert [(one["name"], one["sends"]) for one in people if one["role"] == "venue"] == [
        ("다른 이름", "sound")
    ]

    await site.call("DELETE", f"/api/screens/{id}", status=204)
    state = await screen.ask()
    assert state["screen"] is None
    assert state["pairing"]["code"]
    async with site.client.get(f"/r/{second}/place") as response:
        assert (await response.json())["error"]["code"] == "revoked_link"
    assert (await site.error("DELETE", f"/api/screens/{id}", status=404))["code"] == "screen_not_found"


async def test_a_link_withdrawn_singly_keeps_the_screen_out_and_a_new_one_lets_it_in(
    site: Site, screen: Screen
) -> None:
    await screen.bind()
    room = await booth_room(site)
    await site.call("POST", f"/api/rooms/{room}/open")
    before = (await screen.ask())["screen"]["url"]
    link = f"/api/rooms/{room}/people/p3/link"
    await site.call("DELETE", link, status=204)
    assert (await screen.ask())["screen"]["url"] is None
    await site.call("POST", link)
    assert (await screen.ask())["screen"]["url"] not in (None, before)


async def test_only_the_hash_of_its_token_is_kept_and_the_cookie_is_its_pages_alone(
    site: Site, screen: Screen
) -> None:
    async with screen.browser.post(f"{site.origin}/venue/screen") as response:
        cookie = response.cookies[f"{site.auth.cookie}_screen"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/venue", True, "Strict")
    await screen.bind()
    async with screen.browser.get(f"{site.origin}/venue") as response:
        assert response.cookies[cookie.key].value == cookie.value
    database = (site.app[CONFIG].data_dir / "sangdam.db").read_bytes()
    assert cookie.value.encode() not in database


async def test_screens_follow_their_booths_when_these_swap_names(site: Site, screen: Screen) -> None:
    other = Screen(site)
    await screen.bind("A1")
    room = await booth_room(site)
    await site.call("POST", f"/api/rooms/{room}/open")
    url = (await screen.ask())["screen"]["url"]
    swap = [{"was": "A1", "name": "A2"}, {"was": "A2", "name": "A1"}]
    await site.call("POST", "/api/events/울산/edits", {"action": "change_booths", "booths": swap})
    # Bound after it, this one follows as well.
    await other.bind("A1")
    for way, booths in (("", ["A2", "A1"]), ("undo", ["A1", "A2"]), ("redo", ["A2", "A1"])):
        if way:
            await site.call("POST", f"/api/events/울산/{way}")
        here, there = (await screen.ask())["screen"], (await other.ask())["screen"]
        assert [here["booth"], there["booth"]] == booths
        assert (here["url"], there["now"]) == (url, None)
        async with site.client.get(f"/r/{url.rpartition('/')[2]}/place") as response:
            assert response.status == 200
    await other.browser.close()


async def test_a_room_that_moves_lets_go_of_the_screens_where_it_was(site: Site, screen: Screen) -> None:
    other = Screen(site)
    await screen.bind("A1")
    await other.bind("A2")
    room = await booth_room(site)
    await site.call("POST", f"/api/rooms/{room}/open")
    edits, undo = "/api/events/울산/edits", "/api/events/울산/undo"
    was_in, comes_in = screen, other
    for move in (
        ("POST", edits, {"action": "change_room", "room": room, "booth": "A2"}),
        ("POST", undo),
        ("PATCH", f"/api/rooms/{room}", {"booth": "A2"}),
    ):
        url = (await was_in.ask())["screen"]["url"]
        people = (await site.call("GET", f"/api/rooms/{room}"))["people"]
        (place,) = [one["id"] for one in people if one["role"] == "venue"]
        await site.call(*move)
        assert ("revoked", room, place) in site.live.notices
        async with site.client.get(f"/r/{url.rpartition('/')[2]}/place") as response:
            assert (await response.json())["error"]["code"] == "revoked_link"
        assert (await was_in.ask())["screen"]["now"] is None
        assert (await comes_in.ask())["screen"]["url"] not in (None, url)
        was_in, comes_in = comes_in, was_in
    await other.browser.close()


async def test_a_page_of_another_site_gets_it_no_other_cookie(site: Site, screen: Screen) -> None:
    url = f"{site.origin}/venue/screen"
    for origin in ("https://evil.example", "null"):
        async with site.client.post("/venue/screen", headers={"Origin": origin}) as response:
            assert (await response.json())["error"]["code"] == "bad_origin"
            assert not response.cookies
    async with screen.browser.post(url, headers={"Origin": site.origin}) as response:
        assert response.status == 200


async def test_importing_again_leaves_a_screen_its_place(site: Site, screen: Screen) -> None:
    heading = "date,start,title,event,booth,seller,seller_language,buyer,buyer_language,key"
    sheet = heading + "\n{},09:00,{},울산,A1,가,ko,나,en,k1\n"
    headers = {"Content-Type": "text/csv"}
    day = datetime.now(UTC).date().isoformat()

    async def imported(title: str) -> None:
        await site.call("POST", "/api/schedule?timezone=UTC", data=sheet.format(day, title), headers=headers)

    await imported("하나")
    await screen.bind()
    (room,) = [each["id"] for each in (await site.call("GET", "/api/rooms"))["rooms"]]
    await site.call("POST", f"/api/rooms/{room}/open")
    url = (await screen.ask())["screen"]["url"]
    await imported("둘")
    state = (await screen.ask())["screen"]
    assert (state["now"]["title"], state["url"]) == ("둘", url)
