"""Training pairs: cut sentences say nothing that hasn't been said, and nothing held out is learned."""

import itertools
import random
import re

import pytest
from demo_models import grammar
from demo_models.direction import Direction
from demo_models.parallel import as_recognised, examples
from demo_models.unfinished import cuts

DIRECTIONS = [
    Direction(*codes)
    for codes in (
        ("ko", "en"),
        ("en", "ko"),
        ("zh", "en"),
        ("en", "zh"),
        ("ko", "vi"),
        ("vi", "ko"),
        ("en", "vi"),
        ("vi", "en"),
    )
]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text)))


@pytest.mark.parametrize("direction", DIRECTIONS, ids=str)
def test_a_cut_sentence_is_not_given_numbers_it_has_not_said(direction: Direction) -> None:
    rng = random.Random(1)
    for cut in cuts(direction):
        source, target = cut.example(direction, rng)
        assert target
        assert numbers(target) <= numbers(source)


def test_a_cut_sentence_goes_as_far_as_its_continuations_agree() -> None:
    known = {cut.source: cut.target for cut in cuts(Direction("ko", "en"))}
    assert known["최소 주문 수량은"] == "The minimum order quantity is"
    assert known["팔레트 하나에"] == "One pallet holds"
    assert known["저희는"] == "We"
    assert "{liquid}[를]" not in known, "it may be stirred or diluted"


def test_a_sentence_of_its_own_is_not_taken_for_a_cut_one() -> None:
    known = {cut.source for cut in cuts(Direction("ko", "en"))}
    assert "네" not in known
    assert "네, 잘" in known


def test_nothing_held_out_is_learned() -> None:
    rng = random.Random(2)
    held_out = {
        grammar.sample(name, rng, held_out=True).text("ko")
        for name in grammar.templates(held_out=True)
        for _ in range(60)
    }
    learned = itertools.islice(examples(Direction("ko", "en"), random.Random(3)), 5000)
    assert held_out.isdisjoint(example.source for example in learned)


def test_recognised_text_varies_but_keeps_its_numbers() -> None:
    rng = random.Random(4)
    seen = {as_recognised("Yes, we have 5,000 boxes.", "en", rng) for _ in range(500)}
    assert seen >= {
        "Yes, we have 5,000 boxes.",
        "Yes, we have 5,000 boxes",
        "Yes we have 5,000 boxes.",
        "yes, we have 5,000 boxes.",
    }
    assert all("5,000" in text for text in seen)
