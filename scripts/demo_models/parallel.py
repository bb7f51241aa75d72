"""Training examples for translation: pairs of texts as recognised speech brings them."""

import random
import re
from collections.abc import Iterator

from demo_models import grammar
from demo_models.direction import Direction, Example, gap
from demo_models.grammar import PUNCTUATION, Sentence
from demo_models.unfinished import cuts

ANY_NUMBER_SHARE = 0.15
FIXED_SHARE = 0.25
TWO_SENTENCES_SHARE = 0.05
UNFINISHED_SHARE = 0.08
UNPUNCTUATED_SHARE = 0.12
LOOSELY_WRITTEN_SHARE = 0.08

_ASCII_MARKS = str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!"})


def examples(direction: Direction, rng: random.Random) -> Iterator[Example]:
    """Endless training examples, none of them held out."""
    names, fixed = grammar.templates(), grammar.fixed()
    cut = cuts(direction)

    def sentence() -> Sentence:
        if rng.random() < FIXED_SHARE:
            return rng.choice(fixed)
        if rng.random() < ANY_NUMBER_SHARE:
            return grammar.sample_any_number(rng.choice(names), rng)
        return grammar.sample(rng.choice(names), rng)

    while True:
        if rng.random() < UNFINISHED_SHARE:
            yield rng.choice(cut).example(direction, rng)
            continue
        source, target = direction.example(sentence())
        if rng.random() < TWO_SENTENCES_SHARE:
            second = direction.example(sentence())
            source = gap(direction.source).join((source, second.source))
            target = gap(direction.target).join((target, second.target))
        yield Example(as_recognised(source, direction.source, rng), target)


def as_recognised(text: str, language: str, rng: random.Random) -> str:
    """`text`, sometimes without its last mark, without commas, in lower case or with ASCII marks."""
    if rng.random() < UNPUNCTUATED_SHARE:
        text = text.rstrip(PUNCTUATION)
    if rng.random() < LOOSELY_WRITTEN_SHARE:
        text = re.sub(r"[,，](?!\d)", "", text)
    if rng.random() < LOOSELY_WRITTEN_SHARE:
        text = text.lower() if language in ("en", "vi") else text.translate(_ASCII_MARKS)
    return text
