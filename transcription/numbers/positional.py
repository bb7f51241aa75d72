"""The number grammar that Korean, Chinese and Japanese share: 三千五百万, 3만 5천, 1억 2천만."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

MYRIAD = 10_000


class Part(Enum):
    DIGIT = "digit"
    ZERO = "zero"
    SMALL = "small"
    """10, 100, 1000: multiply the digit before them."""
    BIG = "big"
    """10⁴, 10⁸, 10¹²: multiply the section before them."""
    ARABIC = "arabic"


@dataclass(frozen=True, slots=True)
class Token:
    part: Part
    value: Fraction
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the first tokens of a row come to."""

    end: int
    value: Fraction
    scale: Fraction
    """The large unit at the end, 1 where there is none."""
    tokens: int


def prefixes(tokens: Sequence[Token], *, shorthand: bool = False) -> list[Prefix]:
    """Every beginning of `tokens` that is a number, the shortest first; stops where the grammar does.

    `shorthand`: 两万五 is 25,000, as Chinese says it.
    """
    state = _State(shorthand)
    found: list[Prefix] = []
    for count, token in enumerate(tokens, 1):
        if not state.take(token):
            break
        if token.part is not Part.ZERO or count == 1:
            scale = token.value if token.part in (Part.BIG, Part.SMALL) else Fraction(1)
            found.append(Prefix(token.end, state.value, scale, count))
    return found


class _State:
    """A number as far as it was read: finished myriads, the section being read, the digit before a unit."""

    def __init__(self, shorthand: bool) -> None:
        self._shorthand = shorthand
        self._total = Fraction(0)
        self._section = Fraction(0)
        self._current: Fraction | None = None
        self._arabic = False
        self._last: Token | None = None
        self._before: Token | None = None
        self._small = self._big = Fraction(10**18)

    @property
    def value(self) -> Fraction:
        rest = self._current or Fraction(0)
        unit = self._before
        if (
            self._shorthand
            and self._current is not None
            and 0 < self._current < 10
            and unit is not None
            and unit.part in (Part.SMALL, Part.BIG)
            and unit.value >= 100
        ):
            rest *= unit.value / 10
        return self._total + self._section + rest

    def take(self, token: Token) -> bool:
        allowed = {
            Part.DIGIT: self._digit,
            Part.ZERO: self._zero,
            Part.SMALL: self._small_unit,
            Part.BIG: self._big_unit,
            Part.ARABIC: self._arabic_number,
        }[token.part](token)
        if allowed:
            self._before, self._last = self._last, token
        return allowed

    def _digit(self, token: Token) -> bool:
        if self._current is not None or self._arabic:
            return False
        self._current = token.value
        return True

    def _zero(self, token: Token) -> bool:
        if self._current is not None or self._arabic:
            return False
        return self._last is None or self._last.part in (Part.SMALL, Part.BIG)

    def _small_unit(self, token: Token) -> bool:
        skipped = self._last is not None and self._last.part is Part.ZERO
        if token.value >= self._small or (skipped and token.value != 10):
            return False
        if self._current is not None and self._current >= 10:
            return False
        if self._current is None and self._arabic:
            return False
        self._section += (1 if self._current is None else self._current) * token.value
        self._current, self._small = None, token.value
        return True

    def _big_unit(self, token: Token) -> bool:
        if self._last is not None and self._last.part is Part.ZERO:
            return False
        section = self._section + (self._current or 0)
        if token.value > self._big:
            # 一万亿, 一万零一亿: a myriad of the larger unit.
            if self._total >= token.value:
                return False
            section, self._total = self._total + section, Fraction(0)
        elif token.value == self._big:
            return False
        self._total += (section or 1) * token.value
        self._section, self._current = Fraction(0), None
        self._small, self._big = Fraction(10**18), token.value
        return True

    def _arabic_number(self, token: Token) -> bool:
        if self._last is None:
            self._arabic = True
        elif (
            not self._arabic
            or self._current is not None
            or self._last.part is Part.ZERO
            or token.value >= min(self._small, self._big)
        ):
            return False
        self._current = token.value
        return True
