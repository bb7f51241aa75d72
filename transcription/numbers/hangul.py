"""Korean numerals: 삼천오백, 1억 2천만, 3만5천, 열두, 스물다섯.

Nearly every numeral is an ordinary syllable too, so that one counts only by the company it keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from transcription.numbers.digits import written
from transcription.numbers.lexicon import Lexicon
from transcription.numbers.numeral import Numeral
from transcription.numbers.positional import Part, Prefix, Token, prefixes
from transcription.numbers.quantity import Weight

_DIGITS = {
    "영": 0,
    "공": 0,
    "일": 1,
    "이": 2,
    "삼": 3,
    "사": 4,
    "오": 5,
    "육": 6,
    "륙": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
}
_SMALL = {"십": 10, "백": 100, "천": 1000}
_BIG = {"만": 10**4, "억": 10**8, "조": 10**12}
_UNITS = {**_SMALL, **_BIG}
_SINO = "".join([*_DIGITS, *_UNITS])
_TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
_ONES = {
    "한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "석": 3, "네": 4, "넷": 4, "넉": 4, "다섯": 5,
    "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_NATIVE = re.compile(rf"({'|'.join(_TENS)})?({'|'.join(sorted(_ONES, key=len, reverse=True))})?")
_ESTIMATES = {
    "한두": (1, 2), "두세": (2, 3), "두서너": (2, 4), "서너": (3, 4), "너댓": (4, 5), "네댓": (4, 5),
    "네다섯": (4, 5), "대여섯": (5, 6), "예닐곱": (6, 7), "일고여덟": (7, 8), "여덟아홉": (8, 9),
    "이삼": (2, 3), "삼사": (3, 4), "사오": (4, 5),
    "오륙": (5, 6), "육칠": (6, 7), "칠팔": (7, 8), "팔구": (8, 9),
}  # fmt: skip
"""Partners for either number."""
_ESTIMATE = re.compile(rf"({'|'.join(_ESTIMATES)})(십|백|천|만|억)?")
_NUMBER_START = re.compile(
    rf"[0-9{_SINO}]|서너|너댓|대여섯|예닐곱|{'|'.join(dict.fromkeys([*_TENS, *_ONES]))}"
)
_PARTICLE = (
    r"은|는|이(?!나 )|가|을|를|에|의|로|으로|도|만|와|과|랑|까지|부터|정도|쯤|가량|씩|이나|이상|이하|미만|"
    r"초과|짜리|입니다|이에요|예요|이다|인|이고|이며|이라|보다|밖에|대|여|남짓|안팎|간|동안|마다|당|전|후|뒤|내|"
    r"째|분|치|입|용|어치|이네|이죠|이면|면|라도|이라도|인데|이었|였|이신|께|님|들|반|으론|로는|에는|에서|에도|요|이요|죠|이내|"
    r"이후|이전|뿐|안에|중|차|이지|지만|이지만|고요|나"
)
_BOUNDARY = re.compile(rf"$|[^가-힣a-z]|(?:{_PARTICLE})")
_LONE_UNIT = re.compile(
    r" ?(?:퍼센트|프로(?!젝|그|모|세|듀|필)|킬로|그램|톤|미터|센티|밀리|리터|개월|달러|위안|유로|루블)"
    r"|(?:년|월(?!등|드|급|요)|주일|초(?!과|기|반|콜))"
)
"""Units that a single Sino-Korean digit counts without being taken for another word (이 분, 사원, 오일)."""
_PROPORTION = re.compile(rf"분의 [0-9{_SINO}]| 대 [0-9{_SINO}]+(?=$|[^가-힣]|로|으로|의|이|정도|비율)")
_IN_PROPORTION = re.compile(rf"[0-9{_SINO}](?: 대|분의) $")
_AFTER_LONE_UNIT = frozenset(
    [
    "원", "개", "명", "달러", "톤", "킬로", "퍼센트", "프로", "년", "배", "위안", "엔", "동",
    "유로", "리터", "미터"
]
)  # fmt: skip
"""What 천, 백 or 만 alone counts without a blank; with others they make words: 천장, 백부, 만일."""
_AFTER_NATIVE = frozenset(
    [
    "개", "명", "달", "시간", "번", "가지", "배", "분", "시", "살", "사람", "종류", "곳", "해",
    "마리", "박스", "상자", "군데", "톤", "킬로"
]
)  # fmt: skip
"""What 한, 두, 세 count without a blank; with others they make words: 세부, 두통."""
_VAGUE = re.compile(r"(?:몇 ?|수|여러|제법|기|무려 수)$")
_INSIDE = re.compile(r"[가-힣]")
_OPENERS = re.compile(r"(?:^|[^가-힣a-z]|약|총|제|각|매|월|연|단|돈)$")
MAX_TOKENS = 40


class KoreanNumerals:
    def __init__(self, suffixes: Lexicon) -> None:
        self._suffixes = suffixes

    def __call__(self, text: str) -> Iterator[Numeral]:
        at = 0
        while (match := _NUMBER_START.search(text, at)) is not None:
            start = match.start()
            numeral, end = self._numeral(text, start)
            if numeral is not None:
                yield numeral
            at = max(end, start + 1)

    def _numeral(self, text: str, start: int) -> tuple[Numeral | None, int]:
        """The numeral at `start`, and where to look on."""
        if "0" <= text[start] <= "9":
            return self._mixed(text, start)
        if not _OPENERS.search(text, max(0, start - 1), start):
            return None, start + 1
        vague = _VAGUE.search(text, max(0, start - 4), start)
        if estimate := self._estimate(text, start):
            return estimate, estimate.end
        sino = self._sino(text, start)
        native = self._native(text, start)
        best = max((sino, native), key=lambda numeral: numeral.end if numeral else 0)
        if best is None or vague:
            return None, _row_end(text, start) if vague else start + 1
        return best, best.end

    def _estimate(self, text: str, start: int) -> Numeral | None:
        match = _ESTIMATE.match(text, start)
        if match is None or self._suffixes.match(text, match.end()) is None:
            return None
        scale = _UNITS.get(match.group(2) or "", 1)
        values = tuple(Fraction(value * scale) for value in _ESTIMATES[match.group(1)])
        return Numeral(start, match.end(), values, True, weight=Weight.FAINT, unit_weight=Weight.FAINT)

    def _mixed(self, text: str, start: int) -> tuple[Numeral | None, int]:
        tokens: list[Token] = []
        at = start
        while len(tokens) < MAX_TOKENS and (token := _mixed_token(text, at, tokens)) is not None:
            tokens.append(token)
            at = token.end
        first = tokens[0]
        if first.value < 0:
            return Numeral(start, first.end, (), raw=text[start : first.end]), first.end
        best = prefixes(tokens)[-1]
        raw = text[start : best.end] if best.tokens == 1 else ""
        return Numeral(start, best.end, (best.value,), False, best.scale, raw=raw), best.end

    def _sino(self, text: str, start: int) -> Numeral | None:
        tokens = _sino_tokens(text, start)
        if not tokens:
            return None
        found = prefixes(tokens)
        for prefix in reversed(found):
            end, value, scale = _decimals(text, prefix)
            sure = self._counts(text, start, end, 2 if end > prefix.end else prefix.tokens)
            if sure is not None:
                weight = Weight.STRONG if _proportion(text, start, end) else Weight.FAINT
                return Numeral(start, end, (value,), True, scale, weight, sure)
        return self._alone(text, start, found)

    def _counts(self, text: str, start: int, end: int, tokens: int) -> Weight | None:
        """How sure it is that a unit follows and the numeral is no other word; None where it is one."""
        if _PROPORTION.match(text, end):
            return Weight.STRONG
        if _IN_PROPORTION.search(text, max(0, start - 4), start):
            return Weight.STRONG if _BOUNDARY.match(text, end) else None
        suffix = self._suffixes.match(text, end)
        if suffix is None:
            return None
        if not _BOUNDARY.match(text, suffix[1]) and self._suffixes.match(text, suffix[1]) is None:
            return None
        if tokens > 1:
            return Weight.STRONG
        spaced, unit = suffix[0] > end, text[suffix[0] : suffix[1]]
        if text[start] in _DIGITS:
            return _lone_digit(text[start], unit, spaced, bool(_LONE_UNIT.match(text, end)))
        return _lone_unit(text[start], unit, spaced, suffix[2][0].unit)

    def _alone(self, text: str, start: int, found: list[Prefix]) -> Numeral | None:
        """Without a unit only a long numeral is one; 이천, 오만, 사백 are names and words as well."""
        for prefix in reversed(found):
            end, value, scale = _decimals(text, prefix)
            word = text[start:end]
            units = sum(character in _UNITS for character in word)
            long = (len(word) >= 3 and units >= 2) or end > prefix.end
            if not (long or (len(word) == 2 and units == 1)) or word in _WORDS:
                continue
            if not _BOUNDARY.match(text, end):
                continue
            values = (value,)
            return Numeral(
                start, end, values, True, scale, weight=Weight.STRONG if long else Weight.FAINT,
            )  # fmt: skip
        return None

    def _native(self, text: str, start: int) -> Numeral | None:
        match = _NATIVE.match(text, start)
        if match is None or not match.group():
            return None
        tens, ones = match.groups()
        value = Fraction(_TENS.get(tens, 0) + _ONES.get(ones, 0))
        end, word = match.end(), match.group()
        suffix = self._suffixes.match(text, end)
        joined = suffix is not None and suffix[0] == end and tens is None
        if joined and text[end : suffix[1] if suffix else end] not in _AFTER_NATIVE:
            suffix = None
        if (
            suffix is not None
            and _BOUNDARY.match(text, suffix[1])
            and not _no_counter(word, text[end : suffix[1]])
        ):
            return Numeral(start, end, (value,), True, weight=Weight.FAINT, not_unit="minute")
        if tens in ("스무", "열") and ones is None:
            return None
        if word in ("한", "두", "세", "네", "석", "넉"):
            # Before a noun: 두 회사; 네 is a yes as well.
            before_noun = text[end : end + 1] == " " and word in ("두", "세")
            return Numeral(start, end, (value,), True, weight=Weight.FAINT) if before_noun else None
        if not _BOUNDARY.match(text, end):
            return None
        small = ones is not None and tens is None and value < 5
        return Numeral(start, end, (value,), True, weight=Weight.SOFT if small else Weight.STRONG)


_WORDS = frozenset(
    [
    "이천", "천만", "오만", "이만", "만사", "천사", "만일", "이조", "백일", "천일", "천이", "만이",
    "만조", "일조", "조이", "백사", "백구", "백오", "만구", "천구", "억이", "백이", "백삼", "조사"
]
)  # fmt: skip
"""Names and words that look like numerals."""


def _proportion(text: str, start: int, end: int) -> bool:
    return bool(_PROPORTION.match(text, end) or _IN_PROPORTION.search(text, max(0, start - 4), start))


def _lone_digit(digit: str, unit: str, spaced: bool, safe: bool) -> Weight | None:
    """이 분, 사원, 오일: a lone digit of Sino-Korean is a demonstrative, a syllable, anything."""
    if safe and not (spaced and digit == "이" and unit == "프로"):
        return Weight.STRONG
    if not spaced:
        return Weight.STRONG if unit == "분" and digit in "삼오칠팔" else None
    if digit in "일이영공":
        return Weight.FAINT
    if digit + unit == "사주":
        return Weight.FAINT
    return None if digit + unit in ("구도", "오대", "사도", "구대", "사대", "사장") else Weight.STRONG


def _lone_unit(numeral: str, unit: str, spaced: bool, measure: str) -> Weight | None:
    """백 개 and 천원 count; 천장, 백부, 만일 and 조건 are words."""
    if numeral in "억조":
        return Weight.STRONG if unit in ("원", "달러") else None
    if not spaced:
        return Weight.STRONG if unit in _AFTER_LONE_UNIT or (numeral == "십" and unit != "분") else None
    timed = measure in ("day", "year", "hour", "week", "month", "minute")
    return None if numeral == "만" and (timed or unit in ("시", "살")) else Weight.STRONG


def _no_counter(word: str, counter: str) -> bool:
    """한 sits in front of anything (한 주, 한 점 부끄럼); 세 and 네 before a blank may be something else."""
    return (
        word == "네" and counter.startswith(" ") and counter.strip() in ("분", "대", "도", "주", "일")
    ) or (word in ("석", "넉") and counter.strip() not in ("달", "장", "대", "되", "섬", "자", "점"))


def _row_end(text: str, start: int) -> int:
    while start < len(text) and (text[start] in _SINO or text[start].isdigit()):
        start += 1
    return start


def _mixed_token(text: str, at: int, tokens: list[Token]) -> Token | None:
    if tokens and text[at : at + 1] == "여" and text[at + 1 : at + 2] in _BIG:
        # 10여만 명: more than 100,000.
        return Token(Part.BIG, Fraction(_BIG[text[at + 1]]), at, at + 2)
    spaced = bool(tokens) and text[at : at + 1] == " "
    begin = at + 1 if spaced else at
    if begin >= len(text):
        return None
    character = text[begin]
    if "0" <= character <= "9":
        if tokens and tokens[-1].part is Part.ARABIC:
            return None
        number = written(text, begin, comma_decimal=False)
        assert number is not None
        value = number.values[0] if number.values else Fraction(-1)
        goes_on = text[number.end : number.end + 1] in _UNITS or value >= 1000
        if tokens and (value < 0 or (spaced and not goes_on)):
            return None
        return Token(Part.ARABIC, value, begin, number.end)
    if not tokens or character not in _UNITS:
        return None
    if spaced and not (character in _BIG and tokens[-1].part is Part.ARABIC and _unit_follows(text, begin)):
        return None
    part = Part.SMALL if character in _SMALL else Part.BIG
    return Token(part, Fraction(_UNITS[character]), begin, begin + 1)


def _unit_follows(text: str, at: int) -> bool:
    """12 만 개: a unit after a blank; 5 만나: a word."""
    return at + 1 >= len(text) or not _INSIDE.match(text, at + 1) or text[at + 1] in "원개명톤대장"


def _sino_tokens(text: str, start: int) -> list[Token]:
    """A row of numerals; a blank may follow a unit where another unit comes after it."""
    tokens: list[Token] = []
    at = start
    while at < len(text) and len(tokens) < MAX_TOKENS:
        character = text[at]
        if character in _DIGITS:
            value = _DIGITS[character]
            tokens.append(Token(Part.DIGIT if value else Part.ZERO, Fraction(value), at, at + 1))
        elif character in _UNITS:
            part = Part.SMALL if character in _SMALL else Part.BIG
            tokens.append(Token(part, Fraction(_UNITS[character]), at, at + 1))
        elif not (character == " " and text[at - 1] in _UNITS and _another_segment(text, at + 1)):
            break
        at += 1
    return tokens


def _another_segment(text: str, at: int) -> bool:
    end = at
    while end < len(text) and text[end] in _SINO:
        end += 1
    row = text[at:end]
    return any(character in _UNITS for character in row)


_POINT = re.compile(
    rf" ?점 ?([{''.join(_DIGITS)}](?: ?[{''.join(_DIGITS)}])*?)"
    r"(?=$|[^가-힣]| ?(?:퍼센트|프로|킬로|그램|톤|미터|센티|밀리|리터|도|배|만|억|조|달러))"
)


def _decimals(text: str, prefix: Prefix) -> tuple[int, Fraction, Fraction]:
    """삼 점 오: the end and value with the decimals, and the large unit after them."""
    end, value, scale = prefix.end, prefix.value, prefix.scale
    if match := _POINT.match(text, end):
        digits = "".join(str(_DIGITS[character]) for character in match.group(1).replace(" ", ""))[:24]
        value, end = value + Fraction(int(digits), 10 ** len(digits)), match.end()
        if text[end : end + 1] in _BIG:
            scale = Fraction(_BIG[text[end]])
            value, end = value * scale, end + 1
    return end, value, scale
