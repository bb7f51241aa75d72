"""The organiser's invitations and sheets: previewed, as files, on paper."""

import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.test_venue_screen import accessible, picture

EVENT = "이천 상담회"
PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "이천 도자기", "speaks": "ko", "reads": "ko"},
    {"role": "buyer", "name": "Ms Buyer", "company": "Texas Tables", "speaks": "en", "reads": "en"},
]


def test_invitations_by_hand_and_sheets_on_paper(visitor: Visit, installation: Installation) -> None:
    rooms = [
        installation.api(
            "POST",
            "/api/rooms",
            {"title": "도자기", "event": EVENT, "booth": booth, "starts_at": start, "people": PEOPLE},
        )["id"]
        for booth, start in (
            ("B1", "2031-11-23T00:00:00Z"),
            ("B1", "2031-11-23T01:00:00Z"),
            ("B1", "2031-11-24T00:00:00Z"),
            ("B2", "2031-11-23T02:00:00Z"),
        )
    ]
    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    organiser.page.goto(f"{installation.url}/organiser/invitations?event={EVENT}")
    rows = organiser.page.locator("[data-participant]")
    expect(rows).to_have_count(2)
    expect(organiser.action("send-mail")).to_be_hidden()
    picture(organiser, "invitations-1366")
    accessible(organiser)
    rows.filter(has_text="Texas").locator("[data-action=preview-mail]").click()
    expect(organiser.page.locator(".mail-text")).to_contain_text("Dear Ms Buyer")
    organiser.action("close-dialog").click()
    with organiser.page.expect_download() as download:
        organiser.action("mail-files").click()
    names = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).namelist()
    assert sum(name.endswith(".ics") for name in names) == 8
    assert sum(name.endswith("text.txt") for name in names) == 2
    organiser.page.set_viewport_size({"width": 390, "height": 844})
    picture(organiser, "invitations-390")
    organiser.page.set_viewport_size({"width": 1366, "height": 768})

    organiser.action("print-cards").click()
    expect(organiser.page.locator("[data-sheet]")).to_have_count(3)
    assert organiser.page.locator("[data-sheet] .qr").first.bounding_box()["width"] == 110  # type: ignore[index]
    accessible(organiser)
    pdf = organiser.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3
    picture(organiser, "print-1366")
    organiser.page.locator("[name=what]").select_option("cards")
    expect(organiser.page.locator("[data-card]")).to_have_count(2)
    for id in rooms:
        installation.remove(id)
