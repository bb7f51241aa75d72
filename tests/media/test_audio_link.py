"""Frames to the transcription worker, over a link that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from media.audio_link import MAX_FRAMES, AudioLink
from media.counters import Counters
from tests.media.rig import AudioServer

pytestmark = pytest.mark.net
PCM = bytes(1280)


class Running:
    def __init__(self) -> None:
        self.counters = Counters()
        self.link = AudioLink("secret", self.counters)


@pytest_asyncio.fixture
async def running() -> AsyncIterator[Running]:
    made = Running()
    task = asyncio.create_task(made.link.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_frames_of_all_tracks_come_over_one_connection_in_order(running: Running) -> None:
    listening = AudioServer()
    async with listening.listen():
        for number in range(10):
            running.link.put("r1-p1", number, PCM)
            running.link.put("r1-p2", number, PCM)
        running.link.set_target(listening.url)
        frames = await listening.until_frames(20)
        running.link.put("r1-p1", 10, PCM)
        frames = await listening.until_frames(21)
    assert [frame.wall_us for frame in frames if frame.track == "r1-p1"] == list(range(11))
    assert [frame.wall_us for frame in frames if frame.track == "r1-p2"] == list(range(10))
    assert listening.tokens == ["Bearer secret"]


async def test_what_waited_while_the_worker_was_away_comes_after_it(running: Running) -> None:
    listening = AudioServer()
    async with listening.listen():
        running.link.set_target(listening.url)
        running.link.put("r1-p1", 0, PCM)
        await listening.until_frames(1)
    for number in range(1, 50):
        running.link.put("r1-p1", number, PCM)
    async with listening.listen():
        frames = await listening.until_frames(50)
    assert [frame.wall_us for frame in frames] == list(range(50))
    assert running.counters["drop_audio_backlog"] == 0


async def test_the_oldest_goes_when_a_track_waits_for_more_than_30_s(running: Running) -> None:
    for number in range(MAX_FRAMES + 25):
        running.link.put("r1-p1", number, PCM)
    running.link.put("r1-p2", 7, PCM)
    assert running.counters["drop_audio_backlog"] == 25
    listening = AudioServer()
    async with listening.listen():
        running.link.set_target(listening.url)
        frames = await listening.until_frames(MAX_FRAMES + 1)
    assert min(frame.wall_us for frame in frames if frame.track == "r1-p1") == 25


async def test_a_new_target_is_dialled_at_once(running: Running) -> None:
    first, second = AudioServer(), AudioServer()
    async with first.listen(), second.listen():
        running.link.set_target(first.url)
        running.link.put("r1-p1", 1, PCM)
        await first.until_frames(1)
        running.link.set_target(second.url)
        while not second.frames:
            running.link.put("r1-p1", 2, PCM)
            await asyncio.sleep(0.01)
    assert second.tokens == ["Bearer secret"]


async def test_a_track_that_ended_is_forgotten(running: Running) -> None:
    running.link.put("r1-p1", 1, PCM)
    running.link.forget("r1-p1")
    running.link.put("r1-p2", 2, PCM)
    listening = AudioServer()
    async with listening.listen():
        running.link.set_target(listening.url)
        frames = await listening.until_frames(1)
    assert [frame.track for frame in frames] == ["r1-p2"]
