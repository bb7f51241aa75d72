"""Makes `tests/media/packets`: datagrams that Chromium and aiortc sent to a connection of ours on loopback.

`python -m fuzz.capture [DIRECTORY]`, with `scripts` on the path and a Chromium. STUN and DTLS are kept as
they came, RTP and RTCP as they were after decryption; one file a datagram, two of each sort.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aioice.ice
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from playwright.async_api import async_playwright

from media import sdp
from media.aiortc_bridge import GuardedProtocol
from media.connection import MediaConnection
from media.counters import Counters
from media.network import Network
from media.packet_path import PacketPath, SrtpSession

KEPT = 2
LOSS = 0.05
ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
)
PUBLISH = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640, height: 480}});
  window.publishing = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  for (const track of stream.getTracks()) publishing.addTransceiver(track, {direction: 'sendonly'});
  await publishing.setLocalDescription();
  await new Promise(done => {
    publishing.onicegatheringstatechange = () => publishing.iceGatheringState === 'complete' && done();
  });
  return publishing.localDescription.sdp;
}"""
RECEIVE = """async offer => {
  window.receiving = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  await receiving.setRemoteDescription({type: 'offer', sdp: offer});
  await receiving.setLocalDescription();
  return receiving.localDescription.sdp;
}"""


class Recorder:
    """Keeps two datagrams of each sort, by a name that says what they are."""

    def __init__(self) -> None:
        self.client = ""
        self.kept: dict[str, list[bytes]] = {}

    def keep(self, sort: str, data: bytes) -> None:
        kept = self.kept.setdefault(f"{self.client}_{sort}", [])
        if len(kept) < KEPT and data not in kept:
            kept.append(data)

    def raw(self, data: bytes) -> None:
        if data and data[0] <= 3:
            self.keep(f"stun_{data[0]:02x}{data[1]:02x}", data)
        elif data and 20 <= data[0] <= 63:
            handshake = f"_{data[13]}" if data[0] == 22 and data[3:5] == b"\0\0" else ""
            self.keep(f"dtls_{data[0]}{handshake}", data)

    def rtp(self, data: bytes) -> None:
        self.keep(f"rtp_{data[1] & 0x7F}", data)

    def rtcp(self, data: bytes) -> None:
        kinds, position = [], 0
        while position + 4 <= len(data):
            kinds.append(f"{data[position + 1]}.{data[position] & 0x1F}")
            position += 4 * (((data[position + 2] << 8) | data[position + 3]) + 1)
        self.keep("rtcp_" + "_".join(kinds), data)

    def write(self, folder: Path) -> None:
        for sort, datagrams in sorted(self.kept.items()):
            for number, data in enumerate(datagrams):
                (folder / f"{sort}_{number}.bin").write_bytes(data)


def install(recorder: Recorder) -> None:
    """Everything that connections of this process receive is recorded, a little of the media is lost."""
    received, opened = GuardedProtocol.datagram_received, PacketPath.open
    random = np.random.default_rng(4)

    def datagram_received(self: GuardedProtocol, data: Any, addr: Any) -> None:
        recorder.raw(data)
        if not (data and data[0] >= 128 and random.random() < LOSS):
            received(self, data, addr)

    def recorded(session: SrtpSession, keep: Callable[[bytes], None], process: Any) -> Any:
        def wrapped(handle: Any, memory: Any, length: Any) -> int:
            result: int = process(handle, memory, length)
            if result == 0:
                keep(session.view[: length[0]])
            return result

        return wrapped

    def open_recorded(self: PacketPath, inbound: SrtpSession, outbound: SrtpSession) -> None:
        watched = replace(
            inbound,
            process=recorded(inbound, recorder.rtp, inbound.process),
            process_rtcp=recorded(inbound, recorder.rtcp, inbound.process_rtcp),
        )
        opened(self, watched, outbound)

    GuardedProtocol.datagram_received = datagram_received  # type: ignore[method-assign]
    PacketPath.open = open_recorded  # type: ignore[method-assign]


async def loop_back(
    offer: str, take_answer: Callable[[str], Any], answer_to: Callable[[str], Any], seconds: float
) -> None:
    """What the client publishes is sent back to it, so that both directions' feedback comes too."""
    publishing = MediaConnection(Network(["127.0.0.1"]), Counters(), lambda state: None)
    subscribing = MediaConnection(Network(["127.0.0.1"]), Counters(), lambda state: None)
    await take_answer(await publishing.answer(sdp.read_offer(offer)))
    for receiver in publishing.receivers():
        subscribing.add_slot(receiver.codec).open(receiver, "stream", "track")
    await subscribing.accept(await answer_to(await subscribing.offer()))
    loop = asyncio.get_running_loop()
    end_s = loop.time() + seconds
    while loop.time() < end_s:
        await asyncio.sleep(0.05)
        for receiver in publishing.receivers():
            receiver.tick(loop.time())
        if int(loop.time() * 20) % 20 == 0:
            publishing.send_reports(loop.time())
            publishing.limit_bitrate(1_000_000, publishing.receivers())
    await publishing.close()
    await subscribing.close()


async def from_chromium(seconds: float) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        page = await browser.new_page()
        await page.route("**", lambda route: route.fulfill(body="<title>capture</title>"))
        await page.goto("https://capture.test/")
        await loop_back(
            await page.evaluate(PUBLISH),
            lambda answer: page.evaluate(
                "answer => publishing.setRemoteDescription({type: 'answer', sdp: answer})", answer
            ),
            lambda offer: page.evaluate(RECEIVE, offer),
            seconds,
        )
        await browser.close()


async def from_aiortc(seconds: float) -> None:
    configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    publishing, receiving = RTCPeerConnection(configuration), RTCPeerConnection(configuration)
    for track in (AudioStreamTrack(), VideoStreamTrack()):
        publishing.addTransceiver(track, direction="sendonly")
    await publishing.setLocalDescription(await publishing.createOffer())

    async def take(answer: str) -> None:
        await publishing.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def answer_to(offer: str) -> str:
        await receiving.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await receiving.setLocalDescription()
        return receiving.localDescription.sdp

    await loop_back(publishing.localDescription.sdp, take, answer_to, seconds)
    await publishing.close()
    await receiving.close()


async def capture() -> Recorder:
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    recorder = Recorder()
    install(recorder)
    recorder.client = "chromium"
    await from_chromium(12)
    recorder.client = "aiortc"
    await from_aiortc(8)
    return recorder


if __name__ == "__main__":
    asyncio.run(capture()).write(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/media/packets"))
