"""Who is watching, and when a place is free again."""

import asyncio

from media.demo.roster import Roster


async def test_only_others_than_the_speakers_watch() -> None:
    roster = Roster()
    waiting = asyncio.create_task(roster.watched())
    await roster.see("p1", "seller", True)
    await roster.see("p3", "interpreter", False)
    await asyncio.sleep(0)
    assert not waiting.done()
    await roster.see("p3", "interpreter", True)
    await asyncio.wait_for(waiting, 5)


async def test_a_place_is_free_when_the_person_left() -> None:
    roster = Roster()
    await roster.see("p2", "buyer", True)
    waiting = asyncio.create_task(roster.absent("p2"))
    await asyncio.sleep(0)
    assert not waiting.done()
    await roster.see("p2", "buyer", False)
    await asyncio.wait_for(waiting, 5)
