"""A phone in the call: its second camera, its screen, turned sideways, out of sight and back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch, Visit
from tests.browser.devices import hears, two_of_each, with_plugs
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, Visitor

LARGE_SIDEWAYS = (932, 430)
LOCKS = """() => {
  window.locks = [];
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = async (kind) => {
    const lock = await request(kind);
    locks.push(lock);
    return lock;
  };
}"""
FLOATING = "documentPictureInPicture.window.document"
SEEN = """(state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture(scope="module")
def browser(launch: Launch) -> Browser:
    return two_of_each(launch)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Visitor]:
    """390 by 844, with touch and no mouse."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(15_000)
    visitor = Visitor(context.new_page())
    visitor.watch()
    with_plugs(visitor.page)
    visitor.page.add_init_script(f"({LOCKS})()")
    yield visitor
    context.close()
    assert visitor.complaints == []


def _camera(page: Page) -> object:
    return page.evaluate("used('video').label")


def test_the_camera_on_the_back_is_one_press_away_on_the_same_connection(
    phone: Visitor, visitor: Visit, consultation: Consultation
) -> None:
    seller = visitor()
    sent: list[str] = []
    phone.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    phone.page.set_viewport_size({"width": LARGE_SIDEWAYS[0], "height": LARGE_SIDEWAYS[1]})
    phone.join(consultation.urls["buyer"])
    seller.join(consultation.urls["seller"])
    seller.sees(consultation.people["buyer"])
    assert _camera(phone.page) == "fake_device_0"
    offers = len([text for text in sent if '"publish"' in text])
    flip = phone.action("other-camera")
    expect(flip).to_have_accessible_name("Switch to the other camera")
    expect(flip).to_be_in_viewport(ratio=1)
    flip.tap()
    phone.page.wait_for_function("() => used('video')?.label === 'fake_device_2'")
    phone.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    seller.sees(consultation.people["buyer"])
    expect(flip).to_be_visible()
    flip.tap()
    phone.page.wait_for_function("() => used('video')?.label === 'fake_device_0'")
    assert len([text for text in sent if '"publish"' in text]) == offers
    phone.action("camera").tap()
    expect(flip).to_be_hidden()
    row = phone.page.locator(".controls")
    assert row.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") <= 0


def test_a_machine_with_two_cameras_and_a_mouse_has_no_such_button(
    visitor_in: Visit, browser: Browser, consultation: Consultation
) -> None:
    seller = visitor_in(browser)
    seller.join(consultation.urls["seller"])
    expect(seller.action("other-camera")).to_be_hidden()


def test_the_screen_stays_on_in_the_call_and_only_there(phone: Visitor, consultation: Consultation) -> None:
    phone.page.goto(consultation.urls["buyer"])
    assert phone.page.evaluate("locks.length") == 0
    phone.action("join").tap()
    phone.page.wait_for_function("() => locks.length === 1 && !locks[0].released")
    # Out of sight the system takes it away; back in sight it is taken again.
    phone.page.evaluate("locks[0].release()")
    phone.page.evaluate(SEEN, "hidden")
    phone.page.evaluate(SEEN, "visible")
    phone.page.wait_for_function("() => locks.length === 2 && !locks[1].released")
    phone.action("leave").tap()
    phone.page.wait_for_function("() => locks[1].released")


def test_turned_sideways_the_picture_stays_whole_and_goes_on(
    phone: Visitor, visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    phone.join(consultation.urls["buyer"])
    installation.recogniser.say(
        consultation.track("seller"), "네, 맞습니다.", {"zh-Hans": {"text": "对的。"}}
    )
    for size in ((844, 390), PHONE):
        phone.page.set_viewport_size({"width": size[0], "height": size[1]})
        phone.sees(consultation.people["seller"])
        tile = phone.tile(consultation.people["seller"])
        box = tile.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 1
        assert box["height"] > 100
        expect(tile.locator("video")).to_have_css("object-fit", "contain")
        expect(phone.action("leave")).to_be_in_viewport(ratio=1)
        expect(phone.page.locator(".overlay-large")).to_have_text("对的。")
        wide = phone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0]


def test_a_camera_that_the_system_pauses_is_said_on_both_sides_and_sound_goes_on(
    phone: Visitor, visitor: Visit, consultation: Consultation
) -> None:
    seller = visitor()
    with_plugs(seller.page)
    seller.join(consultation.urls["seller"])
    phone.join(consultation.urls["buyer"])
    seller.sees(consultation.people["buyer"])
    phone.page.evaluate("used('video').dispatchEvent(new Event('mute'))")
    notice = phone.page.locator("[data-notice='devices.camera_held']")
    expect(notice).to_contain_text("The system has paused your camera.")
    tile = seller.tile(consultation.people["buyer"])
    expect(tile).not_to_have_attribute("data-picture", "")
    hears(seller.page)
    # What the system paused of the others goes on when the page is in sight again.
    phone.page.evaluate("document.querySelectorAll('.tile video').forEach((video) => video.pause())")
    phone.page.evaluate(SEEN, "hidden")
    phone.page.evaluate("used('video').dispatchEvent(new Event('unmute'))")
    phone.page.evaluate(SEEN, "visible")
    phone.sees(consultation.people["seller"])
    seller.sees(consultation.people["buyer"])
    expect(notice).to_have_count(0)


def test_the_call_floats_over_other_programs_with_its_captions(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller, buyer = visitor(), visitor(locale="en-GB")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    buyer.sees(consultation.people["seller"])
    button = buyer.action("float")
    expect(button).to_have_accessible_name("Float: show the call in a small window over other programs")
    button.click()
    expect(button).to_have_accessible_name("Float: close the small window")
    installation.recogniser.say(
        consultation.track("seller"), "네, 맞습니다.", {"zh-Hans": {"text": "对的。"}}
    )
    buyer.page.wait_for_function(f"() => {FLOATING}.querySelector('.overlay-large').textContent === '对的。'")
    buyer.page.wait_for_function(f"() => {FLOATING}.querySelector('video').videoWidth > 0")
    buyer.page.evaluate("documentPictureInPicture.window.close()")
    expect(button).to_have_accessible_name(re.compile("over other programs"))
    buyer.sees(consultation.people["seller"])
    # Safari has no such window: there the large picture floats, and comes back by either button.
    buyer.page.evaluate("delete window.documentPictureInPicture")
    large = buyer.tile(consultation.people["seller"]).locator("video")
    for own in (True, False):
        button.click()
        expect(button).to_have_accessible_name("Float: close the small window")
        assert large.evaluate("(video) => document.pictureInPictureElement === video")
        buyer.sees(consultation.people["seller"])
        if own:
            button.click()
        else:
            buyer.page.evaluate("document.exitPictureInPicture()")
        expect(button).to_have_accessible_name(re.compile("over other programs"))
        buyer.page.wait_for_function("() => document.pictureInPictureElement === null")
