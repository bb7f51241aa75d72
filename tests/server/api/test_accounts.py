"""Users: signing in, codes, what ends a session, and the log."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from aiohttp import ClientSession, CookieJar

from server.accounts import CODE_STEP_S, Accounts
from server.attempts import MAX_WRONG
from tests.server.api.conftest import ROOM, Site

pytestmark = pytest.mark.net

PASSWORD = "열 글자가 넘는 비밀번호"
USER = {"login": "Kim@Ulsan.kr", "name": "김 주임", "role": "organiser", "password": PASSWORD}


async def made(site: Site, **changes: Any) -> str:
    return str((await site.call("POST", "/api/users", USER | changes, status=201))["id"])


def browsing() -> ClientSession:
    """Keeps cookies of 127.0.0.1, as browsers do."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))


class Desk:
    """A browser of its own."""

    def __init__(self, site: Site, session: ClientSession) -> None:
        self.site, self.session = site, session

    async def call(self, method: str, path: str, json: Any = None, *, status: int = 200) -> Any:
        url, headers = f"{self.site.origin}{path}", {"Origin": self.site.origin}
        async with self.session.request(method, url, json=json, headers=headers) as response:
            assert response.status == status, await response.text()
            return await response.json() if response.content_type == "application/json" else None

    async def sign_in(self, status: int = 200, **changes: Any) -> Any:
        body = {"login": "kim@ulsan.kr", "password": PASSWORD} | changes
        return await self.call("POST", "/api/sign-in", body, status=status)


async def test_a_user_signs_in_works_and_signs_out(site: Site) -> None:
    await made(site)
    async with browsing() as session:
        desk = Desk(site, session)
        assert await desk.sign_in() == {"name": "김 주임", "role": "organiser"}
        me = await desk.call("GET", "/api/me")
        assert (me["login"], me["role"], me["codes"]) == ("kim@ulsan.kr", "organiser", False)
        await desk.call("POST", "/api/rooms", ROOM, status=201)
        await desk.call("GET", "/api/users", status=403)
        await desk.call("POST", "/api/sign-out", status=204)
        await desk.call("GET", "/api/me", status=401)


async def test_sessions_outlive_a_restart_and_end_by_themselves(site: Site) -> None:
    await made(site)
    user, token = await site.auth.accounts.sign_in("kim@ulsan.kr", PASSWORD, None)
    again = await Accounts.load(site.store)
    now = datetime.now(UTC)
    found = again.user_of(token, now)
    assert found is not None
    assert found.id == user.id
    assert again.user_of(token, now + timedelta(hours=15)) is None
    assert again.user_of(token + "x", now) is None


async def test_wrong_ones_are_all_refused_alike_and_slowed_down(site: Site) -> None:
    await made(site)
    disabled = await made(site, login="old")
    await site.call("PATCH", f"/api/users/{disabled}", {"disabled": True})
    async with browsing() as session:
        desk = Desk(site, session)
        tries = [{"password": "wrong"}, {"login": "nobody"}, {"login": "old"}]
        answers = [await desk.sign_in(401, **wrong) for wrong in tries]
        assert {answer["error"]["code"] for answer in answers} == {"wrong_password"}
        assert len({answer["error"]["message"] for answer in answers}) == 1
        for _ in range(MAX_WRONG - 1):
            await desk.sign_in(401, password="wrong")
        # From here on not even the right one is looked at, and nothing is written.
        assert (await desk.sign_in(429, password="wrong"))["error"]["code"] == "rate_limited"
        await desk.sign_in(429)
        await desk.sign_in(401, login="somebody else")
    async with browsing() as session:
        session.headers["X-Forwarded-For"] = "198.51.100.7"
        await Desk(site, session).sign_in()
    entries = (await site.call("GET", "/api/audit?limit=500"))["entries"]
    assert sum(entry["action"] == "sign_in_wrong_password" for entry in entries) == MAX_WRONG + 3
    assert {entry["name"] for entry in entries if entry["who"] == "-"} == {"kim@ulsan.kr", "old", "-"}


async def test_another_sites_page_cannot_sign_in(site: Site) -> None:
    await made(site)
    body = {"login": "kim@ulsan.kr", "password": PASSWORD}
    async with site.client.post(
        "/api/sign-in", json=body, headers={"Origin": "https://evil.example"}
    ) as response:
        assert response.status == 403
        assert site.auth.cookie not in response.cookies


async def test_codes_are_asked_for_once_confirmed_and_each_is_good_once(site: Site) -> None:
    await made(site)
    async with browsing() as session:
        desk = Desk(site, session)
        await desk.sign_in()
        offered = await desk.call("POST", "/api/me/codes")
        assert offered["uri"].startswith("otpauth://totp/")
        assert offered["qr_svg"].startswith("<svg")
        totp = pyotp.TOTP(offered["secret"])
        body = {"secret": offered["secret"], "code": "000000"}
        if totp.now() != "000000":
            await desk.call("PUT", "/api/me/codes", body, status=401)
        await desk.call(
            "PUT", "/api/me/codes", body | {"code": totp.at(time.time() - CODE_STEP_S)}, status=204
        )
        assert (await desk.call("GET", "/api/me"))["codes"] is True
        await desk.call("POST", "/api/sign-out", status=204)
        assert (await desk.sign_in(401))["error"]["code"] == "code_needed"
        assert (await desk.sign_in(401, code="12345"))["error"]["code"] == "wrong_code"
        code = totp.now()
        await desk.sign_in(code=code)
        assert (await desk.sign_in(401, code=code))["error"]["code"] == "wrong_code"
        stored = await site.store.users.all()
        assert offered["secret"] not in str(stored)
        await desk.call("DELETE", "/api/me/codes", status=204)
        await desk.sign_in()


