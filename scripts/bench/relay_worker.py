"""The baseline of bench_media: a media worker of the plain library, where MediaRelay decodes and encodes.

Speaks the same worker link as `python -m media`, as far as the load needs it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from dataclasses import dataclass, field

import aioice.ice
import uvloop
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.rtcconfiguration import RTCBundlePolicy

from wire import links
from wire.dial import WorkerLink


def connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


@dataclass
class Participant:
    publish: RTCPeerConnection | None = None
    receive: RTCPeerConnection | None = None
    tracks: list[tuple[links.Source, MediaStreamTrack]] = field(default_factory=list)


class RelayWorker:
    def __init__(self, url: str, secret: str) -> None:
        self._rooms: dict[str, dict[str, Participant]] = {}
        self._relay = MediaRelay()
        self._link = WorkerLink(
            url,
            secret,
            hello=lambda: links.MediaHello(name="relay", instance="relay"),
            codec=links.server_to_media,
            handle=self._handle,
        )

    async def run(self) -> None:
        await self._link.run()

    async def close(self) -> None:
        for room in self._rooms.values():
            for person in room.values():
                for peer in (person.publish, person.receive):
                    if peer is not None:
                        await peer.close()

    async def _handle(self, message: object) -> None:
        match message:
            case links.Publish():
                await self._publish(message)
            case links.Subscribe():
                await self._receive(message)
            case links.SubscribeAnswer():
                peer = self._person(message.room, message.person).receive
                if peer is not None:
                    await peer.setRemoteDescription(RTCSessionDescription(message.sdp, "answer"))

    def _person(self, room: str, person: str) -> Participant:
        return self._rooms.setdefault(room, {}).setdefault(person, Participant())

    async def _publish(self, message: links.Publish) -> None:
        person = self._person(message.room, message.person)
        person.publish = peer = connection()
        sources = {track.mid: track.source for track in message.tracks}
        await peer.setRemoteDescription(RTCSessionDescription(message.sdp, "offer"))
        for transceiver in peer.getTransceivers():
            person.tracks.append((sources[str(transceiver.mid)], transceiver.receiver.track))
        await peer.setLocalDescription(await peer.createAnswer())
        self._link.send(links.Published(request=message.request, sdp=peer.localDescription.sdp))

    async def _receive(self, message: links.Subscribe) -> None:
        person = self._person(message.room, message.person)
        person.receive = peer = connection()
        order: list[tuple[str, links.Source]] = []
        for other, publisher in self._rooms[message.room].items():
            for source, track in publisher.tracks:
                if other != message.person:
                    peer.addTrack(self._relay.subscribe(track))
                    order.append((other, source))
        await peer.setLocalDescription(await peer.createOffer())
        tracks = tuple(
            links.SubscribedTrack(mid=str(transceiver.mid), person=other, source=source)
            for transceiver, (other, source) in zip(peer.getTransceivers(), order, strict=True)
        )
        self._link.send(
            links.SubscribeOffer(
                room=message.room,
                person=message.person,
                generation=1,
                sdp=peer.localDescription.sdp,
                tracks=tracks,
            )
        )


async def run(url: str) -> None:
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    worker = RelayWorker(url, os.environ["SANGDAM_WORKER_SECRET"])
    task = asyncio.create_task(worker.run())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    task.cancel()
    await worker.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    uvloop.run(run(parser.parse_args().server))
