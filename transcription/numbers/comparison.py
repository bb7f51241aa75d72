"""Whether two texts say the same numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from transcription.numbers.extraction import GRAMMARS, candidates
from transcription.numbers.quantity import Kind, Quantity, Reading, Weight
from wire.languages import primary

_HALF_DAY = 12 * 60
_OPEN = frozenset({Kind.COUNT, Kind.MEASURE, Kind.CURRENCY, Kind.DATE, Kind.ORDINAL, Kind.HOUR, Kind.BARE})
"""What a number may be beside which nothing is said."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Quantities of each side that the other side does not say."""

    source: tuple[Quantity, ...] = ()
    target: tuple[Quantity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.source or self.target)


def comparable(one: str, other: str) -> bool:
    """Whether the numbers of both languages are known."""
    return primary(one) in GRAMMARS and primary(other) in GRAMMARS and primary(one) != primary(other)


def compare(source_text: str, source_lang: str, target_text: str, target_lang: str) -> Mismatch:
    """What disagrees; nothing where one of the languages is not known. Never raises.

    A number needs a partner of the same value: said twice, it may be translated once. What it counts must not
    contradict; where one side says nothing of it, any will do, except that a percentage stays one.
    """
    if not comparable(source_lang, target_lang):
        return Mismatch()
    source, target = candidates(source_text, source_lang), candidates(target_text, target_lang)
    lost, added = _alone(source, target), _alone(target, source)
    if lost and added:
        lost, added = _without_split_ratios(lost, added, source, target)
    return Mismatch(_missed(lost, added), _missed(added, lost))


def _alone(quantities: Iterable[Quantity], others: Iterable[Quantity]) -> list[Quantity]:
    """Those without a partner."""
    index: dict[tuple[str, Fraction], list[tuple[Quantity, Reading]]] = {}
    raws = set()
    for other in others:
        for reading in other.readings:
            known = index.setdefault(_key(reading), [])
            if all(_profile(*entry) != _profile(other, reading) for entry in known):
                known.append((other, reading))
        if "." in other.raw or "," in other.raw:
            raws.add((other.raw, other.kind in _OPEN))
    return [
        quantity
        for quantity in quantities
        if not (
            quantity.raw and (quantity.raw, quantity.kind in _OPEN) in raws and _same_shape(quantity, others)
        )
        and not any(
            _agree(quantity, reading, *entry)
            for reading in quantity.readings
            for entry in index.get(_key(reading), ())
        )
    ]


def _same_shape(quantity: Quantity, others: Iterable[Quantity]) -> bool:
    """Copied digit for digit: 1.000 is what it was, however it is read."""
    return any(
        other.raw == quantity.raw and _kinds_agree(quantity.readings[0], other.readings[0])
        for other in others
    )


def _profile(quantity: Quantity, reading: Reading) -> tuple[object, ...]:
    return quantity.kind is Kind.CODE, reading.kind, reading.unit, reading.value


def _key(reading: Reading) -> tuple[str, Fraction]:
    if reading.kind is Kind.TIME:
        return "time", reading.value % _HALF_DAY
    if reading.kind in (Kind.CODE, Kind.INCOTERM):
        return reading.unit, Fraction(0)
    return ("ratio" if reading.kind is Kind.RATIO else ""), reading.value


def _agree(one: Quantity, reading: Reading, other: Quantity, partner: Reading) -> bool:
    """Of readings that have the same key."""
    if one.kind is Kind.CODE and other.kind is Kind.CODE and reading.kind is not Kind.CODE:
        return False
    if reading.kind is partner.kind is Kind.TIME:
        return reading.value == partner.value or "12h" in (reading.unit, partner.unit)
    return _kinds_agree(reading, partner)


def _kinds_agree(one: Reading, other: Reading) -> bool:
    if one.kind is other.kind:
        # Hours are held against each other as times of day.
        return one.unit == other.unit and one.kind is not Kind.HOUR
    kinds = {one.kind, other.kind}
    return (Kind.BARE in kinds and kinds <= _OPEN) or kinds == {Kind.COUNT, Kind.ORDINAL}


def _without_split_ratios(
    lost: list[Quantity], added: list[Quantity], source: Iterable[Quantity], target: Iterable[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """1:10 is said in two numbers where the words between them are not known."""
    lost, added = _unsplit(lost, added, target), _unsplit(added, lost, source)
    return lost, added


def _unsplit(
    ratios: list[Quantity], singles: list[Quantity], all_singles: Iterable[Quantity]
) -> list[Quantity]:
    found = []
    for quantity in ratios:
        if quantity.kind is Kind.RATIO:
            parts = {Fraction(quantity.value.numerator), Fraction(quantity.value.denominator)}
            plain = [single for single in all_singles if single.kind in (Kind.BARE, Kind.COUNT)]
            if parts <= {single.value for single in plain}:
                singles[:] = [
                    single for single in singles if single not in plain or single.value not in parts
                ]
                continue
        found.append(quantity)
    return found


def _missed(alone: Iterable[Quantity], others: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """A number that may be left out is missed only where the other side says another one instead."""
    instead = [other for other in others if other.weight > Weight.FAINT]
    return tuple(
        quantity
        for quantity in alone
        if quantity.weight is Weight.STRONG
        or (quantity.weight is Weight.SOFT and any(_like(quantity, other) for other in instead))
    )


def _like(one: Quantity, other: Quantity) -> bool:
    """Whether one may have been taken for the other."""
    if Kind.BARE in (one.kind, other.kind) or one.kind is other.kind:
        return one.kind in _OPEN or one.kind is other.kind
    return {one.kind, other.kind} <= {Kind.COUNT, Kind.ORDINAL, Kind.MEASURE}
