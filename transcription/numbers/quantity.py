"""What a number in a sentence means, as far as one can tell from the words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from fractions import Fraction


class Kind(Enum):
    """What is measured. `unit` of a reading says more."""

    BARE = "bare"
    """A number and nothing known beside it."""
    COUNT = "count"
    """With a counter word (개, 个, cái, pieces, шт): which one does not matter."""
    MEASURE = "measure"
    """`unit`: kg, hour, celsius …"""
    CURRENCY = "currency"
    """`unit`: ISO 4217."""
    PERCENT = "percent"
    DATE = "date"
    """`unit`: year, month or mday. A date is one quantity for each part that is named."""
    TIME = "time"
    """Minutes since midnight; `unit`: 24h, or 12h where nobody said which half of the day."""
    HOUR = "hour"
    """The hour of a TIME as it was said, which "at 3" may stand for."""
    ORDINAL = "ordinal"
    RATIO = "ratio"
    """First to second, 1:10 → 1/10."""
    CODE = "code"
    """A model or standard; `unit` is the code without spaces and hyphens, the value 0."""
    INCOTERM = "incoterm"
    """`unit`: FOB …, the value 0."""


class Weight(IntEnum):
    """How sure it is that a translation must say it too."""

    FAINT = 0
    """Possibly a number ("a", 한, 三 in 三方): good as a partner, never missed."""
    SOFT = 1
    """A number that a good translation may leave out ("both", 两位): missed only against another one."""
    STRONG = 2


@dataclass(frozen=True, slots=True)
class Reading:
    kind: Kind
    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text."""

    readings: tuple[Reading, ...]
    """The likeliest first: 1.000 may be a thousand, 15일 a day of the month or a time of waiting."""
    start: int
    """Characters (code points) of the text, as is `end`."""
    end: int
    weight: Weight = Weight.STRONG
    raw: str = ""
    """The number as it was written, where it was written in digits."""

    @property
    def kind(self) -> Kind:
        return self.readings[0].kind

    @property
    def value(self) -> Fraction:
        return self.readings[0].value

    @property
    def unit(self) -> str:
        return self.readings[0].unit
