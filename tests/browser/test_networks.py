"""A visitor's bad line in words: on their own page, on the others', and on the organiser's list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.afar import Afar
from tests.browser.conftest import ALLOW, FAKE_DEVICES

PATTERN = re.compile(
    r"王采购: (only a small picture gets out · )?↑\s\d+\.\d\d\sMbit/s, \d+\.\d\s% lost, jitter \d+\sms"
)
KEEP_CONNECTIONS = """const Made = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Made {
  constructor(...options) { super(...options); window.connections.push(this); }
};"""
STATS = """async ([type, name]) => {
  const reports = await Promise.all(window.connections.map((connection) => connection.getStats()));
  const found = reports.flatMap((report) => [...report.values()]);
  return found.filter((stat) => stat.type === type && stat.kind === 'audio').map((stat) => stat[name] ?? 0);
}"""
SAID_MS = 40_000
"""Three seconds a measurement, some of them in a row; and pictures on a busy machine."""


@pytest.fixture
def afar(launch: Callable[..., Browser], tmp_path: Path) -> Iterator[Afar]:
    made = Afar(tmp_path, launch)
    yield made
    made.close()


def test_a_line_that_loses_what_one_sends_is_told_to_everybody(afar: Afar) -> None:
    made = afar.installation.consultation()
    buyer = afar.guest(FAKE_DEVICES, ALLOW, seed=3, locale="zh-CN")
    seller = afar.guest(FAKE_DEVICES, ALLOW, locale="en-US")
    browser = seller.visitor.page.context.browser
    assert browser is not None
    organiser = browser.new_context(locale="en-US", ignore_https_errors=True).new_page()
    organiser.goto(afar.installation.organiser_url)
    for guest in (buyer, seller):
        guest.visitor.page.add_init_script(KEEP_CONNECTIONS)
    buyer.visitor.join(made.urls["buyer"])
    seller.visitor.join(made.urls["seller"])
    seller.visitor.sees(made.people["buyer"])
    expect(buyer.visitor.page.locator(".network-sign")).to_be_hidden()
    corrected = "inbound-rtp", "fecPacketsReceived"
    without_loss = sum(seller.visitor.page.evaluate(STATS, corrected))

    buyer.line.shape("up", loss=0.25)
    page = buyer.visitor.page
    heard = afar.installation.recogniser.heard
    began_s, before = time.monotonic(), heard[made.track("buyer")]
    expect(page.locator(".network-sign[data-network]")).to_be_visible(timeout=SAID_MS)
    notice = page.locator("[data-notice='notice.network_camera']")
    # What is lost, or already what is left of the picture for its sake.
    expect(notice).to_contain_text(re.compile("您发出的音视频有部分丢失|您的视频只能以小画面发出"))
    tile = seller.visitor.tile(made.people["buyer"])
    expect(tile.locator(".tile-weak")).to_contain_text("eak network")
    row = organiser.locator(f"[data-room='{made.id}']")
    # It is not the seller's, though they miss something.
    expect(row.locator(".row-facts [data-network]")).to_have_text("Weak network: 王采购")
    expect(row.locator(".row-facts [data-network]")).to_have_attribute("title", PATTERN)

    # All the while recognition gets every second of the voice, and the browser, which was told of the loss by
    # receiver reports, has long begun to repeat what it says in the packet after.
    waited_s = time.monotonic() - began_s
    assert (heard[made.track("buyer")] - before) / 16_000 == pytest.approx(waited_s, abs=0.1 * waited_s)
    assert max(page.evaluate(STATS, ["remote-inbound-rtp", "fractionLost"])) > 0.1
    assert sum(seller.visitor.page.evaluate(STATS, corrected)) > without_loss

    notice.locator("[data-action='camera-off']").click()
    expect(page.locator("[data-notice='notice.network_camera']")).to_have_count(0)
    expect(tile).not_to_have_attribute("data-picture", "")
