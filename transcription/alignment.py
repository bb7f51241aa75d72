"""When words were spoken: from the decoder's cross attention, by CTranslate2's `Whisper.align`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from wire.audio import SAMPLE_RATE_HZ

POSITION_SAMPLES = SAMPLE_RATE_HZ // 50
"""The encoder has 50 positions a second."""


def unit_ends(path: Sequence[tuple[int, int]], tokens: Sequence[int]) -> tuple[int, ...]:
    """The sample at which each unit ends, counted from the start of the audio; empty where the path is short.

    path: (text token, encoder position) pairs in order; the end token is aligned too, as the last one.
    tokens: how many text tokens each unit has.
    """
    begins: dict[int, int] = {}
    for token, position in path:
        begins.setdefault(token, position)
    last = max(begins, default=-1)
    ends = list(accumulate(tokens))
    if not ends or ends[-1] > last:
        return ()
    return tuple(begins[end] * POSITION_SAMPLES for end in ends)
