"""Korean particles: which may follow a word, and in which of their two forms.

The form follows the last sound of the word before: 코팅제는, 교반은, GK-350은 (삼백오십), LED는 (엘이디),
서울로 but 부산으로. Nothing here knows more Korean than that.
"""

from __future__ import annotations

import re
from enum import Enum

_FIRST, _LAST, _FINALS, _RIEUL = ord("가"), ord("힣"), 28, 8


class Sound(Enum):
    """How a word ends when it is read aloud in Korean."""

    VOWEL = "vowel"
    RIEUL = "rieul"
    CONSONANT = "consonant"
    UNKNOWN = "unknown"
    """In a script whose reading one cannot know."""


_DIGITS = {"1": Sound.RIEUL, "7": Sound.RIEUL, "8": Sound.RIEUL, "0": Sound.CONSONANT, "3": Sound.CONSONANT}
_DIGITS |= {"6": Sound.CONSONANT}
_LETTERS = {"l": Sound.RIEUL, "r": Sound.RIEUL, "m": Sound.CONSONANT, "n": Sound.CONSONANT}
"""엘, 알, 엠, 엔; the names of the other letters end in a vowel."""
_UNITS = {
    "%": Sound.VOWEL,
    "℃": Sound.VOWEL,
    "°C": Sound.VOWEL,
    "kg": Sound.CONSONANT,
    "mg": Sound.CONSONANT,
    "g": Sound.CONSONANT,
    "ml": Sound.VOWEL,
    "mL": Sound.VOWEL,
    "l": Sound.VOWEL,
    "L": Sound.VOWEL,
    "mm": Sound.VOWEL,
    "cm": Sound.VOWEL,
    "km": Sound.VOWEL,
    "m": Sound.VOWEL,
    "nm": Sound.VOWEL,
    "μm": Sound.CONSONANT,
    "t": Sound.CONSONANT,
}
"""Read in full after a number: 킬로그램, 리터, 미터, 마이크론, 톤."""
_NUMBER_AND_UNIT = re.compile(rf"\d\s?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})$")
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\])$")
_MARKS = "\"'”’»」』】》〉)]）.,!?…·-‐–™®© "
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+$")
_ACRONYM = re.compile(r"[A-Z]+$")

_SHORT_STOP = re.compile(r"(?:^|[^aeiouy])[aeiouy](?:ck|[pkbc])$|[aeiouy]{2}[k]$")
"""팩, 칩, 웹, 매직, 북: written with a final consonant; 데스크, 케이프 are not."""
_SYLLABLES = re.compile(r"[aeiouy]+")


def last_sound(word: str) -> Sound:
    """The last sound of a word, a number, an acronym; what stands in brackets behind it is not read."""
    bare = word.rstrip()
    while (without := _ASIDE.sub("", bare)) and without != bare:
        bare = without
    if found := _NUMBER_AND_UNIT.search(bare):
        return _UNITS[found[1]]
    bare = bare.rstrip(_MARKS)
    if not bare:
        return Sound.UNKNOWN
    last = bare[-1]
    if _FIRST <= ord(last) <= _LAST:
        return _of_final((ord(last) - _FIRST) % _FINALS)
    if last.isascii() and last.isdigit():
        return _DIGITS.get(last, Sound.VOWEL)
    if last == "%":
        return Sound.VOWEL
    latin = _WORD.search(bare)
    return Sound.UNKNOWN if latin is None else _of_latin(latin[0], bare)


def _of_final(final: int) -> Sound:
    if final == 0:
        return Sound.VOWEL
    return Sound.RIEUL if final == _RIEUL else Sound.CONSONANT


def _of_latin(word: str, whole: str) -> Sound:
    """An acronym is spelled out, a word is read about as Korean writes it."""
    if len(word) == 1 or _ACRONYM.fullmatch(word) or whole[: -len(word)][-1:].isdigit():
        return _LETTERS.get(word[-1].lower(), Sound.VOWEL)
    lower = word.lower()
    if lower.endswith(("l", "ll", "le")):
        return Sound.RIEUL
    if lower.endswith(("m", "n", "ng", "me", "ne")):
        return Sound.CONSONANT
    if _SHORT_STOP.search(lower):
        return Sound.CONSONANT
    if re.search(r"[aeiouy]t$", lower) and len(_SYLLABLES.findall(lower)) > 1:
        return Sound.CONSONANT  # 로봇, 마켓; 키트 has one syllable
    return Sound.VOWEL


# --- the two forms of a particle ----------------------------------------------------------------------------

