"""The Vietnamese of the phrase book: complete, composed, and one sentence for one sentence."""

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest
from demo_models import grammar, vietnamese
from demo_models.grammar import Sentence
from demo_models.phrasebook import FIXED, TEMPLATES

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
SLOT = re.compile(r"\{\w+\}")


def many_sentences() -> Iterator[Sentence]:
    rng = random.Random(11)
    yield from grammar.fixed()
    yield from grammar.held_out_sentences()
    for name in grammar.templates():
        for _ in range(40):
            yield grammar.sample(name, rng)
            yield grammar.sample_any_number(name, rng)


def test_every_phrase_and_template_has_its_row() -> None:
    assert vietnamese.PHRASES.keys() == {english for english, _, _ in FIXED}
    assert vietnamese.TEMPLATES.keys() == TEMPLATES.keys()
    for name, (english, _, _) in TEMPLATES.items():
        assert sorted(SLOT.findall(vietnamese.TEMPLATES[name])) == sorted(SLOT.findall(english)), name


def test_texts_are_composed_vietnamese() -> None:
    allowed = set(LETTERS + LETTERS.upper() + "0123456789 .,?%")
    for sentence in many_sentences():
        text = sentence.text("vi")
        assert unicodedata.is_normalized("NFC", text)
        assert set(text) <= allowed, text
        assert text[0] == text[0].upper()
        assert text[-1] in ".?"
        assert "  " not in text


@pytest.mark.parametrize(("source", "target"), [("ko", "vi"), ("vi", "ko"), ("en", "vi"), ("vi", "en")])
def test_a_sentence_has_one_translation(source: str, target: str) -> None:
    translations: dict[str, str] = {}
    for sentence in many_sentences():
        translation = sentence.text(target)
        assert translations.setdefault(sentence.text(source), translation) == translation


def test_a_question_stays_a_question_and_numbers_stay() -> None:
    def digits(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text)))

    for sentence in many_sentences():
        assert sentence.text("ko").endswith("?") == sentence.text("vi").endswith("?")
        assert digits(sentence.text("ko")) == digits(sentence.text("vi")), sentence.text("vi")


def test_numbers_dates_and_hours_are_written_as_in_vietnam() -> None:
    assert vietnamese.count(12_500, "boxes") == "12.500 thùng"
    assert vietnamese.dollars(1_000_000) == "1.000.000 đô la"
    assert vietnamese.date(5, 3) == "ngày 5 tháng 3"
    assert [vietnamese.clock(hour) for hour in (9, 11, 13, 16)] == [
        "9 giờ sáng",
        "11 giờ sáng",
        "1 giờ chiều",
        "4 giờ chiều",
    ]
