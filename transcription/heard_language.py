"""Whether somebody speaks another language than the one they are listened to in: the optional detector.

Nobody is switched over by a machine: the language is theirs to choose, and a caption never changes it midway.
"""

from __future__ import annotations

from collections.abc import Mapping

from wire.audio import SAMPLE_RATE_HZ

SURE = 0.8
UNLIKELY = 0.1
"""Another language is taken for spoken when it is at least, and the chosen one at most, this probable."""
MIN_SPEECH_SAMPLES = 3 * SAMPLE_RATE_HZ // 2
"""Languages of shorter utterances ("okay", names) are guesses."""


def other_language(
    probabilities: Mapping[str, float], chosen: str, others: tuple[str, ...], *, samples: int
) -> str | None:
    """The one of `others` that was spoken; None where it was `chosen`, or where one can't tell.

    All are language subtags; `probabilities` may hold more of them than are asked for.
    """
    if samples < MIN_SPEECH_SAMPLES or probabilities.get(chosen, 0.0) > UNLIKELY:
        return None
    likeliest = max(others, key=lambda language: probabilities.get(language, 0.0), default=None)
    if likeliest is None or probabilities.get(likeliest, 0.0) < SURE:
        return None
    return likeliest
