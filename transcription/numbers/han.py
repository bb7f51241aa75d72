"""Numbers in Chinese characters, with digits mixed in: Chinese and Japanese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from transcription.numbers.digits import written
from transcription.numbers.numeral import HALF, Numeral
from transcription.numbers.positional import Part, Prefix, Token, prefixes
from transcription.numbers.quantity import Weight

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    **{character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_BIG = {"万": 10**4, "亿": 10**8, "億": 10**8, "萬": 10**4, "兆": 10**12}
_CHARACTERS = "".join([*_DIGITS, *_SMALL, *_BIG]) + "廿"
_START = re.compile(rf"[0-9{_CHARACTERS}半]")
_ROW = re.compile(r"[零〇○一二三四五六七八九]+")
_DECIMALS = re.compile(r"[点點]([零〇一二三四五六七八九]+)(?![十百千万亿])")
MAX_TOKENS = 40
"""A longer row of numerals is no number."""


@dataclass(frozen=True, slots=True)
class HanRules:
    """Where Chinese and Japanese differ."""

    shorthand: bool
    vague_before: re.Pattern[str]
    """What makes the number after it none: 几, 数."""
    vague_after: re.Pattern[str]
    words: re.Pattern[str]
    """Words that begin with a numeral and count nothing: 十分, 五金."""
    lone_powers: bool
    """Whether 千 says one thousand by itself, as in 千円."""
    more: str
    """What may stand between a number and its large unit: 100多万."""


class HanNumerals:
    def __init__(self, rules: HanRules) -> None:
        self._rules = rules

    def __call__(self, text: str) -> Iterator[Numeral]:
        at = 0
        while (match := _START.search(text, at)) is not None:
            start = match.start()
            if word := self._rules.words.match(text, start):
                at = word.end()
                continue
            tokens, end = self._tokens(text, start)
            numeral = None
            if not self._rules.vague_before.search(text, max(0, start - 3), start):
                numeral = self._numeral(text, start, tokens)
            if numeral is not None:
                yield numeral
                at = max(numeral.end, start + 1)
            else:
                at = max(end, start + 1)

    def _tokens(self, text: str, start: int) -> tuple[list[Token], int]:
        tokens: list[Token] = []
        at = start
        while at < len(text) and len(tokens) < MAX_TOKENS:
            token = self._token(text, at, bool(tokens))
            if token is None:
                break
            tokens.append(token)
            at = token.end
        return tokens, at

    def _token(self, text: str, at: int, later: bool) -> Token | None:
        character = text[at]
        if "0" <= character <= "9":
            number = written(text, at, comma_decimal=False)
            assert number is not None
            value = number.values[0] if number.values else Fraction(-1)
            return Token(Part.ARABIC, value, at, number.end)
        unit = at
        if later and character in self._rules.more + " " and at + 1 < len(text) and text[at + 1] in _BIG:
            unit = at + 1
        character = text[unit]
        if unit > at and character not in _BIG:
            return None
        if character in _BIG:
            return Token(Part.BIG, Fraction(_BIG[character]), at, unit + 1)
        if character in _SMALL:
            return Token(Part.SMALL, Fraction(_SMALL[character]), at, at + 1)
        if character == "廿":
            return Token(Part.SMALL, Fraction(20), at, at + 1)
        if character in _DIGITS:
            digit = _DIGITS[character]
            return Token(Part.DIGIT if digit else Part.ZERO, Fraction(digit), at, at + 1)
        return None

    def _numeral(self, text: str, start: int, tokens: list[Token]) -> Numeral | None:
        if text[start] == "半":
            return Numeral(start, start + 1, (HALF,), True, weight=Weight.FAINT, unit_weight=Weight.SOFT)
        row = _ROW.match(text, start)
        if row is not None and len(row.group()) >= 2 and tokens[0].part is not Part.ARABIC:
            return self._row(text, start, row.end())
        if tokens[0].part is Part.ARABIC and tokens[0].value < 0:
            return Numeral(start, tokens[0].end, (), raw=text[start : tokens[0].end])
        found = prefixes(tokens, shorthand=self._rules.shorthand)
        if not found:
            return None
        best = found[-1]
        numeral = self._with_decimals(text, start, tokens, best)
        if self._rules.vague_after.match(text, best.end):
            # 二十几家: twenty-odd.
            return replace(numeral, weight=Weight.FAINT, unit_weight=Weight.FAINT)
        return numeral

    def _row(self, text: str, start: int, end: int) -> Numeral | None:
        """Digits one by one: a year or a number that was spelled out. Two are an estimate (七八个)."""
        digits = "".join(str(_DIGITS[character]) for character in text[start:end])
        decimals = _DECIMALS.match(text, end)
        if text[end : end + 1] == "折":
            return Numeral(start, end, (Fraction(int(digits[:2])),), True)
        if len(digits) == 2 and int(digits[1]) == int(digits[0]) + 1 and digits[0] != "0":
            # 七八个, 三四十: partners for either number.
            scale = 1
            for units in (_SMALL, _BIG):
                unit = units.get(text[end : end + 1], 1)
                scale, end = scale * unit, end + (unit > 1)
            low, high = (Fraction(int(digit) * scale) for digit in digits)
            faint = Weight.FAINT
            return Numeral(start, end, (low, high), True, weight=faint, unit_weight=faint)
        if len(digits) < 3 or len(digits) > 24 or decimals or text[end : end + 1] in (*_SMALL, *_BIG):
            return None
        return Numeral(start, end, (Fraction(int(digits)),), True, raw=digits)

    def _with_decimals(self, text: str, start: int, tokens: list[Token], best: Prefix) -> Numeral:
        value, end, scale = best.value, best.end, best.scale
        arabic = tokens[0].part is Part.ARABIC
        decimals = None if arabic else _DECIMALS.match(text, end)
        if decimals is not None and not text[decimals.end() :].startswith(("分", "刻")):
            digits = "".join(str(_DIGITS[character]) for character in decimals.group(1))[:24]
            value += Fraction(int(digits), 10 ** len(digits))
            end = decimals.end()
            if text[end : end + 1] in _BIG:
                scale = Fraction(_BIG[text[end]])
                value, end = value * scale, end + 1
        used = tokens[: best.tokens]
        if text[end : end + 2] in ("个半", "個半"):
            value, end = value + HALF, end + 2
        weight, unit_weight = _weights(used, text[start:end], lone_powers=self._rules.lone_powers)
        raw = text[start:end] if arabic and best.tokens == 1 else ""
        return Numeral(start, end, (value,), not arabic, scale, weight, unit_weight, raw)


def _weights(tokens: list[Token], text: str, *, lone_powers: bool) -> tuple[Weight, Weight]:
    """Bare, and with a unit: a single numeral without one is more often part of a word (三星, 百货)."""
    if tokens[0].part is Part.ARABIC or len(text) > len(tokens):
        return Weight.STRONG, Weight.STRONG
    powers = all(token.part in (Part.SMALL, Part.BIG) for token in tokens)
    if len(tokens) == 1:
        lone = powers and tokens[0].value >= 100 and not lone_powers
        return Weight.FAINT, Weight.FAINT if lone else Weight.STRONG
    return (Weight.FAINT if powers and tokens[0].value != 10 else Weight.STRONG), Weight.STRONG
