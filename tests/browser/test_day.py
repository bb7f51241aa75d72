"""A participant's own page: the day in their zone and language, and into the room when it opens."""

import os

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import PHONE, Visitor

PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "울산 코팅", "speaks": "ko", "reads": "ko"},
    {"role": "buyer", "name": "王采购", "company": "长春", "speaks": "zh-Hans", "reads": "zh-Hans"},
    {"role": "interpreter", "name": "박통역", "speaks": "ko", "reads": "zh-Hans"},
]


def _picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("PICTURES_DIR"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_buyer_finds_their_day_and_goes_in_when_the_room_opens(
    visitor: Visit, installation: Installation
) -> None:
    event = "2026 울산–창춘 상담회"
    rooms = [
        installation.api(
            "POST",
            "/api/rooms",
            {"title": title, "event": event, "booth": booth, "starts_at": start, "people": PEOPLE},
        )["id"]
        for title, booth, start in (
            ("코팅제 희석과 교반", "A1", "2031-11-23T00:00:00Z"),
            ("브레이크 패드", "A2", "2031-11-23T15:30:00Z"),
        )
    ]
    participants = installation.api(
        "GET",
        "/api/events/2026%20%EC%9A%B8%EC%82%B0%E2%80%93%EC%B0%BD%EC%B6%98%20%EC%83%81%EB%8B%B4%ED%9A%8C/participants",
    )["participants"]
    buyer = next(one for one in participants if one["role"] == "buyer")
    installation.api("PATCH", f"/api/participants/{buyer['id']}", {"time_zone": "Asia/Shanghai"})
    url = installation.api("GET", f"/api/participants/{buyer['id']}/link")["url"]

    page = visitor(size=PHONE, locale="en-US")
    page.page.goto(url)
    expect(page.page.get_by_role("heading", level=1)).to_have_text(event)
    expect(page.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    rows = page.page.locator(".agenda-row")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator(".row-time")).to_have_text("08:00–08:30")
    expect(rows.nth(1).locator(".row-time")).to_have_text("23:30–00:00")
    expect(rows.nth(0)).to_contain_text("울산 코팅 · 김수출")
    expect(rows.nth(0)).to_contain_text("A1")
    expect(page.page.locator(".section-day")).to_have_count(1)
    page.page.locator("[name=zone]").select_option("Asia/Seoul")
    expect(page.page.locator(".section-day")).to_have_count(2)
    _picture(page, "day-390")
    page.page.set_viewport_size({"width": 1366, "height": 768})
    _picture(page, "day-1366")
    with page.page.expect_download() as download:
        page.action("calendar").click()
    assert download.value.suggested_filename == "consultations.ics"

    installation.api("POST", f"/api/rooms/{rooms[0]}/open")
    expect(rows.nth(0)).to_have_attribute("data-state", "open", timeout=20_000)
    _picture(page, "day-open-1366")
    rows.nth(0).locator("[data-action=enter]").click()
    expect(page.action("join")).to_be_visible()
    for room in rooms:
        installation.remove(room)
