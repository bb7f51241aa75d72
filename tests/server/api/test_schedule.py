from io import BytesIO

import pytest

from server.api.schedule import MAX_SHEET_BYTES
from tests.server.api.conftest import Site

pytestmark = pytest.mark.net

HEADING = "key,date,start,title,seller,seller_language,buyer,buyer_language"
FIRST = "a,2026-11-22,09:00,First,Ulsan,ko,Changchun,zh-Hans"
SECOND = "b,2026-11-22,10:00,Second,Suwon,ko,Hanoi,vi"


def sheet(*rows: str) -> bytes:
    return "\n".join((HEADING, *rows)).encode()


async def test_a_dry_run_says_what_would_happen_and_does_nothing(site: Site) -> None:
    report = await site.call("POST", "/api/schedule?dry_run=1&timezone=Asia/Seoul", data=sheet(FIRST, SECOND))
    assert report["dry_run"] is True
    assert report["rows"] == 2
    assert [(room["line"], room["id"], room["title"], room["starts_at"]) for room in report["created"]] == [
        (2, None, "First", "2026-11-22T00:00:00Z"),
        (3, None, "Second", "2026-11-22T01:00:00Z"),
    ]
    assert await site.store.rooms.all() == []
    assert site.live.notices == []


async def test_importing_changing_and_removing(site: Site) -> None:
    report = await site.call("POST", "/api/schedule?timezone=UTC", data=sheet(FIRST, SECOND))
    first, second = (room["id"] for room in report["created"])
    assert site.live.notices == [("changed", first, "First"), ("changed", second, "Second")]
    site.live.notices.clear()
    alone = sheet("a,2026-11-22,09:00,Renamed,Ulsan,ko,,")
    dry = await site.call("POST", "/api/schedule?timezone=UTC&dry_run=true&remove_missing=1", data=alone)
    report = await site.call("POST", "/api/schedule?timezone=UTC&remove_missing=1", data=alone)
    assert {**dry, "dry_run": False} == report
    assert [(room["id"], room["fields"]) for room in report["changed"]] == [(first, ["title", "people"])]
    assert [room["id"] for room in report["removed"]] == [second]
    assert report["missing"] == []
    assert site.live.notices == [("revoked", first, "p2"), ("changed", first, "Renamed"), ("removed", second)]
    assert [room.title for room in await site.store.rooms.all()] == ["Renamed"]


async def test_missing_rooms_are_only_named_unless_asked_for(site: Site) -> None:
    await site.call("POST", "/api/schedule?timezone=UTC", data=sheet(FIRST, SECOND))
    report = await site.call("POST", "/api/schedule?timezone=UTC", data=sheet(FIRST))
    assert [room["title"] for room in report["missing"]] == ["Second"]
    assert [room["title"] for room in report["unchanged"]] == ["First"]
    assert report["removed"] == []
    assert len(await site.store.rooms.all()) == 2


async def test_errors_are_listed_and_nothing_is_imported(site: Site) -> None:
    wrong = sheet(FIRST, SECOND.replace("10:00", "26:00").replace("vi", "vietnamish"))
    expected = [(3, "start", "bad_time"), (3, "buyer_language", "bad_language")]
    error = await site.error("POST", "/api/schedule", data=wrong, status=422)
    assert error["code"] == "schedule_invalid"
    assert error["message"].startswith("line 3, column start: ")
    assert [(item["line"], item["column"], item["code"]) for item in error["errors"]] == expected
    report = await site.call("POST", "/api/schedule?dry_run=1", data=wrong)
    assert [(item["line"], item["column"], item["code"]) for item in report["errors"]] == expected
    assert report["created"] == []
    assert await site.store.rooms.all() == []


async def test_what_is_no_sheet(site: Site) -> None:
    error = await site.error("POST", "/api/schedule", data=b"\xd0\xcf\x11\xe0", status=415)
    assert error["code"] == "unsupported_type"
    error = await site.error("POST", "/api/schedule", data=BytesIO(b"a" * (MAX_SHEET_BYTES + 1)), status=413)
    assert error["code"] == "body_too_large"


@pytest.mark.parametrize("query", ["timezone=Mars/North", "dry_run=perhaps", "dryrun=1"])
async def test_a_wrong_query_is_named(site: Site, query: str) -> None:
    error = await site.error("POST", f"/api/schedule?{query}", data=sheet(FIRST), status=400)
    assert (error["code"], error["field"]) == ("invalid_query", query.partition("=")[0])
