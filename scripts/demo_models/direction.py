"""A direction of translation and one pair of texts in it."""

from dataclasses import dataclass
from typing import NamedTuple

from demo_models.grammar import Sentence


class Example(NamedTuple):
    """A text and its translation."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Direction:
    """From one language into another, by their codes."""

    source: str
    target: str

    def example(self, sentence: Sentence) -> Example:
        """The sentence and its translation, as the grammar writes both."""
        return Example(sentence.text(self.source), sentence.text(self.target))


def gap(language: str) -> str:
    """What stands between two words or sentences."""
    return "" if language == "zh" else " "
