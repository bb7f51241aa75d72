"""A timetable in the browser: from participants and wishes to published rooms."""

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

EVENT = "매칭 상담회"
SHEET = "구분,회사,상대,희망\n" + "".join(
    f"판매자,제조사 {seller},Buyer {buyer},{'필수' if seller == buyer else ''}\n"
    for seller in range(1, 5)
    for buyer in range(1, 7)
)


def _look(visitor: Visitor, name: str) -> None:
    """No serious finding, not too wide for a phone; a picture in each width where they are kept."""
    folder = os.environ.get("PICTURES_DIR")
    for width in (390, 1366, 1920) if folder else (390,):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        if folder:
            visitor.page.screenshot(path=f"{folder}/{name}-{width}.png")
    assert findings(visitor.page) == [], name
    visitor.page.set_viewport_size({"width": 1366, "height": 768})


def _participants(installation: Installation) -> None:
    path = f"/api/events/{'%EB%A7%A4%EC%B9%AD%20%EC%83%81%EB%8B%B4%ED%9A%8C'}"
    installation.api("PUT", path, {"starts_on": "2026-12-01", "ends_on": "2026-12-01"})
    installation.api("PUT", f"{path}/booths", {"booths": [{"name": name} for name in ("A1", "A2", "A3")]})
    people = [("seller", f"제조사 {number}", "ko", {"categories": ["코팅"]}) for number in range(1, 5)]
    people += [("buyer", f"Buyer {number}", "vi" if number % 2 else "en", {}) for number in range(1, 7)]
    people += [
        ("interpreter", "", "ko", {"languages": ["ko", "vi"]}),
        ("interpreter", "", "ko", {"languages": ["ko", "en"]}),
    ]
    for number, (role, company, speaks, profile) in enumerate(people):
        body = {"role": role, "name": f"이름 {number}", "company": company, "speaks": speaks, "reads": speaks}
        installation.api("POST", f"{path}/participants", body | {"profile": profile})


def test_from_wishes_to_rooms(visitor: Visit, installation: Installation, tmp_path: Path) -> None:
    _participants(installation)
    organiser = visitor()
    page = organiser.page
    page.goto(installation.organiser_url)
    organiser.action("matching").click()
    if page.locator("[data-action=choose-event] option").count() > 1:
        page.goto(f"{installation.url}/organiser/matching?event={EVENT}")
    expect(page.locator(".board-empty")).to_contain_text("시간대")
    _look(organiser, "matching-empty")

    organiser.action("edit-slots").click()
    for name, value in (("date", "2026-12-01"), ("from", "10:00"), ("to", "14:30")):
        page.locator(f"dialog [name={name}]").fill(value)
    organiser.action("fill-day").click()
    expect(organiser.action("remove-slot")).to_have_count(5)
    _look(organiser, "matching-slots")
    organiser.action("save-slots").click()

    organiser.action("wishes").click()
    sheet = tmp_path / "wishes.csv"
    sheet.write_text(SHEET, "utf-8")
    page.locator("[name=wish-sheet]").set_input_files(sheet)
    organiser.action("import-wishes").click()
    expect(page.locator(".wishes li")).to_have_count(24)
    page.locator("dialog [name=who]").select_option(label="Buyer 6")
    page.locator("dialog [name=level]").select_option("no")
    organiser.action("add-wish").click()
    expect(page.locator(".wishes li")).to_have_count(25)
    page.locator("dialog [name=about]").select_option(label="코팅")
    organiser.action("add-wish").click()
    expect(page.locator(".wishes li")).to_have_count(26)
    expect(page.locator(".wishes li").last).to_contain_text("Buyer 6 → 코팅")
    page.locator(".wishes li").last.locator("[data-action=remove-wish]").click()
    expect(page.locator(".wishes li")).to_have_count(25)
    _look(organiser, "matching-wishes")
    page.keyboard.press("Escape")

    organiser.action("solve").click()
    cards = organiser.action("open-placement")
    expect(cards.first).to_be_visible()
    expect(organiser.action("solve")).to_be_enabled()
    expect(page.locator("[data-clash]")).to_have_count(0)
    placed = cards.count()
    assert placed > 4
    left = page.locator(".unplaced > li")
    assert placed + left.count() == 24
    expect(left.first.locator(".unplaced-why")).not_to_be_empty()
    page.locator(".unplaced summary").first.click()
    _look(organiser, "matching-draft")

    # By keyboard: onto another one's time and booth, and everything that is wrong is said.
    cards.first.focus()
    page.keyboard.press("Enter")
    slot = page.locator("dialog [name=slot]")
    pair = cards.first.get_attribute("data-pair")
    before = slot.input_value()
    other = next(value for value in ("0", "1", "2", "3", "4") if value != before)
    slot.select_option(other)
    page.locator("dialog [name=booth]").select_option("A2")
    page.locator("dialog [data-action=lock]").check()
    expect(page.locator(f'[data-pair="{pair}"][data-locked]')).to_be_attached()
    _look(organiser, "matching-consultation")
    organiser.action("done").click()

    # By mouse, from the table onto an empty place.
    card = page.locator(".card:not([data-locked])").last
    dragged = card.get_attribute("data-pair")
    home = card.locator("xpath=ancestor::tr").get_attribute("data-slot")
    target = page.locator("td[data-empty]").first
    there = target.locator("xpath=ancestor::tr").get_attribute("data-slot")
    card.drag_to(target)
    expect(page.locator(f'tr[data-slot="{there}"] [data-pair="{dragged}"]')).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(f'tr[data-slot="{home}"] [data-pair="{dragged}"]')).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(f'tr[data-slot="{there}"] [data-pair="{dragged}"]')).to_be_visible()
    expect(organiser.action("redo")).to_be_disabled()

    organiser.action("by-buyer").click()
    _look(organiser, "matching-buyers")
    organiser.action("solve").click()
    expect(organiser.action("publish")).to_be_enabled(timeout=40_000)
    expect(page.locator("[data-clash]")).to_have_count(0)
    expect(page.locator(f'[data-pair="{pair}"][data-locked]')).to_be_visible()

    organiser.action("publish").click()
    expect(organiser.action("confirm-publish")).to_be_enabled()
    _look(organiser, "matching-publish")
    organiser.action("confirm-publish").click()
    expect(organiser.action("confirm-publish")).to_have_count(0)
    rooms = [room for room in installation.api("GET", "/api/rooms")["rooms"] if room["event"] == EVENT]
    assert len(rooms) == cards.count()
    organiser.action("publish").click()
    expect(page.locator("dialog .hint").last).to_have_text("바뀔 것이 없습니다. 모두 게시되어 있습니다.")
    for room in rooms:
        installation.remove(room["id"])
