from datetime import UTC, datetime

import pytest

from server.store.records import StoredCaption
from tests.server.api.conftest import Site
from wire.captions import Caption, Translation

pytestmark = pytest.mark.net


async def spoken(site: Site) -> str:
    room = await site.room()
    await site.store.rooms.set_state(room, "open", datetime.now(UTC))
    caption = Caption(
        id=f"{room}-p1-1",
        rev=1,
        speaker="p1",
        state="final",
        lang="ko",
        text="두 가지 약품이 있습니다",
        stable=12,
        translations={"zh-Hans": Translation(text="有两种药剂", stable=5)},
        confidence=0.9,
        flags=(),
        start_ms=1000,
        end_ms=2000,
        lag_ms=700,
    )
    await site.store.captions.save(StoredCaption(room, caption, datetime.now(UTC)))
    return room


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("json", "application/json"),
        ("vtt", "text/vtt"),
        ("srt", "application/x-subrip"),
        ("txt", "text/plain"),
    ],
)
async def test_every_format_is_a_file_in_both_languages_or_one(
    site: Site, extension: str, media_type: str
) -> None:
    room = await spoken(site)
    await site.call("POST", f"/api/rooms/{room}/close")
    headers = {"Authorization": f"Bearer {site.auth.api_token}"}
    for query, name, missing in (("", room, ""), ("?lang=zh-Hans", f"{room}-zh-Hans", "약품이")):
        path = f"/api/rooms/{room}/transcript.{extension}{query}"
        async with site.client.get(path, headers=headers) as response:
            assert response.status == 200
            assert (response.content_type, response.charset) == (media_type, "utf-8")
            assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.{extension}"'
            text = await response.text()
        assert "有两种药剂" in text
        lines = text if extension != "json" else text.partition('"revisions"')[0]
        assert ("약품이" in lines) == (missing == "")


async def test_what_cannot_be_had(site: Site) -> None:
    room = await spoken(site)
    path = f"/api/rooms/{room}/transcript"
    assert (await site.error("GET", f"{path}.pdf", status=404))["code"] == "unknown_format"
    error = await site.error("GET", f"{path}.vtt?lang=Korean", status=400)
    assert (error["code"], error["field"]) == ("invalid_query", "lang")
    error = await site.error("GET", "/api/rooms/none/transcript.vtt", status=404)
    assert error["code"] == "room_not_found"
