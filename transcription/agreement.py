"""Which part of a growing hypothesis will not change again: LocalAgreement-2 (Macháček et al., 2023).

What two successive hypotheses have in common becomes stable, in whole units: words where the language writes
spaces, characters (or the tokens that hold several) where it does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, compress, takewhile

from wire.languages import primary

_UNSPACED = frozenset({"zh", "ja", "yue", "th", "lo", "km", "my"})
HELD_WORDS = 1
HELD_CHARACTERS = 2
"""Units at the end of a hypothesis whose audio may be cut in the middle; they wait for one more."""
SETTLING_PROBABILITY = 0.7
"""A unit with a less probable token stays open however often it comes: decoders repeat their guesses."""
SHOWING_PROBABILITY = 0.5
"""From the first unit with a less probable token on a partial is not shown."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of text that becomes stable at once, with the decoder's tokens that spell it.

    `tokens` include the timestamps before it; `probability` is that of its least probable text token.
    """

    text: str
    tokens: tuple[int, ...]
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One token, or the few that together spell whole characters; `text` is empty for a timestamp."""

    text: str
    tokens: tuple[int, ...]
    probability: float = 1.0


def units_of(pieces: Sequence[Piece], language: str) -> tuple[Unit, ...]:
    """Joins pieces into units; punctuation is a unit of its own.

    Joined, the units are the text without outer spaces.
    """
    spaced = primary(language) not in _UNSPACED
    units: list[Unit] = []
    timestamps: tuple[int, ...] = ()
    begun = False
    for piece in pieces:
        if not piece.text:
            timestamps += piece.tokens
            continue
        text = piece.text if begun else piece.text.lstrip()
        begun = begun or bool(text)
        last = units[-1] if units else None
        joins = last is not None and not timestamps and _joins(last.text, text, spaced)
        if last is not None and (joins or not last.text.strip()):
            joined = min(last.probability, piece.probability)
            units[-1] = Unit(last.text + text, last.tokens + timestamps + piece.tokens, joined)
        else:
            units.append(Unit(text, timestamps + piece.tokens, piece.probability))
        timestamps = ()
    return _trimmed(units)


def _trimmed(units: list[Unit]) -> tuple[Unit, ...]:
    while units and not units[-1].text.strip():
        units.pop()
    if units:
        units[-1] = replace(units[-1], text=units[-1].text.rstrip())
    return tuple(units)


def _joins(before: str, text: str, spaced: bool) -> bool:
    if text[:1].isspace() or is_punctuation(text) != is_punctuation(before):
        return False
    return spaced or is_punctuation(text)


def is_punctuation(text: str) -> bool:
    stripped = text.strip()
    return bool(stripped) and all(unicodedata.category(character)[0] in "PS" for character in stripped)


class Agreement:
    """The hypotheses of one utterance. `text` may change; the stable text it begins with only ever grows."""

    def __init__(self, language: str) -> None:
        self._held = HELD_WORDS if primary(language) not in _UNSPACED else HELD_CHARACTERS
        self._units: tuple[Unit, ...] = ()
        self._agreed = 0
        self.text = ""
        self.stable_text = ""
        self.prefix: tuple[int, ...] = ()
        """The tokens of the stable text: what the decoder is made to begin with."""
        self.settled_units = 0
        """How many of the last hypothesis' units are stable."""
        self.refused = 0
        """Hypotheses that contradicted stable text."""

    @property
    def stable(self) -> int:
        """Characters of `text`."""
        return len(self.stable_text)

    def hear(self, units: Sequence[Unit]) -> bool:
        """The next hypothesis; False, and nothing changes, when it contradicts what is stable."""
        if not self._take(units):
            return False
        count = self._settled()
        stable = "".join(unit.text for unit in units[:count])
        if len(stable) > len(self.stable_text):
            self.stable_text = stable
            self.prefix = tuple(token for unit in units[:count] for token in unit.tokens)
        self.settled_units = _units_within(units, len(self.stable_text))
        return True

    def finish(self, units: Sequence[Unit]) -> str:
        """The final text: that of `units`, or where they contradict the stable text, this alone."""
        if not self._take(units):
            self.text = self.stable_text
        self.stable_text = self.text
        return self.text

    def _take(self, units: Sequence[Unit]) -> bool:
        text = "".join(unit.text for unit in units)
        if not text.startswith(self.stable_text):
            self.refused += 1
            return False
        self._agreed = _agreed(self._units, units)
        self._units, self.text = tuple(units), text
        return True

    @property
    def presentable(self) -> str:
        """The text up to the first word that is no better than a guess: figures above all flicker there."""
        sure = takewhile(lambda unit: unit.probability >= SHOWING_PROBABILITY, self._units)
        return max("".join(unit.text for unit in sure).rstrip(), self.stable_text, key=len)

    def _settled(self) -> int:
        """Units both hypotheses have up to the first doubtful one, less the last ones that are text."""
        count = self._before_punctuation(len(self._units)) - self._held
        count = min(self._agreed, max(0, count))
        doubts = (unit.probability < SETTLING_PROBABILITY for unit in self._units[:count])
        return self._before_punctuation(next(compress(range(count), doubts), count))

    def _before_punctuation(self, count: int) -> int:
        while count and is_punctuation(self._units[count - 1].text):
            count -= 1
        return count


def _agreed(one: Sequence[Unit], other: Sequence[Unit]) -> int:
    """How many of the first units of `other` read the same in `one` and end where one of its units ends."""
    first = [unit.text for unit in one]
    common = common_prefix("".join(first), "".join(unit.text for unit in other))
    ends, end = {0}, 0
    for text in first:
        end += len(text)
        ends.add(end)
    count = end = 0
    for index, unit in enumerate(other):
        end += len(unit.text)
        if end > common:
            break
        if end in ends:
            count = index + 1
    return count


def _units_within(units: Sequence[Unit], characters: int) -> int:
    """How many of the first units it takes to hold so many characters."""
    ends = accumulate(len(unit.text) for unit in units)
    return sum(end - len(unit.text) < characters for unit, end in zip(units, ends, strict=True))


def common_prefix(one: str, other: str) -> int:
    """Characters that both begin with."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
