"""Dates, times and proportions written with signs: 2026-03-15, 15/3, 3:30, 1:10, 15h30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from transcription.numbers.assembly import FIRST_YEAR, LAST_YEAR, Assembler, Item, clock
from transcription.numbers.quantity import Kind, Reading

_YEAR_FIRST = re.compile(
    r"(?<![0-9.])((?:19|20)[0-9]{2}) ?([-./]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})(?![0-9]|[.,][0-9])"
)
_YEAR_LAST = re.compile(r"(?<![0-9.])([0-9]{1,2})([-./])([0-9]{1,2})\2((?:19|20)[0-9]{2})(?![0-9])")
_DAY_MONTH = re.compile(r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,2})(?![0-9/]|[.,][0-9])")
_CLOCK = re.compile(
    r"(?<![0-9:.])([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9])?(?![0-9:])"
    r"|(?<![0-9a-z.,])([0-9]{1,2}) ?h ?([0-5][0-9])(?![0-9a-z])"
)
_PROPORTION = re.compile(
    "ratio|dilut|mix|비율|희석|배합|혼합|섞|比例|稀释|混合|配比|按"
    "|tỷ lệ|tỉ lệ|pha|соотношени|развед|развод|割合|希釈|配合|混ぜ"
)
_RATIO = re.compile(
    r"(?<![0-9:.,])([0-9]{1,6}(?:[.,][0-9]{1,4})?) ?: ?([0-9]{1,6}(?:[.,][0-9]{1,4})?)(?![0-9:]|[.,][0-9])"
)


def written_items(text: str, assembler: Assembler) -> Iterator[Item]:
    """Dates come before the times and proportions that they may look like."""
    for match in _YEAR_FIRST.finditer(text):
        yield from _parts(match, ((1, "year"), (3, "month"), (4, "mday")))
    for match in _YEAR_LAST.finditer(text):
        yield from _either(match, 1, 3)
        yield from _parts(match, ((4, "year"),))
    for match in _DAY_MONTH.finditer(text):
        yield from _slash(match)
    for match in _CLOCK.finditer(text):
        yield from _clock(match, assembler)
    for match in _RATIO.finditer(text):
        first, second = (_number(match.group(group)) for group in (1, 2))
        if second > 0:
            yield Item(match.start(), match.end(), (Reading(Kind.RATIO, first / second),))


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def _parts(match: re.Match[str], groups: tuple[tuple[int, str], ...]) -> Iterator[Item]:
    limits = {"year": (FIRST_YEAR, LAST_YEAR), "month": (1, 12), "mday": (1, 31)}
    if all(limits[unit][0] <= int(match.group(group)) <= limits[unit][1] for group, unit in groups):
        for group, unit in groups:
            reading = Reading(Kind.DATE, Fraction(int(match.group(group))), unit)
            yield Item(*match.span(group), (reading,))


def _either(match: re.Match[str], first: int, second: int) -> Iterator[Item]:
    """3/4 is a day of April or of March, by country."""
    dated = max(int(match.group(first)), int(match.group(second))) > 12
    for group in (first, second):
        value = Fraction(int(match.group(group)))
        units = (("month", 12),) if dated and value <= 12 else (("mday", 31), ("month", 12))
        readings = tuple(Reading(Kind.DATE, value, unit) for unit, limit in units if 1 <= value <= limit)
        if readings:
            yield Item(*match.span(group), readings)


def _slash(match: re.Match[str]) -> Iterator[Item]:
    """15/3 a date, 3/4 a fraction as well, 24/7 neither."""
    first, second = int(match.group(1)), int(match.group(2))
    if second == 0:
        return
    dated = 1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12
    if (
        first < second
        and first in (1, 2, 3)
        and second in (2, 3, 4, 5, 8, 10)
        and not match.group().startswith("0")
    ):
        fraction = Reading(Kind.BARE, Fraction(first, second))
        ratio = Reading(Kind.RATIO, Fraction(first, second))
        yield Item(match.start(), match.end(), (fraction, ratio))
    elif dated:
        yield from _either(match, 1, 2)


def _clock(match: re.Match[str], assembler: Assembler) -> Iterator[Item]:
    hour, minute = int(match.group(1) or match.group(3)), int(match.group(2) or match.group(4))
    part, start, end = assembler.part_of_day(*match.span())
    readings = list(clock(Fraction(hour * 60 + minute), part))
    if match.group(1) is not None and not part and minute:
        readings.append(Reading(Kind.RATIO, Fraction(hour, minute)))
    if match.group(3) is not None or (match.group(1) is not None and not part):
        readings.append(Reading(Kind.MEASURE, Fraction(hour * 60 + minute, 60), "hour"))
    if _PROPORTION.search(match.string, max(0, start - 40), end + 40):
        readings.sort(key=lambda reading: reading.kind is not Kind.RATIO)
    if readings:
        yield Item(start, end, tuple(readings))
