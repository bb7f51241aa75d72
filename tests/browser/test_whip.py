"""GStreamer, whose WebRTC is neither ours nor a browser's, as a seller's encoder and as a wall screen."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

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
    while installation.api("GET", "/healthz")["media_workers"] == 0:
        time.sleep(0.1)

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
    own = visitor()
    own.join(consultation.urls["seller"])
    expect(own.page.locator("[data-notice='notice.encoder']")).to_be_visible()
    assert encoder.stop() == 0
    expect(own.page.locator("[data-notice='notice.encoder']")).to_have_count(0)
    own.action("leave").click()
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


class _EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>player</title><link rel=icon href=data:,>")

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def another_site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _EmptyPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


PLAY = """async ([url, token]) => {
  const connection = new RTCPeerConnection();
  window.connections = [connection];
  for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' });
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  connection.addEventListener('track', ({ track }) => {
    if (track.kind !== 'video') return;
    video.srcObject = new MediaStream([track]);
    void video.play();
  });
  await connection.setLocalDescription(await connection.createOffer());
  // Like many players: the offer goes out without candidates, and they follow.
  const candidates = [];
  connection.addEventListener('icecandidate', ({ candidate }) => candidate && candidates.push(candidate));
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' };
  const answer = await fetch(url, { method: 'POST', headers, body: connection.localDescription.sdp });
  const session = new URL(answer.headers.get('Location'), url).href;
  const etag = answer.headers.get('ETag');
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  const lines = connection.localDescription.sdp.split('\\r\\n');
  const fragment = [
    ...lines.filter((line) => /^a=ice-(ufrag|pwd)/.test(line)).slice(0, 2),
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'a=mid:0',
    ...candidates.map(({ candidate }) => `a=${candidate}`),
  ].join('\\r\\n');
  const patched = await fetch(session, {
    method: 'PATCH',
    headers: { ...headers, 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': etag },
    body: fragment + '\\r\\n',
  });
  window.end = async () => (await fetch(session, { method: 'DELETE', headers })).status;
  return [answer.status, patched.status];
}"""
SHOWN = "() => document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_a_page_of_another_site_plays_what_gstreamer_sends(
    visitor: Visit,
    consultation: Consultation,
    installation: Installation,
    gstreamer: Start,
    another_site: str,
    codec: str,
) -> None:
    encoder = gstreamer("whip", "seller", codec)
    encoder.until(lambda told: told["state"] == "connected")
    page = visitor().page
    page.goto(another_site)
    token = consultation.urls["observer"].rsplit("/", 1)[1]
    assert page.evaluate(PLAY, [f"{installation.url}/whep", token]) == [201, 204]
    page.wait_for_function(f"() => ({SHOWN})() > 20")
    page.wait_for_function(HEARD)
    assert page.evaluate("() => window.end()") == 200
