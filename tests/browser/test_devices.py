"""Devices during the call: unplugged, plugged, chosen, tried, and what the page says about each."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Launch, Visit
from tests.browser.devices import hears, two_of_each, with_plugs
from tests.browser.installation import Consultation
from tests.browser.visitor import Visitor

DEFAULT, FIRST, SECOND = "Fake Default Audio Input", "Fake Audio Input 1", "Fake Audio Input 2"
Plugged = Callable[..., Visitor]


@pytest.fixture(scope="module")
def browser(launch: Launch) -> Browser:
    return two_of_each(launch)


@pytest.fixture
def plugged(visitor_in: Visit, browser: Browser) -> Plugged:
    def start(**more: object) -> Visitor:
        visitor = visitor_in(browser, locale="en-GB", **more)
        with_plugs(visitor.page)
        return visitor

    return start


def _notice(page: Page, key: str) -> Locator:
    return page.locator(f"[data-notice='devices.{key}']")


def _microphone(page: Page) -> object:
    return page.evaluate("used('audio')?.label ?? null")


def test_an_unplugged_microphone_is_replaced_at_once_and_heard_on_the_same_connection(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller, buyer = plugged(), plugged()
    sent: list[str] = []
    seller.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    hears(buyer.page)
    assert _microphone(seller.page) == DEFAULT
    offers = len([text for text in sent if '"publish"' in text])
    seller.page.evaluate(f"unplug('{DEFAULT}')")
    expect(_notice(seller.page, "microphone_gone")).to_contain_text(
        f"Your microphone was unplugged. “{FIRST}” is used now."
    )
    assert _microphone(seller.page) == FIRST
    hears(buyer.page)
    expect(buyer.tile(consultation.people["seller"]).locator(".tile-muted")).to_be_hidden()
    assert len([text for text in sent if '"publish"' in text]) == offers
    # With the last one gone there is nothing to take its place; the first that comes is taken again.
    seller.page.evaluate(f"unplug('{SECOND}'); unplug('{FIRST}')")
    expect(_notice(seller.page, "microphone_missing")).to_be_visible()
    expect(buyer.tile(consultation.people["seller"]).locator(".tile-muted")).to_be_visible()
    seller.page.evaluate(f"plug('{SECOND}')")
    expect(_notice(seller.page, "microphone_returned")).to_contain_text(SECOND)
    expect(_notice(seller.page, "microphone_missing")).to_have_count(0)
    hears(buyer.page)


def test_who_was_muted_stays_muted_on_the_next_microphone(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.join(consultation.urls["seller"])
    seller.action("mic").click()
    seller.page.evaluate(f"unplug('{DEFAULT}')")
    expect(_notice(seller.page, "microphone_gone")).to_be_visible()
    assert seller.page.evaluate("used('audio').enabled") is False
    expect(seller.action("mic")).to_have_attribute("data-on", "false")


def test_a_chosen_microphone_is_remembered_left_when_it_goes_and_taken_when_it_is_back(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.locator("[data-mic-status]")).to_have_text("Your microphone can be heard.")
    seller.action("choose-microphone").select_option(label=SECOND)
    seller.page.wait_for_function(f"() => used('audio')?.label === '{SECOND}'")
    seller.join(consultation.urls["seller"])
    seller.page.wait_for_function(f"() => used('audio')?.label === '{SECOND}'")
    seller.page.evaluate(f"unplug('{SECOND}')")
    expect(_notice(seller.page, "microphone_gone")).to_be_visible()
    assert _microphone(seller.page) != SECOND
    seller.page.evaluate(f"plug('{SECOND}')")
    expect(_notice(seller.page, "microphone_returned")).to_contain_text(f"“{SECOND}” is back and in use.")
    assert _microphone(seller.page) == SECOND


def test_a_new_device_is_offered_and_the_systems_new_choice_is_followed(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.page.goto(consultation.urls["seller"])
    seller.page.evaluate("localStorage.setItem('test.away', JSON.stringify(['Input 2', 'device_2']))")
    seller.join(consultation.urls["seller"])
    seller.page.evaluate("plug('Input 2'); plug('device_2')")
    expect(_notice(seller.page, "camera_offer")).to_contain_text("New camera: “fake_device_2”.")
    expect(_notice(seller.page, "microphone_offer")).to_contain_text(SECOND)
    assert _microphone(seller.page) == DEFAULT
    seller.action("use-microphone").click()
    seller.page.wait_for_function(f"() => used('audio')?.label === '{SECOND}'")
    expect(_notice(seller.page, "microphone_offer")).to_have_count(0)
    # That was a choice: what the system prefers does not matter any more.
    seller.page.evaluate(f"prefer('{FIRST}')")
    seller.page.wait_for_timeout(800)
    assert _microphone(seller.page) == SECOND


def test_whoever_chose_nothing_follows_the_system(plugged: Plugged, consultation: Consultation) -> None:
    seller = plugged()
    seller.join(consultation.urls["seller"])
    seller.page.evaluate(f"prefer('{SECOND}')")
    expect(_notice(seller.page, "microphone_default")).to_contain_text(SECOND)
    assert _microphone(seller.page) == SECOND


def test_a_bluetooth_headset_is_warned_of_with_a_better_microphone(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.page.add_init_script(
        f"addEventListener('DOMContentLoaded', () => {{ names['{DEFAULT}'] = 'Buds2 Pro Hands-Free'; }})"
    )
    seller.join(consultation.urls["seller"])
    warning = _notice(seller.page, "headset_instead")
    expect(warning).to_contain_text(f"Better: speak into “{FIRST}”")
    seller.action("use-instead").click()
    expect(warning).to_have_count(0)
    assert _microphone(seller.page) == FIRST


def test_the_noise_of_the_room_is_let_through_on_demand_and_echo_never(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller, buyer = plugged(), plugged()
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    used = """(({ echoCancellation, noiseSuppression }) =>
      [echoCancellation, noiseSuppression])(used('audio')?.getSettings() ?? {})"""
    assert seller.page.evaluate(used) == [True, True]
    seller.action("captions").click()
    seller.page.get_by_role("checkbox", name="Remove background noise").uncheck()
    seller.page.wait_for_function(f"() => JSON.stringify({used}) === '[true,false]'")
    hears(buyer.page)
    seller.join(consultation.urls["seller"])
    assert seller.page.evaluate(used) == [True, False]
    seller.action("captions").click()
    expect(seller.page.get_by_role("checkbox", name="Remove background noise")).not_to_be_checked()


def test_the_speaker_is_chosen_for_everything_that_plays_and_tried(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller, buyer = plugged(), plugged()
    seller.page.add_init_script(
        """window.sinks = [];
        const move = AudioContext.prototype.setSinkId;
        AudioContext.prototype.setSinkId = function (id) { sinks.push(id); return move.call(this, id); };"""
    )
    buyer.join(consultation.urls["buyer"])
    seller.page.goto(consultation.urls["seller"])
    seller.action("sound-check").click()
    seller.action("choose-speaker").select_option(label="Fake Audio Output 2")
    seller.action("test-speaker").click()
    words = seller.page.locator("[data-speaker-test]")
    expect(words).to_have_text("Did you hear the three notes?")
    chosen = seller.action("choose-speaker").input_value()
    assert chosen
    seller.page.wait_for_function(f"() => sinks.at(-1) === '{chosen}'")
    seller.action("heard-no").click()
    expect(words).to_contain_text("Turn up the volume")
    expect(seller.action("test-speaker")).to_be_enabled()
    seller.action("test-speaker").click()
    seller.action("heard-yes").click()
    expect(words).to_contain_text("Good.")
    seller.action("join").click()
    seller.sees(consultation.people["buyer"])
    moved = f"document.querySelector('[data-person={consultation.people['buyer']}] video').sinkId"
    seller.page.wait_for_function(f"() => {moved} === '{chosen}'")
    # Unplugged, the system's own plays, and the page says so; back again, it is used again.
    seller.page.evaluate("unplug('Output 2')")
    expect(_notice(seller.page, "speaker_away")).to_be_visible()
    seller.page.wait_for_function(f"() => {moved} === ''")
    seller.page.evaluate("plug('Output 2')")
    expect(_notice(seller.page, "speaker_away")).to_have_count(0)
    seller.page.wait_for_function(f"() => {moved} === '{chosen}'")


def test_one_hears_oneself_for_three_seconds_and_nobody_else_does(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.page.add_init_script(
        """const made = URL.createObjectURL;
        URL.createObjectURL = (blob) => { window.recording = blob; return made(blob); };"""
    )
    seller.join(consultation.urls["seller"])
    seller.action("captions").click()
    seller.action("sound-check").click()
    seller.action("test-microphone").click()
    words = seller.page.locator("[data-voice-test]")
    expect(words).to_have_attribute("data-voice-test", "recording")
    assert seller.page.evaluate("used('audio').enabled") is False
    expect(seller.page.locator(".trial .meter .lit").first).to_be_attached()
    expect(words).to_have_attribute("data-voice-test", "playing")
    expect(words).to_have_text("This is how you sound to the others.")
    expect(words).to_have_attribute("data-voice-test", "idle")
    assert seller.page.evaluate("used('audio').enabled") is True
    length, peak = seller.page.evaluate(
        """async () => {
          const context = new AudioContext();
          const sound = await context.decodeAudioData(await recording.arrayBuffer());
          const louder = (most, sample) => Math.max(most, Math.abs(sample));
          return [sound.duration, sound.getChannelData(0).reduce(louder, 0)];
        }"""
    )
    assert 2 < length < 5
    assert peak > 0.02


def test_on_the_join_page_too_it_is_said_which_device_is_used_now(
    plugged: Plugged, consultation: Consultation
) -> None:
    seller = plugged()
    seller.page.goto(consultation.urls["seller"])
    expect(seller.page.locator("[data-mic-status]")).to_have_text("Your microphone can be heard.")
    seller.page.evaluate(f"unplug('{DEFAULT}')")
    expect(_notice(seller.page, "microphone_gone")).to_contain_text(FIRST)
    expect(seller.action("choose-microphone")).to_have_value(re.compile("."))
    expect(seller.page.locator("[data-mic-status]")).to_have_text("Your microphone can be heard.")
