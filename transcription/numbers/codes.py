"""Model and standard numbers: GK-200, ISO 9001, IP67. And what looks like numbers and is an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from transcription.numbers.assembly import Item
from transcription.numbers.incoterms import TERMS
from transcription.numbers.lexicon import INTERNATIONAL
from transcription.numbers.quantity import Kind, Reading

ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_STANDARD = re.compile(
    r"(?<![A-Za-z0-9])(?:ISO/IEC|ISO/TS|GB/T|ISO|IEC|IATF|ASTM|DIN|JIS|KS|GB|EN|BS|ANSI|HS|CAS|SAE|API|TCVN|QCVN|ГОСТ|ТУ)"
    r"(?: ?[A-Z])?[ -]?[0-9]+(?:[.:-][0-9]+)*(?![0-9])"
)
_MODEL = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-z]{1,10}(?:-[A-Za-z]{1,6})?-?[0-9][0-9A-Za-z]{0,30}(?:-[0-9A-Z]{1,12}){0,6}(?![0-9A-Za-z])"
)
_GENERATION = re.compile(r"(?<![A-Za-z0-9.,])[0-9]{1,4}(?:[A-Z][A-Z0-9]{0,5}|[0-9]*D)(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?<![0-9-])\+?[0-9]{1,4}-[0-9]{2,5}-[0-9]{3,5}(?:-[0-9]{3,5})?(?![0-9-])")
_QUARTER = re.compile(r"(?<![A-Za-z0-9])(?:[Qq]([1-4])|([1-4])Q)(?![A-Za-z0-9])")
_WORDS = frozenset(
    [
    "mid", "pre", "post", "top", "sub", "non", "over", "under", "of", "and", "to", "or", "for",
    "from", "in", "at", "by", "about", "approx", "around", "nearly", "only", "no", "x", "q", "h",
    "the", "per", "each", "with", "until", "till", "since", "than", "up", "us", "max", "min",
    "lúc", "khoảng", "từ"
]
)  # fmt: skip
"""Which a number may follow without a blank or after a hyphen, and be one."""
_UNITS = frozenset(word for words in INTERNATIONAL.values() for word in words.split("|")) | {
    "k",
    "m",
    "b",
    "bn",
    "mn",
}


def codes(cased: str) -> Iterator[Item]:
    """May overlap; the longest counts."""
    for match in _QUARTER.finditer(cased):
        quarter = Fraction(int(match.group(1) or match.group(2)))
        yield Item(match.start(), match.end(), (Reading(Kind.MEASURE, quarter, "quarter"),))
    for pattern in (_STANDARD, _PHONE):
        for match in pattern.finditer(cased):
            yield _item(match.start(), match.group())
    for match in _MODEL.finditer(cased):
        letters = re.split(r"[0-9-]", match.group(), maxsplit=1)[0]
        known = letters.lower() in _UNITS or letters.upper() in TERMS or letters.lower() in _WORDS
        plain = letters.islower() and "-" not in match.group() and len(letters) > 3
        if not known and not plain:
            yield _item(match.start(), match.group())
    for match in _GENERATION.finditer(cased):
        letters = match.group().lstrip("0123456789")
        if letters.lower() not in _UNITS or match.group() in ("2G", "3G", "4G", "5G", "6G"):
            yield _item(match.start(), match.group())


def _item(start: int, text: str) -> Item:
    name = "".join(character for character in text.upper() if character.isalnum())
    readings = [Reading(Kind.CODE, Fraction(0), name)]
    if match := re.search(r"[0-9]{1,9}$", text):
        # The letters may be spelled out on the other side, and the number alone be recognised.
        readings.append(Reading(Kind.BARE, Fraction(int(match.group()))))
    return Item(start, start + len(text), tuple(readings))