_PAIRS = (
    ("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("아", "야"), ("은요", "는요"), ("이요", "요"),
    ("으로", "로"), ("으로서", "로서"), ("으로써", "로써"), ("으로는", "로는"), ("으로도", "로도"),
    ("으로만", "로만"), ("으로의", "로의"), ("으로부터", "로부터"),
    ("과는", "와는"), ("과도", "와도"), ("과의", "와의"),
    ("이나", "나"), ("이랑", "랑"), ("이라", "라"), ("이란", "란"), ("이라도", "라도"), ("이라고", "라고"),
    ("이라는", "라는"), ("이라면", "라면"), ("이라서", "라서"), ("이라며", "라며"),
    ("이든", "든"), ("이든지", "든지"), ("이며", "며"), ("이면", "면"), ("이고", "고"), ("이지만", "지만"),
    ("이니까", "니까"), ("이니", "니"), ("이죠", "죠"), ("이지요", "지요"), ("이네요", "네요"),
    ("이거든요", "거든요"), ("이야", "야"), ("이에요", "예요"), ("이었습니다", "였습니다"),
    ("이었어요", "였어요"), ("이었고", "였고"), ("이었는데", "였는데"), ("이었던", "였던"),
)  # fmt: skip
"""(after a consonant, after a vowel)."""
_EITHER = {"으로": "(으)로", "은": "은(는)", "이": "이(가)", "을": "을(를)", "과": "과(와)", "아": "아(야)"}
_HANGUL = r"[\uac00-\ud7a3]"


def _by_length(forms: dict[str, str]) -> re.Pattern[str]:
    alternatives = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(rf"(?:{alternatives})(?!{_HANGUL})")


_FROM_VOWEL = {vowel: consonant for consonant, vowel in _PAIRS}
_FROM_CONSONANT = dict(_PAIRS)
_AFTER_VOWEL, _AFTER_CONSONANT = _by_length(_FROM_VOWEL), _by_length(_FROM_CONSONANT)
_AFTER_RIEUL = _by_length(_FROM_CONSONANT | {v: c for c, v in _PAIRS if c.startswith("으로")})


def agree(before: str, word: str, following: str) -> str:
    """`following`, which stood behind `before`, as it is written behind `word`.

    A word whose last sound cannot be known gets both forms: 은(는).
    """
    old, new = last_sound(before), last_sound(word)
    if old is Sound.UNKNOWN or old is new:
        return following
    pattern = {Sound.VOWEL: _AFTER_VOWEL, Sound.RIEUL: _AFTER_RIEUL}.get(old, _AFTER_CONSONANT)
    found = pattern.match(following)
    if found is None:
        return following
    consonant = found[0] if found[0] in _FROM_CONSONANT else _FROM_VOWEL[found[0]]
    return _form(consonant, new) + following[found.end() :]


def particle(word: str, consonant: str) -> str:
    """The form of a particle behind `word`, named by its form after a consonant: `을`, `으로`."""
    return _form(consonant, last_sound(word))


def _form(consonant: str, sound: Sound) -> str:
    vowel = _FROM_CONSONANT[consonant]
    if sound is Sound.UNKNOWN:
        return _EITHER.get(consonant) or (
            f"({consonant[0]}){vowel}" if consonant.endswith(vowel) else f"{consonant}({vowel})"
        )
    if sound is Sound.VOWEL or (sound is Sound.RIEUL and consonant.startswith("으로")):
        return vowel
    return consonant


# --- what may stand between a noun and the next space ------------------------------------------------------

_ANY = (
    "의", "에", "에서", "에게", "에게서", "한테", "한테서", "께", "께서", "도", "만", "까지", "부터", "보다",
    "처럼", "마다", "조차", "마저", "밖에", "뿐", "대로", "만큼", "요", "입니다", "입니까", "입니다만",
    "인데", "인데요", "인가요", "인지", "인지도", "이고", "이며", "이지만", "이라는", "이라고", "이라서",
    "이라면", "이니까", "이죠", "이지요", "이네요", "이거든요", "이었습니다", "이었어요",
    "이든지", "이라든가",
)  # fmt: skip
_TAIL = "(?:은|는|도|만|의|요|을|를|이|가|까지|부터|이나|나)?"
_SUFFIX = "(?:들|님|씨)"
_SAFE = {"은", "는", "이", "가", "을", "를", "의", "에", "입니다", "입니까"}
"""What may follow a noun of one syllable: with 도, 로 or 만 it is more often another word (수도, 회로)."""


def _case(forms: set[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, forms), key=len, reverse=True)) + ")"


_CONSONANT_CASES = {consonant for consonant, _ in _PAIRS} | set(_ANY)
_VOWEL_CASES = {vowel for _, vowel in _PAIRS} | set(_ANY)
_CASES = {
    Sound.VOWEL: _case(_VOWEL_CASES),
    Sound.CONSONANT: _case(_CONSONANT_CASES),
    Sound.RIEUL: _case(_CONSONANT_CASES | {"로", "로서", "로써", "로는", "로도", "로의"}),
    Sound.UNKNOWN: _case(_CONSONANT_CASES | _VOWEL_CASES),
}
_AFTER_SUFFIX = _CASES[Sound.UNKNOWN]


def following_pattern(word: str) -> str:
    """A regular expression for what may follow a Korean noun up to the end of its word, nothing included."""
    if len(word) == 1:
        return f"{_case(_SAFE)}?"
    case = _CASES[last_sound(word)]
    return f"(?:{_SUFFIX}(?:{_AFTER_SUFFIX}{_TAIL})?|{case}{_TAIL})?"
