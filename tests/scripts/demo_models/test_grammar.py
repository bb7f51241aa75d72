"""Aligned sentences: every one must be sayable, writable, and mean one thing in each language."""

import hashlib
import random
import re
from collections.abc import Iterator

import pytest
from demo_models import grammar
from demo_models.grammar import LANGUAGES, Sentence

NEVER_WRITTEN = set(":/+()#*;=")
"""The speech model's tokens have no room for these."""
SPOKEN = {
    "ko": re.compile(r"[가-힣]+( [가-힣]+)*"),
    "zh": re.compile(r"([a-zv]+[1-5]|[A-Z])( ([a-zv]+[1-5]|[A-Z]))*"),
    "en": re.compile(r"[A-Za-z'-]+( [A-Za-z'-]+)*"),
}


def many_sentences() -> Iterator[Sentence]:
    rng = random.Random(7)
    yield from grammar.fixed()
    for name in grammar.templates():
        for _ in range(60):
            yield grammar.sample(name, rng)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_can_be_said_by_the_voice(language: str) -> None:
    for sentence in many_sentences():
        for piece in sentence.pieces[language]:
            assert SPOKEN[language].fullmatch(piece.spoken), (piece, sentence.text(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_hold_only_what_the_models_can_write(language: str) -> None:
    for sentence in many_sentences():
        text = sentence.text(language)
        assert not NEVER_WRITTEN & set(text)
        assert text[-1] in ".?。？"
        assert "  " not in text
        assert not set("{}[]_") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_heard_decides_what_is_written(language: str) -> None:
    written: dict[str, str] = {}
    for sentence in many_sentences():
        text = sentence.text(language)
        assert written.setdefault(sentence.spoken(language), text) == text


@pytest.mark.parametrize(("source", "target"), [("en", "ko"), ("ko", "en"), ("en", "zh"), ("zh", "en")])
def test_a_sentence_has_one_translation(source: str, target: str) -> None:
    translations: dict[str, str] = {}
    for sentence in many_sentences():
        translation = sentence.text(target)
        assert translations.setdefault(sentence.text(source), translation) == translation


def test_held_out_sentences_are_never_among_the_others() -> None:
    rng = random.Random(3)
    held_out = {
        grammar.sample(name, rng, held_out=True).text("en")
        for name in grammar.templates(held_out=True)
        for _ in range(20)
    }
    assert len(held_out) > 200
    assert held_out.isdisjoint(sentence.text("en") for sentence in many_sentences())
    assert held_out.isdisjoint(
        grammar.sample_any_number(name, rng).text("en") for name in grammar.templates() for _ in range(60)
    )


def test_about_one_combination_in_twenty_is_held_out() -> None:
    rng = random.Random(5)
    texts = {grammar.sample("price_of", rng).text("en") for _ in range(40_000)}
    held_out = {grammar.sample("price_of", rng, held_out=True).text("en") for _ in range(4000)}
    assert 0.03 < len(held_out) / (len(texts) + len(held_out)) < 0.07


def test_a_value_that_one_template_alone_has_is_never_held_out() -> None:
    with pytest.raises(ValueError, match="storage"):
        grammar.sample("storage", random.Random(1), held_out=True)
    assert "storage" not in grammar.templates(held_out=True)


def test_particles_follow_the_sound_before_them() -> None:
    rng = random.Random(2)
    texts = {
        name: " ".join(grammar.sample(name, rng).text("ko") for _ in range(300))
        for name in ("order", "lower", "paper_ask", "advance", "exports")
    }
    assert "100kg을" in texts["order"]
    assert "100리터를" in texts["order"]
    assert "100병을" in texts["order"]
    assert "20달러로" in texts["lower"]
    assert "선하증권이" in texts["paper_ask"]
    assert "성적서가" in texts["paper_ask"]
    assert "30%를" in texts["advance"]
    assert "홍삼을" in texts["exports"]
    assert "녹차를" in texts["exports"]


def test_quantities_are_written_as_each_language_writes_them() -> None:
    rng = random.Random(4)
    sentences = [grammar.sample("capacity", rng) for _ in range(600)]
    (sentence,) = {
        s.text("en"): s for s in sentences if s.text("en").startswith("We produce 5,000 boxes")
    }.values()
    assert sentence.text("ko") == "저희는 매달 5,000박스를 생산합니다."
    assert sentence.text("zh") == "我们每月生产5000箱。"
    assert sentence.spoken("en") == "We produce five thousand boxes every month"
    assert sentence.spoken("ko") == "저희는 매달 오천 박스를 생산합니다"
    assert sentence.spoken("zh") == "wo3 men5 mei3 yue4 sheng1 chan3 wu3 qian1 xiang1"


def test_the_sentences_that_shipped_models_were_trained_on_have_not_changed() -> None:
    """Neither by a word nor by the order in which they are drawn; who means to change them trains anew."""
    rng, digest = random.Random(20261125), hashlib.sha256()

    def take_down(sentence: Sentence) -> None:
        for language in LANGUAGES:
            line = (sentence.template, sentence.text(language), sentence.spoken(language), sentence.held_out)
            digest.update(("|".join(map(str, line)) + "\n").encode())

    for sentence in (*grammar.fixed(), *grammar.held_out_sentences()):
        take_down(sentence)
    for name in grammar.templates():
        for _ in range(20):
            take_down(grammar.sample(name, rng))
            take_down(grammar.sample_any_number(name, rng))
    assert digest.hexdigest() == "aba3198df82246f9224099eb412542fb7d591be29bd93726db0f1e04da6bc8bb"
    assert rng.random() == 0.5518940829498542
