"""Two people in a room: pictures, voices, captions, and what happens when something breaks."""

import os
import re
import signal

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, Visitor


def test_both_sides_see_each_other_large_and_themselves_small(
    visitor: Visit, consultation: Consultation
) -> None:
    seller, buyer = visitor(), visitor(locale="zh-CN")
    seller.join(consultation.urls["seller"])
    expect(seller.page.locator(".tile-waiting").first).to_contain_text("王采购")
    buyer.join(consultation.urls["buyer"])
    for one, me, other in ((seller, "seller", "buyer"), (buyer, "buyer", "seller")):
        one.sees(consultation.people[other])
        tile = one.tile(consultation.people[other])
        expect(tile).to_have_attribute("data-role", other)
        expect(tile).not_to_have_class(re.compile("small"))
        expect(tile.locator("video")).to_have_count(1)
        own = one.tile(consultation.people[me])
        expect(own).to_have_class(re.compile("small"))
        expect(own.locator("video")).to_have_class(re.compile("mirrored"))
        assert not one.page.evaluate(
            f"document.querySelector('[data-person={consultation.people[other]}] video').paused"
        )
    expect(buyer.page.locator("[data-connection]")).to_have_text("已连接")


def test_muting_and_leaving_are_seen_on_the_other_side(visitor: Visit, consultation: Consultation) -> None:
    seller, buyer = visitor(), visitor()
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    tile = seller.tile(consultation.people["buyer"])
    expect(tile.locator(".tile-muted")).to_be_hidden()
    buyer.action("mic").click()
    expect(buyer.action("mic")).to_have_accessible_name("마이크 켜기")
    expect(tile.locator(".tile-muted")).to_be_visible()
    buyer.action("camera").click()
    expect(tile).not_to_have_attribute("data-picture", "")
    buyer.action("camera").click()
    seller.sees(consultation.people["buyer"])
    buyer.action("leave").click()
    expect(buyer.page.get_by_role("heading")).to_have_text("상담실에서 나왔습니다")
    expect(tile).to_have_attribute("data-absent", "")
    buyer.action("again").click()
    buyer.action("join").click()
    seller.sees(consultation.people["buyer"])


