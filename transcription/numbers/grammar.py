"""What the reader of numbers has to know about a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from transcription.numbers.lexicon import Lexicon, Measure, Prefixes
from transcription.numbers.numeral import Numeral
from transcription.numbers.quantity import Weight

NO_PREFIXES, NO_WORDS = Prefixes({}), Lexicon({})
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word that is a quantity by itself: 하루, twice, полчаса."""

    value: Fraction
    measures: tuple[Measure, ...]
    weight: Weight


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns are matched where the text before them ended; `find` of lexicons likewise."""

    numerals: Callable[[str], Iterator[Numeral]]
    suffixes: Lexicon
    prefixes: Prefixes
    fold: Callable[[str], str] = str
    """Character for character, such as 萬 → 万."""
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    bare_phrases: bool = False
    """Whether phrases may stand inside a word, as where no spaces are written."""
    dayparts_before: Prefixes = NO_PREFIXES
    dayparts_after: Lexicon = NO_WORDS
    half: re.Pattern[str] = NEVER
    """After a unit: and a half."""
    tenths: re.Pattern[str] = NEVER
    """After a unit: tenths and hundredths of it, 八块五."""
    filler: re.Pattern[str] = NEVER
    """Between a number and its unit."""
    joiner: re.Pattern[str] = NEVER
    """Between two numbers that share a unit: 10~15일."""
    ratio: re.Pattern[str] = NEVER
    """Between two numbers that stand in proportion: 1 대 10."""
    ratio_context: re.Pattern[str] | None = None
    """What must be in the text for that, where the word means a range too."""
    fraction: re.Pattern[str] = NEVER
    """Between the parts of a fraction, of which `first` comes first."""
    first: Literal["denominator", "numerator"] = "denominator"
    minus: re.Pattern[str] = NEVER
    """Ends where a negative number begins."""
    minus_after: re.Pattern[str] = NEVER
    between: re.Pattern[str] = re.compile(r" ?")
    """Between an hour and its minutes, a year and its months."""
    bare_minutes: bool = False
    """Whether minutes may go without their word: 3点30, 3 giờ 30."""
    compounds: re.Pattern[str] = NEVER
    """Words made of a number (`number`) and a unit (`unit`): трехлетний."""
    compound_numbers: Mapping[str, int] = field(default_factory=dict)
    compound_units: Mapping[str, Measure] = field(default_factory=dict)
    spoken_decimals: bool = False
    """Whether hours and prices are said without a word between the numbers: four thirty."""
    bare_half: bool = False
    """Whether a number and a half may go without a unit, as hours do: 9 rưỡi."""
    months: Mapping[str, int] = field(default_factory=dict)
    """Names of months, whole words."""
    month_guard: frozenset[str] = frozenset()
    """Names that are months only beside a number or a preposition: may, march."""
    before_month: re.Pattern[str] = re.compile(r" ")
    """Between a day and its month."""
    after_month: re.Pattern[str] = re.compile(r",? ")
    """Between a month and a day or year after it."""
    day_of: re.Pattern[str] = NEVER
    """After a number that is a day, not the months that its word would make it: 15 tháng 3."""
