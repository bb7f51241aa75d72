"""The sample conversations, which the demo speakers hold: media/demo/conversations/*.json."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demo_models.pinyin import READINGS

FOLDER = Path(__file__).parents[2] / "media" / "demo" / "conversations"

_LONGEST_WORD = max(map(len, READINGS))
_NOT_HANZI = re.compile(r"\d+月|\d+|[A-Z]+")
_MARKS = "，。？！"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation, in every language."""

    conversation: str
    language: str
    """The language its speaker says it in."""
    text: Mapping[str, str]
    spoken: str
    """What the speaker's espeak voice is given, punctuation included."""

    def spaced(self) -> dict[str, str]:
        """The text in the phrase book's notation: Chinese words apart."""
        return {**self.text, "zh": " ".join(chinese_words(self.text["zh"]))}


@cache
def lines() -> tuple[Line, ...]:
    """Every line of every sample conversation, in order of file name."""
    return tuple(
        Line(
            path.stem,
            conversation["speakers"][line["speaker"]]["language"],
            {language: line[language] for language in ("ko", "zh", "en", "vi")},
            line["spoken"],
        )
        for path in sorted(FOLDER.glob("*.json"))
        for conversation in (json.loads(path.read_text(encoding="utf-8")),)
        for line in conversation["lines"]
    )


def chinese_words(text: str) -> list[str]:
    """Chinese text cut into known words, the longest first; marks stay with the word before them.

    Raises ValueError where no known word starts.
    """
    words: list[str] = []
    position = 0
    while position < len(text):
        if text[position] in _MARKS:
            words[-1] += text[position]
            position += 1
            continue
        word = _word_at(text, position)
        words.append(word)
        position += len(word)
    return words


def _word_at(text: str, position: int) -> str:
    if found := _NOT_HANZI.match(text, position):
        return found[0]
    for length in range(_LONGEST_WORD, 0, -1):
        word = text[position : position + length]
        if word in READINGS:
            return word
    raise ValueError(f"no known word at {text[position:]!r}")
