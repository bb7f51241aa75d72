"""The step before the room: devices that work, that do not, and that are not there."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import FAKE_DEVICES, Launch, Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE


def test_a_microphone_works_only_when_it_was_heard(visitor: Visit, consultation: Consultation) -> None:
    seller = visitor()
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.locator("[data-mic-status]")).to_have_text("마이크 소리가 들립니다.")
    expect(seller.page.locator(".preview video")).to_be_visible()
    expect(seller.page.get_by_role("heading")).to_have_text("코팅제 희석")
    expect(seller.page.get_by_label("이름")).to_have_value("김수출")
    expect(seller.page.get_by_label("내가 말하는 언어")).to_have_value("ko")
    expect(seller.page.locator(".preview [data-action=choose-microphone] option").first).to_be_attached()


def test_a_silent_microphone_is_never_said_to_work(
    visitor_in: Visit, silent_chromium: Browser, consultation: Consultation
) -> None:
    seller = visitor_in(silent_chromium)
    seller.page.goto(consultation.urls["seller"])
    status = seller.page.locator("[data-mic-status]")
    expect(status).to_have_text("아직 소리가 들리지 않습니다. 한마디 해 보세요.")
    seen = seller.page.evaluate(
        """async () => {
          const status = document.querySelector('[data-mic-status]');
          const texts = new Set();
          for (let at = 0; at < 30; at += 1) {
            texts.add(status.textContent);
            await new Promise(requestAnimationFrame);
          }
          return [...texts];
        }"""
    )
    assert seen == ["아직 소리가 들리지 않습니다. 한마디 해 보세요."]
    expect(seller.page.locator(".meter .lit")).to_have_count(0)


def test_without_camera_and_microphone_one_listens_and_reads(
    visitor_in: Visit, visitor: Visit, launch: Launch, consultation: Consultation, installation: Installation
) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    buyer = visitor_in(launch(), locale="zh-CN")
    buyer.page.goto(consultation.urls["buyer"])
    expect(buyer.page.locator("[data-mic-status]")).to_have_text(re.compile("未找到麦克风"))
    expect(buyer.page.locator(".preview-empty")).to_have_text(re.compile("未找到摄像头"))
    expect(buyer.action("join")).to_have_text("仅旁听进入")
    buyer.action("join").click()
    buyer.sees(consultation.people["seller"])
    installation.recogniser.say(consultation.track("seller"), "네.", {"zh-Hans": {"text": "是的。"}})
    expect(buyer.captions.first).to_have_text("是的。")
    expect(seller.tile(consultation.people["buyer"])).not_to_have_attribute("data-absent", "")


def test_refused_permission_is_explained(
    visitor_in: Visit, launch: Launch, consultation: Consultation
) -> None:
    seller = visitor_in(launch(FAKE_DEVICES, "--deny-permission-prompts"))
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.locator("[data-mic-status]")).to_have_text(re.compile("마이크가 차단되어 있습니다"))
    expect(seller.page.locator(".preview-empty")).to_have_text(re.compile("카메라가 차단되어 있습니다"))
    expect(seller.action("join")).to_be_enabled()


def test_devices_can_be_switched_off_before_joining(visitor: Visit, consultation: Consultation) -> None:
    seller, buyer = visitor(), visitor()
    buyer.join(consultation.urls["buyer"])
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.locator("[data-mic-status]")).to_have_text("마이크 소리가 들립니다.")
    seller.action("mic").click()
    seller.action("camera").click()
    expect(seller.page.locator("[data-mic-status]")).to_have_text("마이크가 꺼져 있습니다.")
    expect(seller.page.locator(".preview-empty")).to_have_text("카메라가 꺼져 있습니다.")
    seller.action("join").click()
    tile = buyer.tile(consultation.people["seller"])
    expect(tile.locator(".tile-muted")).to_be_visible()
    expect(tile).not_to_have_attribute("data-picture", "")
    seller.action("camera").click()
    buyer.sees(consultation.people["seller"])


@pytest.mark.parametrize("size", [PHONE, (1366, 768)])
def test_one_can_join_and_leave_with_the_keyboard_alone(
    visitor: Visit, consultation: Consultation, size: tuple[int, int]
) -> None:
    seller = visitor(size=size)
    seller.page.goto(consultation.urls["seller"])
    _tab_to(seller.page, "name")
    seller.page.keyboard.press("Control+A")
    seller.page.keyboard.type("이대표")
    seller.page.keyboard.press("Enter")
    expect(seller.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    _tab_to(seller.page, "mic")
    seller.page.keyboard.press("Space")
    expect(seller.action("mic")).to_have_attribute("data-on", "false")
    _tab_to(seller.page, "leave")
    seller.page.keyboard.press("Enter")
    expect(seller.page.locator("[data-ended=left]")).to_be_visible()


def _tab_to(page: object, name: str) -> None:
    """Presses Tab until the control of this name or action has the focus, which can be seen."""
    from playwright.sync_api import Page

    assert isinstance(page, Page)
    for _ in range(40):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => [document.activeElement.name, document.activeElement.dataset.action,
                      getComputedStyle(document.activeElement).outlineStyle]"""
        )
        if name in found[:2]:
            assert found[2] != "none", f"{name} has the focus and does not show it"
            return
    raise AssertionError(f"Tab never came to {name}")


