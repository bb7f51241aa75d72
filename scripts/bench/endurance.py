"""Whether memory stays flat: minutes of talk through the pipeline on a driven clock, over and over."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import dialogue
from bench.driven import driven
from transcription.models.store import ModelStore
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ

CONVERSATION_S = 120
"""Of talk, then it begins anew."""
STEP_S = 15
"""Between two looks at the memory."""
WARM_UP_SHARE = 0.4
"""Of the run, in which caches fill and the allocator finds its size."""


@dataclass(frozen=True, slots=True)
class Endurance:
    rss_mib: tuple[float, ...]
    """After each `STEP_S` of audio."""
    finals: int

    @property
    def growth_mib(self) -> float:
        return growth(self.rss_mib)


async def endure(store: ModelStore, minutes: float, *, threads: int = 1) -> Endurance:
    """Two people who talk, so long; raises as `dialogue.session` does."""
    languages = store.model_set().recogniser.languages
    voices = dialogue.session(0, CONVERSATION_S, languages)
    sizes: list[float] = []
    step = STEP_S * SAMPLE_RATE_HZ // FRAME_SAMPLES * FRAME_SAMPLES
    async with driven(
        store, {voice.name: (voice.language, voice.reads) for voice in voices}, threads=threads
    ) as drive:
        for number in range(max(3, round(minutes * 60 / STEP_S))):
            at = number * step % (CONVERSATION_S * SAMPLE_RATE_HZ)
            await drive.play({voice.name: voice.samples[at : at + step] for voice in voices})
            drive.said.clear()
            sizes.append(rss_mib())
        return Endurance(tuple(sizes), drive.finals)


def growth(rss_mib: Sequence[float]) -> float:
    """MiB from the warm-up's end to the end, each the median of a fifth of the run: one peak is no growth."""
    warm = rss_mib[int(len(rss_mib) * WARM_UP_SHARE) :]
    part = max(1, len(rss_mib) // 5)
    return _median(warm[-part:]) - _median(warm[:part])


def rss_mib() -> float:
    """Of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
