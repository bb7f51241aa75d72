"""A hall with a big screen and no keyboard: it shows the room, and sends what the organiser allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.devices import hears, with_plugs
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

PEOPLE = [
    {"role": "seller", "name": "김수출", "company": "울산 코팅", "speaks": "ko", "reads": "ko"},
    {"role": "venue", "name": "Hanoi hall", "company": "", "speaks": "vi", "reads": "ko"},
]


@dataclass
class Hall:
    room: str
    seller: str
    venue: str
    installation: Installation

    def allow(self, sends: str) -> Any:
        return self.installation.api("PUT", f"/api/rooms/{self.room}/people/p2/sends", {"sends": sends})


@pytest.fixture
def hall(installation: Installation) -> Iterator[Hall]:
    made = installation.api("POST", "/api/rooms", {"title": "Suwon – Hanoi", "people": PEOPLE})
    installation.api("POST", f"/api/rooms/{made['id']}/open")
    yield Hall(made["id"], made["people"][0]["url"], made["people"][1]["url"], installation)
    installation.remove(made["id"])


def _opened(page: Page) -> object:
    return page.evaluate(
        "opened.filter((track) => track.readyState === 'live').map((track) => track.kind).sort()"
    )


def test_a_hall_sends_nothing_until_the_organiser_allows_it_and_then_without_a_hand(
    visitor: Visit, hall: Hall
) -> None:
    seller, screen = visitor(), visitor(size=(1920, 1080))
    with_plugs(screen.page)
    with_plugs(seller.page)
    seller.join(hall.seller)
    screen.page.goto(hall.venue)
    screen.sees("p1")
    assert _opened(screen.page) == []
    for action in ("mic", "camera", "share"):
        expect(screen.action(action)).to_be_hidden()
    hall.allow("sound_and_picture")
    seller.sees("p2")
    hears(seller.page)
    assert _opened(screen.page) == ["audio", "video"]
    expect(screen.action("mic")).to_be_visible()
    expect(screen.action("share")).to_be_hidden()
    hall.allow("sound")
    expect(seller.tile("p2")).not_to_have_attribute("data-picture", "")
    hears(seller.page)
    assert _opened(screen.page) == ["audio"]
    hall.allow("nothing")
    expect(seller.tile("p2")).to_have_count(0)
    screen.page.wait_for_function("() => opened.every((track) => track.readyState === 'ended')")
    screen.page.goto("about:blank")


SENT = """async () => {
  for (const connection of connections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'media-source' && report.kind === 'audio') return report.totalAudioEnergy;
    }
  }
  return 0;
}"""


def _energy_in(page: Page, seconds: float) -> float:
    before = page.evaluate(SENT)
    page.wait_for_timeout(seconds * 1000)
    return float(page.evaluate(SENT) - before)


def test_while_the_others_speak_the_halls_microphone_is_turned_down(visitor: Visit, hall: Hall) -> None:
    hall.allow("sound")
    seller, screen = visitor(), visitor()
    with_plugs(screen.page)
    screen.page.goto(hall.venue)
    expect(screen.action("mic")).to_have_attribute("data-on", "true")
    alone = _energy_in(screen.page, 4)
    assert alone > 0
    # A voice that never pauses, much louder than the beeps of the hall.
    seller.page.add_init_script(LOUD)
    seller.join(hall.seller)
    hears(screen.page)
    screen.page.wait_for_timeout(1500)
    together = _energy_in(screen.page, 4)
    assert together < alone / 20
    # Whoever switches the help off is heard with everybody else.
    screen.action("captions").click()
    screen.page.get_by_role("checkbox", name="스피커를 쓰는 공간").uncheck()
    screen.page.wait_for_timeout(500)
    assert _energy_in(screen.page, 4) > together * 3
    screen.page.goto("about:blank")


WAITING = """(() => {
  const Real = AudioContext;
  window.AudioContext = class extends Real {
    constructor(options) { super(options); void super.suspend(); }
    resume() { return new Promise(() => undefined); }
  };
})()"""


def test_a_hall_is_heard_where_the_browser_waits_for_a_gesture(visitor: Visit, hall: Hall) -> None:
    hall.allow("sound")
    screen = visitor()
    with_plugs(screen.page)
    screen.page.add_init_script(WAITING)
    screen.page.goto(hall.venue)
    expect(screen.action("mic")).to_have_attribute("data-on", "true")
    connected = "({ connectionState }) => connectionState === 'connected'"
    screen.page.wait_for_function(f"() => connections.some({connected})")
    screen.page.wait_for_timeout(500)
    assert _energy_in(screen.page, 3) > 0
    screen.page.goto("about:blank")


LOUD = """(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (asked) => {
    const stream = await open(asked);
    if (!asked.audio) return stream;
    const context = new AudioContext();
    const tone = context.createOscillator();
    tone.frequency.value = 300;
    const into = context.createMediaStreamDestination();
    tone.connect(into);
    tone.start();
    for (const track of stream.getAudioTracks()) stream.removeTrack(track);
    stream.addTrack(into.stream.getAudioTracks()[0]);
    return stream;
  };
})()"""


def test_push_to_talk_by_key_and_by_button(visitor: Visit, hall: Hall) -> None:
    seller = visitor(locale="en-GB")
    seller.join(hall.seller)
    seller.action("captions").click()
    seller.page.get_by_role("checkbox", name="Hold to talk").check()
    seller.page.keyboard.press("Escape")
    seller.page.locator(".picture").click()
    mic = seller.action("mic")
    expect(mic).to_have_attribute("data-on", "false")
    expect(mic).to_have_accessible_name("Hold to talk (or the space bar)")
    _holds(seller, "keyboard")
    _holds(seller, "mouse")
    mic.focus()
    _holds(seller, "keyboard")
    mic.click()
    expect(mic).to_have_attribute("data-on", "false")
    # Where one writes, a blank is a blank.
    seller.action("captions").click()
    seller.page.locator(".settings [name=reads]").focus()
    seller.page.keyboard.down("Space")
    expect(mic).to_have_attribute("data-on", "false")
    seller.page.keyboard.up("Space")


def _holds(seller: Visitor, by: str) -> None:
    mic = seller.action("mic")
    if by == "mouse":
        mic.hover()
        seller.page.mouse.down()
    else:
        seller.page.keyboard.down("Space")
    expect(mic).to_have_attribute("data-on", "true")
    seller.page.mouse.up() if by == "mouse" else seller.page.keyboard.up("Space")
    expect(mic).to_have_attribute("data-on", "false")


def test_the_organiser_allows_it_on_the_list(visitor: Visit, hall: Hall, installation: Installation) -> None:
    organiser = visitor(locale="en-GB")
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={hall.room}]")
    row.locator("[data-action=people]").click()
    choice = row.get_by_label("What Hanoi hall sends of its room")
    expect(choice).to_have_value("nothing")
    expect(row.locator("[data-action=venue-sends]:visible")).to_have_count(1)
    choice.select_option(label="Microphone")
    expect(choice).to_be_enabled()
    people = installation.api("GET", f"/api/rooms/{hall.room}")["people"]
    assert [person["sends"] for person in people] == ["nothing", "sound"]
