"""A worker that records two people, and the file that is made of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from tests.media.rig import Client, FakeServer, PictureTrack, ToneTrack, strongest_hz, worker_process
from wire.links import Exit, MediaHello, Record, RecordingState
from wire.message import Message

pytestmark = pytest.mark.net


@pytest_asyncio.fixture
async def people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[FakeServer, list[Client]]]:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    async with FakeServer().listen() as server:
        url = f"http://127.0.0.1:{server.port}"
        arguments = ("--udp-host", "127.0.0.1", "--recordings", str(tmp_path / "recordings"))
        async with worker_process(url, *arguments):
            await server.wait_for(lambda message: isinstance(message, MediaHello))
            clients = [Client(server, "r1", person) for person in ("p1", "p2")]
            yield server, clients
            for each in clients:
                await each.close()


def says(state: str, take: str = "t1") -> Callable[[Message], bool]:
    def fits(message: Message) -> bool:
        return isinstance(message, RecordingState) and (message.state, message.take) == (state, take)

    return fits


async def test_what_two_people_send_becomes_one_file(
    people: tuple[FakeServer, list[Client]], tmp_path: Path
) -> None:
    server, (ulsan, changchun) = people
    for client, hz in ((ulsan, 440), (changchun, 880)):
        await client.enter()
        await client.publish(microphone=ToneTrack(hz), camera=PictureTrack(60 if client is ulsan else 200))
    for person in ("p1", "p2"):
        await server.peer_state(person, "publish", "connected")
    await server.send(Record(room="r1", take="t1"))
    await server.wait_for(says("running"))
    await asyncio.sleep(3.0)
    await server.send(Record(room="r1", take=None))
    stopped = await server.wait_for(says("stopped"))
    assert isinstance(stopped, RecordingState)
    folder = tmp_path / "recordings" / "r1"
    sizes = [path.stat().st_size for path in folder.glob("*.rtp")]
    assert len(sizes) == 4
    assert stopped.bytes == sum(sizes)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "media.recording", str(folder), "--out", str(folder / "one.mkv")),
        *("--recordings", str(folder.parent), "--recordings-max-gib", "1"),
        stdin=asyncio.subprocess.PIPE,
    )
    await process.communicate(b"{}")
    assert process.returncode == 0
    with av.open(str(folder / "one.mkv")) as container:
        kinds = [stream.type for stream in container.streams]
        pitches = []
        for index in (0, 1):
            container.seek(0)
            heard = [frame.to_ndarray()[0] for frame in container.decode(audio=index)]
            pitches.append(strongest_hz(np.concatenate(heard[20:120]), 48_000))
    assert kinds == ["video", "video", "audio", "audio"]
    assert sorted(pitches) == [pytest.approx(440, abs=5), pytest.approx(880, abs=5)]


async def test_a_worker_without_a_directory_says_so(
    server: FakeServer, client: Callable[..., Client]
) -> None:
    ulsan: Client = client("p1")
    await ulsan.enter()
    await server.send(Record(room="r1", take="t1"))
    failed = await server.wait_for(says("failed"))
    assert isinstance(failed, RecordingState)
    assert failed.code == "not_configured"


async def test_a_recording_ends_with_its_last_person(people: tuple[FakeServer, list[Client]]) -> None:
    server, (ulsan, _) = people
    await ulsan.enter()
    await server.send(Record(room="r1", take="t1"))
    await server.wait_for(says("running"))
    await server.send(Exit(room="r1", person="p1"))
    await server.wait_for(says("stopped"))
