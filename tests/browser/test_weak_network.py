"""A network that takes too little: what is given up, in which order, and what the page says of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from impairment.namespaces import missing
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.browser.afar import Afar, Guest
from tests.browser.conftest import ALLOW, Launch, Visit
from tests.browser.installation import Consultation
from tests.browser.visitor import Visitor

MOVING = "--use-fake-device-for-media-stream=fps=20,display-media-type=browser"
"""Enough pictures to fill a line."""
CAP_BPS = 300_000
SETTLED_S = 10
HEARD_S = 5
BACK_S = 60

CONNECTIONS = """(() => {
  const Plain = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Plain {
    constructor(configuration) {
      super(configuration);
      window.connections.push(this);
    }
  };
})()"""

VOICE = """async () => {
  const sum = { concealed: 0, all: 0 };
  for (const connection of window.connections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue;
      sum.concealed += report.concealedSamples;
      sum.all += report.totalSamplesReceived;
    }
  }
  return [sum.concealed, sum.all];
}"""

WIDTHS = (
    """() => [...document.querySelectorAll('.tile:not([data-you]) video')].map((video) => video.videoWidth)"""
)


@pytest.fixture
def afar(tmp_path: Path, launch: Launch) -> Iterator[Afar]:
    made = Afar(tmp_path, launch)
    yield made
    made.close()


def concealed(visitors: tuple[Visitor, Visitor]) -> list[float]:
    """Share of what each heard of the other that was made up, over HEARD_S."""
    before = [visitor.page.evaluate(VOICE) for visitor in visitors]
    time.sleep(HEARD_S)
    after = [visitor.page.evaluate(VOICE) for visitor in visitors]
    return [(late[0] - early[0]) / (late[1] - early[1]) for early, late in zip(before, after, strict=True)]


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_a_line_of_300_kbit_settles_within_ten_seconds_and_loses_no_voice(afar: Afar) -> None:
    made = afar.installation.consultation()
    seller, buyer = (afar.guest(MOVING, ALLOW, locale=locale) for locale in ("ko-KR", "zh-CN"))
    for guest, role in ((seller, "seller"), (buyer, "buyer")):
        guest.visitor.page.add_init_script(CONNECTIONS)
        guest.visitor.join(made.urls[role])
    buyer.visitor.sees(made.people["seller"])
    seller.visitor.sees(made.people["buyer"])
    # The estimates of both browsers have found their places.
    while 1280 not in buyer.visitor.page.evaluate(WIDTHS):
        time.sleep(0.2)
    time.sleep(4)
    _cap(seller, buyer)
    own = buyer.visitor.page.locator("[data-notice='notice.network_camera']")
    expect(own).to_contain_text("您的视频只能以小画面发出", timeout=BACK_S * 1000)
    buyer.line.clear()
    expect(_weak(buyer.visitor)).to_have_count(0, timeout=BACK_S * 1000)
    buyer.visitor.sees(made.people["seller"])


def _cap(seller: Guest, buyer: Guest) -> None:
    buyer.line.shape(rate_bps=CAP_BPS)
    capped_s = time.monotonic()
    expect(_weak(buyer.visitor)).not_to_have_count(0, timeout=SETTLED_S * 1000)
    time.sleep(max(0.0, SETTLED_S - (time.monotonic() - capped_s)))
    heard = concealed((seller.visitor, buyer.visitor))
    assert max(heard) < 0.1, heard


def _weak(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-notice^='notice.weak_']")


def _is_quality(told: str | bytes) -> bool:
    return bool(json.loads(told)["type"] == "quality")


def test_the_page_says_in_words_what_a_weak_network_takes_away(
    visitor: Visit, consultation: Consultation
) -> None:
    seller, buyer = visitor(), visitor(locale="zh-CN")
    routes: list[WebSocketRoute] = []

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        # What the busy machine's own line is like is not said beside what the test says.
        server.on_message(lambda told: None if _is_quality(told) else route.send(told))
        routes.append(route)

    seller.page.route_web_socket("**/ws", between)
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    seller.sees(consultation.people["buyer"])

    def level(role: str, name: str, *paused: tuple[str, str]) -> None:
        pictures = [{"person": consultation.people[whose], "source": source} for whose, source in paused]
        told = {"type": "quality", "person": consultation.people[role], "level": name, "paused": pictures}
        routes[-1].send(json.dumps(told))

    tile = seller.tile(consultation.people["buyer"])
    notice = seller.page.locator("[data-notice='notice.weak_audio']")
    level("seller", "audio")
    expect(notice).to_contain_text("영상을 멈췄습니다")
    expect(tile.locator(".tile-waiting")).to_have_text("네트워크가 약해 영상을 멈췄습니다")
    expect(tile).not_to_have_attribute("data-picture", "")
    level("seller", "full")
    expect(notice).to_have_count(0)
    expect(tile).to_have_attribute("data-picture", "")
    weak = tile.locator(".tile-weak")
    expect(weak).to_be_hidden()
    level("buyer", "audio")
    expect(weak).to_have_text("네트워크가 약해 영상을 보지 못합니다")
    expect(tile).to_have_attribute("data-picture", "")
    level("buyer", "low")
    expect(weak).to_be_hidden()
    buyer.action("share").click()
    screen = seller.tile(consultation.people["buyer"], "screen")
    expect(screen).to_have_attribute("data-picture", "", timeout=20_000)
    level("seller", "low", ("buyer", "screen"))
    expect(screen.locator(".tile-waiting")).to_have_text("네트워크가 약해 영상을 멈췄습니다")
    expect(screen).not_to_have_attribute("data-picture", "")
    expect(tile).to_have_attribute("data-picture", "")
    expect(seller.page.locator("[data-notice='notice.weak_some']")).to_contain_text("일부 영상을 멈췄습니다")
    level("seller", "low")
    expect(screen).to_have_attribute("data-picture", "")
    expect(screen.locator(".tile-waiting")).to_be_hidden()
    expect(seller.page.locator("[data-notice='notice.weak_low']")).to_be_visible()
