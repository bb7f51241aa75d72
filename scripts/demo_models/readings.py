"""How one written word is read aloud, numbers included."""

import re

from demo_models import numerals
from demo_models.pinyin import READINGS

_NUMBER = re.compile(r"(\$?)(\d[\d,]*)(\D*)")
_LETTERS = re.compile(r"[A-Z]{2,}")
_NATIVE_COUNTERS = ("시간", "시", "가지", "개")
_KOREAN_UNITS = {"kg": "킬로그램"}
_KOREAN_LETTERS = {"FOB": "에프오비", "CIF": "씨아이에프", "EXW": "이엑스더블유", "DDP": "디디피"}


def reading(language: str, word: str) -> str:
    """What the espeak voice of `language` is given for `word`, which has no punctuation around it.

    Raises KeyError for a Chinese word that isn't in `pinyin.READINGS`.
    """
    if language == "ko":
        return _korean(word)
    if language == "zh":
        return _chinese(word)
    return _english(word)


def _english(word: str) -> str:
    if found := _NUMBER.fullmatch(word):
        currency, digits, rest = found.groups()
        number = numerals.english(int(digits.replace(",", "")))
        return " ".join(filter(None, (number, "dollars" if currency else rest.replace("%", "percent"))))
    return " ".join(word) if _LETTERS.fullmatch(word) else word


def _korean(word: str) -> str:
    for written, spoken in (_KOREAN_UNITS | _KOREAN_LETTERS).items():
        word = word.replace(written, spoken)
    if found := _NUMBER.fullmatch(word):
        digits, rest = int(found[2].replace(",", "")), found[3]
        if rest.startswith("월"):
            return numerals.korean_month(digits) + rest
        native = any(rest.startswith(counter) for counter in _NATIVE_COUNTERS) and not rest.startswith("개월")
        number = numerals.korean_native(digits) if native else numerals.korean(digits)
        return f"{number} {rest.replace('%', '퍼센트')}".strip()
    return word


def _chinese(word: str) -> str:
    if _LETTERS.fullmatch(word):
        return " ".join(word)
    if found := _NUMBER.fullmatch(word):
        if found[3] == "月":
            return f"{numerals.chinese(int(found[2]))} yue4"
        return numerals.chinese(int(found[2]), counting=True)
    return READINGS[word]
