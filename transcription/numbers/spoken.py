"""Number words of languages that put spaces between them, by addition: English and Russian."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from transcription.numbers.digits import written
from transcription.numbers.numeral import HALF, ONE, Numeral
from transcription.numbers.quantity import Weight

_WORD = re.compile(r"[^\W\d_]+\.?")
_START = re.compile(r"(?<![^\W\d_])[^\W\d_]|[0-9]")
_MONEY = {"m": 10**6, "b": 10**9}
"""What a sum of money is shortened by; other numbers have metres."""
_ENDLESS = Fraction(10**18)
MAX_WORDS = 30
"""More words than any number of a consultation has."""


@dataclass(frozen=True, slots=True)
class Words:
    """A language's number words."""

    small: Mapping[str, Fraction]
    """0 to 19, and one and a half."""
    tens: Mapping[str, int]
    hundreds: Mapping[str, int] = field(default_factory=dict)
    """Words for whole hundreds: двести."""
    hundred: frozenset[str] = frozenset()
    """Words that multiply: two hundred."""
    scales: Mapping[str, int] = field(default_factory=dict)
    lone_scales: frozenset[str] = frozenset()
    """Scales that need nothing before them: тысяча."""
    ordinals: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    """Denominators: thirds, трети."""
    decimals: Mapping[str, int] = field(default_factory=dict)
    """Denominators after a whole number: три целых пять десятых."""
    ands: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    point: re.Pattern[str] = re.compile(r"(?!)")
    and_half: re.Pattern[str] = re.compile(r"(?!)")
    half_of: re.Pattern[str] = re.compile(r"(?!)")
    """Before a scale: half a (million)."""
    vague_before: re.Pattern[str] = re.compile(r"(?!)")
    vague_after: re.Pattern[str] = re.compile(r"(?!)")
    ambiguous: frozenset[str] = frozenset()
    """Words that are more often something else."""
    centuries: frozenset[int] = frozenset()
    """What begins a year in two halves: nineteen ninety."""
    comma_decimal: bool = False
    spaced: bool = False


class SpokenNumerals:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._known = {*words.small, *words.tens, *words.hundreds, *words.lone_scales, *words.ordinals}
        self._known |= words.articles

    def __call__(self, text: str) -> Iterator[Numeral]:
        at = 0
        while (match := _START.search(text, at)) is not None:
            start = match.start()
            numeral = _Reader(text, start, self._words, self._known).numeral()
            if numeral is None:
                word = _WORD.match(text, start)
                at = max(start + 1, word.end() if word else 0)
                continue
            at = max(start + 1, numeral.end)
            if not self._words.vague_before.search(text, max(0, start - 12), start):
                yield numeral


