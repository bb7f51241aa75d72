import asyncio
import time
from pathlib import Path

import pytest

from server.attempts import MAX_ADDRESSES, MAX_WRONG, WINDOW_S, Attempts
from server.auth import SECRETS, SESSION_S, Auth, replace_secret
from server.store import Store
from tests.server.api.conftest import ROOM, Site


async def sign_in(site: Site) -> None:
    response = await site.page(f"/organiser?key={site.auth.organiser_key}")
    assert response.status == 303


@pytest.mark.net
async def test_the_organisers_link_signs_in_and_disappears(site: Site) -> None:
    response = await site.page(f"/organiser?key={site.auth.organiser_key}")
    assert (response.status, response.headers["Location"]) == (303, "/organiser")
    cookie = response.cookies[site.auth.cookie]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert int(cookie["max-age"]) == SESSION_S
    assert not cookie["secure"]
    assert "<title>organiser" in await (await site.page("/organiser")).text()
    async with site.client.get("/api/me") as response:
        assert await response.json() == {
            "via": "session",
            "who": "key",
            "name": "Organiser",
            "role": "administrator",
            "login": None,
            "codes": False,
        }
    assert (await site.call("GET", "/api/me"))["via"] == "token"


@pytest.mark.net
async def test_from_another_sites_page_the_strict_cookie_must_not_meet_a_redirect(site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = await site.page(f"/organiser?key={site.auth.organiser_key}", **headers)
    assert (response.status, response.headers["Refresh"]) == (200, "0; url=/organiser")
    assert site.auth.cookie in response.cookies


@pytest.mark.net
async def test_nothing_but_the_right_token_or_session_gets_in(site: Site) -> None:
    good = site.auth.session(time.time())
    old = site.auth.session(time.time() - SESSION_S - 1)
    expires, _, proof = good.partition(".")
    longer = f"{int(expires) + 1}.{proof}"
    for value in (old, longer, "", ".", "x.y", f"{expires}.", "9" * 50):
        async with site.client.get(
            "/api/rooms", headers={"Cookie": f"{site.auth.cookie}={value}"}
        ) as response:
            assert response.status == 401, value
            assert (await response.json())["error"]["code"] == "unauthorised"
            assert response.headers["WWW-Authenticate"] == "Bearer"
    for authorization in ("Bearer", "Bearer ", "Bearer x", f"Basic {site.auth.api_token}", "Bearer 한글"):
        async with site.client.get("/api/rooms", headers={"Authorization": authorization}) as response:
            assert response.status == 401, authorization
    async with site.client.get("/api/rooms", headers={"Cookie": f"{site.auth.cookie}={good}"}) as response:
        assert response.status == 200


@pytest.mark.net
async def test_a_cookie_that_is_no_text_is_no_session(site: Site) -> None:
    reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    cookie = site.auth.cookie.encode() + b"=\xff.x"
    writer.write(b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: " + cookie + b"\r\n\r\n")
    async with asyncio.timeout(5):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 401 "), answer
    writer.close()
    await writer.wait_closed()


@pytest.mark.net
async def test_a_link_or_the_organisers_key_is_no_api_token(site: Site) -> None:
    room = await site.room()
    link = await site.store.links.url_token(room, "p1")
    for token in (link, site.auth.organiser_key, site.auth.worker_secret):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await site.error("GET", "/api/rooms", status=401, headers=headers))["code"] == "unauthorised"


@pytest.mark.net
async def test_other_sites_cannot_use_the_session_to_write(site: Site) -> None:
    await sign_in(site)
    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {
            "Origin": "http://[",
        },
    ):
        async with site.client.post("/api/rooms", json=ROOM, headers=headers) as response:
            assert response.status == 403
            assert (await response.json())["error"]["code"] == "bad_origin"
    for headers in ({"Origin": site.origin}, {"Sec-Fetch-Site": "same-origin"}):
        async with site.client.post("/api/rooms", json=ROOM, headers=headers) as response:
            assert response.status == 201
    async with site.client.get("/api/rooms", headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 200


@pytest.mark.net
async def test_signing_out(site: Site) -> None:
    await sign_in(site)
    async with site.client.post("/api/sign-out", headers={"Origin": site.origin}) as response:
        assert response.status == 204
    async with site.client.get("/api/me") as response:
        assert response.status == 401


@pytest.mark.net
async def test_many_wrong_keys_are_slowed_down_and_the_right_one_still_works(site: Site) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    for _ in range(MAX_WRONG):
        await site.error("GET", "/api/rooms", status=401, headers=wrong)
    error = await site.error("GET", "/api/rooms", status=429, headers=wrong)
    assert error["code"] == "rate_limited"
    assert (await site.error("GET", "/r/invented/place", status=429))["code"] == "rate_limited"
    assert (await site.page("/organiser?key=wrong")).status == 429
    await site.call("GET", "/api/rooms")
    await sign_in(site)
    # The proxy added who asks; what stands before that anybody can have written.
    another = wrong | {"X-Forwarded-For": "127.0.0.1, 198.51.100.7"}
    await site.error("GET", "/api/rooms", status=401, headers=another)


def test_wrong_keys_are_counted_by_address_and_time() -> None:
    attempts = Attempts()
    assert all(attempts.wrong("a", 0.0) for _ in range(MAX_WRONG))
    assert not attempts.wrong("a", WINDOW_S - 0.1)
    assert attempts.wrong("b", 1.0)
    assert attempts.wrong("a", WINDOW_S)


def test_addresses_are_bounded() -> None:
    attempts = Attempts()
    for _ in range(MAX_WRONG):
        attempts.wrong("first", 0.0)
    for number in range(MAX_ADDRESSES):
        attempts.wrong(str(number), 0.0)
    assert attempts.wrong("first", 0.0)


async def test_secrets_stay_until_replaced_and_are_not_in_the_database(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        first = await Auth.load(store)
        again = await Auth.load(store)
        assert again.api_token == first.api_token
        session = first.session(time.time())
        await replace_secret(store, "organiser-key")
        changed = await Auth.load(store)
    assert changed.organiser_key != first.organiser_key
    assert (changed.api_token, changed.worker_secret) == (first.api_token, first.worker_secret)
    assert changed.session(time.time()) != session
    secrets = {first.api_token, first.organiser_key, first.worker_secret, changed.organiser_key}
    assert len(secrets) == len(SECRETS) + 1
    stored = (tmp_path / "sangdam.db").read_bytes()
    assert b"organiser-key" in stored
    assert not [secret for secret in secrets if secret.encode() in stored]
