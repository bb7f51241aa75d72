"""From numerals to quantities: what stands beside a number, and which numbers belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.lexicon import Measure, Measures, begins_word, ends_word
from transcription.numbers.numeral import HALF, Numeral
from transcription.numbers.quantity import Kind, Quantity, Reading, Weight

BARE = Measure(Kind.BARE)
FIRST_YEAR, LAST_YEAR = 1900, 2100
_SURE = (Kind.CURRENCY, Kind.PERCENT, Kind.DATE, Kind.TIME, Kind.RATIO, Kind.CODE, Kind.INCOTERM)
_OFFSETS = {"half_past": 30, "half_to": -30, "quarter_past": 15, "quarter_to": -15}
"""Minutes that words before an hour add to it."""
_HALVES = (("hour", Fraction(30), "minute"), ("year", Fraction(6), "month"), ("day", Fraction(12), "hour"))
"""Half an hour is said in minutes as often."""
_NEGATIVE = (Kind.BARE, Kind.PERCENT, Kind.MEASURE, Kind.CURRENCY)


@dataclass(slots=True)
class Item:
    """A quantity in the making."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    spelled: bool = False
    limit: Weight = Weight.STRONG
    scale: Fraction = Fraction(1)
    raw: str = ""
    bare: bool = False
    """Nothing beside it says what it counts."""
    number_start: int = 0
    number_end: int = 0

    @property
    def kind(self) -> Kind:
        return self.readings[0].kind

    @property
    def value(self) -> Fraction:
        return self.readings[0].value

    def unit_is(self, unit: str) -> bool:
        return self.readings[0].unit == unit

    def find(self, kind: Kind, unit: str | None = None) -> Reading | None:
        for reading in self.readings:
            if reading.kind is kind and unit in (None, reading.unit):
                return reading
        return None

    def quantity(self) -> Quantity:
        weight = min(self.limit, _usual_weight(self))
        halves = [
            Reading(Kind.MEASURE, number, smaller)
            for reading in self.readings
            for unit, number, smaller in _HALVES
            if reading.kind is Kind.MEASURE and reading.value == HALF and reading.unit == unit
        ]
        return Quantity(
            tuple(dict.fromkeys((*self.readings, *halves))), self.start, self.end, weight, self.raw
        )


def _usual_weight(item: Item) -> Weight:
    kind, value = item.kind, item.value
    if kind is Kind.RATIO and value == 1:
        return Weight.SOFT  # 1:1 상담 is one-on-one
    if kind in _SURE:
        soft = kind is Kind.CURRENCY and value == 1  # 1달러에 1,380원
        return Weight.SOFT if soft else Weight.STRONG
    if kind is Kind.ORDINAL:
        return Weight.SOFT if value > 1 else Weight.FAINT
    if kind is Kind.MEASURE:
        return Weight.SOFT if value in (1, HALF) else Weight.STRONG
    if value in (0, 1):
        return Weight.FAINT if item.spelled else Weight.SOFT
    return Weight.SOFT if item.spelled and value in (2, HALF) else Weight.STRONG


def readings(values: Iterable[Fraction], measures: Measures, *, part: str = "") -> tuple[Reading, ...]:
    """Each value in each measure, the impossible ones left out."""
    values = tuple(values)
    found = [
        reading for measure in measures for value in values for reading in _reading(value, measure, part)
    ]
    return tuple(found) or tuple(Reading(Kind.BARE, value) for value in values)


def _reading(value: Fraction, measure: Measure, part: str) -> Iterable[Reading]:
    if measure.kind is Kind.DATE:
        return _date(value, measure.unit)
    if measure.kind is Kind.TIME:
        offset = _OFFSETS.get(measure.unit)
        if offset is not None:
            return clock(value * 60 + offset, part)
        return clock(value * 60, part or measure.unit)
    if measure.unit == "off":
        # 八折, 75折: what is left of ten, or of a hundred.
        left = value * 10 if value < 10 else value
        return (Reading(Kind.PERCENT, 100 - left), Reading(Kind.PERCENT, left))
    if measure.kind is Kind.MEASURE and measure.unit == "year" and FIRST_YEAR <= value <= LAST_YEAR:
        return ()
    return (Reading(measure.kind, value * measure.factor, measure.unit),)


def _date(value: Fraction, unit: str) -> Iterable[Reading]:
    if value.denominator != 1:
        # 一个半月 is a month and a half.
        return (Reading(Kind.MEASURE, value, unit),) if unit == "month" else ()
    low, high = {"month": (1, 12), "mday": (1, 31), "year": (FIRST_YEAR, LAST_YEAR)}[unit]
    if unit == "year" and 20 <= value <= 60:
        value += 2000
    return (Reading(Kind.DATE, value, unit),) if low <= value <= high else ()


def clock(minutes: Fraction, part: str) -> tuple[Reading, ...]:
    """A time of day. `part`: am, pm, noon, night, or nothing said."""
    if not 0 <= minutes <= 24 * 60:
        return ()
    hour = minutes // 60
    said = (Reading(Kind.HOUR, Fraction(hour)),) if minutes % 60 == 0 else ()
    late = {"pm": hour < 12, "noon": hour < 6, "night": 6 <= hour < 12}.get(part, False)
    if late:
        minutes += 12 * 60
    elif hour == 12 and part in ("am", "night"):
        minutes -= 12 * 60
    known = part != "" or hour > 12 or hour == 0
    return (Reading(Kind.TIME, minutes % (24 * 60), "24h" if known else "12h"), *said)


class Assembler:
    """One text."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._grammar = grammar
        self._prefixes = grammar.prefixes.find(text)
        self._dayparts = grammar.dayparts_before.find(text)

    def items(self, numerals: Iterable[Numeral]) -> list[Item]:
        found: list[Item] = []
        end = 0
        for numeral in numerals:
            if numeral.start >= end:
                found.append(self._item(numeral, end))
                end = found[-1].end
        return found

    def part_of_day(self, start: int, end: int) -> tuple[str, int, int]:
        """Said before or after a time of day, and where the time begins and ends with it."""
        if before := self._dayparts.get(start):
            return before[1][0].unit, before[0], end
        if after := self._grammar.dayparts_after.match(self._text, end):
            return after[2][0].unit, start, after[1]
        return "", start, end

    def _item(self, numeral: Numeral, free: int) -> Item:
        if not numeral.values:
            code = Reading(Kind.CODE, Fraction(0), numeral.raw or self._text[numeral.start : numeral.end])
            return Item(numeral.start, numeral.end, (code,), raw=numeral.raw)
        text, grammar = self._text, self._grammar
        start, end, values = numeral.start, numeral.end, numeral.values
        prefix = self._prefixes.get(start)
        if prefix is not None and prefix[0] < free:
            prefix = None
        filler = grammar.filler.match(text, end)
        suffix = grammar.suffixes.match(text, filler.end() if filler else end)
        if suffix is None and filler:
            suffix = grammar.suffixes.match(text, end)
        measures, start, end = self._measures(numeral, prefix, suffix)
        measures = tuple(
            measure
            for measure in measures
            if measure.unit != (numeral.not_unit or None)
            and (measure.kind is not Kind.TIME or values[0].denominator == 1)
        )
        halved = None
        if suffix is None and grammar.bare_half and (halved := grammar.half.match(text, end)):
            part, _, end = self.part_of_day(start, halved.end())
            value = values[0]
            made = (Reading(Kind.BARE, value + HALF), *clock(value * 60 + 30, part))
            return Item(start, end, made, numeral.spelled)
        if suffix is not None and end == suffix[1] and (halved := grammar.half.match(text, end)):
            values, end = tuple(value + HALF for value in values), halved.end()
        elif suffix is not None and end == suffix[1] and (tail := grammar.tenths.match(text, end)):
            values, end = tuple(value + _tenths(tail) for value in values), tail.end()
        part, start, end = self._part(measures, start, end)
        if (halved or part) and any(measure.kind is Kind.TIME for measure in measures):
            measures = tuple(measure for measure in measures if measure.kind is not Kind.COUNT)
        if part:
            measures = tuple(measure for measure in measures if measure.kind is Kind.TIME)
        measures = measures or (BARE,)
        values, start, end = self._signed(values, measures, numeral.start, start, end)
        made = readings(values, measures, part=part)
        bare = made[0].kind is Kind.BARE and not numeral.ordinal
        if bare and numeral.spelled and HALF in values:
            made += (Reading(Kind.PERCENT, Fraction(50)),)
        # 百万级 says how large, not how many.
        alone = (suffix is None and prefix is None) or (made[0].kind is Kind.BARE and values[0] >= 100)
        limit = numeral.weight if alone else numeral.unit_weight
        limit = Weight.STRONG if prefix and made[0].kind is Kind.PERCENT else limit
        return Item(
            start,
            end,
            made,
            numeral.spelled,
            limit,
            numeral.scale,
            numeral.raw,
            bare,
            numeral.start,
            numeral.end,
        )

    def _measures(
        self,
        numeral: Numeral,
        prefix: tuple[int, Measures] | None,
        suffix: tuple[int, int, Measures] | None,
    ) -> tuple[Measures, int, int]:
        """What the number counts, and where its words begin and end."""
        start, end = numeral.start, numeral.end
        if self._grammar.day_of.match(self._text, end) and 1 <= numeral.values[0] <= 31:
            return (Measure(Kind.DATE, "mday"),), prefix[0] if prefix else start, end
        if prefix is not None and prefix[1][0].kind is Kind.DATE and suffix is not None:
            # Each day 15 pieces; but March 2026, not 3 years.
            prefix = prefix if suffix[2][0].unit in ("year", "month") else None
        if prefix is not None:
            kind = prefix[1][0].kind
            if kind is Kind.ORDINAL and suffix is not None and suffix[2][0].unit == "quarter":
                return suffix[2], prefix[0], suffix[1]
            if suffix is not None and kind is Kind.CURRENCY and suffix[2][0].kind is Kind.CURRENCY:
                return suffix[2], prefix[0], suffix[1]
            return prefix[1], prefix[0], end
        if suffix is not None:
            if numeral.ordinal and suffix[2][0].unit not in ("quarter", "year", "mday"):
                return (Measure(Kind.ORDINAL),), start, end
            return suffix[2], start, suffix[1]
        if numeral.ordinal:
            mday = (Measure(Kind.DATE, "mday"),) if not numeral.spelled else ()
            part = Measure(Kind.BARE, factor=1 / numeral.values[0] ** 2)
            third = (part,) if numeral.spelled and 3 <= numeral.values[0] <= 10 else ()
            return (Measure(Kind.ORDINAL), *mday, *third), start, end
        return (BARE,), start, end

    def _part(self, measures: Measures, start: int, end: int) -> tuple[str, int, int]:
        if not any(measure.kind is Kind.TIME for measure in measures):
            return "", start, end
        return self.part_of_day(start, end)

    def _signed(
        self, values: tuple[Fraction, ...], measures: Measures, number: int, start: int, end: int
    ) -> tuple[tuple[Fraction, ...], int, int]:
        if measures[0].kind not in _NEGATIVE:
            return values, start, end
        before = self._grammar.minus.search(self._text, max(0, start - 16), start)
        after = self._grammar.minus_after.match(self._text, end)
        if before is None and after is None:
            return values, start, end
        negative = tuple(-value for value in values)
        return negative, before.start() if before else start, after.end() if after else end


def _tenths(match: re.Match[str]) -> Fraction:
    digits = "".join(str("零一二三四五六七八九".index(digit)) for digit in match.groups() if digit)
    return Fraction(int(digits), 10 ** len(digits))


def phrase_items(text: str, phrases: Mapping[str, Phrase], *, inside_words: bool) -> list[Item]:
    """Words that are quantities by themselves, by the longest."""
    found: list[Item] = []
    lengths = sorted({len(word) for word in phrases}, reverse=True)
    firsts = {word[0] for word in phrases}
    at = 0
    while at < len(text):
        item = None
        if text[at] in firsts and (inside_words or begins_word(text, at)):
            item = _phrase_at(text, at, phrases, lengths, inside_words)
        if item is not None:
            found.append(item)
        at = item.end if item is not None else at + 1
    return found


def _phrase_at(
    text: str, at: int, phrases: Mapping[str, Phrase], lengths: list[int], inside_words: bool
) -> Item | None:
    for length in lengths:
        if at + length > len(text):
            continue  # or the slice would be a shorter word
        phrase = phrases.get(text[at : at + length])
        if phrase is not None and (inside_words or ends_word(text, at + length)):
            made = readings((phrase.value,), phrase.measures)
            return Item(at, at + length, made, True, phrase.weight)
    return None