def test_the_page_speaks_the_browsers_language_and_can_be_switched(
    visitor: Visit, consultation: Consultation
) -> None:
    buyer = visitor(locale="zh-CN")
    buyer.page.goto(consultation.urls["buyer"])
    expect(buyer.action("join")).to_have_text("进入")
    expect(buyer.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    buyer.action("locale").select_option("en")
    expect(buyer.action("join")).to_have_text("Join")
    expect(buyer.page.get_by_label("Your name")).to_be_visible()
    buyer.action("join").click()
    expect(buyer.action("leave")).to_have_accessible_name("Leave")
    buyer.action("locale").select_option("ko")
    expect(buyer.action("leave")).to_have_accessible_name("나가기")
    expect(buyer.page.locator("[data-connection]")).to_have_text("연결됨")


def test_a_room_that_is_not_open_yet_lets_one_in_when_it_opens(
    visitor: Visit, installation: Installation
) -> None:
    later = installation.consultation("나중 상담", opened=False)
    seller = visitor()
    seller.page.goto(later.urls["seller"])
    expect(seller.page.locator(".join-form .notice")).to_contain_text("아직 열리지 않은")
    seller.action("join").click()
    expect(seller.page.get_by_role("heading")).to_have_text("상담실이 아직 열리지 않았습니다")
    installation.api("POST", f"/api/rooms/{later.id}/open")
    expect(seller.page.locator("[data-connection]")).to_be_visible()
    expect(seller.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    expect(seller.tile(later.people["seller"])).to_be_visible()
    installation.remove(later.id)


def test_a_link_that_is_no_good_is_explained(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller = visitor()
    seller.page.goto(f"{installation.url}/r/abcdefghijklmnopqrstuvwxyz")
    expect(seller.page.get_by_role("heading")).to_have_text("알 수 없는 링크입니다")
    person = consultation.people["seller"]
    installation.api("DELETE", f"/api/rooms/{consultation.id}/people/{person}/link")
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.get_by_role("heading")).to_have_text("더 이상 쓸 수 없는 링크입니다")
    seller.page.goto(f"{installation.url}/nothing/here")
    expect(seller.page.get_by_role("heading")).to_have_text("페이지가 없습니다")
    # The browser reports the status of each such page.
    assert all("Failed to load resource" in line for line in seller.complaints)
    seller.complaints.clear()


def test_a_halls_screen_comes_back_by_itself_when_its_room_is_opened_again(
    visitor: Visit, installation: Installation
) -> None:
    hall = {"role": "venue", "name": "강당", "company": "", "speaks": "ko", "reads": "ko"}
    made = installation.api("POST", "/api/rooms", {"title": "강당 상담", "people": [hall]})
    room = f"/api/rooms/{made['id']}"
    screen = visitor()
    installation.api("POST", f"{room}/open")
    screen.page.goto(made["people"][0]["url"])
    for _ in range(2):
        expect(screen.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
        installation.api("POST", f"{room}/close")
        expect(screen.page.locator("[data-ended]")).to_have_attribute("data-ended", "room_closed")
        installation.api("POST", f"{room}/open")
    expect(screen.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    screen.page.goto("about:blank")  # or it would ask for the room that is gone
    installation.remove(made["id"])


def test_inside_of_an_app_the_way_to_a_real_browser_is_shown_first(
    visitor: Visit, consultation: Consultation
) -> None:
    seller = visitor(size=PHONE)
    agent = "Mozilla/5.0 (Linux; Android 14; wv) Chrome/130.0 Mobile Safari/537.36 KAKAOTALK 11.2.5"
    seller.page.add_init_script(f"Object.defineProperty(navigator, 'userAgent', {{ get: () => '{agent}' }})")
    seller.page.goto(consultation.urls["seller"])
    told = seller.page.locator("[data-embedded=kakaotalk]")
    expect(told).to_contain_text("카카오톡")
    expect(told).to_be_in_viewport()
    href = told.locator("[data-action=outside]").get_attribute("href")
    assert href == f"kakaotalk://web/openExternal?url={quote(consultation.urls['seller'], safe='')}"
    told.locator("[data-action=copy-address]").click()
    expect(told.locator("[data-action=copy-address]")).not_to_have_text("링크 복사")
