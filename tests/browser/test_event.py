"""An event edited in its page: in place, by keyboard, refused at the cell, taken back."""

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

NAME = "편집 시험 행사"


def _picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("PICTURES_DIR"):
        for width in (390, 1366, 1920):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            assert findings(visitor.page) == [], width
            visitor.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=width == 390)
        visitor.page.set_viewport_size({"width": 1366, "height": 768})


def test_an_event_is_edited_in_place_and_taken_back(visitor: Visit, installation: Installation) -> None:
    organiser = visitor()
    page = organiser.page
    page.goto(installation.organiser_url)
    organiser.action("events").click()
    organiser.action("new-event").click()
    page.locator("dialog [name=name]").fill(NAME)
    organiser.action("create-event").click()
    page.locator("[name=starts_on]").fill("2026-11-23")
    page.locator("[name=ends_on]").fill("2026-11-28")
    page.locator("[name=time_zone]").fill("Asia/Seoul")
    assert findings(page) == []
    _picture(organiser, "event-settings")
    organiser.action("save-settings").click()

    organiser.action("tab-booths").click()
    for booth in ("A1", "A2"):
        page.locator("[name=booth]").fill(booth)
        page.locator("[name=booth]").press("Enter")
        expect(page.locator(f"[data-booth={booth}]")).to_be_visible()
    organiser.action("tab-participants").click()
    for role, company, name in (
        ("seller", "편집 제조사", "김"),
        ("seller", "다른 제조사", "최"),
        ("buyer", "编辑公司", "李"),
        ("buyer", "其他公司", "王"),
        ("interpreter", "", "박 통역"),
    ):
        organiser.action(f"add-{role}").click()
        page.locator("dialog [name=company]").fill(company)
        page.locator("dialog [name=name]").fill(name)
        organiser.action("create-participant").click()
        expect(page.locator("dialog")).to_have_count(0)
    organiser.action("participant").nth(2).click()
    organiser.action("add-documents").click()
    page.locator("dialog [name=title]").fill("目录")
    page.locator("dialog [name=url]").fill("https://example.com/catalogue.pdf")
    assert findings(page) == []
    _picture(organiser, "event-participant")
    organiser.action("save-participant").click()
    expect(page.locator("dialog")).to_have_count(0)
    _picture(organiser, "event-participants")
    assert findings(page) == []

    organiser.action("tab-consultations").click()
    for seller, buyer in (("김", "李"), ("최", "王")):
        organiser.action("add-consultation").click()
        for role, name in (("seller", seller), ("buyer", buyer)):
            select = page.locator(f"dialog [name={role}]")
            label = select.locator("option", has_text=name).inner_text()
            select.select_option(label=label)
        page.locator("dialog [name=booth]").select_option("A1")
        organiser.action("create-consultation").click()
        expect(page.locator("dialog")).to_have_count(0)
    rows = page.locator("[data-consultation]")
    expect(rows).to_have_count(2)
    second = rows.nth(1)
    expect(second.locator("[data-column=time] input")).to_have_value("09:30")

    # By keyboard: a clash is refused and the cell is as it was; another time is taken.
    time = second.locator("[data-column=time] input")
    time.fill("910")
    time.press("Enter")
    said = page.locator(".edit-said")
    expect(said).to_contain_text("A1")
    expect(time).to_have_value("09:30")
    expect(second.locator("[data-column=booth] .cell-problem")).to_contain_text("A1")
    _picture(organiser, "event-refused")
    time.fill("630")
    time.press("Enter")
    first = rows.nth(0)
    expect(first.locator("[data-column=time] input")).to_have_value("06:30")
    expect(first.locator(".cell-problem")).to_contain_text("05:30")
    _picture(organiser, "event-consultations")
    assert findings(page) == []
    interpreter = first.locator("[data-column=interpreter] select")
    interpreter.select_option(label="박 통역")
    expect(first.locator("[data-cell$=':interpreter0']")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(said).to_contain_text("되돌렸습니다")
    page.keyboard.press("Control+z")
    expect(rows.nth(1).locator("[data-column=time] input")).to_have_value("09:30")
    page.keyboard.press("Control+Shift+z")
    expect(rows.nth(0).locator("[data-column=time] input")).to_have_value("06:30")

    # Somebody inside is asked about.
    room = str(rows.nth(1).get_attribute("data-consultation"))
    installation.api("POST", f"/api/rooms/{room}/open")
    seller = visitor()
    seller.join(installation.api("GET", f"/api/rooms/{room}/people/p1/link")["url"])
    rows.nth(1).locator("[data-action=remove-consultation]").click()
    expect(page.locator("dialog p")).to_contain_text("편집 제조사")
    _picture(organiser, "event-confirm")
    organiser.action("keep").click()
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[data-column=minutes] input").fill("45")
    rows.nth(1).locator("[data-column=minutes] input").press("Enter")
    expect(rows.nth(1).locator("[data-column=minutes] input")).to_have_value("45")
    expect(seller.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    # Whose room is open is not erased; afterwards nothing of them is there.
    organiser.action("tab-participants").click()
    row = page.locator("[data-participant]").filter(has=page.locator("input[value='편집 제조사']"))
    row.locator("[data-action=participant]").click()
    page.locator("summary").last.click()
    with page.expect_download() as file:
        organiser.action("personal-data").click()
    assert "편집 제조사" in Path(file.value.path()).read_text("utf-8")
    organiser.action("erase-person").click()
    organiser.action("confirm-erase").click()
    expect(page.locator("dialog .failure:visible")).to_contain_text("열려 있습니다")
    assert findings(page) == []
    _picture(organiser, "event-erase")
    installation.api("POST", f"/api/rooms/{room}/close")
    organiser.action("confirm-erase").click()
    expect(page.locator("input[value='다른 제조사']")).to_be_visible()
    expect(page.locator("input[value='편집 제조사']")).to_have_count(0)
    # Who was taken off the list is still there to be erased.
    page.locator("[data-participant]").filter(has=page.locator("input[value='박 통역']")).locator(
        "[data-action=remove-participant]"
    ).click()
    former = page.locator("[data-former]").filter(has_text="박 통역")
    expect(former.locator("[data-action=personal-data]")).to_be_visible()
    _picture(organiser, "event-former")
    former.locator("[data-action=erase-person]").click()
    organiser.action("confirm-erase").click()
    expect(page.locator("[data-participant]").first).to_be_visible()
    expect(former).to_have_count(0)
    # The browser itself says on its console what was refused.
    assert all("409" in line for line in organiser.complaints)
    organiser.complaints.clear()
    for made in installation.api("GET", "/api/rooms")["rooms"]:
        if made["event"] == NAME:
            installation.remove(made["id"])