def test_captions_show_what_is_stable_and_what_may_still_change(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller, buyer = visitor(), visitor(locale="zh-CN")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    say, track = installation.recogniser.say, consultation.track("seller")
    partial = {"zh-Hans": {"text": "意思是有两种", "stable": 4}}
    utterance = say(track, "두 가지 약품이 있", partial, state="partial", stable=5)
    for one, reads in ((seller, "ko"), (buyer, "zh-Hans")):
        lines = one.captions
        expect(lines).to_have_count(2)
        expect(lines.first).to_have_attribute("lang", reads)
        expect(lines.first).to_have_attribute("data-state", "partial")
        expect(lines.first.locator(".unstable")).to_have_text("약품이 있" if reads == "ko" else "两种")
        overlay = one.page.locator("[data-overlay]")
        expect(overlay.locator(".overlay-large")).to_have_attribute("lang", reads)
        assert _colour(one, ".overlay-large") != _colour(one, ".overlay-large .unstable")
    final = {"zh-Hans": {"text": "意思是有两种药剂。", "stable": 9}}
    say(track, "두 가지 약품이 있다는 뜻입니다.", final, utterance=utterance, rev=2)
    for one in (seller, buyer):
        lines = one.captions
        expect(lines).to_have_count(2)
        for at in range(2):
            expect(lines.nth(at)).to_have_attribute("data-state", "final")
        expect(lines.locator(".unstable")).to_have_count(0)
    expect(seller.captions.first).to_have_text("두 가지 약품이 있다는 뜻입니다.")
    expect(buyer.captions.first).to_have_text("意思是有两种药剂。")
    expect(buyer.page.locator(".overlay-small")).to_have_text("두 가지 약품이 있다는 뜻입니다.")
    ids = {one.captions.first.get_attribute("data-caption-id") for one in (seller, buyer)}
    assert len(ids) == 1


def _colour(visitor: Visitor, selector: str) -> str:
    colour: str = visitor.page.evaluate(
        "(selector) => getComputedStyle(document.querySelector(selector)).color", selector
    )
    return colour


def test_long_captions_keep_their_newest_words_in_two_lines(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    buyer = visitor(size=PHONE, locale="zh-CN")
    buyer.join(consultation.urls["buyer"])
    text = "主剂和固化剂按四比一混合，" * 12 + "最后的词。"
    installation.recogniser.say(consultation.track("seller"), "네", {"zh-Hans": {"text": text, "stable": 5}})
    expect(buyer.page.locator(".overlay-large")).to_have_text(text)
    box, words = buyer.page.evaluate(
        """() => {
          const box = document.querySelector('.overlay-box-large').getBoundingClientRect();
          const paragraph = document.querySelector('.overlay-large').getBoundingClientRect();
          return [[box.height, box.bottom], [paragraph.height, paragraph.bottom]];
        }"""
    )
    assert words[0] > box[0] * 3, "the text must be longer than its place"
    assert abs(words[1] - box[1]) < 1, "its end must be what is seen"


def test_the_transcript_stays_where_one_reads_and_says_how_to_get_back(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    for number in range(14):
        say = installation.recogniser.say
        say(
            consultation.track("buyer"),
            f"第{number}句话。",
            {"ko": {"text": f"문장 {number}"}},
            lang="zh-Hans",
        )
    expect(seller.captions).to_have_count(28)
    log = seller.page.locator("[role=log]")
    expect(seller.captions.last).to_be_in_viewport()
    log.hover()
    seller.page.mouse.wheel(0, -10_000)
    expect(seller.action("newest")).to_be_visible()
    expect(seller.captions.first).to_be_in_viewport()
    installation.recogniser.say(
        consultation.track("buyer"), "新的。", {"ko": {"text": "새 문장"}}, lang="zh-Hans"
    )
    expect(seller.captions).to_have_count(30)
    expect(seller.captions.first).to_be_in_viewport()
    seller.action("newest").click()
    expect(seller.captions.last).to_be_in_viewport()
    expect(seller.action("newest")).to_be_hidden()


def test_a_closed_room_says_goodbye_and_lets_go_of_the_camera(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    installation.api("POST", f"/api/rooms/{consultation.id}/close")
    expect(seller.page.get_by_role("heading", name="상담이 끝났습니다")).to_be_visible()
    expect(seller.page.get_by_role("heading")).to_have_count(1)
    expect(seller.page.locator("video")).to_have_count(0)
    expect(seller.page.locator("a")).to_have_count(0)


def test_a_second_page_with_the_same_link_replaces_the_first(
    visitor: Visit, consultation: Consultation
) -> None:
    first, second = visitor(), visitor()
    first.join(consultation.urls["seller"])
    second.join(consultation.urls["seller"])
    expect(first.page.locator("[data-ended]")).to_have_attribute("data-ended", "replaced")
    expect(first.action("again")).to_be_visible()


def test_a_lost_socket_comes_back_without_touching_the_call(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller, buyer = visitor(), visitor()
    routes: list[WebSocketRoute] = []
    sent: list[str] = []

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        routes.append(route)

        def pass_on(message: str | bytes) -> None:
            sent.append(str(message))
            server.send(message)

        route.on_message(pass_on)

    seller.page.route_web_socket("**/ws", between)
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    seller.sees(consultation.people["buyer"])
    before = len([text for text in sent if '"publish"' in text])
    words = seller.watch_words()
    with seller.page.expect_websocket():
        routes[-1].close(code=1001)
    installation.recogniser.say(
        consultation.track("buyer"), "好。", {"ko": {"text": "좋습니다."}}, lang="zh-Hans"
    )
    expect(seller.captions.first).to_have_text("좋습니다.")
    seller.sees(consultation.people["buyer"])
    # So short a break is not worth a word; a busy machine may take longer than the second that is.
    assert words() in ([], ["reconnecting", "connected"])
    assert len(routes) == 2
    assert len([text for text in sent if '"publish"' in text]) == before


def test_a_killed_media_worker_is_replaced_and_the_call_goes_on(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    seller, buyer = visitor(), visitor()
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    seller.sees(consultation.people["buyer"])
    os.kill(installation.media_pid(), signal.SIGKILL)
    connection = seller.page.locator("[data-connection]")
    expect(connection).to_have_attribute("data-connection", "media_away")
    expect(connection).to_have_attribute("data-connection", "connected", timeout=30_000)
    seller.sees(consultation.people["buyer"])
    buyer.sees(consultation.people["seller"])


def test_caption_settings_change_and_are_remembered(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    buyer = visitor(locale="zh-CN")
    buyer.join(consultation.urls["buyer"])
    installation.recogniser.say(
        consultation.track("seller"), "네, 맞습니다.", {"zh-Hans": {"text": "对的。"}}
    )
    expect(buyer.captions).to_have_count(2)
    buyer.action("captions").click()
    buyer.page.get_by_role("radio", name="特大").check()
    buyer.page.get_by_role("checkbox", name="同时显示另一种语言").uncheck()
    expect(buyer.page.locator(".overlay-large")).to_have_css("font-size", "48px")
    expect(buyer.page.locator(".overlay-small")).to_be_hidden()
    expect(buyer.captions.nth(1)).to_be_hidden()
    buyer.page.keyboard.press("Escape")
    expect(buyer.page.get_by_role("dialog")).to_have_count(0)
    expect(buyer.action("captions")).to_be_focused()
    buyer.join(consultation.urls["buyer"])
    expect(buyer.page.locator(".room")).to_have_attribute("data-size", "huge")


def test_another_reading_language_brings_other_translations(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    observer = visitor(locale="en-GB")
    observer.join(consultation.urls["observer"])
    lines = {"en": {"text": "Yes, that is right."}, "zh-Hans": {"text": "对的。"}}
    installation.recogniser.say(consultation.track("seller"), "네, 맞습니다.", lines)
    expect(observer.captions.first).to_have_text("Yes, that is right.")
    observer.action("captions").click()
    observer.page.locator(".settings [name=reads]").select_option("zh-Hans")
    expect(observer.captions.first).to_have_text("对的。")


def test_the_room_says_when_its_models_are_for_show(visitor: Visit, consultation: Consultation) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    notice = seller.page.locator("[data-notice='notice.demo']")
    expect(notice).to_contain_text("시연용 모델")
    expect(notice.locator("code")).to_have_text("sangdam models pull")
    notice.locator("[data-action=dismiss]").click()
    expect(notice).to_have_count(0)


def test_a_language_without_a_translation_is_said_to_have_none(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    observer = visitor(locale="en-GB")
    observer.join(consultation.urls["observer"])
    observer.action("captions").click()
    told = observer.page.locator("[data-notice='notice.untranslated']")
    expect(told).to_have_count(0)
    observer.page.locator(".settings [name=reads]").select_option("ru")
    expect(told).to_contain_text("into Russian")
    observer.page.keyboard.press("Escape")
    installation.recogniser.say(consultation.track("seller"), "네, 맞습니다.", {}, flags=("no_route:ru",))
    expect(observer.page.locator(".overlay-none")).to_have_text(
        "No translation into Russian: shown in the original"
    )
    expect(observer.page.locator(".overlay-small")).to_have_text("네, 맞습니다.")
    installation.recogniser.say(consultation.track("seller"), "다음.", {"ru": {"text": "Далее."}})
    expect(observer.page.locator(".overlay-large")).to_have_text("Далее.")
    expect(observer.page.locator(".overlay-none")).to_be_hidden()
