"""The organiser's list on the day itself: calls for help, the clock, and fifteen rooms at once."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation


def test_a_call_for_help_is_seen_and_answered(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    organiser, seller = visitor(), visitor()
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={consultation.id}]")
    seller.join(consultation.urls["seller"])
    seller.action("help").click()
    expect(seller.page.locator("[data-notice='notice.help_called']")).to_be_visible()
    expect(row.locator(".row-help")).to_contain_text("김수출")
    expect(organiser.page.get_by_role("alert").first).to_contain_text("코팅제 희석")
    assert organiser.page.title().startswith("(1)")
    row.locator("[data-action=answer-help]").click()
    expect(row.locator(".row-help")).to_be_hidden()
    expect(seller.page.locator("[data-notice='notice.help_answered']")).to_be_visible()
    expect(seller.page.locator("[data-notice='notice.help_called']")).to_have_count(0)


MEASURE = """() => {
  const seen = { frames: [], long: [], made: 0 };
  window.seen = seen;
  let before = performance.now();
  const frame = (now) => { seen.frames.push(now - before); before = now; requestAnimationFrame(frame); };
  requestAnimationFrame((now) => { before = now; requestAnimationFrame(frame); });
  new PerformanceObserver((list) => seen.long.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  new MutationObserver((changes) => { for (const { addedNodes } of changes)
    seen.made += [...addedNodes].filter(({ nodeType }) => nodeType === 1).length;
  }).observe(document.querySelector('.board'), { childList: true, subtree: true });
}"""


def test_fifteen_rooms_with_live_numbers_are_drawn_without_being_built_anew(
    visitor: Visit, installation: Installation
) -> None:
    rooms = [installation.consultation(f"상담 {number + 1}") for number in range(15)]
    organiser = visitor(size=(1920, 1080))
    organiser.page.goto(installation.organiser_url)
    expect(organiser.page.locator("[data-room][data-state=open]")).to_have_count(15)
    organiser.page.evaluate(MEASURE)
    for lag_ms in (3200, 3600, 4100):
        for room in rooms:
            installation.recogniser.say(room.track("seller"), "네, 맞습니다.", {}, lag_ms=lag_ms)
        organiser.page.wait_for_timeout(700)
    expect(organiser.page.locator("[data-lag][data-soon]:visible")).to_have_count(15)
    seen = organiser.page.evaluate("window.seen")
    frames = sorted(seen["frames"])
    print(f"frames {len(frames)}, p95 {frames[int(len(frames) * 0.95)]:.1f} ms, long tasks {seen['long']}")
    assert seen["made"] == 0
    for room in rooms:
        installation.remove(room.id)


def test_an_organiser_listens_with_a_sign_and_writes_to_the_room(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    organiser, seller = visitor(), visitor()
    seller.join(consultation.urls["seller"])
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={consultation.id}]")
    row.locator("[data-action=more]").click()
    row.locator("[data-action=write]").click()
    organiser.page.locator("[name=text]").fill("10분 뒤 다음 상담입니다.")
    organiser.action("send").click()
    notice = seller.page.locator("[data-notice='notice.announcement']")
    expect(notice).to_contain_text("주최 측: 10분 뒤 다음 상담입니다.")
    row.locator("[data-action=extend-5]").click()
    expect(row.locator("[data-left]")).to_have_attribute("data-left", "35")
    with organiser.page.context.expect_page() as opened:
        row.locator("[data-action=listen]").click()
    sign = seller.page.locator(".listeners")
    expect(sign).to_have_text("주최 측이 듣고 있습니다")
    opened.value.close()
    expect(sign).to_be_hidden()

    # Somebody else interprets from now on; that they do not know the languages is said and taken.
    path = "/api/events/%EC%9D%B4%EC%96%B4%20%EB%B3%B4%EA%B8%B0"
    now_at = datetime.now(UTC).isoformat()
    installation.api("PATCH", f"/api/rooms/{consultation.id}", {"event": "이어 보기", "starts_at": now_at})
    for name, languages in (("최통역", ["ko", "vi"]), ("이통역", ["ko", "zh-Hans"])):
        person = {"role": "interpreter", "name": name, "speaks": "ko", "reads": "ko"}
        installation.api("POST", f"{path}/participants", person | {"profile": {"languages": languages}})
    swap = row.locator("[data-action=swap]")
    swap.click()
    others = organiser.page.locator("dialog [name=to] option")
    expect(others).to_have_count(2)
    names = others.all_inner_texts()
    assert [name[:3] for name in names] == ["이통역", "최통역"]
    assert "중국어" in names[0]
    organiser.page.locator("dialog [name=to]").select_option(names[1])
    organiser.action("save").click()
    expect(organiser.page.locator("dialog .noted")).to_have_text(
        "최통역: 이 상담의 언어를 통역하지 않습니다."
    )
    assert findings(organiser.page) == []
    if folder := os.environ.get("PICTURES_DIR"):
        organiser.page.screenshot(path=f"{folder}/board-noted.png")
    organiser.action("noted").click()
    swap.click()
    organiser.page.locator("dialog [name=to]").select_option(names[0])
    organiser.action("save").click()
    expect(organiser.page.locator("dialog")).to_have_count(0)
    people = installation.api("GET", f"/api/rooms/{consultation.id}")["people"]
    assert [one["name"] for one in people if one["role"] == "interpreter"] == ["이통역"]
