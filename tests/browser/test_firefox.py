"""Firefox and Chromium in one room, both directions."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.installation import Consultation, Installation

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="firefox is not installed")

REMEMBER = """() => {
  const Original = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Original {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
}"""
RECEIVED = """(async () => {
  const received = {};
  for (const connection of window.connections) {
    if (connection.connectionState !== 'connected') continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      received[report.kind] = { packets: report.packetsReceived, frames: report.framesDecoded ?? 0,
        energy: report.totalAudioEnergy ?? 0 };
    }
  }
  return received;
})()"""
SIZES = """(async () => {
  const heights = {};
  for (const connection of window.connections)
    for (const report of (await connection.getStats()).values())
      if (report.type === 'outbound-rtp' && report.kind === 'video' && report.packetsSent > 0)
        heights[report.rid] = report.frameHeight;
  return heights;
})()"""
PIXELS = """(person) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 24 });
  canvas.getContext('2d').drawImage(document.querySelector(`[data-person="${person}"] video`), 0, 0, 32, 24);
  return canvas.toDataURL();
}"""


@pytest.fixture
def firefox() -> Iterator[Firefox]:
    with Firefox() as running:
        running.before_pages(REMEMBER)
        yield running


def received(firefox: Firefox) -> dict[str, Any]:
    counts: dict[str, Any] = firefox.evaluate(RECEIVED)
    return counts


def test_both_see_hear_and_read_each_other(
    firefox: Firefox,
    visitor_in: Visit,
    chromium: Browser,
    consultation: Consultation,
    installation: Installation,
) -> None:
    seller = visitor_in(chromium)
    seller.page.add_init_script(f"({REMEMBER})()")
    seller.join(consultation.urls["seller"])
    firefox.open(consultation.urls["buyer"])
    firefox.wait_for("!!document.querySelector('[data-action=join]')")
    firefox.evaluate("document.querySelector('[data-action=join]').click()")
    firefox.wait_for("document.querySelector('[data-connection]')?.dataset.connection === 'connected'")
    seller.sees(consultation.people["buyer"])
    # Without a screen Firefox presents no frames and counts none: those decoded count, and the pixels.
    firefox.wait_for(f"{RECEIVED}.then((now) => now.video?.frames > 5)")
    seen = firefox.evaluate(f"({PIXELS})('{consultation.people['seller']}')")
    firefox.wait_for(f"({PIXELS})('{consultation.people['seller']}') !== '{seen}'")
    before = received(firefox)
    firefox.wait_for(f"{RECEIVED}.then((now) => now.video.frames > {before['video']['frames'] + 5})")
    firefox.wait_for(f"{RECEIVED}.then((now) => now.audio.packets > {before['audio']['packets'] + 50})")
    seller.page.wait_for_function(f"async () => (await {RECEIVED}).audio?.energy > 0.0001")
    firefox.wait_for(f"{RECEIVED}.then((now) => now.audio?.energy > 0.0001)")
    firefox.wait_for(f"{SIZES}.then((sent) => sent.small < sent.full)")
    say = installation.recogniser.say
    say(consultation.track("seller"), "네, 맞습니다.", {"zh-Hans": {"text": "对的。"}})
    expect(seller.captions.first).to_have_text("네, 맞습니다.")
    line = "document.querySelector('[role=log] p[data-caption-id]')?.textContent"
    assert firefox.wait_for(line) == "对的。"
