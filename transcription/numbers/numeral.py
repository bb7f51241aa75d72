"""A number as a language's scanner finds it, before anybody looks at the words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from transcription.numbers.quantity import Weight

ONE = Fraction(1)
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Numeral:
    start: int
    end: int
    values: tuple[Fraction, ...]
    """The likeliest first; empty for a row of digits that is no number."""
    spelled: bool = False
    scale: Fraction = ONE
    """The large unit at its end, which "2~3만" shares."""
    weight: Weight = Weight.STRONG
    """With nothing beside it."""
    unit_weight: Weight = Weight.STRONG
    """With a unit or counter beside it."""
    raw: str = ""
    ordinal: bool = False
    not_unit: str = ""
    """A unit that this way of saying a number never has: 두 분 are people, 이 분 minutes."""
