"""A hall's screen without keyboard: paired, shows what comes, enters and leaves by itself."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
EVENT = "수원 하노이 상담회"
PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "수원 정밀", "speaks": "ko", "reads": "ko"},
    {"role": "buyer", "name": "Nguyễn Mua", "company": "Hà Nội Trading", "speaks": "vi", "reads": "vi"},
]


def picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("PICTURES_DIR"):
        visitor.page.screenshot(path=f"{folder}/{name}.png")


def accessible(visitor: Visitor) -> None:
    visitor.page.evaluate(AXE.read_text() + "; 0")
    found = visitor.page.evaluate("axe.run().then(({violations}) => violations)")
    serious = [
        (each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_hall_needs_no_hand_after_it_was_paired(visitor: Visit, installation: Installation) -> None:
    starts_at = datetime.now(UTC) + timedelta(minutes=12)
    room, later = [
        installation.api(
            "POST",
            "/api/rooms",
            {
                "title": title,
                "event": EVENT,
                "booth": "A1",
                "starts_at": (starts_at + timedelta(minutes=at)).isoformat(),
                "people": PEOPLE,
            },
        )["id"]
        for title, at in (("정밀 부품 상담", 0), ("둘째 상담", 45))
    ]
    screen = visitor(size=(1920, 1080))
    screen.page.goto(f"{installation.url}/venue")
    code = screen.page.locator("[data-code]")
    expect(code).to_be_visible()
    picture(screen, "venue-pairing-1920")
    accessible(screen)
    shown = code.get_attribute("data-code") or ""

    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    organiser.page.goto(f"{installation.url}/organiser/screens?code={shown}")
    organiser.page.locator("[name=event]").select_option(EVENT)
    expect(organiser.page.locator("[name=code]")).to_have_value(shown)
    organiser.page.locator("form [name=booth]").select_option("A1")
    organiser.page.locator("form [name=name]").fill("본관 왼쪽")
    organiser.action("bind-screen").click()
    expect(organiser.page.locator("[data-screen]")).to_have_attribute("data-seen", "")
    picture(organiser, "screens-1366")
    accessible(organiser)

    expect(screen.page.locator("h1")).to_have_text("수원 정밀 ↔ Hà Nội Trading")
    expect(screen.page.get_by_role("timer")).to_contain_text("1")
    picture(screen, "venue-between-1920")
    accessible(screen)
    screen.page.set_viewport_size({"width": 1080, "height": 1920})
    picture(screen, "venue-between-portrait")
    screen.page.set_viewport_size({"width": 1920, "height": 1080})

    # A power cut at the server: the screen says so, and then enters the room that was opened meanwhile.
    installation.kill()
    away = screen.page.locator(".venue-away")
    expect(away).to_be_visible()
    installation.restart()
    installation.api("POST", f"/api/rooms/{room}/open")
    inside = screen.page.frame_locator("[data-room-frame]")
    expect(inside.locator(".room")).to_have_attribute("data-role", "venue")
    expect(inside.locator(".controls")).to_be_hidden()
    expect(inside.locator(".room")).to_have_attribute("data-size", "huge")
    picture(screen, "venue-room-1920")
    # A power cut in the hall: the page is loaded anew and needs nobody.
    screen.page.reload()
    expect(inside.locator(".room")).to_have_attribute("data-role", "venue")
    # The hall's network is cut; what happened meanwhile is shown once it is back.
    with screen.page.expect_event("requestfailed", lambda request: request.url.endswith("/venue/screen")):
        screen.page.context.set_offline(True)
    installation.api("POST", f"/api/rooms/{room}/close")
    expect(screen.page.locator("[data-room-frame]")).to_have_count(1)
    screen.page.context.set_offline(False)
    expect(screen.page.locator("[data-room-frame]")).to_have_count(0)
    expect(away).to_be_hidden()
    expect(screen.page.locator("h1")).to_have_text("수원 정밀 ↔ Hà Nội Trading")

    organiser.action("unbind-screen").click()
    organiser.action("confirm").click()
    expect(code).to_be_visible()
    # The browsers themselves say on their consoles what they could not reach.
    for visitor_ in (screen, organiser):
        assert all("net::ERR" in line for line in visitor_.complaints), visitor_.complaints
        visitor_.complaints.clear()
    for id in (room, later):
        installation.remove(id)
