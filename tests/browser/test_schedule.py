"""From the downloaded template to an open room, in the browser."""

import os
from datetime import date, time, timedelta
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor


def _picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("PICTURES_DIR"):
        for width in (390, 1366, 1920):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.screenshot(path=f"{folder}/{name}-{width}.png")
        visitor.page.set_viewport_size({"width": 1366, "height": 768})


def test_a_template_is_filled_in_checked_imported_and_its_room_opened(
    visitor: Visit, installation: Installation, tmp_path: Path
) -> None:
    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    organiser.action("import-schedule").click()
    with organiser.page.expect_download() as download:
        organiser.action("template").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".xlsx"

    workbook = load_workbook(path)
    schedule = workbook.worksheets[0]
    tomorrow = date.today() + timedelta(days=1)
    rows = [
        [
            "1",
            tomorrow,
            time(9),
            time(9, 30),
            "양식 시험 행사",
            "A1",
            "양식 제조사",
            "김",
            "한국어",
            "模板公司",
            "李",
            "중국어",
            "Asia/Shanghai",
            "박",
            "한국어",
            "중국어",
        ],
        [
            "2",
            tomorrow,
            time(9),
            time(9, 30),
            "양식 시험 행사",
            "A2",
            "양식 제조사",
            "김",
            "한국어",
            "别的公司",
            "王",
            "중국어",
            "",
            "이",
            "한국어",
            "중국어",
        ],
        [
            "3",
            tomorrow,
            time(6),
            time(6, 50),
            "양식 시험 행사",
            "A3",
            "다른 제조사",
            "최",
            "한국어",
            "早公司",
            "赵",
            "중국어",
            "Asia/Shanghai",
            "정",
            "한국어",
            "중국어",
        ],
    ]
    for line, row in enumerate(rows, 2):
        for at, value in enumerate(row, 1):
            schedule.cell(line, at, value)
    workbook.save(path)
    chooser = organiser.page.locator("dialog [name=sheet]")
    chooser.set_input_files(path)
    problems = organiser.page.locator("dialog .errors tbody tr")
    expect(problems).to_have_count(1)
    expect(problems).to_contain_text("양식 제조사")
    expect(organiser.action("import")).to_be_disabled()
    _picture(organiser, "import-errors")

    schedule.cell(3, 3, time(10))
    schedule.cell(3, 4, time(10, 30))
    workbook.save(path)
    chooser.set_input_files(path)
    expect(organiser.action("import")).to_be_enabled()
    expect(problems).to_have_count(1)
    expect(problems).to_contain_text("50분을")
    _picture(organiser, "import-warnings")
    organiser.action("import").click()
    row = organiser.page.locator("[data-room]", has_text="模板公司")
    expect(row).to_have_count(1)
    row.locator("[data-action=open]").click()
    expect(row).to_have_attribute("data-state", "open")
    room = str(row.get_attribute("data-room"))
    for person in ("p1", "p2", "p3"):
        visitor().join(installation.api("GET", f"/api/rooms/{room}/people/{person}/link")["url"])
    for name in ("김", "李", "박"):
        expect(row.locator(".names")).to_contain_text(name)

    organiser.action("import-schedule").click()
    chooser.set_input_files(path)
    expect(organiser.page.locator("dialog .report-part h3").first).to_contain_text("3")
    expect(organiser.action("import")).to_be_disabled()
    organiser.page.keyboard.press("Escape")
    for made in installation.api("GET", "/api/rooms")["rooms"]:
        if made["event"] == "양식 시험 행사":
            installation.remove(made["id"])
