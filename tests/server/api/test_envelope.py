import logging
import re

import pytest
from aiohttp import web

from server import errors as server_errors
from server.api import ENDPOINTS
from server.api.envelope import errors, errors_total
from server.errors import ServerError, StoreError
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net


async def test_addresses_and_methods_that_do_not_exist(site: Site) -> None:
    assert (await site.error("GET", "/api/nothing", status=404))["code"] == "not_found"
    assert (await site.error("GET", "/nothing", status=404))["code"] == "not_found"
    assert (await site.error("PUT", "/api/rooms", status=405))["code"] == "method_not_allowed"
    async with site.client.put("/api/rooms") as response:
        assert response.headers["Allow"] == "GET,HEAD,POST"


async def test_a_browser_gets_the_error_page_with_the_code(site: Site) -> None:
    response = await site.page("/nothing")
    assert (response.status, response.content_type) == (404, "text/html")
    assert '<body data-code="not_found">' in await response.text()
    response = await site.page("/api/nothing")
    assert response.content_type == "application/json"


async def test_a_fault_tells_the_client_nothing_and_the_log_everything(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = await site.room()
    token = await site.store.links.url_token(room, "p1")

    async def broken(_token: str) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(site.store.links, "resolve", broken)
    before = errors_total.labels("internal")._value.get()
    error = await site.error("GET", f"/r/{token}/place", status=500)
    assert error == {"code": "internal", "message": "the server failed; its log says why"}
    assert errors_total.labels("internal")._value.get() == before + 1
    assert "ZeroDivisionError: secret detail" in caplog.text
    assert "/r/{token}/place" in caplog.text
    assert str(token) not in caplog.text


async def test_a_database_that_fails_is_named_as_such(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise StoreError("the database refused: OperationalError")

    monkeypatch.setattr(site.store.rooms, "all", broken)
    assert (await site.error("GET", "/api/rooms", status=500))["code"] == "store_failed"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_redirects_and_ready_made_answers_pass(site: Site) -> None:
    async def handler(_request: web.Request) -> web.Response:
        raise web.HTTPBadRequest(text='{"own": 1}', content_type="application/json")

    request = site.client.app
    with pytest.raises(web.HTTPBadRequest):
        await errors(request, handler)  # type: ignore[arg-type]


def test_every_error_has_one_code_of_its_own() -> None:
    def below(kind: type[ServerError]) -> list[type[ServerError]]:
        return [kind, *(found for child in kind.__subclasses__() for found in below(child))]

    kinds = [kind for kind in below(ServerError) if kind is not ServerError]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)
    tree = server_errors.__doc__ or ""
    assert [kind.__name__ for kind in kinds if f" {kind.__name__}" not in tree] == []


async def test_every_call_but_the_public_ones_needs_a_sign_in(site: Site) -> None:
    public = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS if endpoint.right == "public"}
    own_page = {("GET", f"/d/{{token}}/{name}") for name in ("day", "consultations.ics", "qr.svg", "data")}
    own_page |= {("GET", "/d/{token}/rooms/{room}/preparation")}
    own_page |= {("POST", "/venue/screen"), ("GET", "/venue/qr.svg")}
    assert public == own_page | {("GET", "/healthz"), ("GET", "/r/{token}/place"), ("POST", "/api/sign-in")}
    for endpoint in ENDPOINTS:
        if endpoint.right != "public":
            path = re.sub(r"\{\w+\}", "x", endpoint.path)
            async with site.client.request(endpoint.method, path) as response:
                assert response.status == 401, endpoint
