"""Memory over an hour of talk. SANGDAM_MEMORY_MINUTES makes the run of the load tier longer."""

import os

import pytest
from bench import endurance

from transcription.models.store import DEMO_DIRECTORY, ModelStore

MINUTES = float(os.environ.get("SANGDAM_MEMORY_MINUTES", "4"))
MOST_GROWTH_MIB = 2 + 0.1 * MINUTES
"""The allocator's slack, and little more than nothing a minute.

An utterance whose audio is kept costs 0.25 MiB, and there are 16 in a minute; measured were 0.5 MiB in all.
"""


def test_growth_is_that_after_the_warm_up_and_peaks_are_none() -> None:
    assert endurance.growth([10, 50, 80, 90, 100, 100, 100, 140, 100, 100]) == 0
    assert endurance.growth([100, 100, 100, 100, 100, 110, 120, 130, 140, 150]) == 40
    assert endurance.growth([100, 90, 80]) == -10


@pytest.mark.load
@pytest.mark.timeout(60 * max(3.0, MINUTES))
async def test_memory_stays_flat_while_people_talk() -> None:
    found = await endurance.endure(ModelStore(DEMO_DIRECTORY), MINUTES)
    assert found.finals >= 8 * MINUTES
    assert found.growth_mib <= MOST_GROWTH_MIB, found.rss_mib
