"""What decides how much of a growing hypothesis is settled: the seam at which policies can be changed.

`agreement.Agreement` is one (LocalAgreement-2); AlignAtt (Papi et al., 2023) would be another. A policy is
pure: hypotheses in, text out, no clock and no model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from transcription.agreement import Unit


class StreamingPolicy(Protocol):
    """Of one utterance. `stable_text` only ever grows, and `text` always begins with it."""

    text: str
    """The last hypothesis."""
    stable_text: str
    prefix: tuple[int, ...]
    """The decoder's tokens of the stable text, which every further pass begins with."""
    settled_units: int
    """How many units of the last hypothesis are stable."""
    refused: int
    """Hypotheses that contradicted stable text."""

    @property
    def presentable(self) -> str:
        """How much of an unfinished `text` viewers are shown; it begins with what is stable."""

    @property
    def stable(self) -> int:
        """Characters of `stable_text`."""

    def hear(self, units: Sequence[Unit]) -> bool:
        """The next hypothesis; False, and nothing changes, when it contradicts what is stable."""

    def finish(self, units: Sequence[Unit]) -> str:
        """The final text; all of it is stable then."""


PolicyFactory = Callable[[str], StreamingPolicy]
"""Makes one for an utterance in a language."""
