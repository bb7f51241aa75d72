"""Damaged copies of real input: bytes for packets, lines for descriptions. The same seed gives the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MAX_DATAGRAM = 1_500
MAX_TEXT = 66_000
_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xBE, 0xDE, 0xFF)
_WORDS = (0x0000, 0x0001, 0x00FF, 0x0100, 0x7FFF, 0x8000, 0xBEDE, 0xFFFC, 0xFFFF)
_NUMBERS = (
    *("0", "-1", "1", "14", "15", "95", "127", "128", "255", "65535", "65536", "4294967295", "4294967296"),
    *("9" * 40, "1e9", "0x10", "٣", "", " "),
)
_TEXTS = ("\r", "\n", "\r\n", "\0", "\x85", "\u2028", "ſ", "\ud800", "상담", " " * 300, ":" * 50, "a=", "m=")


class PacketMutator:
    def __init__(self, seeds: Sequence[bytes], seed: int) -> None:
        self._seeds = list(seeds)
        self._random = random.Random(seed)
        self._steps: tuple[Callable[[bytearray], None], ...] = (
            self._flip,
            self._set,
            self._set_word,
            self._set_word,
            self._cut,
            self._remove,
            self._repeat,
            self._insert,
            self._splice,
        )

    def next(self) -> bytes:
        """One seed with one to five faults, at times none, at times random bytes."""
        random = self._random
        if random.random() < 0.02:
            return random.randbytes(random.randrange(MAX_DATAGRAM))
        data = bytearray(random.choice(self._seeds))
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            if data:
                random.choice(self._steps)(data)
        return bytes(data[:MAX_DATAGRAM])

    def _at(self, data: bytearray) -> int:
        """Headers are near the front, so faults are too."""
        return min(len(data) - 1, int(self._random.expovariate(1 / 16)))

    def _flip(self, data: bytearray) -> None:
        data[self._at(data)] ^= 1 << self._random.randrange(8)

    def _set(self, data: bytearray) -> None:
        data[self._at(data)] = self._random.choice((*_BYTES, self._random.randrange(256)))

    def _set_word(self, data: bytearray) -> None:
        at = self._at(data) & ~1
        data[at : at + 2] = self._random.choice((*_WORDS, self._random.randrange(64))).to_bytes(2, "big")

    def _cut(self, data: bytearray) -> None:
        del data[self._at(data) if self._random.random() < 0.7 else self._random.randrange(len(data)) :]

    def _remove(self, data: bytearray) -> None:
        at = self._at(data)
        del data[at : at + self._random.randrange(1, 9)]

    def _repeat(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = data[at : at + self._random.randrange(1, 40)] * self._random.choice((1, 1, 2, 30))

    def _insert(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = self._random.randbytes(self._random.randrange(1, 24))

    def _splice(self, data: bytearray) -> None:
        other = self._random.choice(self._seeds)
        del data[self._at(data) :]
        data += other[self._random.randrange(len(other)) :] if other else b""


class TextMutator:
    """Descriptions: whole lines, the numbers in them, and stray characters."""

    def __init__(self, seeds: Sequence[str], seed: int) -> None:
        self._seeds = [text.split("\r\n") for text in seeds]
        self._random = random.Random(seed)
        self._steps: tuple[Callable[[list[str]], None], ...] = (
            self._drop,
            self._drop_many,
            self._double,
            self._swap,
            self._borrow,
            self._renumber,
            self._renumber,
            self._retoken,
            self._stray,
            self._cut_line,
            self._flood,
        )

    def next(self) -> str:
        random = self._random
        lines = list(random.choice(self._seeds))
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 6))):
            if lines:
                random.choice(self._steps)(lines)
        return "\r\n".join(lines)[:MAX_TEXT]

    def _drop(self, lines: list[str]) -> None:
        del lines[self._random.randrange(len(lines))]

    def _drop_many(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        del lines[at : at + self._random.randrange(1, 30)]

    def _double(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        lines[at:at] = lines[at : at + self._random.randrange(1, 30)]

    def _swap(self, lines: list[str]) -> None:
        a, b = self._random.randrange(len(lines)), self._random.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]

    def _borrow(self, lines: list[str]) -> None:
        lines.insert(
            self._random.randrange(len(lines) + 1), self._random.choice(self._random.choice(self._seeds))
        )

    def _renumber(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        tokens = _split(lines[at])
        places = [number for number, token in enumerate(tokens) if token.isdecimal()]
        if places:
            tokens[self._random.choice(places)] = self._random.choice(_NUMBERS)
            lines[at] = "".join(tokens)

    def _retoken(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        tokens, others = _split(lines[at]), _split(self._random.choice(lines))
        if tokens and others:
            tokens[self._random.randrange(len(tokens))] = self._random.choice(others)
            lines[at] = "".join(tokens)

    def _stray(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        place = self._random.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + self._random.choice(_TEXTS) + lines[at][place:]

    def _cut_line(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        lines[at] = lines[at][: self._random.randrange(len(lines[at]) + 1)]

    def _flood(self, lines: list[str]) -> None:
        at = self._random.randrange(len(lines))
        if self._random.random() < 0.1:
            lines[at:at] = [lines[at]] * self._random.choice((10, 300, 2_000))
        elif self._random.random() < 0.2:
            lines[at] = lines[at] * self._random.choice((2, 20, 300))


def _split(line: str) -> list[str]:
    """Words and the characters between them."""
    tokens: list[str] = []
    for character in line:
        if tokens and character.isalnum() and tokens[-1][-1].isalnum():
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens
