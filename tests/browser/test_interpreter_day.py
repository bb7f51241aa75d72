"""An interpreter's day: several rooms at once, what needs an eye in them, the way in, and the sheet."""

import os
import urllib.parse
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

EVENT = "2026 온라인 수출 상담회"
INTERPRETER = {"role": "interpreter", "name": "박통역", "speaks": "ko", "reads": "ko"}
SIDES = (("울산 코팅", "김수출", "长春车辆", "王采购"), ("수원 부품", "이대표", "沈阳贸易", "李经理"))


def _people(seller: str, seller_name: str, buyer: str, buyer_name: str) -> list[dict[str, str]]:
    return [
        {"role": "seller", "name": seller_name, "company": seller, "speaks": "ko", "reads": "ko"},
        {"role": "buyer", "name": buyer_name, "company": buyer, "speaks": "zh-Hans", "reads": "zh-Hans"},
        INTERPRETER,
    ]


def _room(installation: Installation, title: str, minutes: int, sides: tuple[str, str, str, str]) -> str:
    start = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    term = {"term": "희석 비율", "translations": {"zh-Hans": "稀释比例"}}
    body = {"title": title, "event": EVENT, "starts_at": start, "people": _people(*sides), "glossary": [term]}
    return str(installation.api("POST", "/api/rooms", body)["id"])


def _check(visitor: Visitor, name: str, *sizes: tuple[int, int]) -> None:
    for size in sizes:
        visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
        visitor.page.wait_for_timeout(150)  # buttons change colour within 120 ms
        if folder := os.environ.get("PICTURES_DIR"):
            visitor.page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
        assert findings(visitor.page) == [], (name, size)


def test_an_interpreter_watches_two_rooms_corrects_in_one_and_enters_the_other(
    visitor: Visit, installation: Installation
) -> None:
    earlier = _room(installation, "지난 상담", -300, SIDES[0])
    rooms = [
        _room(installation, "코팅제 희석과 교반", -10, SIDES[0]),
        _room(installation, "브레이크 패드", -5, SIDES[1]),
    ]
    soon = _room(installation, "도료 견본", 12, SIDES[1])
    later = _room(installation, "계약 조건", 200, SIDES[0])
    for room in (earlier, *rooms):
        installation.api("POST", f"/api/rooms/{room}/open")
    say = installation.recogniser.say
    say(f"{earlier}-p1", "지난번에는 단가를 정했습니다.", {"zh-Hans": {"text": "上次定了单价。"}})

    found = installation.api("GET", f"/api/events/{urllib.parse.quote(EVENT)}/participants")["participants"]
    by_role = {one["role"]: one for one in found if one["company"] in ("울산 코팅", "")}
    documents = [{"title": "제품 카탈로그", "url": "https://example.com/catalogue.pdf"}]
    profile = {"products": "수성 코팅제 GK-200", "documents": documents}
    installation.api("PATCH", f"/api/participants/{by_role['seller']['id']}", {"profile": profile})
    url = installation.api("GET", f"/api/participants/{by_role['interpreter']['id']}/link")["url"]

    page = visitor(size=(1366, 768))
    page.page.goto(url)
    cards = page.page.locator(".card")
    expect(cards).to_have_count(3)
    expect(cards.first.locator("[data-captions]")).to_contain_text("上次定了单价。")
    installation.api("POST", f"/api/rooms/{earlier}/close")
    expect(cards.first).to_have_attribute("data-state", "closed")
    expect(cards.first).to_contain_text("닫힌 상담실")
    page.page.reload()
    expect(cards).to_have_count(2)
    expect(page.page.locator(f".section:first-child [data-room={soon}] .countdown")).to_have_text("12분 후")
    expect(page.page.locator(f".agenda [data-room={later}]")).to_be_visible()

    one, two = cards.first, cards.nth(1)
    expect(one.get_by_role("heading")).to_have_text("울산 코팅 × 长春车辆")
    say(
        f"{rooms[0]}-p1",
        "희석 비율은 일 대 십입니다.",
        {"zh-Hans": {"text": "稀释比例是一比十。"}},
        confidence=0.4,
    )
    marks = {"text": "我们订购一万二千个。", "marks": [[4, 9]], "original_marks": [[0, 5]]}
    say(f"{rooms[1]}-p1", "12만 개를 주문합니다.", {"zh-Hans": marks}, flags=("number",))
    say(f"{rooms[1]}-p2", "可以打折吗？", {"ko": {"text": "할인이 됩니까?"}}, lang="zh-Hans")
    expect(one.locator("[data-alert=low_confidence]")).to_have_text("불확실한 자막 1")
    expect(two.locator("[data-alert=number]")).to_have_text("숫자가 다름 1")
    expect(two.locator("mark")).to_have_count(2)
    assert page.page.title() == f"(2) {EVENT}"
    _check(page, "interpreter-day", (390, 844), (1920, 1080), (1366, 768))

    # To the line by its alert, corrected in place.
    one.locator("[data-action=look]").click()
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Control+A")
    page.page.keyboard.type("희석 비율은 1 대 10입니다.")
    page.page.keyboard.press("Enter")
    expect(one.locator("[data-captions] p.line[lang=ko]")).to_have_text("희석 비율은 1 대 10입니다.")
    expect(one.locator("[data-by]")).to_have_text("박통역 수정")
    expect(one.locator("[data-alert]")).to_have_count(0)
    two.locator("[data-action=checked]:visible").click()
    expect(two.locator("[data-alert]")).to_have_count(0)

    # One digit chooses, the same again goes in; this page stays, and the room's tab is found again.
    page.page.keyboard.press("1")
    expect(one.locator("[data-action=enter]")).to_be_focused()
    page.page.keyboard.press("2")
    expect(two.locator("[data-action=enter]")).to_be_focused()
    with page.page.expect_popup() as popup:
        page.page.keyboard.press("2")
    inside = popup.value
    expect(inside.locator("[data-action=join]")).to_be_visible()
    inside.evaluate("window.still = true")
    page.page.bring_to_front()
    page.page.keyboard.press("2")
    page.page.wait_for_timeout(300)  # a page that loaded anew would have forgotten
    assert inside.evaluate("window.still") is True
    assert len(page.page.context.pages) == 2

    sheet = visitor(size=(1366, 768))
    sheet.page.goto(f"{url}/preparation/{later}")
    expect(sheet.page.get_by_role("heading", level=1)).to_have_text("계약 조건")
    for text in ("수성 코팅제 GK-200", "제품 카탈로그", "稀释比例", "지난번에는 단가를 정했습니다."):
        expect(sheet.page.locator("main")).to_contain_text(text)
    _check(sheet, "preparation", (390, 844), (1366, 768))
    for room in (earlier, *rooms, soon, later):
        installation.remove(room)
