"""Numbers written in digits: 1,000 / 1.000 / 1 000, 3.5 / 3,5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

MAX_DIGITS = 24
"""A longer row of digits counts nothing in a consultation; it is compared as a code."""

NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
SPACED_NUMBER = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)*(?![0-9])|[0-9]+(?:[.,][0-9]+)*")
_ENGLISH_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GERMAN_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Written:
    start: int
    end: int
    values: tuple[Fraction, ...]
    """The likeliest first; empty for a row such as 2.0.1 that is no number."""


def written(text: str, start: int, *, comma_decimal: bool, spaced: bool = False) -> Written | None:
    """The number that begins at `start`. `comma_decimal`: the language writes 3,5; `spaced`: 1 000."""
    match = (SPACED_NUMBER if spaced else NUMBER).match(text, start)
    if match is None:
        return None
    raw = match.group().replace(" ", "")
    if len(raw) > MAX_DIGITS:
        return Written(start, match.end(), ())
    values = _values(raw, comma_decimal)
    if not values and "." not in raw:
        # 1,2,3 is a list.
        end = start + match.group().index(",")
        return Written(start, end, (Fraction(text[start:end].replace(" ", "")),))
    return Written(start, match.end(), values)


def _values(raw: str, comma_decimal: bool) -> tuple[Fraction, ...]:
    separators = raw.count(",") + raw.count(".")
    grouped = Fraction(raw.replace(",", "")) if _ENGLISH_GROUPS.fullmatch(raw) else None
    if grouped is None and _GERMAN_GROUPS.fullmatch(raw):
        grouped = Fraction(raw.replace(".", "").replace(",", "."))
    decimal = Fraction(raw.replace(",", ".")) if _PLAIN.fullmatch(raw) else None
    if grouped is None or decimal is None or separators != 1:
        only = grouped if decimal is None else decimal
        return () if only is None else (only,)
    # One separator and three digits: a thousand or a fraction.
    if raw.startswith("0"):
        return (decimal,)
    if "," in raw:
        # Comma languages are given 1,000 for a thousand by machines that were taught English.
        return (grouped, decimal) if comma_decimal else (grouped,)
    return (grouped,) if comma_decimal else (decimal,)