class _Reader:
    """One number from its first word on."""

    def __init__(self, text: str, start: int, words: Words, known: set[str]) -> None:
        self._text, self._start, self._words, self._known = text, start, words, known
        self._end = start
        self._total = self._current = Fraction(0)
        self._room = _ENDLESS
        """More than what may still be added to `current`."""
        self._scale = _ENDLESS
        self._parts = 0
        self._arabic: tuple[Fraction, ...] | None = None
        self._spelled = True
        self._ordinal = False
        self._first = ""

    def numeral(self) -> Numeral | None:
        if "0" <= self._text[self._start] <= "9":
            if not self._digits(self._start, first=True):
                return Numeral(self._start, self._end, (), raw=self._text[self._start : self._end])
        elif not self._begin():
            return None
        while self._parts < MAX_WORDS and not self._ordinal and self._next():
            self._parts += 1
        return self._finished()

    def _begin(self) -> bool:
        if match := self._words.half_of.match(self._text, self._start):
            word = self._word(match.end())
            if word is not None and word.group().rstrip(".") in self._words.scales:
                self._first, self._current, self._end = "half", HALF, match.end() - 1
                return True
            return False
        word = self._word(self._start)
        if word is None or word.group() not in self._known:
            return False
        self._first = word.group()
        if self._first in self._words.articles:
            following = (
                self._word(word.end() + 1) if self._text[word.end() : word.end() + 1] in " -" else None
            )
            name = following.group() if following else ""
            if name not in self._words.hundred and name not in self._words.scales:
                return False
            self._current, self._end, self._room = ONE, word.end(), ONE
            return True
        if self._first in self._words.lone_scales:
            self._current = ONE
            return self._take_scale(self._words.scales[self._first], word.end())
        return self._take(self._first, word.end())

    def _word(self, at: int) -> re.Match[str] | None:
        """The word at `at`, its full stop with it only where the language knows it so (тыс.)."""
        match = _WORD.match(self._text, at)
        if match is not None and match.group().endswith("."):
            name = match.group()
            if name not in self._words.scales:
                return re.compile(r"[^\W\d_]+").match(self._text, at)
        return match

    def _next(self) -> bool:
        gap = self._text[self._end : self._end + 1]
        if gap not in (" ", "-"):
            word = self._word(self._end) if self._arabic and self._end < len(self._text) else None
            return word is not None and self._attached(word)
        at = self._end + 1
        if at >= len(self._text):
            return False
        if "0" <= self._text[at] <= "9":
            return (
                gap == " "
                and self._scale != _ENDLESS
                and self._current == 0
                and self._digits(at, first=False)
            )
        word = self._word(at)
        if word is None:
            return False
        name = word.group()
        if name in self._words.ands:
            return gap == " " and self._after_and(word.end())
        return self._scaled(word) if name in self._words.scales else self._take(name, word.end())

    def _attached(self, word: re.Match[str]) -> bool:
        """5k, $1.2m."""
        if word.group() in self._words.scales:
            return self._scaled(word)
        if self._start == 0 or self._text[self._start - 1] not in "$€£₩¥" or word.group() not in _MONEY:
            return False
        return self._take_scale(_MONEY[word.group()], word.end())

    def _after_and(self, end: int) -> bool:
        """One hundred and five: something smaller has to follow."""
        if self._room not in (100, _ENDLESS) or self._arabic or self._text[end : end + 1] != " ":
            return False
        word = self._word(end + 1)
        if word is None or word.group() not in (*self._words.small, *self._words.tens, *self._words.ordinals):
            return False
        return (self._total or self._current >= 100) != 0 and self._take(word.group(), word.end())

    def _digits(self, at: int, *, first: bool) -> bool:
        number = written(self._text, at, comma_decimal=self._words.comma_decimal, spaced=self._words.spaced)
        assert number is not None
        if first:
            self._end = number.end
        if not number.values:
            return False
        if first:
            self._arabic, self._spelled = number.values, False
        elif not self._goes_on(number.values[0], number.end):
            return False
        self._current, self._end, self._room = number.values[0], number.end, Fraction(0)
        return True

    def _goes_on(self, value: Fraction, end: int) -> bool:
        """1 million 200 thousand, 3 thousand 500."""
        word = self._word(end + 1) if self._text[end : end + 1] == " " else None
        if word is not None and word.group() in self._words.scales:
            return self._words.scales[word.group()] < self._scale
        return self._scale == 1000 and 100 <= value < 1000

    def _scaled(self, word: re.Match[str]) -> bool:
        if self._current == 0:
            return False
        return self._take_scale(self._words.scales[word.group()], word.end())

    def _take_scale(self, scale: int, end: int) -> bool:
        if scale >= self._scale:
            return False
        if self._arabic is not None and self._total == 0:
            self._arabic = tuple(value * scale for value in self._arabic)
        self._total += self._current * scale
        self._current, self._room, self._scale, self._end = Fraction(0), _ENDLESS, Fraction(scale), end
        return True

    def _take(self, name: str, end: int) -> bool:
        words = self._words
        if self._arabic is not None and self._current != 0:
            return False
        if name in words.hundred:
            if not 1 <= self._current < 100 or self._room >= 100:
                return False
            self._current, self._room, self._end = self._current * 100, Fraction(100), end
            return True
        for table, room in ((words.small, 0), (words.tens, 10), (words.hundreds, 100), (words.ordinals, 0)):
            if name in table:
                return self._add(Fraction(table[name]), Fraction(room), end, ordinal=table is words.ordinals)
        return False

    def _add(self, value: Fraction, room: Fraction, end: int, *, ordinal: bool) -> bool:
        if value >= self._room or (value == 0 and self._parts):
            if self._current in self._words.centuries and self._total == 0 and 10 <= value < 100:
                self._current, self._room, self._end = self._current * 100 + value, room, end
                return True
            return False
        self._current += value
        self._room, self._end, self._ordinal = room, end, ordinal
        return True

    def _finished(self) -> Numeral | None:
        words, text = self._words, self._text
        if words.vague_after.match(text, self._end):
            return None
        value = self._total + self._current
        scale = self._scale if self._current == 0 and self._scale != _ENDLESS else ONE
        values: tuple[Fraction, ...] = (value,)
        if self._arabic is not None:
            alone = value == self._arabic[0]
            values = self._arabic if alone else values
        whole = Numeral(self._start, self._end, values, self._spelled, scale, ordinal=self._ordinal)
        if not self._spelled:
            raw = text[self._start : self._end]
            whole = replace(whole, raw=raw if raw[-1].isdigit() else "")
        if self._ordinal:
            return replace(whole, weight=Weight.SOFT)
        if self._first in words.ambiguous and self._end == self._start + len(self._first):
            whole = replace(whole, weight=Weight.FAINT, unit_weight=Weight.FAINT)
        return self._more(whole)

    def _more(self, whole: Numeral) -> Numeral:
        """Decimals, halves and parts that follow the number."""
        text, words = self._text, self._words
        if (match := words.point.match(text, whole.end)) and (decimal := self._decimals(match)):
            return self._rescaled(replace(whole, values=(whole.values[0] + decimal[0],), end=decimal[1]))
        if match := words.and_half.match(text, whole.end):
            half = replace(whole, values=(whole.values[0] + HALF * whole.scale,), end=match.end())
            return self._rescaled(half) if whole.scale == 1 else half
        if text[whole.end : whole.end + 1] in (" ", "-"):
            word = self._word(whole.end + 1)
            parts = words.parts.get(word.group(), 0) if word else 0
            if word and parts and whole.values[0] < 100:
                return replace(whole, values=(whole.values[0] / parts,), end=word.end())
        return whole

    def _decimals(self, match: re.Match[str]) -> tuple[Fraction, int] | None:
        """Three point one four; три целых пять десятых."""
        words, end, digits = self._words, match.end(), ""
        while len(digits) < 12 and (word := self._word(end)) is not None:
            value = words.small.get(word.group())
            if value is None or not (value < 10 or words.decimals):
                break
            digits += str(value)
            last, end = word.end(), word.end() + 1
            following = self._word(end) if self._text[last : last + 1] == " " else None
            if words.decimals:
                if following is None or following.group() not in words.decimals or value.denominator != 1:
                    return None
                return value / words.decimals[following.group()], following.end()
            if following is None:
                break
        return (Fraction(int(digits), 10 ** len(digits)), end - 1) if digits else None

    def _rescaled(self, numeral: Numeral) -> Numeral:
        """Two and a half million."""
        if self._text[numeral.end : numeral.end + 1] not in (" ", "-"):
            return numeral
        word = self._word(numeral.end + 1)
        scale = self._words.scales.get(word.group()) if word else None
        if word is None or scale is None:
            return numeral
        values = tuple(value * scale for value in numeral.values)
        return replace(numeral, values=values, scale=Fraction(scale), end=word.end())
