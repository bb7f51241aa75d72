"""GStreamer, whose WebRTC is neither ours nor a browser's, as a seller's encoder and as a wall screen."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import Visitor

PEER = Path(__file__).parent.parent / "gstreamer" / "peer.py"

LISTEN = """(() => {
  const Plain = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Plain {
    constructor(configuration) {
      super(configuration);
      window.connections.push(this);
    }
  };
})()"""
HEARD = """async () => {
  const heard = await Promise.all(window.connections.map(async (connection) =>
    [...(await connection.getStats()).values()]
      .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')
      .reduce((sum, { totalAudioEnergy }) => sum + (totalAudioEnergy ?? 0), 0)));
  return heard.some((energy) => energy > 0.01);
}"""
MOVES = """async (person) => {
  const video = document.querySelector(`[data-person=${person}] video`);
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const picture = () => {
    context.drawImage(video, 0, 0, 64, 48);
    return context.getImageData(0, 0, 64, 48).data;
  };
  const before = picture();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return picture().some((value, at) => Math.abs(value - before[at]) > 60);
}"""


class Gstreamer:
    """A running peer; `told` are its latest counts."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ("/usr/bin/python3", str(PEER), *arguments), stdout=subprocess.PIPE, text=True
        )

    def until(self, holds: Callable[[dict[str, Any]], bool], seconds: int = 30) -> dict[str, Any]:
        """It tells once a second."""
        assert self._process.stdout is not None
        for _ in range(seconds):
            line = self._process.stdout.readline()
            assert line, "GStreamer has ended"
            if holds(told := json.loads(line)):
                return told
        raise AssertionError(f"it never came to that: {told}")

    def stop(self) -> int:
        """Ends the session, as the protocol says."""
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=20)
        return self._process.returncode

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


Start = Callable[..., Gstreamer]


@pytest.fixture
def gstreamer(installation: Installation, consultation: Consultation) -> Iterator[Start]:
    running: list[Gstreamer] = []

    def start(kind: str, role: str, *more: str) -> Gstreamer:
        token = consultation.urls[role].rsplit("/", 1)[1]
        running.append(Gstreamer(kind, f"{installation.url}/{kind}", token, *more))
        return running[-1]

    yield start
    for peer in running:
        peer.end()


def listening(visitor: Visitor, url: str) -> None:
    visitor.page.add_init_script(LISTEN)
    visitor.join(url)


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_what_gstreamer_sends_is_seen_moving_and_heard_in_chromium(
    visitor: Visit, consultation: Consultation, gstreamer: Start, codec: str
) -> None:
    buyer = visitor(locale="zh-CN")
    listening(buyer, consultation.urls["buyer"])
    encoder = gstreamer("whip", "seller", codec)
    encoder.until(lambda told: told["state"] == "connected")
    seller = consultation.people["seller"]
    buyer.sees(seller)
    buyer.page.wait_for_function(MOVES, arg=seller)
    buyer.page.wait_for_function(HEARD)
    assert encoder.stop() == 0
    buyer.page.wait_for_selector(f"[data-person={seller}][data-absent]")


def test_gstreamer_shows_what_a_page_sends(
    visitor: Visit, consultation: Consultation, installation: Installation, gstreamer: Start
) -> None:
    seller = visitor()
    seller.join(consultation.urls["seller"])
    wall = gstreamer("whep", "observer")
    first = wall.until(lambda told: told["frames"] > 0 and told["sounds"] > 0)
    later = wall.until(lambda told: told["frames"] >= first["frames"] + 10 and told["loudness"] > -60)
    assert later["sounds"] > first["sounds"]
    assert present(installation, consultation) == {"seller", "observer"}
    assert wall.stop() == 0
    assert present(installation, consultation) == {"seller"}


def present(installation: Installation, consultation: Consultation) -> set[str]:
    people = installation.api("GET", f"/api/rooms/{consultation.id}")["people"]
    return {person["role"] for person in people if person["present"]}
