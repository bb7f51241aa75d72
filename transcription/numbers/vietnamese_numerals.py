"""Vietnamese number words: hai mươi lăm, một nghìn năm trăm, hai triệu rưỡi; năm is five and year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from transcription.numbers.digits import written
from transcription.numbers.lexicon import Lexicon
from transcription.numbers.numeral import ONE, Numeral
from transcription.numbers.quantity import Kind, Weight

_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_ONLY_AFTER_TENS = frozenset({"mốt", "tư", "lăm", "nhăm"})
_SCALES = {
    "nghìn": 10**3,
    "ngàn": 10**3,
    "k": 10**3,
    "vạn": 10**4,
    "triệu": 10**6,
    "tr": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
_BIG_WORDS = frozenset({"mươi", "trăm", *_SCALES})
_WORD = re.compile(r"[^\W\d_]+")
_START = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted([*_DIGITS, 'mười', 'trăm'], key=len, reverse=True))})(?![^\W\d_])"
    r"|[0-9]"
)
_POINT = re.compile(r" (?:phẩy|chấm) ")
_NO_FATHER = re.compile(r" (?:tôi|mẹ|má|em|anh|chị|ơi|của)\b")
_NO_FIVE_BEFORE = re.compile(r"(?:hàng|mỗi|trong|cả|cuối|đầu|giữa|qua|từng|những|các) $")
_MONTH_BEFORE = re.compile(r"(?:tháng|quý|thứ|phần) $")
_WEEKDAY = re.compile(r"thứ $")
_VAGUE = re.compile(r"(?:vài|mấy) $")
_NOT_ONE = re.compile(r" (?:số|chút|vài|ít|mình|phần nào|cách|lần nữa|bên)\b")
MAX_WORDS = 30


class VietnameseNumerals:
    def __init__(self, suffixes: Lexicon) -> None:
        self._suffixes = suffixes

    def __call__(self, text: str) -> Iterator[Numeral]:
        at = 0
        while (match := _START.search(text, at)) is not None:
            numeral = _Reader(text, match.start(), self._suffixes).numeral()
            if numeral is None:
                at = match.end()
                continue
            at = max(numeral.end, match.end())
            if not _VAGUE.search(text, max(0, numeral.start - 6), numeral.start):
                yield numeral


class _Reader:
    """One number from its first word on."""

    def __init__(self, text: str, start: int, suffixes: Lexicon) -> None:
        self._text, self._start, self._suffixes = text, start, suffixes
        self._end = start
        self._total = self._section = Fraction(0)
        self._current: Fraction | None = None
        self._tens = self._hundreds = False
        self._unit = ONE
        """The unit before the last digit, of which 2 triệu 5 means a tenth."""
        self._lone = False
        """Nothing stands between that unit and the digit."""
        self._scale = Fraction(10**18)
        self._arabic: tuple[Fraction, ...] | None = None
        self._words: list[str] = []
        self._whole = False
        """Nothing can follow."""

    def numeral(self) -> Numeral | None:
        text = self._text
        if "0" <= text[self._start] <= "9":
            if not self._digits(self._start):
                return Numeral(self._start, self._end, (), raw=text[self._start : self._end])
        else:
            word = _WORD.match(text, self._start)
            if word is None or not self._first(word.group(), word.end()):
                return None
        while len(self._words) < MAX_WORDS and not self._whole and self._next():
            pass
        return self._finished()

    def _first(self, name: str, end: int) -> bool:
        if name == "năm" and not self._five(end, first=True):
            return False
        if name in _ONLY_AFTER_TENS and not (
            name == "tư" and _MONTH_BEFORE.search(self._text, max(0, self._start - 8), self._start)
        ):
            return False
        if name == "ba" and _NO_FATHER.match(self._text, end):
            return False
        if name == "không" and not _POINT.match(self._text, end):
            return False
        if name == "trăm":
            return False
        if name == "một" and _NOT_ONE.match(self._text, end):
            return False
        return self._take(name, end)

    def _five(self, end: int, *, first: bool) -> bool:
        """Whether năm is five here, not a year."""
        following = _WORD.match(self._text, end + 1) if self._text[end : end + 1] == " " else None
        if following is not None and following.group() in (*_BIG_WORDS, "phẩy", "phần"):
            return True
        if not first:
            return False
        if _MONTH_BEFORE.search(self._text, max(0, self._start - 8), self._start):
            return True
        if _NO_FIVE_BEFORE.search(self._text, max(0, self._start - 8), self._start):
            return False
        return self._suffixes.match(self._text, end) is not None

    def _next(self) -> bool:
        gap = self._text[self._end : self._end + 1]
        if gap != " " and not (self._arabic and not self._words):
            return False
        at = self._end + (gap == " ")
        if at >= len(self._text):
            return False
        if "0" <= self._text[at] <= "9":
            return self._unit >= 100 and self._current is None and gap == " " and self._digits(at)
        word = _WORD.match(self._text, at)
        if word is None:
            return False
        name = word.group()
        if gap != " " and name not in _SCALES:
            return False
        if name in ("linh", "lẻ"):
            return self._filler(word.end())
        if name == "năm" and self._words and not self._five(word.end(), first=False):
            return False
        return self._take(name, word.end())

    def _filler(self, end: int) -> bool:
        """Một trăm lẻ năm."""
        following = _WORD.match(self._text, end + 1) if self._text[end : end + 1] == " " else None
        if following is None or following.group() not in _DIGITS or self._current is not None:
            return False
        self._current, self._end = Fraction(_DIGITS[following.group()]), following.end()
        self._lone = False
        self._words += ["lẻ", following.group()]
        return True

    def _digits(self, at: int) -> bool:
        number = written(self._text, at, comma_decimal=True)
        assert number is not None
        if self._total == 0:
            self._end = number.end
            if not number.values:
                return False
            self._arabic, self._current = number.values, number.values[0]
            return True
        if not number.values:
            return False
        value = number.values[0]
        following = (
            _WORD.match(self._text, number.end + 1)
            if self._text[number.end : number.end + 1] == " "
            else None
        )
        larger = following is not None and Fraction(_SCALES.get(following.group(), 10**18)) < self._scale
        short = value < 10 and value.denominator == 1 and not self._counted(number.end)
        if not (larger or short):
            return False
        self._current, self._end, self._lone = value, number.end, short and not larger
        return True

    def _counted(self, end: int) -> bool:
        """Whether the digit has a unit of time of its own: 2 triệu 5 ngày is none."""
        suffix = self._suffixes.match(self._text, end)
        return suffix is not None and suffix[2][0].kind is Kind.MEASURE

    def _take(self, name: str, end: int) -> bool:
        if not self._added(name):
            return False
        self._words.append(name)
        self._end = end
        return True

    def _added(self, name: str) -> bool:
        current = self._current
        if name in _DIGITS:
            if current is not None or (name in _ONLY_AFTER_TENS and not self._tens and self._words):
                return False
            self._current, self._lone = Fraction(_DIGITS[name]), not self._tens
        elif name == "mười":
            if current is not None or self._tens:
                return False
            self._section, self._tens, self._unit = self._section + 10, True, ONE
        elif name in ("mươi", "chục"):
            if current is None or self._tens:
                return False
            self._section, self._current, self._tens, self._unit = (
                self._section + current * 10,
                None,
                True,
                ONE,
            )
        elif name == "trăm":
            if current is None or self._tens or self._hundreds:
                return False
            self._section, self._current, self._hundreds = self._section + current * 100, None, True
            self._unit = Fraction(100)
        elif name in _SCALES:
            return self._scaled(Fraction(_SCALES[name]))
        else:
            return name == "rưỡi" and self._half()
        return True

    def _scaled(self, scale: Fraction) -> bool:
        value = self._section + (self._current or 0)
        if value <= 0 and scale < self._scale:
            return False
        if scale >= self._scale:
            # Hai mươi nghìn tỷ.
            if scale < 10**9 or self._total >= 10**6:
                return False
            value, self._total = self._total + value, Fraction(0)
        if self._arabic is not None and self._total == 0:
            self._arabic = tuple(number * scale for number in self._arabic)
        self._total += value * scale
        self._section, self._current, self._tens, self._hundreds = Fraction(0), None, False, False
        self._scale = self._unit = scale
        return True

    def _half(self) -> bool:
        """Hai triệu rưỡi: half of the unit before."""
        if self._unit < 100 or self._current is not None or self._tens:
            return False
        self._section += self._unit / 2
        self._arabic = None if self._arabic is None else (self._total + self._section,)
        self._unit = ONE
        self._whole = True
        return True

    def _finished(self) -> Numeral | None:
        text = self._text
        rest = self._current or Fraction(0)
        if self._lone and self._unit >= 100 and 0 < rest < 10 and (self._words or self._total):
            rest *= self._unit / 10
        value = self._total + self._section + rest
        spelled = self._arabic is None
        scale = self._scale if value == self._total and self._scale < 10**18 else ONE
        values: tuple[Fraction, ...] = (value,)
        if self._arabic is not None and self._arabic[0] == value:
            values = self._arabic
        end = self._end
        if spelled and (match := _POINT.match(text, end)):
            values, end, scale = self._decimals(value, match.end(), scale)
        raw = text[self._start : end] if not spelled and not self._words else ""
        weight = Weight.STRONG
        if spelled and len(self._words) == 1 and self._words[0] not in ("mười", "bốn", "sáu", "bảy", "tám"):
            weight = Weight.FAINT if self._words[0] in ("chín", "một", "tư", "không") else Weight.SOFT
        unit_weight = Weight.STRONG
        if 2 <= value <= 7 and _WEEKDAY.search(text, max(0, self._start - 4), self._start):
            weight = unit_weight = Weight.FAINT
        return Numeral(self._start, end, values, spelled, scale, weight, unit_weight, raw)

    def _decimals(
        self, value: Fraction, at: int, scale: Fraction
    ) -> tuple[tuple[Fraction, ...], int, Fraction]:
        digits, end = "", at
        while len(digits) < 12 and (word := _WORD.match(self._text, at)) and word.group() in _DIGITS:
            digits += str(_DIGITS[word.group()])
            end, at = word.end(), word.end() + 1
        if not digits:
            return (value,), self._end, scale
        value += Fraction(int(digits), 10 ** len(digits))
        word = _WORD.match(self._text, end + 1)
        if word is not None and word.group() in _SCALES:
            scale = Fraction(_SCALES[word.group()])
            value, end = value * scale, word.end()
        return (value,), end, scale
