"""Cut sentences, as a caption that's still growing has them, and what they surely say.

A cut sentence is translated as far as all its possible continuations agree, and hardly further than its
speaker has come: "我们的首批订单" is surely "Our first order", and no number is given before it's said. Where
nothing is sure, or where the cut text is a sentence of its own ("네"), there is no cut sentence.
"""

import math
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile

from demo_models import grammar
from demo_models.direction import Direction, Example
from demo_models.grammar import PUNCTUATION

_NEEDED = re.compile(r"\{\w+\}|\d+")


@dataclass(frozen=True, slots=True)
class Cut:
    """The beginning of a row, and the beginning of its translation."""

    template: str
    source: str
    target: str

    def example(self, direction: Direction, rng: random.Random) -> Example:
        """The cut sentence with sampled values, without a mark at its end."""
        values = grammar.sample_values(self.template, rng)
        return Example(
            grammar.fill(direction.source, self.source, values).rstrip(PUNCTUATION),
            grammar.fill(direction.target, self.target, values).rstrip(PUNCTUATION),
        )


def cuts(direction: Direction) -> tuple[Cut, ...]:
    """Every cut between two words that says something sure."""
    origins: dict[str, str] = {}
    translations: defaultdict[str, list[list[str]]] = defaultdict(list)
    whole = set()
    for template, row in grammar.rows():
        source, target = row[direction.source].split(), row[direction.target].split()
        whole.add(_bare(source))
        for length in range(1, len(source)):
            start = _bare(source[:length])
            origins[start] = template
            ahead = math.ceil(len(target) * length / len(source)) + 1
            translations[start].append(_known(target[:ahead], start))
    sure = {start: _common(targets) for start, targets in translations.items() if start not in whole}
    return tuple(Cut(origins[start], start, " ".join(target)) for start, target in sure.items() if target)


def _bare(words: list[str]) -> str:
    return " ".join(words).rstrip(PUNCTUATION)


def _known(target: list[str], start: str) -> list[str]:
    """The words of `target` before the first one that needs a slot or a number that `start` hasn't said."""
    said = set(_NEEDED.findall(start))
    return list(takewhile(lambda word: said.issuperset(_NEEDED.findall(word)), target))


def _common(targets: list[list[str]]) -> list[str]:
    """The words that all targets begin with."""
    agreed = takewhile(lambda words: len(set(words)) == 1, zip(*targets, strict=False))
    return [words[0] for words in agreed]
