"""Numbers that belong together: fractions, ratios, hours and minutes, days and months, ranges."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from transcription.numbers.assembly import FIRST_YEAR, LAST_YEAR, Item, readings
from transcription.numbers.grammar import Grammar
from transcription.numbers.lexicon import Measure
from transcription.numbers.quantity import Kind, Reading, Weight

_SMALLER = {("hour", "minute"): 60, ("minute", "second"): 60, ("year", "month"): 12, ("m", "cm"): 100}
_SHARED = (Kind.BARE, Kind.COUNT, Kind.MEASURE, Kind.CURRENCY, Kind.PERCENT)
_LIST = frozenset(
    {",", "、", "and", "와", "과", "和", "và", "и", "と", "or", "或", "하고", "나", "이나", "乘"}
)
"""What may also stand between numbers that have nothing to do with each other."""
_CENTS = re.compile(r"\s?(?:센트(?!럴|리)|cents?\b|美分|仙|セント|цент(?:а|ов|ами)?\b|xu\b)", re.IGNORECASE)
_WITH_CENTS = re.compile(r"\s*(?:,|and|와|과|하고|и|と|và|和|零|又)?\s*", re.IGNORECASE)
_CENTS_OF = frozenset({"USD", "EUR", "HKD", "SGD", "AUD", "CAD"})
MAX_GAP = 12
"""Characters between numbers that belong together."""
Join = Callable[[str, Grammar, Item, Item], "Item | None"]


def joined(text: str, grammar: Grammar, items: Sequence[Item]) -> list[Item]:
    """`items` in order, with what belongs together in one."""
    ratios = grammar.ratio_context is None or grammar.ratio_context.search(text) is not None
    steps: list[Join] = [_fraction, _clock, _duration, _dollars_and_cents]
    if grammar.spoken_decimals:
        steps.insert(0, _spoken_decimals)
    steps.insert(1, _ratio if ratios else _fifty_fifty)
    found = list(items)
    for item in found:
        _as_cents(text, item)
    for step in steps:
        found = _folded(text, grammar, found, step)
    _dates(text, grammar, found)
    _ranges(text, grammar, found)
    return found


def _folded(text: str, grammar: Grammar, items: Sequence[Item], step: Join) -> list[Item]:
    found: list[Item] = []
    for item in items:
        one = step(text, grammar, found[-1], item) if found else None
        if one is not None and item.start - found[-1].end <= MAX_GAP:
            found[-1] = one
        else:
            found.append(item)
    return found


def _between(text: str, first: Item, second: Item) -> str:
    return text[first.end : min(second.start, first.end + MAX_GAP + 1)]


def _fraction(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    if not first.number_end or not grammar.fraction.fullmatch(text, first.number_end, second.number_start):
        return None
    over, under = (
        (second.value, first.value) if grammar.first == "denominator" else (first.value, second.value)
    )
    if under == 0:
        return None
    kept = tuple(
        Reading(reading.kind, over / under, reading.unit)
        for reading in second.readings
        if reading.kind is not Kind.BARE
    )
    made = kept or (Reading(Kind.BARE, over / under),)
    return Item(first.start, second.end, made, first.spelled and second.spelled, bare=not kept)


def _ratio(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    if (
        not (first.bare or first.kind is Kind.COUNT)
        or not second.bare
        or second.value <= 0
        or first.value <= 0
    ):
        return None
    fifty_fifty = first.value == second.value and text[first.end : second.start] == "-"
    if not fifty_fifty and not grammar.ratio.fullmatch(text, first.number_end, second.start):
        return None
    ratio = Reading(Kind.RATIO, first.value / second.value)
    return Item(first.start, second.end, (ratio,))


def _fifty_fifty(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    return _ratio(text, grammar, first, second) if text[first.end : second.start] == "-" else None


def _spoken_decimals(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    """Four thirty, three fifty, forty-nine ninety-nine: a time of day or a price."""
    if not (first.bare and second.bare and first.spelled and second.spelled):
        return None
    large, small = first.value, second.value
    if not (1 <= large < 100 and 10 <= small < 100 and text[first.end : second.start] == " "):
        return None
    made: tuple[Reading, ...] = (Reading(Kind.BARE, large + small / 100),)
    if large <= 12 and small < 60 and large.denominator == small.denominator == 1:
        made = (*made, Reading(Kind.TIME, large * 60 + small, "12h"))
    return Item(first.start, second.end, made, True, bare=True)


def _clock(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    """An hour with its minutes."""
    time = first.find(Kind.TIME)
    if time is None or not grammar.between.fullmatch(_between(text, first, second)):
        return None
    minutes = second.find(Kind.MEASURE, "minute")
    if minutes is None and grammar.bare_minutes and second.bare:
        minutes = second.readings[0]
    if minutes is None or not 0 < minutes.value < 60 or time.value % 60:
        return None
    made: tuple[Reading, ...] = (Reading(Kind.TIME, time.value + minutes.value, time.unit),)
    if hours := first.find(Kind.MEASURE, "hour"):
        longer = Reading(Kind.MEASURE, hours.value + minutes.value / 60, "hour")
        made = (longer, *made) if first.kind is Kind.MEASURE else (*made, longer)
    return Item(first.start, second.end, made)


def _duration(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    """1시간 30분 is one and a half hours."""
    if not grammar.between.fullmatch(_between(text, first, second)):
        return None
    for large in first.readings:
        for small in second.readings:
            parts = _SMALLER.get((large.unit, small.unit))
            if parts and large.kind is small.kind is Kind.MEASURE and 0 < small.value < parts:
                value = large.value + small.value / parts
                return Item(first.start, second.end, (Reading(Kind.MEASURE, value, large.unit),))
    return None


def _as_cents(text: str, item: Item) -> None:
    """50센트 is half a dollar, or half of whatever else it stands behind."""
    word = _CENTS.match(text, item.end) if item.bare else None
    if word is None or not 0 < item.value < 100:
        return
    item.readings = (Reading(Kind.CURRENCY, item.value / 100, "USD"),)
    item.end, item.bare, item.limit = word.end(), False, Weight.STRONG


def _dollars_and_cents(text: str, grammar: Grammar, first: Item, second: Item) -> Item | None:
    large, small = first.find(Kind.CURRENCY), second.find(Kind.CURRENCY, "USD")
    if large is None or small is None or large.unit not in _CENTS_OF or large.value.denominator != 1:
        return None
    if not _CENTS.fullmatch(text, second.number_end, second.end):
        return None
    if not _WITH_CENTS.fullmatch(_between(text, first, second)):
        return None
    made = (Reading(Kind.CURRENCY, large.value + small.value, large.unit),)
    return Item(first.start, second.end, made)


def _dates(text: str, grammar: Grammar, items: Sequence[Item]) -> None:
    """A number beside the name of a month is its day or year."""
    for first, second in itertools.pairwise(items):
        if first.kind is second.kind is Kind.DATE and first.unit_is("month") and second.unit_is("month"):
            continue
        if second.kind is Kind.DATE and second.unit_is("month"):
            if grammar.before_month.fullmatch(text, first.end, second.start):
                _as_date(first, day_only=True)
        elif (
            first.kind is Kind.DATE
            and (first.unit_is("month") or first.unit_is("mday"))
            and grammar.after_month.fullmatch(text, first.end, second.start)
        ):
            _as_date(second, day_only=False)


def _as_date(item: Item, *, day_only: bool) -> None:
    if not (item.bare or item.find(Kind.ORDINAL) or item.find(Kind.DATE)):
        return
    value = item.value
    if value.denominator == 1 and 1 <= value <= 31:
        item.readings = (Reading(Kind.DATE, value, "mday"),)
    elif not day_only and value.denominator == 1 and FIRST_YEAR <= value <= LAST_YEAR:
        item.readings = (Reading(Kind.DATE, value, "year"),)
    else:
        return
    item.bare, item.limit = False, Weight.STRONG


def _ranges(text: str, grammar: Grammar, items: Sequence[Item]) -> None:
    """The unit that the last number of a range or list has is that of the others too."""
    for first, second in reversed(list(itertools.pairwise(items))):
        match = grammar.joiner.fullmatch(text, first.end, second.start)
        if match is None:
            continue
        loose = match.group().strip() in _LIST
        if first.bare and second.kind in _SHARED and (not second.bare or second.scale != 1):
            _share(first, second, loose=loose)
        elif first.bare and second.kind in (Kind.DATE, Kind.TIME) and not loose:
            _share(first, second, loose=False)
        elif second.bare and (first.kind is Kind.CURRENCY or (first.kind is Kind.PERCENT and not loose)):
            kind, unit = first.kind, first.readings[0].unit
            shared = tuple(Reading(kind, reading.value, unit) for reading in second.readings)
            second.readings, second.bare = shared + second.readings, False
            second.limit = first.limit


def _share(first: Item, second: Item, *, loose: bool) -> None:
    values = [reading.value for reading in first.readings if reading.kind is Kind.BARE]
    scaled = [value * second.scale for value in values] if second.scale > first.scale else []
    measures = [
        Measure(reading.kind, reading.unit) for reading in second.readings if reading.kind is not Kind.HOUR
    ]
    measures = [replace(measure, unit="") if measure.kind is Kind.TIME else measure for measure in measures]
    made = readings((*scaled, *values), tuple(measures))
    if made[0].kind is Kind.BARE and not scaled:
        return
    first.readings = (*made, *first.readings) if loose else made
    first.bare = first.readings[0].kind is Kind.BARE
    first.limit = max(first.limit, second.limit)
