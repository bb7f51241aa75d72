"""Encoders and players at the worker: what the server asks, and that nothing is left of what has ended."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from tests.media.rig import (
    AudioServer,
    Client,
    FakeServer,
    ToneTrack,
    new_connection,
    strongest_hz,
)
from wire.links import EndSession, Enter, Exit, Failed, Play, Publish, Published, Subscribe, Trickle
from wire.message import Message

pytestmark = pytest.mark.net

NewClient = Callable[..., Client]


class Asking:
    """The server's requests about encoders and players."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._number = 1_000_000

    async def ask(self, kind: type[Publish] | type[Play] | type[Trickle], **fields: object) -> Message:
        self._number += 1
        number = self._number
        if kind is Publish:
            fields |= {"via": "whip", "tracks": ()}
        await self._server.send(
            kind.model_validate({"request": number, "room": "r1", "person": "p1"} | fields)
        )
        return await self._server.wait_for(
            lambda m: isinstance(m, Published | Failed) and m.request == number
        )

    async def encode(self, session: str, *tracks: MediaStreamTrack) -> RTCPeerConnection:
        connection = new_connection()
        for track in tracks:
            connection.addTransceiver(track, direction="sendonly")
        await connection.setLocalDescription(await connection.createOffer())
        answer = await self.ask(Publish, session=session, sdp=connection.localDescription.sdp)
        assert isinstance(answer, Published)
        assert len(answer.sources) == len(tracks)
        await connection.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        return connection


async def test_an_encoders_voice_goes_to_the_recogniser(server: FakeServer) -> None:
    audio = AudioServer()
    async with audio.listen():
        await server.send(audio.target)
        await server.send(Enter(room="r1", person="p1", transcribe=True))
        encoder = await Asking(server).encode("s1", ToneTrack(600))
        frames = await audio.until_frames(40)
        samples = np.concatenate([np.frombuffer(frame.samples, np.int16) for frame in frames[-20:]])
        assert strongest_hz(samples, 16_000) == pytest.approx(600, abs=20)
        assert {frame.track for frame in frames} == {"r1-p1"}
        await server.send(EndSession(room="r1", person="p1", session="s1"))
        await encoder.close()


async def test_requests_about_nobody_are_refused(server: FakeServer) -> None:
    asking = Asking(server)
    for kind, fields in (
        (Publish, {"session": "s1", "sdp": "v=0"}),
        (Play, {"session": "s1", "sdp": "v=0"}),
        (Trickle, {"session": "s1", "fragment": "a=ice-ufrag:abcd"}),
    ):
        refused = await asking.ask(kind, **fields)
        assert isinstance(refused, Failed)
        assert refused.code == "no_such_peer"
    await server.send(Enter(room="r1", person="p1", transcribe=False))
    refused = await asking.ask(Trickle, session="s1", fragment="a=ice-ufrag:abcd")
    assert isinstance(refused, Failed)
    assert refused.code == "no_such_session"
    await server.send(EndSession(room="r1", person="p1", session="never"))
    await server.send(EndSession(room="r1", person="p1", session=None))
    # Ending what is not there is answered with nothing, and harms nothing.
    encoder = await asking.encode("s2", ToneTrack(440))
    await encoder.close()


def worker_pid(server: FakeServer) -> int:
    """The worker is this process's only child that runs `media`."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return next(int(pid) for pid in children if b"media" in Path(f"/proc/{pid}/cmdline").read_bytes())


def held(pid: int) -> tuple[int, int]:
    """Open files, and resident KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return len(os.listdir(f"/proc/{pid}/fd")), int(resident.split()[1])


async def offer_text(*kinds: str, direction: str) -> str:
    connection = new_connection()
    for kind in kinds:
        connection.addTransceiver(kind, direction=direction)
    await connection.setLocalDescription(await connection.createOffer())
    text = connection.localDescription.sdp
    await connection.close()
    return text


async def settled(pid: int, files: int) -> tuple[int, int]:
    """What is held once no more than `files` are open, or after 10 s."""
    for _ in range(100):
        if held(pid)[0] <= files:
            break
        await asyncio.sleep(0.1)
    return held(pid)


async def test_connections_that_come_and_go_leave_nothing_behind(server: FakeServer) -> None:
    """Offers that nobody follows up, refused ones, replaced ones, pages that ask again and again."""
    sending = await offer_text("audio", "video", direction="sendonly")
    playing = await offer_text("audio", "video", direction="recvonly")
    # Understood by the gate, and refused by the library only after it has opened sockets.
    unusable = playing.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-384 ")
    asking = Asking(server)
    pid = worker_pid(server)
    empty, _ = held(pid)

    async def churn(times: int) -> None:
        await server.send(Enter(room="r1", person="p1", transcribe=True))
        for number in range(times):
            for kind, sdp in ((Publish, sending), (Play, playing), (Play, unusable), (Publish, playing)):
                await asking.ask(kind, session=f"s{number}{kind.__name__.lower()}", sdp=sdp)
            for kind in ("publish", "play"):
                await server.send(EndSession(room="r1", person="p1", session=f"s{number}{kind}"))
            await server.publish("r1", "p1", f"page{number}", sending, {"0": "microphone"})
            await server.send(Subscribe(room="r1", person="p1"))
        await server.send(Exit(room="r1", person="p1"))

    await churn(12)
    files, resident = await settled(pid, empty)
    assert files <= empty
    await churn(8)
    files, later = await settled(pid, empty)
    assert files <= empty
    # Sixty-four connections: one that stayed would be some 100 KiB, and the heap's own growth is a few MiB.
    assert later - resident < 6_000, "KiB kept by 8 rounds"
    assert (await server.stats()).counters.get("task_failed", 0) == 0


async def test_connected_encoders_leave_nothing_behind(server: FakeServer) -> None:
    await server.send(Enter(room="r1", person="p1", transcribe=True))
    asking = Asking(server)
    pid = worker_pid(server)
    empty, _ = held(pid)
    for number in range(10):
        encoder = await asking.encode(f"s{number}", ToneTrack(440))
        async with asyncio.timeout(10):
            while encoder.connectionState != "connected":
                await asyncio.sleep(0.02)
        # By turns: told to end, replaced by the next, and the client's own goodbye.
        if number % 3 == 0:
            await server.send(EndSession(room="r1", person="p1", session=f"s{number}"))
        await encoder.close()
    await server.send(Exit(room="r1", person="p1"))
    files, _ = await settled(pid, empty)
    assert files <= empty