async def test_a_changed_password_ends_the_other_sessions(site: Site) -> None:
    await made(site)
    async with browsing() as here, browsing() as there:
        desk, other = Desk(site, here), Desk(site, there)
        await desk.sign_in()
        await other.sign_in()
        new = {"old": PASSWORD, "new": "another long password"}
        await desk.call("POST", "/api/me/password", new | {"old": "wrong"}, status=401)
        await desk.call("POST", "/api/me/password", new | {"new": "short"}, status=400)
        await desk.call("POST", "/api/me/password", new, status=204)
        await desk.call("GET", "/api/me")
        await other.call("GET", "/api/me", status=401)
        await other.sign_in(401)
        await other.sign_in(password="another long password")


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"role": "desk"}, {"password": "given by the office"}]
)
async def test_what_an_administrator_changes_holds_at_once(site: Site, change: dict[str, Any]) -> None:
    user = await made(site)
    async with browsing() as session:
        desk = Desk(site, session)
        await desk.sign_in()
        await site.call("PATCH", f"/api/users/{user}", change)
        await desk.call("GET", "/api/me", status=401)


async def test_somebody_stays_who_manages_users(site: Site) -> None:
    first = await made(site, role="administrator")
    for change in ({"disabled": True}, {"role": "organiser"}):
        error = await site.error("PATCH", f"/api/users/{first}", change, status=409)
        assert error["code"] == "last_administrator"
    await made(site, login="second", role="administrator")
    await site.call("PATCH", f"/api/users/{first}", {"disabled": True})
    assert (await site.error("PATCH", "/api/users/unobody", {}, status=404))["code"] == "user_not_found"


async def test_logins_are_unique_however_they_are_written(site: Site) -> None:
    await made(site)
    assert (await site.error("POST", "/api/users", USER | {"login": "KIM@ulsan.KR"}, status=409))["code"] == (
        "login_taken"
    )


async def test_what_was_done_is_in_the_log_with_who_did_it(site: Site) -> None:
    await made(site)
    async with browsing() as session:
        desk = Desk(site, session)
        await desk.sign_in()
        room = (await desk.call("POST", "/api/rooms", ROOM, status=201))["id"]
        await desk.call("POST", f"/api/rooms/{room}/open")
        await desk.call("GET", f"/api/rooms/{room}/transcript.txt")
        await desk.call("GET", "/api/rooms")
    entries = (await site.call("GET", "/api/audit"))["entries"]
    assert [(entry["name"], entry["action"], entry["target"].get("room")) for entry in entries] == [
        ("김 주임", "read_transcript", room),
        ("김 주임", "open_room", room),
        ("김 주임", "create_room", None),
        ("김 주임", "sign_in", None),
        ("API", "create_user", None),
    ]
    assert PASSWORD not in str(entries)
    older = (await site.call("GET", f"/api/audit?before={entries[1]['number']}&limit=2"))["entries"]
    assert [entry["action"] for entry in older] == ["create_room", "sign_in"]


async def test_the_key_has_no_account_of_its_own(site: Site) -> None:
    assert (await site.error("POST", "/api/me/codes", status=403))["code"] == "not_your_right"


async def test_an_organisers_place_ends_with_the_user(site: Site) -> None:
    user = await made(site)
    entered, other, colleagues = await site.room(), await site.room(), await site.room()
    for room in (entered, other, colleagues):
        await site.call("POST", f"/api/rooms/{room}/open")
    async with browsing() as session:
        desk = Desk(site, session)
        await desk.sign_in()
        urls = {entered: (await desk.call("POST", f"/api/rooms/{entered}/enter"))["url"]}
        for room in (other, colleagues):
            urls[room] = (await site.call("POST", f"/api/rooms/{room}/enter"))["url"]
        site.live.inside = {entered: {"p3"}, colleagues: {"p3"}}
        await site.call("PATCH", f"/api/users/{user}", {"name": "김 과장"})
        assert (await site.page(f"/r/{urls[entered].rpartition('/')[2]}")).status == 200
        site.live.notices.clear()
        await site.call("PATCH", f"/api/users/{user}", {"disabled": True})
    statuses = [(await site.page(f"/r/{url.rpartition('/')[2]}")).status for url in urls.values()]
    assert statuses == [410, 410, 200]
    assert ("revoked", entered, "p3") in site.live.notices
    new = (await site.call("POST", f"/api/rooms/{entered}/enter"))["url"]
    assert new != urls[entered]
    assert (await site.page(f"/r/{new.rpartition('/')[2]}")).status == 200
