from typing import Any

import pytest

from tests.server.api.conftest import ROOM, Site

pytestmark = pytest.mark.net

EVENT = "/api/events/%EC%9A%B8%EC%82%B0%2F%EC%B0%BD%EC%B6%98/glossary"
"""울산/창춘: a slash is part of the name."""
SHIELD = {"term": "나노실드", "translations": {"zh-Hans": "纳米盾"}}
CODE: dict[str, Any] = {"term": "GK-350", "translations": {}}


async def test_terms_of_an_event_are_replaced_and_changed(site: Site) -> None:
    assert await site.call("GET", EVENT) == {"terms": []}
    assert await site.call("PUT", EVENT, {"terms": [SHIELD]}) == {"terms": [SHIELD]}
    assert await site.call("PATCH", EVENT, {"put": [CODE]}) == {"terms": [CODE, SHIELD]}
    assert await site.call("PATCH", EVENT, {"remove": ["나노 실드"]}) == {"terms": [CODE]}
    assert await site.call("GET", EVENT) == {"terms": [CODE]}
    assert site.live.notices == [("event", "울산/창춘")] * 3


async def test_terms_of_a_room_are_changed_one_by_one(site: Site) -> None:
    room = await site.room()
    path = f"/api/rooms/{room}/glossary"
    assert (await site.call("PATCH", path, {"put": [CODE]}))["terms"] == [CODE, *ROOM["glossary"]]
    assert site.live.notices == [("changed", room, "코팅제")]
    assert (await site.call("GET", f"/api/rooms/{room}"))["glossary"] == [CODE, *ROOM["glossary"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "field"),
    [
        ("GET", "/api/rooms/none/glossary", None, 404, "room_not_found", None),
        ("PATCH", "/api/rooms/none/glossary", {"put": [CODE]}, 404, "room_not_found", None),
        ("PATCH", EVENT, {"remove": ["없음"]}, 404, "term_not_found", "term"),
        ("PATCH", EVENT, {"add": []}, 400, "invalid_body", "add"),
        ("PUT", EVENT, {"terms": [{"term": ""}]}, 400, "invalid_body", "terms.0.term"),
        ("PUT", EVENT, {"terms": [CODE] * 501}, 400, "invalid_body", "terms"),
        ("GET", f"/api/events/{'x' * 201}/glossary", None, 400, "invalid_query", "event"),
        ("GET", "/api/events/a%0Ab/glossary", None, 400, "invalid_query", "event"),
    ],
)
async def test_errors(
    site: Site, method: str, path: str, body: Any, status: int, code: str, field: str | None
) -> None:
    error = await site.error(method, path, body, status=status)
    assert (error["code"], error.get("field")) == (code, field)


async def test_a_full_glossary_takes_no_more(site: Site) -> None:
    await site.call("PUT", EVENT, {"terms": [{"term": f"t{number}"} for number in range(500)]})
    error = await site.error("PATCH", EVENT, {"put": [CODE]}, status=409)
    assert error["code"] == "glossary_full"


async def test_a_sheet_is_looked_at_then_imported_then_written_again(site: Site) -> None:
    await site.call("PUT", EVENT, {"terms": [SHIELD, CODE]})
    site.live.notices.clear()
    sheet = "용어,zh-Hans\n나노실드,纳米盾牌\n코팅제,涂层剂\n".encode()
    dry = await site.call("POST", f"{EVENT}.csv?dry_run=1&replace=1", data=sheet)
    assert (dry["rows"], dry["added"], dry["changed"], dry["removed"]) == (
        2,
        ["코팅제"],
        ["나노실드"],
        ["GK-350"],
    )
    assert site.live.notices == []
    report = await site.call("POST", f"{EVENT}.csv", data=sheet)
    assert (report["added"], report["changed"], report["removed"]) == (["코팅제"], ["나노실드"], [])
    assert site.live.notices == [("event", "울산/창춘")]
    again = await site.call("POST", f"{EVENT}.csv?dry_run=1", data=sheet)
    assert (again["added"], again["changed"], again["unchanged"]) == ([], [], 2)
    headers = {"Authorization": f"Bearer {site.auth.api_token}"}
    async with site.client.get(f"{EVENT}.csv", headers=headers) as response:
        assert response.headers["Content-Disposition"].endswith(".csv")
        written = await response.read()
    assert written.startswith("\ufeffterm,zh-Hans\r\n코팅제,涂层剂".encode())
    before = await site.call("GET", EVENT)
    await site.call("POST", f"{EVENT}.csv?replace=1", data=written)
    assert await site.call("GET", EVENT) == before


async def test_errors_of_a_sheet_are_listed_and_nothing_is_imported(site: Site) -> None:
    wrong = "ko,en\n가,a\n가,b\n".encode()
    report = await site.call("POST", f"{EVENT}.csv?dry_run=1", data=wrong)
    assert [(error["line"], error["code"]) for error in report["errors"]] == [(3, "duplicate_row")]
    error = await site.error("POST", f"{EVENT}.csv", data=wrong, status=422)
    assert error["code"] == "glossary_invalid"
    assert error["errors"] == report["errors"]
    assert (await site.error("POST", f"{EVENT}.csv", data=b"PK\x03\x04", status=415))[
        "code"
    ] == "unsupported_type"
    assert await site.call("GET", EVENT) == {"terms": []}
