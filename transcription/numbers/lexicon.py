"""Words beside numbers: units, counters, currencies, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from transcription.numbers.quantity import Kind

_KINDS = {
    "m": Kind.MEASURE,
    "$": Kind.CURRENCY,
    "d": Kind.DATE,
    "t": Kind.TIME,
    "c": Kind.COUNT,
    "%": Kind.PERCENT,
    "o": Kind.ORDINAL,
    "b": Kind.BARE,
}


@dataclass(frozen=True, slots=True)
class Measure:
    kind: Kind
    unit: str = ""
    """A TIME's unit is its part of the day: am, pm, noon, night, or nothing."""
    factor: Fraction = Fraction(1)

    @staticmethod
    def parse(notation: str) -> Measure:
        """`m:kg`, `$:KRW`, `%*10`, `c` …"""
        rest, _, factor = notation.partition("*")
        kind, _, unit = rest.partition(":")
        return Measure(_KINDS[kind], unit, Fraction(factor or 1))


Measures = tuple[Measure, ...]
"""The likeliest first."""


def table(*parts: Mapping[str, str]) -> dict[str, Measures]:
    """`{"m:day d:mday": "일|날"}` → by word, for words separated by bars; later parts win."""
    return {
        word: tuple(map(Measure.parse, notation.split()))
        for part in parts
        for notation, words in part.items()
        for word in words.split("|")
    }


def is_letter(character: str) -> bool:
    """Of a script that puts spaces between words, so that a word ends where these do."""
    return character.isalpha() and (character < "\u0590" or "\u1e00" <= character <= "\u1eff")


def ends_word(text: str, end: int) -> bool:
    """Whether no letter goes on at `end`."""
    return end >= len(text) or not (is_letter(text[end - 1]) and is_letter(text[end]))


def begins_word(text: str, start: int) -> bool:
    return start == 0 or not (is_letter(text[start]) and is_letter(text[start - 1]))


class Lexicon:
    """Words that follow a number. `gaps`: one may stand between; no blank before `attached`."""

    def __init__(
        self,
        words: Mapping[str, Measures],
        *,
        gaps: str = " ",
        attached: frozenset[str] = frozenset({"s", "x"}),
    ) -> None:
        self._words = dict(words)
        self._gaps = gaps
        self._attached = attached
        self._lengths = sorted({len(word) for word in words}, reverse=True)

    def match(self, text: str, at: int, *, gap: bool = True) -> tuple[int, int, Measures] | None:
        """Start, end and meaning of the longest word at `at`, or after one gap character."""
        found = self._at(text, at)
        if found is None and gap and at < len(text) and text[at] in self._gaps:
            found = self._at(text, at + 1)
            if found is not None and text[at] == " " and text[found[0] : found[1]] in self._attached:
                return None
        return found

    def _at(self, text: str, at: int) -> tuple[int, int, Measures] | None:
        for length in self._lengths:
            if at + length > len(text):
                continue  # or the slice would be a shorter word
            word = text[at : at + length]
            measures = self._words.get(word)
            if measures is not None and ends_word(text, at + length) and not _cut(text, at, at + length):
                return at, at + length, measures
        return None


def _cut(text: str, start: int, end: int) -> bool:
    """A unit of one letter before a digit is part of a code: 5m3x; one before a hyphen may be, too."""
    return end - start == 1 and is_letter(text[start]) and end < len(text) and text[end].isdigit()


def _inside_hangul(text: str, start: int) -> bool:
    """제 in 코팅제 500 is no prefix."""
    return start > 0 and "가" <= text[start] <= "힣" and "가" <= text[start - 1] <= "힣"


class Prefixes:
    """Words that stand before a number; a blank may stand between."""

    def __init__(self, words: Mapping[str, Measures]) -> None:
        self._words = dict(words)
        longest = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest))) if words else None

    def find(self, text: str) -> dict[int, tuple[int, Measures]]:
        """By the place where the number begins: where the word begins, and what it means."""
        found: dict[int, tuple[int, Measures]] = {}
        for match in self._pattern.finditer(text) if self._pattern is not None else ():
            start, end = match.span()
            if begins_word(text, start) and ends_word(text, end) and not _inside_hangul(text, start):
                found[end] = start, self._words[match.group()]
                if text[end : end + 1] == " ":
                    found[end + 1] = found[end]
        return found


INTERNATIONAL: Mapping[str, str] = {
    "%": "%|percent",
    "m:celsius": "℃|°c|° c",
    "m:degree": "°",
    "m:kg": "kg|kgs|㎏",
    "m:g": "g",
    "m:mg": "mg",
    "m:ton": "t|mt",
    "m:l": "l|ℓ",
    "m:ml": "ml|㎖|cc",
    "m:nm": "nm",
    "m:um": "μm|um",
    "m:mm": "mm|㎜",
    "m:cm": "cm|㎝",
    "m:m": "m",
    "m:km": "km|㎞",
    "m:m2": "m2|m²|㎡|sqm",
    "m:m3": "m3|m³|㎥|cbm",
    "m:ha": "ha",
    "m:w": "w",
    "m:kw": "kw",
    "m:mw": "mw",
    "m:kwh": "kwh",
    "m:v": "v",
    "m:mah": "mah",
    "m:hz": "hz",
    "m:khz": "khz",
    "m:mhz": "mhz",
    "m:ghz": "ghz",
    "m:db": "db",
    "m:ppm": "ppm",
    "m:mpa": "mpa",
    "m:kpa": "kpa",
    "m:bar": "bar",
    "m:psi": "psi",
    "m:rpm": "rpm",
    "m:inch": "inch|inches",
    "m:ft": "ft",
    "m:lb": "lb|lbs",
    "m:oz": "oz",
    "m:mb": "mb",
    "m:gb": "gb",
    "m:tb": "tb",
    "m:teu": "teu",
    "m:hour": "h|hr|hrs",
    "m:minute": "min|mins",
    "m:second": "s|sec|secs",
    "c": "pcs|pc|ea|set|sets|x",
    "$:USD": "$|usd|us$",
    "$:KRW": "₩|krw",
    "$:CNY": "cny|rmb",
    "$:CNY $:JPY": "¥",
    "$:VND": "₫|vnd|vnđ",
    "$:JPY": "jpy",
    "$:RUB": "₽|rub",
    "$:EUR": "€|eur",
    "$:GBP": "£|gbp",
    "$:HKD": "hkd|hk$",
    "$:TWD": "twd|nt$|ntd",
    "$:SGD": "sgd",
    "$:THB": "thb",
    "$:PHP": "php|₱",
    "$:INR": "inr|₹",
    "$:AUD": "aud",
    "$:MYR": "myr",
    "$:IDR": "idr",
    "t:am": "am|a.m.|a.m",
    "t:pm": "pm|p.m.|p.m",
}
"""Signs and abbreviations that every language writes."""

SIGNS: Mapping[str, str] = {
    notation: spelling for notation, spelling in INTERNATIONAL.items() if notation.startswith("$")
}
"""Currencies that stand before the number too."""
