"""The two speakers taking turns."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from media.demo.conversation import Line, Role
from media.demo.roster import Roster
from media.demo.speaker import Speaker

BETWEEN_ROUNDS_S = 4.0


async def hold(speakers: Mapping[Role, Speaker], lines: Sequence[Line], roster: Roster) -> None:
    """Over and over, until cancelled.

    After each round the speakers wait for an onlooker: a server left running with nobody there would
    otherwise fill its transcript with the same sentences.
    """
    while True:
        for line in lines:
            for speaker in speakers.values():
                await speaker.inside.wait()
            speakers[line.speaker].mouth.say(line)
            await asyncio.sleep(line.duration_s + line.pause_s)
        await asyncio.sleep(BETWEEN_ROUNDS_S)
        await roster.watched()
