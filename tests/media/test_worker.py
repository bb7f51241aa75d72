"""A worker process between aiortc clients, over the link that the server uses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.media.rig import Client, PictureTrack, ToneTrack

pytestmark = pytest.mark.net


async def test_two_people_see_and_hear_each_other(client: Callable[..., Client]) -> None:
    ulsan, changchun = client("p1"), client("p2")
    for person, hz, brightness in ((ulsan, 440, 60), (changchun, 880, 200)):
        await person.enter()
        await person.receive()
        await person.publish(microphone=ToneTrack(hz), camera=PictureTrack(brightness))
    await ulsan.until_offered(("p2", "microphone"), ("p2", "camera"))
    await changchun.until_offered(("p1", "microphone"), ("p1", "camera"))
    pictures = await asyncio.gather(ulsan.picture("p2"), changchun.picture("p1"))
    pitches = await asyncio.gather(ulsan.pitch("p2"), changchun.pitch("p1"))
    assert abs(pictures[0] - 200) < 15
    assert abs(pictures[1] - 60) < 15
    assert pitches[0] == pytest.approx(880, abs=10)
    assert pitches[1] == pytest.approx(440, abs=10)
