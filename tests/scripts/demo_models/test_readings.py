"""Numbers as they are said."""

import pytest
from demo_models import numerals, readings


@pytest.mark.parametrize(
    ("number", "english", "korean", "chinese"),
    [
        (0, "zero", "영", "ling2"),
        (7, "seven", "칠", "qi1"),
        (10, "ten", "십", "shi2"),
        (15, "fifteen", "십오", "shi2 wu3"),
        (48, "forty eight", "사십팔", "si4 shi2 ba1"),
        (100, "one hundred", "백", "yi4 bai3"),
        (112, "one hundred twelve", "백십이", "yi4 bai3 yi1 shi2 er4"),
        (200, "two hundred", "이백", "er4 bai3"),
        (205, "two hundred five", "이백오", "er4 bai3 ling2 wu3"),
        (1000, "one thousand", "천", "yi4 qian1"),
        (2000, "two thousand", "이천", "liang3 qian1"),
        (2050, "two thousand fifty", "이천오십", "liang3 qian1 ling2 wu3 shi2"),
        (10_000, "ten thousand", "만", "yi2 wan4"),
        (20_000, "twenty thousand", "이만", "liang3 wan4"),
        (100_000, "one hundred thousand", "십만", "shi2 wan4"),
        (30_400, "thirty thousand four hundred", "삼만사백", "san1 wan4 ling2 si4 bai3"),
    ],
)  # fmt: skip
def test_cardinals(number: int, english: str, korean: str, chinese: str) -> None:
    assert numerals.english(number) == english
    assert numerals.korean(number) == korean
    assert numerals.chinese(number) == chinese


def test_two_is_said_otherwise_before_a_chinese_measure_word() -> None:
    assert numerals.chinese(2, counting=True) == "liang3"
    assert numerals.chinese(12, counting=True) == "shi2 er4"


@pytest.mark.parametrize(
    ("day", "ordinal"),
    [(1, "first"), (5, "fifth"), (10, "tenth"), (12, "twelfth"), (20, "twentieth"), (25, "twenty fifth")],
)
def test_days_of_the_month(day: int, ordinal: str) -> None:
    assert numerals.english_ordinal(day) == ordinal


@pytest.mark.parametrize(
    ("language", "word", "spoken"),
    [
        ("ko", "500배로", "오백 배로"),
        ("ko", "3시간", "세 시간"),
        ("ko", "12시간", "열두 시간"),
        ("ko", "24시간", "이십사 시간"),
        ("ko", "3일", "삼 일"),
        ("ko", "6개월입니다", "육 개월입니다"),
        ("ko", "6월에", "유월에"),
        ("ko", "10월에", "시월에"),
        ("ko", "200kg이고", "이백 킬로그램이고"),
        ("ko", "30%", "삼십 퍼센트"),
        ("ko", "CIF", "씨아이에프"),
        ("zh", "2", "liang3"),
        ("zh", "10月", "shi2 yue4"),
        ("zh", "FOB", "F O B"),
        ("zh", "比例", "bi3 li4"),
        ("zh", "长春", "chang2 chun1"),
        ("en", "$15", "fifteen dollars"),
        ("en", "5,000", "five thousand"),
        ("en", "30%", "thirty percent"),
        ("en", "DDP", "D D P"),
        ("en", "A", "A"),
    ],
)
def test_words_are_read_aloud(language: str, word: str, spoken: str) -> None:
    assert readings.reading(language, word) == spoken


def test_an_unknown_chinese_word_is_refused() -> None:
    with pytest.raises(KeyError):
        readings.reading("zh", "龘")
