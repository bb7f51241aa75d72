"""Sharing a screen: large for everybody, whole, beside the captions; two at once; back to faces."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, WIDE, Visitor

SIDEWAYS = (844, 390)
HALL = (1920, 1080)

CAPTURED = """() => {
  const real = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getDisplayMedia = async (asked) => {
    const stream = await real(asked);
    window.shared = stream.getVideoTracks()[0];
    window.asked = asked;
    return stream;
  };
}"""
BOXES = """() => ['.tile:not(.small) video', '.overlay', '.tile.small'].map((selector) =>
  [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect().toJSON()))"""


def _picture_of(screen: Locator) -> None:
    expect(screen).to_have_attribute("data-picture", "", timeout=20_000)


def test_a_shared_screen_becomes_the_large_picture_until_it_ends(
    visitor: Visit, consultation: Consultation
) -> None:
    seller, buyer = visitor(), visitor()
    seller.page.add_init_script(f"({CAPTURED})()")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    notice = seller.page.locator("[data-notice='notice.sharing']")
    for stop in ("share", "stop-share"):
        seller.action("share").click()
        screen = buyer.tile(consultation.people["seller"], "screen")
        expect(screen).to_be_visible()
        expect(screen).not_to_have_class(re.compile("small"))
        expect(screen.locator(".tile-name")).to_have_text("김수출 님의 화면")
        expect(buyer.tile(consultation.people["seller"])).to_have_class(re.compile("small"))
        _picture_of(screen)
        assert seller.page.evaluate("shared.contentHint") == "detail"
        assert _whole(buyer.page) == seller.page.evaluate(
            "[shared.getSettings().width, shared.getSettings().height]"
        )
        # Whoever shares goes on seeing the other side, and what they show.
        own = seller.tile(consultation.people["seller"], "screen")
        expect(own.locator(".tile-name")).to_have_text("내 화면")
        expect(own.locator("video")).not_to_have_class(re.compile("mirrored"))
        expect(seller.tile(consultation.people["buyer"])).not_to_have_class(re.compile("small"))
        expect(notice).to_contain_text("모두에게 보이고")
        expect(seller.action("share")).to_have_accessible_name("화면 공유 중지")
        seller.action(stop).click()
        expect(screen).to_have_count(0)
        expect(notice).to_have_count(0)
        expect(buyer.tile(consultation.people["seller"])).not_to_have_class(re.compile("small"))
        assert seller.page.evaluate("shared.readyState") == "ended"


def _whole(page: Page) -> object:
    """Width and height of the decoded screen, once it has its full size."""
    return page.evaluate(
        """async () => {
          const video = document.querySelector('[data-source=screen] video');
          for (let at = 0, seen = 0; at < 200 && seen < video.videoWidth; at += 1) {
            seen = video.videoWidth;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return [video.videoWidth, video.videoHeight];
        }"""
    )


def test_the_browsers_own_button_ends_sharing_too(visitor: Visit, consultation: Consultation) -> None:
    seller, buyer = visitor(), visitor()
    seller.page.add_init_script(f"({CAPTURED})()")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    seller.action("share").click()
    screen = buyer.tile(consultation.people["seller"], "screen")
    expect(screen).to_be_visible()
    seller.page.evaluate("shared.stop(); shared.dispatchEvent(new Event('ended'))")
    expect(screen).to_have_count(0)
    expect(seller.action("share")).to_have_accessible_name("화면 공유 시작")


def test_of_two_screens_everybody_sees_the_newer_one_large_and_may_choose_the_other(
    visitor: Visit, consultation: Consultation
) -> None:
    seller, buyer, interpreter = visitor(), visitor(), visitor(locale="en-GB")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    buyer.action("share").click()
    expect(seller.tile(consultation.people["buyer"], "screen")).not_to_have_class(re.compile("small"))
    seller.action("share").click()
    interpreter.join(consultation.urls["interpreter"])  # who comes later sees the same
    small = re.compile("small")
    for watching in (buyer, interpreter):
        expect(watching.tile(consultation.people["seller"], "screen")).not_to_have_class(small)
        expect(watching.tile(consultation.people["buyer"], "screen")).to_have_class(small)
    expect(seller.tile(consultation.people["buyer"])).not_to_have_class(small)
    earlier = interpreter.tile(consultation.people["buyer"], "screen")
    choose = interpreter.page.get_by_role("button", name="Show 王采购’s screen large")
    choose.focus()
    interpreter.page.keyboard.press("Enter")
    expect(earlier).not_to_have_class(small)
    expect(interpreter.tile(consultation.people["seller"], "screen")).to_have_class(small)
    interpreter.page.get_by_role("button", name="Show 王采购’s screen small again").click()
    expect(earlier).to_have_class(small)
    seller.action("share").click()
    for watching in (seller, interpreter):
        expect(watching.tile(consultation.people["buyer"], "screen")).not_to_have_class(small)


@pytest.mark.parametrize("size", [PHONE, SIDEWAYS, WIDE, HALL])
def test_neither_captions_nor_faces_hide_what_is_shared(
    visitor: Visit, consultation: Consultation, installation: Installation, size: tuple[int, int]
) -> None:
    seller, buyer = visitor(), visitor(size=size, locale="zh-CN")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    seller.action("share").click()
    _picture_of(buyer.tile(consultation.people["seller"], "screen"))
    installation.recogniser.say(
        consultation.track("seller"), "이 도표를 봐 주세요.", {"zh-Hans": {"text": "请看这张图表。"}}
    )
    expect(buyer.page.locator(".overlay-large")).to_have_text("请看这张图表。")
    (screen,), (captions,), faces = buyer.page.evaluate(BOXES)
    assert len(faces) >= 2
    for other in (captions, *faces):
        assert not _overlap(screen, other), (screen, other)
        assert other["left"] >= 0
        assert other["right"] <= size[0]
    _fits(buyer, screen, size)


def _fits(buyer: Visitor, screen: dict[str, float], size: tuple[int, int]) -> None:
    """The screen is as wide as can be expected, and letterboxed rather than cropped."""
    assert screen["width"] >= size[0] * 0.4
    assert screen["height"] >= size[1] * 0.2
    expect(buyer.page.locator("[data-source=screen] video")).to_have_css("object-fit", "contain")


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    apart = (
        one["right"] <= other["left"] + 1
        or other["right"] <= one["left"] + 1
        or one["bottom"] <= other["top"] + 1
        or other["bottom"] <= one["top"] + 1
    )
    return not apart


def test_what_has_no_place_in_the_row_is_behind_more(visitor: Visit, consultation: Consultation) -> None:
    interpreter = visitor(size=(300, 640), locale="en-GB")
    interpreter.join(consultation.urls["interpreter"])
    more = interpreter.action("more")
    expect(more).to_have_accessible_name("More controls")
    expect(interpreter.action("share")).to_be_hidden()
    more.focus()
    interpreter.page.keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    interpreter.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(interpreter.action("share")).to_be_hidden()
    more.click()
    interpreter.action("captions").click()
    expect(interpreter.page.get_by_role("dialog")).to_be_visible()
    interpreter.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    row = interpreter.page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.controls'))"
    )
    assert row <= 0
    interpreter.page.set_viewport_size({"width": 1920, "height": 1080})
    expect(more).to_be_hidden()
    expect(interpreter.action("share")).to_be_visible()
