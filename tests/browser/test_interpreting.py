"""Interpretation channels: what listeners really hear, and interpreters who use nothing but the keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ALLOW, FAKE_DEVICES, Launch, Visit
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.installation import Installation
from tests.browser.tones import CAPTURING, bursts, capture, levels_db, microphone
from tests.browser.visitor import PHONE

SELLER_HZ, INTERPRETER_HZ = 500, 1500
PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "울산 코팅", "speaks": "ko", "reads": "ko"},
    {"role": "buyer", "name": "王采购", "company": "长春", "speaks": "zh-Hans", "reads": "zh-Hans"},
    {"role": "interpreter", "name": "박통역", "company": "", "speaks": "ko", "reads": "zh-Hans"},
    {"role": "interpreter", "name": "이통역", "company": "", "speaks": "ko", "reads": "zh-Hans"},
    {"role": "venue", "name": "大屏幕", "company": "", "speaks": "zh-Hans", "reads": "zh-Hans"},
    {"role": "observer", "name": "陈经理", "company": "", "speaks": "zh-Hans", "reads": "zh-Hans"},
    {"role": "observer", "name": "정 과장", "company": "", "speaks": "ko", "reads": "ko"},
]
# As on an iPhone, where a page's word on an element's volume counts for nothing.
FIXED_VOLUME = """Object.defineProperty(HTMLMediaElement.prototype, 'volume', { get: () => 1, set() {} })"""


class Booth:
    """A room with two interpreters; its people by their place in PEOPLE."""

    def __init__(self, installation: Installation) -> None:
        made = installation.api("POST", "/api/rooms", {"title": "동시통역", "people": PEOPLE})
        installation.api("POST", f"/api/rooms/{made['id']}/open")
        self.id = made["id"]
        self.ids = [person["id"] for person in made["people"]]
        self.seller, self.buyer, self.kim, self.lee, self.venue, self.guest, self.korean = (
            person["url"] for person in made["people"]
        )


@pytest.fixture
def booth(installation: Installation) -> Iterator[Booth]:
    made = Booth(installation)
    yield made
    installation.remove(made.id)


def heard(*pages: Page) -> list[tuple[float, float]]:
    """What each page puts out of the seller's tone and of the interpreter's (dB)."""
    return [tuple(levels_db(page, SELLER_HZ, INTERPRETER_HZ)) for page in pages]  # type: ignore[misc]


def test_what_listeners_hear(booth: Booth, visitor_in: Visit, launch: Launch, tmp_path: Path) -> None:
    """Measured at the tabs' outputs: as such, where no volume can be set, and in another language."""
    seller, interpreter = (
        visitor_in(launch(FAKE_DEVICES, ALLOW, microphone(bursts(tmp_path / f"{hz}.wav", hz))))
        for hz in (SELLER_HZ, INTERPRETER_HZ)
    )
    listeners = launch(*CAPTURING)
    venue, phone, korean = (visitor_in(listeners, locale=tag) for tag in ("zh-CN", "zh-CN", "ko-KR"))
    phone.page.add_init_script(FIXED_VOLUME)
    seller.join(booth.seller)
    interpreter.join(booth.kim)
    venue.page.goto(booth.venue)
    expect(venue.page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    phone.join(booth.guest)
    korean.join(booth.korean)
    pages = (venue.page, phone.page, korean.page)
    for listener in (venue, phone, korean):
        listener.sees(booth.ids[0])
        listener.sees(booth.ids[2])
        capture(listener.page)

    # To everybody, until the interpreter chooses.
    before = heard(*pages)
    assert all(original > -40 and voice > -40 for original, voice in before)

    interpreter.page.keyboard.press("i")
    expect(interpreter.page.locator(".air")).to_have_attribute("data-air", "on_air")
    interpreter.page.wait_for_timeout(1000)
    over = heard(*pages)
    for chinese in (0, 1):
        assert 13 < before[chinese][0] - over[chinese][0] < 17  # 15 dB down
        assert abs(before[chinese][1] - over[chinese][1]) < 3
    assert abs(before[2][0] - over[2][0]) < 2
    assert over[2][1] < before[2][1] - 40  # the Korean page hears no interpreter

    # A cough: silent while the key is held, and the original comes back meanwhile.
    interpreter.page.keyboard.down("c")
    expect(interpreter.page.locator(".air")).to_have_attribute("data-air", "held")
    interpreter.page.wait_for_timeout(2000)
    coughing = heard(*pages[:2])
    for chinese in (0, 1):
        assert abs(before[chinese][0] - coughing[chinese][0]) < 2
        assert coughing[chinese][1] < before[chinese][1] - 30
    interpreter.page.keyboard.up("c")
    expect(interpreter.page.locator(".air")).to_have_attribute("data-air", "on_air")

    # The button does the same, wherever the pointer is let go.
    interpreter.action("cough").hover()
    interpreter.page.mouse.down()
    expect(interpreter.page.locator(".air")).to_have_attribute("data-air", "held")
    interpreter.page.wait_for_timeout(1000)
    assert heard(venue.page)[0][1] < before[0][1] - 30
    interpreter.page.mouse.move(5, 5)
    expect(interpreter.action("cough")).to_have_attribute("aria-pressed", "true")
    interpreter.page.mouse.up()
    expect(interpreter.page.locator(".air")).to_have_attribute("data-air", "on_air")
    expect(interpreter.action("cough")).to_have_attribute("aria-pressed", "false")

    # Who listens chooses: the interpreter alone, then the original alone.
    menu = phone.page.locator(".sound-menu")
    phone.action("listen").click()
    menu.locator("input[value=interpretation]").check()
    phone.page.wait_for_timeout(1000)
    ((original, voice),) = heard(phone.page)
    assert original < before[1][0] - 35
    assert abs(voice - before[1][1]) < 3
    menu.locator("input[value=original]").check()
    phone.page.wait_for_timeout(600)
    ((original, voice),) = heard(phone.page)
    assert abs(original - before[1][0]) < 2
    assert voice < before[1][1] - 40

    # In turns everybody hears everything.
    interpreter.action("listen").click()
    # The server says which mode it is, so the choice is marked a moment later.
    interpreter.page.locator(".sound-menu input[value=consecutive]").click()
    expect(korean.page.locator(".turn")).to_be_visible()
    korean.page.wait_for_timeout(600)
    for now, then in zip(heard(*pages), before, strict=True):
        assert abs(now[0] - then[0]) < 2
        assert abs(now[1] - then[1]) < 3


def test_two_interpreters_relieve_each_other_with_the_keyboard(booth: Booth, visitor: Visit) -> None:
    kim, lee, guest = visitor(), visitor(locale="zh-CN"), visitor(locale="zh-CN")
    kim.join(booth.kim)
    guest.join(booth.guest)
    air, other = kim.page.locator(".air"), lee.page.locator(".air")
    expect(air).to_have_attribute("data-air", "all")
    kim.page.keyboard.press("2")
    expect(air).to_have_attribute("data-air", "on_air")
    expect(air.locator("[data-lang=zh-Hans]")).to_have_attribute("aria-pressed", "true")
    lee.join(booth.lee)
    expect(other).to_have_attribute("data-air", "standby")
    expect(other.locator(".air-colleague")).to_contain_text("박통역")
    expect(kim.tile(booth.ids[3]).locator(".tile-muted")).to_be_visible()
    expect(guest.tile(booth.ids[2])).to_be_visible()
    expect(guest.tile(booth.ids[3])).to_be_hidden()  # whom nobody hears

    # The channel is taken, so one has to ask; the one on air agrees with a key.
    lee.page.keyboard.press("2")
    expect(other.locator(".air-problem")).not_to_be_empty()
    expect(other).to_have_attribute("data-air", "standby")
    lee.page.keyboard.press("o")
    expect(air).to_have_attribute("data-relief", "asked")
    kim.page.keyboard.press("o")
    expect(other).to_have_attribute("data-air", "on_air")
    expect(air).to_have_attribute("data-air", "standby")
    expect(lee.tile(booth.ids[2]).locator(".tile-muted")).to_be_visible()
    expect(guest.tile(booth.ids[3])).to_be_visible()
    expect(guest.tile(booth.ids[2])).to_be_hidden()

    # One asks, and the other, who pauses, loses the air by that: nobody waits for a key.
    kim.page.keyboard.press("o")
    expect(other).to_have_attribute("data-relief", "asked")
    lee.page.keyboard.down("c")
    expect(air).to_have_attribute("data-air", "on_air")
    lee.page.keyboard.up("c")

    # Keys are letters to whoever writes.
    lee.page.evaluate("document.body.append(document.createElement('textarea'))")
    lee.page.locator("body > textarea").focus()
    lee.page.keyboard.type("osi2")
    expect(other).to_have_attribute("data-relief", "ask")
    lee.page.locator("body > textarea").blur()

    # The one on air is gone: told at once, and relieved with one key.
    kim.page.context.close()
    expect(other).to_have_attribute("data-relief", "lost")
    expect(other.locator(".air-colleague")).to_contain_text("박통역")
    lee.page.keyboard.press("o")
    expect(other).to_have_attribute("data-air", "on_air")
    expect(other).to_have_attribute("data-relief", "none")


def test_an_interpreters_words_are_theirs_and_no_second_subtitle(
    booth: Booth, visitor: Visit, installation: Installation
) -> None:
    interpreter, buyer = visitor(), visitor(locale="zh-CN")
    interpreter.join(booth.kim)
    buyer.join(booth.buyer)
    interpreter.page.keyboard.press("i")
    said, recogniser = f"{booth.id}-{booth.ids[2]}", installation.recogniser
    recogniser.told(said, lambda track: track.lang == "zh-Hans" and track.targets == ("ko",))
    recogniser.say(f"{booth.id}-{booth.ids[0]}", "두 가지입니다", {"zh-Hans": {"text": "是两种。"}})
    overlay = buyer.page.locator("[data-overlay]")
    expect(overlay).to_contain_text("是两种。")
    recogniser.say(said, "一共有两种。", {"ko": {"text": "두 가지가 있습니다."}}, lang="zh-Hans")
    entry = buyer.page.locator(".entry", has_text="一共有两种。")
    expect(entry.locator(".speaker")).to_have_text("박통역")
    expect(entry.locator("[data-flag=interpretation]")).to_be_visible()
    expect(overlay).to_contain_text("是两种。")
    expect(overlay).not_to_contain_text("一共有两种。")
    # Unless one would rather read the interpreter.
    buyer.action("listen").click()
    buyer.page.locator(".sound-menu [name=words]").check()
    expect(overlay).to_contain_text("一共有两种。")
    expect(overlay).not_to_contain_text("是两种。")


def test_whoever_speaks_into_the_wrong_channel_is_told_and_flips_with_one_press(
    booth: Booth, visitor: Visit, installation: Installation
) -> None:
    interpreter = visitor()
    interpreter.join(booth.kim)
    interpreter.page.keyboard.press("i")
    said, recogniser = f"{booth.id}-{booth.ids[2]}", installation.recogniser
    recogniser.told(said, lambda track: track.lang == "zh-Hans" and "ko" in track.others)
    recogniser.say(said, "두 가지입니다", {}, lang="zh-Hans", flags=("language:ko",))
    notice = interpreter.page.locator("[data-notice='notice.wrong_channel']")
    notice.locator("button").first.click()
    recogniser.told(said, lambda track: track.lang == "ko")
    expect(interpreter.page.locator(".air [data-lang=ko]")).to_have_attribute("aria-pressed", "true")
    expect(notice).to_have_count(0)


def test_turns_are_taken_and_given_back_with_a_key_and_seen_by_all(
    booth: Booth, visitor: Visit, installation: Installation
) -> None:
    interpreter, buyer = visitor(), visitor(locale="zh-CN", size=PHONE)
    interpreter.join(booth.kim)
    buyer.join(booth.buyer)
    turn, air = buyer.page.locator(".turn"), interpreter.page.locator(".air")
    expect(turn).to_be_hidden()
    interpreter.action("listen").click()
    interpreter.page.keyboard.press("Escape")
    expect(interpreter.page.locator(".sound-menu")).to_have_count(0)
    interpreter.action("listen").press("Enter")
    interpreter.page.locator(".sound-menu input[value=simultaneous]").press("ArrowDown")
    interpreter.page.keyboard.press("Escape")
    expect(turn).to_have_attribute("data-turn", "speakers")
    expect(air).to_have_attribute("data-air", "their_turn")
    recogniser, said = installation.recogniser, f"{booth.id}-{booth.ids[2]}"
    recogniser.say(
        f"{booth.id}-{booth.ids[1]}", "搅拌多久？", {"ko": {"text": "얼마나 저어요?"}}, lang="zh-Hans"
    )
    expect(interpreter.page.locator(".desk-row")).to_have_count(1)
    interpreter.page.keyboard.press("i")
    expect(turn).to_have_attribute("data-turn", "interpreter")
    expect(air).to_have_attribute("data-air", "my_turn")
    # Away from what was spoken last.
    recogniser.told(said, lambda track: track.lang == "ko")
    interpreter.page.keyboard.press("i")
    expect(turn).to_have_attribute("data-turn", "speakers")


@pytest.mark.skipif(FIREFOX is None, reason="firefox is not installed")
def test_where_no_voice_can_be_heard_an_interpreter_on_air_counts_as_speaking(
    booth: Booth, visitor: Visit
) -> None:
    """Firefox starts no Web Audio on a machine without a sound device; the volume of its elements it has."""
    seller, interpreter = visitor(), visitor()
    seller.join(booth.seller)
    interpreter.join(booth.kim)
    volume = '(document.querySelector(`[data-person="{}"] video`)?.volume ?? -1)'
    of_seller, of_interpreter = volume.format(booth.ids[0]), volume.format(booth.ids[2])
    with Firefox() as firefox:
        firefox.open(booth.guest)
        firefox.wait_for("!!document.querySelector('[data-action=join]')")
        firefox.evaluate("document.querySelector('[data-action=join]').click()")
        firefox.wait_for(f"{of_seller} === 1 && {of_interpreter} === 1")
        interpreter.page.keyboard.press("i")
        firefox.wait_for(f"Math.abs(20 * Math.log10({of_seller}) + 15) < 0.1 && {of_interpreter} === 1")
        interpreter.page.keyboard.press("i")
        firefox.wait_for(f"{of_interpreter} === 0 && {of_seller} === 1")
