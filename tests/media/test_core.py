"""Whole calls through a worker with the compiled core; what it sends is compared in test_fanout."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.media.rig import Client, FakeServer, ToneTrack, worker_process
from tests.media.test_shared_port import free_port
from tests.media.test_worker import (
    test_a_new_receiving_connection_starts_over,
    test_leaving_and_coming_back,
    test_networks_are_measured_in_both_directions,
    test_the_screen_is_a_second_video_and_comes_and_goes,
    test_two_people_see_and_hear_each_other,
)
from wire.links import MediaHello

__all__ = [
    "test_a_new_receiving_connection_starts_over",
    "test_leaving_and_coming_back",
    "test_networks_are_measured_in_both_directions",
    "test_the_screen_is_a_second_video_and_comes_and_goes",
    "test_two_people_see_and_hear_each_other",
]
pytestmark = pytest.mark.net


@pytest.fixture
def worker_options(core_library: Path) -> tuple[str, ...]:
    return "--compiled-core", str(core_library)


async def test_at_one_port_as_well(core_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    options = ("--udp-port", str(free_port()), "--compiled-core", str(core_library))
    async with (
        FakeServer().listen() as server,
        worker_process(f"http://127.0.0.1:{server.port}", "--udp-host", "127.0.0.1", *options),
    ):
        await server.wait_for(lambda message: isinstance(message, MediaHello))
        people = [Client(server, "r1", person) for person in ("p1", "p2")]
        try:
            await _talk(people)
            assert (await server.stats()).counters.get("core_out_of_reach", 0) == 0
        finally:
            for person in people:
                await person.close()


async def _talk(people: list[Client]) -> None:
    for person, hz in zip(people, (440, 880), strict=True):
        await person.enter(transcribe=False)
        await person.receive()
        await person.publish(microphone=ToneTrack(hz))
    first, second = people
    await first.until_offered(("p2", "microphone"))
    await second.until_offered(("p1", "microphone"))
    pitches = await asyncio.gather(first.pitch("p2"), second.pitch("p1"))
    assert list(pitches) == [pytest.approx(880, abs=10), pytest.approx(440, abs=10)]


async def test_without_the_library_the_worker_says_how_to_get_it(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.so")
    async with worker_process("http://127.0.0.1:9", "--compiled-core", missing) as process:
        assert process.stderr is not None
        lines = (await process.stderr.read()).decode().splitlines()
        assert await process.wait() == 78
    assert "scripts/build_core" in lines[-1]
