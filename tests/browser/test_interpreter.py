"""The interpreter's desk: correcting with the keyboard, and what everybody else sees of it."""

import re
import time

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation


def _speak(installation: Installation, consultation: Consultation) -> None:
    say = installation.recogniser.say
    say(
        consultation.track("seller"),
        "두 가지 약풍이 있습니다.",
        {"zh-Hans": {"text": "有两种药风。"}},
        confidence=0.4,
        flags=("low_confidence",),
        start_wall_ms=int(time.time() * 1000) - 4000,
    )
    say(consultation.track("buyer"), "搅拌多久？", {"ko": {"text": "얼마나 저어요?"}}, lang="zh-Hans")


def test_a_line_is_corrected_with_the_keyboard_on_every_screen(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, buyer = visitor(), visitor(locale="zh-CN")
    interpreter.join(consultation.urls["interpreter"])
    buyer.join(consultation.urls["buyer"])
    _speak(installation, consultation)
    expect(buyer.captions).to_have_count(4)
    rows = interpreter.page.locator(".desk-row")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("p[lang=ko]")).to_have_text("두 가지 약풍이 있습니다.")
    expect(rows.first.locator("p[lang=zh-Hans]")).to_have_text("有两种药风。")
    expect(rows.first.locator("[data-flag=low_confidence]")).to_have_text("확인 필요")
    expect(rows.nth(1).locator("[data-flag=low_confidence]")).to_be_hidden()
    id_ = buyer.captions.first.get_attribute("data-caption-id")

    keyboard = interpreter.page.keyboard
    keyboard.press("j")
    expect(rows.nth(1).locator("[data-column='0']")).to_be_focused()
    keyboard.press("k")
    expect(rows.first.locator("[data-column='0']")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Control+A")
    keyboard.type("두 가지 약품이 있습니다.")
    keyboard.press("Enter")
    expect(rows.first.locator("[data-column='0']")).to_be_focused()
    expect(rows.first.locator("p[lang=ko]")).to_have_text("두 가지 약품이 있습니다.")
    expect(rows.first.locator("[data-by]")).to_have_text("박통역 수정")

    expect(buyer.captions.nth(1)).to_have_text("두 가지 약품이 있습니다.")
    expect(buyer.captions.first).to_have_text("«두 가지 약품이 있습니다.»")
    expect(buyer.captions.first).to_have_attribute("data-state", "corrected")
    expect(buyer.captions.first).to_have_attribute("data-caption-id", str(id_))
    expect(buyer.page.locator(".entry").first.locator("[data-by]")).to_have_text("박통역 已修正")


def test_a_translation_is_corrected_with_the_mouse_and_escape_changes_nothing(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, seller = visitor(), visitor()
    interpreter.join(consultation.urls["interpreter"])
    seller.join(consultation.urls["seller"])
    _speak(installation, consultation)
    line = interpreter.page.locator(".desk-row:nth-child(2) .line[lang=ko]")
    line.click()
    editor = interpreter.page.locator("textarea")
    expect(editor).to_have_value("얼마나 저어요?")
    editor.fill("아무 말")
    interpreter.page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(line).to_have_text("얼마나 저어요?")
    line.click()
    editor.fill("얼마 동안 저어야 합니까?")
    interpreter.action("save").click()
    expect(line).to_have_text("얼마 동안 저어야 합니까?")
    expect(seller.captions.filter(has_text="얼마 동안 저어야 합니까?")).to_have_count(1)


def test_somebody_elses_correction_meanwhile_is_shown_before_it_is_replaced(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, organiser = visitor(), visitor()
    interpreter.join(consultation.urls["interpreter"])
    url = installation.api("POST", f"/api/rooms/{consultation.id}/enter", {"speaks": "ko", "reads": "ko"})[
        "url"
    ]
    organiser.join(url)
    organiser.action("desk").click()
    _speak(installation, consultation)
    for one in (interpreter, organiser):
        one.page.locator(".desk-row:first-child .line[lang=ko]").click()
    organiser.page.locator("textarea").fill("약품이 둘 있습니다.")
    organiser.page.keyboard.press("Enter")
    expect(interpreter.page.locator(".theirs")).to_have_text("약품이 둘 있습니다.")
    interpreter.page.locator("textarea").fill("두 약품입니다.")
    interpreter.page.keyboard.press("Control+Enter")
    for one in (interpreter, organiser):
        expect(one.page.locator(".desk-row:first-child .line[lang=ko]")).to_have_text("두 약품입니다.")
    expect(organiser.page.locator("[data-by]").first).to_have_text("박통역 수정")


def test_only_interpreters_and_organisers_have_the_desk(visitor: Visit, consultation: Consultation) -> None:
    seller, interpreter = visitor(), visitor()
    seller.join(consultation.urls["seller"])
    interpreter.join(consultation.urls["interpreter"])
    expect(seller.action("desk")).to_be_hidden()
    expect(interpreter.page.locator(".desk")).to_be_visible()
    interpreter.sees(consultation.people["seller"])
    expect(seller.tile(consultation.people["interpreter"])).to_have_class(re.compile("small"))
    interpreter.action("desk").click()
    expect(interpreter.page.locator(".transcript")).to_be_visible()


def test_numbers_that_disagree_are_marked_in_both_languages_until_they_are_corrected(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, buyer = visitor(), visitor(locale="zh-CN")
    interpreter.join(consultation.urls["interpreter"])
    buyer.join(consultation.urls["buyer"])
    line = {"text": "我们订购一万二千个。", "marks": [[4, 9]], "original_marks": [[0, 5]]}
    say = installation.recogniser.say
    say(consultation.track("seller"), "12만 개를 주문합니다.", {"zh-Hans": line}, flags=("number",))

    row = interpreter.page.locator(".desk-row").first
    expect(row.locator("[data-flag=number]")).to_have_text("숫자 확인")
    for page, original, translation, title in (
        (interpreter, "p[lang=ko]", "p[lang=zh-Hans]", "두 언어의 숫자가 서로 다릅니다"),
        (buyer, "p[lang=ko]", "p[lang=zh-Hans]", "两种语言的数字不一致"),
    ):
        log = page.page.locator("[data-captions]:visible")
        expect(log.locator(f"{original} mark")).to_have_text("12만 개")
        expect(log.locator(f"{translation} mark")).to_have_text("一万二千个")
        expect(log.locator(f"{original} mark")).to_have_attribute("title", title)
        expect(log.locator("mark")).to_have_count(2)
    expect(buyer.page.locator("[data-overlay] .overlay-large mark")).to_have_text("一万二千个")
    expect(buyer.page.locator("[data-overlay] .overlay-small mark")).to_have_text("12만 개")
    # The line is as long as without: a mark takes no place.
    widths = row.locator("p[lang=zh-Hans]").evaluate(
        """line => {
          const width = () => { const range = document.createRange(); range.selectNodeContents(line);
                                return range.getBoundingClientRect().width; };
          const marked = width();
          line.textContent = line.textContent;
          return [marked, width()];
        }"""
    )
    assert abs(widths[0] - widths[1]) < 1

    row.locator("p[lang=zh-Hans]").click()
    interpreter.page.locator("textarea").fill("我们订购十二万个。")
    interpreter.page.keyboard.press("Enter")
    expect(buyer.page.locator("[data-captions] mark")).to_have_count(0)
    expect(row.locator("[data-flag=number]")).to_be_hidden()


def test_three_corrections_two_terms_and_what_else_a_minute_holds_by_keyboard_alone(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, buyer = visitor(), visitor(locale="zh-CN")
    interpreter.join(consultation.urls["interpreter"])
    buyer.join(consultation.urls["buyer"])
    keyboard, rows = interpreter.page.keyboard, interpreter.page.locator(".desk-row")
    say, seller = installation.recogniser.say, consultation.track("seller")
    for text, line in (
        ("나노쉴드를 소개합니다.", "介绍纳米希尔德。"),
        ("약풍이 두 가지입니다.", "有两种药风。"),
        ("약풍을 저어 주세요.", "请搅拌药风。"),
    ):
        say(seller, text, {"zh-Hans": {"text": line}})
    expect(rows).to_have_count(3)
    began = time.monotonic()

    def correct(text: str, save: str) -> None:
        keyboard.press("Enter")
        keyboard.press("Control+A")
        keyboard.type(text)
        keyboard.press(save)

    keyboard.press("Home")
    keyboard.press("Home")
    expect(rows.first.locator("[data-column='0']")).to_be_focused()
    correct("나노실드를 소개합니다.", "Control+Enter")
    expect(rows.first.locator(".line[lang=ko]")).to_have_text("나노실드를 소개합니다.")
    keyboard.press("ArrowRight")
    correct("介绍纳米盾。", "Control+Enter")
    expect(rows.first.locator(".line[lang=zh-Hans]")).to_have_text("介绍纳米盾。")
    keyboard.press("ArrowLeft")
    keyboard.press("j")
    # Words that are wrong everywhere: corrected once, then everywhere, and into the glossary.
    correct("약품이 두 가지입니다.", "Enter")
    expect(rows.nth(1).locator("[data-column='0']")).to_be_focused()
    keyboard.press("r")
    expect(interpreter.page.locator("[name=find]")).to_have_value("약풍")
    expect(interpreter.page.locator("[name=put]")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.type("药品")
    keyboard.press("Enter")
    expect(rows.nth(2).locator(".line[lang=ko]")).to_have_text("약품을 저어 주세요.")
    expect(buyer.captions.filter(has_text="약풍")).to_have_count(0)
    took_s = time.monotonic() - began
    assert took_s < 60
    print(f"three captions corrected and two terms added by keyboard in {took_s:.1f} s")
    glossary = installation.api("GET", f"/api/rooms/{consultation.id}/glossary")["terms"]
    assert {term["term"] for term in glossary} >= {"약품"}
    assert len(glossary) == 2
    say(seller, "약풍은 안전합니다.", {"zh-Hans": {"text": "药风安全。"}})
    expect(rows.nth(3).locator(".line[lang=ko]")).to_have_text("약품은 안전합니다.")

    # One step takes all of it back, the next makes it again.
    keyboard.press("Control+z")
    expect(rows.nth(2).locator(".line[lang=ko]")).to_have_text("약풍을 저어 주세요.")
    keyboard.press("Control+Shift+z")
    expect(rows.nth(2).locator(".line[lang=ko]")).to_have_text("약품을 저어 주세요.")


def test_a_price_waits_for_the_interpreter_who_types_asks_and_writes_to_colleagues(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter, buyer, organiser = visitor(), visitor(locale="zh-CN"), visitor()
    interpreter.join(consultation.urls["interpreter"])
    buyer.join(consultation.urls["buyer"])
    url = installation.api("POST", f"/api/rooms/{consultation.id}/enter", {"speaks": "ko", "reads": "ko"})
    organiser.join(url["url"])
    organiser.action("desk").click()
    keyboard, rows = interpreter.page.keyboard, interpreter.page.locator(".desk-row")

    keyboard.press("n")
    expect(interpreter.action("hold")).to_have_attribute("aria-pressed", "true")
    seller = consultation.track("seller")
    details = {"ko": [[4, 7]], "zh-Hans": [[2, 4]]}
    said = {"zh-Hans": {"text": "每个一万元。"}}
    installation.recogniser.say(seller, "하나에 만이천 원입니다.", said, details=details)
    expect(rows.locator(".line[lang=ko]")).to_have_text("하나에 만이천 원입니다.")
    expect(rows.locator("[data-flag=held]")).to_be_visible()
    entry = buyer.page.locator(".entry")
    expect(entry.locator(".line[lang=zh-Hans]")).to_have_text("每个…元。")
    expect(entry.locator(".line[lang=ko]")).to_have_text("하나에 … 원입니다.")
    expect(entry.locator("[data-flag=held]")).to_have_text("核对中")
    assert "一万" not in buyer.page.content()
    assert "만이천" not in buyer.page.content()
    keyboard.press("j")
    keyboard.press("Space")
    expect(entry.locator(".line[lang=zh-Hans]")).to_have_text("每个一万元。")
    expect(entry.locator("[data-flag=held]")).to_be_hidden()

    # The machine leaves the seller out; the interpreter types instead.
    keyboard.press("m")
    tile = buyer.tile(consultation.people["seller"])
    expect(tile.locator(".tile-machine")).to_be_visible()
    expect(tile.locator(".tile-machine")).to_have_text("自动字幕已暂停")
    keyboard.press("w")
    keyboard.type("견적을 보내겠습니다.")
    keyboard.press("Enter")
    typed = buyer.page.locator(".entry").nth(1)
    expect(typed.locator(".line[lang=zh-Hans]")).to_have_text("«견적을 보내겠습니다.»")
    expect(typed.locator("[data-by]")).to_have_text("박통역 输入")
    expect(typed.locator(".speaker")).to_have_text("김수출")
    keyboard.press("Escape")
    keyboard.press("m")
    expect(tile.locator(".tile-machine")).to_be_hidden()

    keyboard.press("Shift+Digit2")
    wish = buyer.page.locator("[data-wish-notice]")
    expect(wish).to_contain_text("请再说一遍价格。")
    expect(interpreter.page.locator("[data-wish-notice]")).to_be_empty()

    keyboard.press("p")
    keyboard.type("다음 방은 3시입니다")
    keyboard.press("Enter")
    expect(organiser.page.locator(".unread")).to_have_text("1")
    organiser.action("partners").click()
    expect(organiser.page.locator(".partner-message")).to_contain_text("다음 방은 3시입니다")
    expect(organiser.page.locator(".unread")).to_be_hidden()
    expect(buyer.page.locator(".partner-message")).to_have_count(0)
