"""What is on for a player that is no page, of several people's sounds and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from media import sdp
from media.connection import MediaConnection
from media.counters import Counters
from media.player import Player
from media.receiver import Receiver
from media.subscription import Offered
from tests.media.test_programme import Publisher, Screen

OFFER = (Path(__file__).parent / "descriptions/chromium_offer.sdp").read_text()
PLAY = "m=".join(OFFER.split("m=")[:3]).replace("a=sendonly", "a=recvonly")
"""One sound and one picture, to receive."""


class Answering:
    """A player's connection, of which only the answer is needed."""

    async def answer_player(self, offer: sdp.Description, sources: Mapping[str, Receiver], name: str) -> str:
        self.sources = sources
        return "answer"


async def playing(offered: list[Offered]) -> tuple[Player, Screen]:
    connection = Answering()
    player = Player(cast(MediaConnection, connection), Counters(), show=None)
    assert await player.negotiate(PLAY) == "answer"
    screen = Screen()
    for source in connection.sources.values():
        if source.kind == "video":
            source.listen(cast(Any, screen))
    player.resync(offered)
    return player, screen


async def test_what_comes_of_a_camera_is_shown_the_small_picture_or_the_whole() -> None:
    """A publisher's weak line lets only the small one through."""
    whole = Publisher("vp8", sequence=1, timestamp=5)
    small = Publisher("vp8", sequence=70, timestamp=9, ssrc=6)
    camera = whole.receiver
    camera.small = small.receiver
    player, screen = await playing([Offered("p1", "camera", camera)])
    player.choose(1.0)
    assert camera.demand.is_wanted
    small.receiver.rate_bps = 80_000
    player.choose(2.0)
    small.send(keyframe=True)
    small.send()
    assert len(screen.packets) == 2
    camera.demand.wish(1, 0)
    assert camera.demand.is_wanted, "pages that take the small one do not keep it away from the player"
    camera.rate_bps = 900_000
    player.choose(3.0)
    small.send()
    whole.send(keyframe=True)
    small.send()
    whole.send()
    assert screen.sequences == list(range(5))
    player.close()
    assert not camera.demand.is_wanted
    assert camera.listeners == small.receiver.listeners == ()


async def test_another_person_is_wanted_whole_and_the_one_before_no_longer() -> None:
    one = Publisher("vp8", sequence=1, timestamp=5)
    two = Publisher("vp8", sequence=70, timestamp=9, ssrc=6)
    for publisher in (one, two):
        publisher.receiver.demand.wish(1, 0)
    camera, screen = Offered("p1", "camera", one.receiver), Offered("p2", "screen", two.receiver)
    player, _ = await playing([camera])
    player.choose(1.0)
    assert one.receiver.demand.is_wanted
    player.resync([camera, screen])
    player.choose(2.0)
    assert not one.receiver.demand.is_wanted
    assert two.receiver.demand.is_wanted
