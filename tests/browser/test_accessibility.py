"""Every page by axe-core, in each of the widths it is made for; `PICTURES_DIR` keeps what it looked like."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import Visitor

WIDTHS = ((390, 844), (1366, 768), (1920, 1080))
EVENT = "2026 울산–창춘 상담회"
EVENT_PATH = f"/api/events/{quote(EVENT)}"
NOTICE = {"ko": "대화는 자막과 회의록으로 저장됩니다.", "zh-Hans": "对话将以字幕和会议记录的形式保存。"}


def test_what_is_looked_for_is_found(visitor: Visit, installation: Installation) -> None:
    page = visitor().page
    page.goto(installation.url)
    expect(page.locator("form").first).to_be_visible()
    page.evaluate(
        'document.body.insertAdjacentHTML(\'beforeend\', \'<img src="/static/icon.svg" width="3000">'
        '<button data-action="lost" tabindex="-1">x</button>\');'
        "document.body.lastElementChild.previousElementSibling.style.maxWidth = 'none'"
    )
    words = " ".join(findings(page))
    for each in ("image-alt", "lost cannot be reached", "px too wide"):
        assert each in words


def test_no_page_has_a_serious_finding(
    visitor: Visit, installation: Installation, consultation: Consultation
) -> None:
    installation.api("PUT", EVENT_PATH, {"settings": {"consent": NOTICE}})
    installation.api("PATCH", f"/api/rooms/{consultation.id}", {"event": EVENT})
    found: list[str] = []

    def look(name: str, who: Visitor) -> None:
        for width, height in WIDTHS:
            who.page.set_viewport_size({"width": width, "height": height})
            found.extend(f"{name} at {width}: {line}" for line in findings(who.page))
            if folder := os.environ.get("PICTURES_DIR"):
                who.page.screenshot(path=f"{folder}/{name}-{width}.png")

    def opened(name: str, path: str, ready: Callable[[Page], None], locale: str = "ko-KR") -> Visitor:
        who = visitor(locale=locale)
        who.page.goto(path)
        ready(who.page)
        look(name, who)
        return who

    def shows(selector: str) -> Callable[[Page], None]:
        return lambda page: expect(page.locator(selector).first).to_be_visible()

    url = installation.url
    opened("sign-in", url, shows("form"))
    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    for name, path, selector in (
        ("organiser", "/organiser", f"[data-room='{consultation.id}']"),
        ("accounts", "/organiser/accounts", "main"),
    ):
        organiser.page.goto(f"{url}{path}")
        shows(selector)(organiser.page)
        look(name, organiser)

    participants = installation.api("GET", f"{EVENT_PATH}/participants")["participants"]
    buyer = next(one for one in participants if one["role"] == "buyer")
    opened(
        "day", installation.api("GET", f"/api/participants/{buyer['id']}/link")["url"], shows(".agenda-row")
    )

    seller = opened("join", consultation.urls["seller"], shows("[name=notice]"))
    seller.page.locator("[name=notice]").check()
    seller.action("join").click()
    expect(seller.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    installation.recogniser.say(
        consultation.track("seller"),
        "희석 비율은 1대 3입니다",
        {"zh": {"text": "稀释比例是1比3", "stable": 8}},
    )
    look("room", seller)
    interpreter = visitor()
    interpreter.page.goto(consultation.urls["interpreter"])
    interpreter.page.locator("[name=notice]").check()
    interpreter.action("join").click()
    expect(interpreter.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    look("interpreter", interpreter)
    if found:
        pytest.fail("\n".join(found))
