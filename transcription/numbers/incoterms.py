"""Incoterms 2020, by their letters, by the names of the letters and by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from transcription.numbers.assembly import Item
from transcription.numbers.lexicon import ends_word
from transcription.numbers.quantity import Kind, Reading, Weight

TERMS = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
_LOWER = frozenset({"exw", "fca", "fob", "cfr", "cif", "dpu", "ddp"})
"""The others are words or names in small letters."""

_KOREAN_LETTERS = {
    "A": "에이", "B": "비", "C": "씨|시", "D": "디", "E": "이", "F": "에프", "I": "아이", "O": "오", "P": "피",
    "R": "알|아르", "S": "에스", "T": "티", "U": "유", "W": "더블유|더블류|떠블유", "X": "엑스",
}  # fmt: skip
_JAPANESE_LETTERS = {
    "A": "エー|エイ", "B": "ビー", "C": "シー", "D": "ディー|デー", "E": "イー", "F": "エフ", "I": "アイ", "O": "オー",
    "P": "ピー", "R": "アール", "S": "エス", "T": "ティー|テー", "U": "ユー", "W": "ダブリュー", "X": "エックス",
}  # fmt: skip
_RUSSIAN = {"EXW": "эксворкс|франко-завод|франко завод", "FCA": "фца|франко перевозчик", "FOB": "фоб|франко-борт|франко борт",
            "CFR": "цфр", "CIF": "сиф", "CPT": "спт", "CIP": "сип", "DAP": "дап", "DDP": "ддп"}  # fmt: skip
_WORDS = {
    "EXW": "工厂交货|工廠交貨|ex works|ex-works|ex work|工場渡し|공장 인도 조건|공장인도조건|giao tại xưởng",
    "FCA": "货交承运人|貨交承運人|free carrier|운송인 인도|운송인인도|運送人渡し",
    "FAS": "船边交货|船邊交貨|free alongside ship|선측 인도|선측인도|船側渡し",
    "FOB": "离岸价|離岸價|船上交货|船上交貨|free on board|본선 인도|본선인도|本船渡し|giao lên tàu|giao trên tàu",
    "CFR": "成本加运费|成本加運費|cost and freight|운임 포함 인도|운임포함인도|運賃込み",
    "CIF": "到岸价|到岸價|成本加保险费加运费|成本、保险费加运费|cost, insurance and freight|cost insurance and freight|"
    "운임 보험료 포함 인도|운임보험료포함인도|운임 보험료 포함|運賃保険料込み",
    "CPT": "carriage paid to|运费付至|運費付至|운송비 지급 인도|輸送費込み",
    "CIP": "carriage and insurance paid to|运费保险费付至|運費保險費付至|운송비 보험료 지급 인도|輸送費保険料込み",
    "DAP": "delivered at place|目的地交货|目的地交貨|도착장소 인도|도착지 인도|仕向地持込渡し",
    "DPU": "delivered at place unloaded|卸货地交货|卸貨地交貨|도착지 양하 인도|荷卸込持込渡し",
    "DDP": "delivered duty paid|完税后交货|完稅後交貨|관세 지급 인도|관세지급 인도|관세지급인도|関税込持込渡し|giao hàng đã thông quan",
}
_SOFT = frozenset({"EXW", "FCA", "FAS", "CPT", "CIP", "DAP", "DPU", "CFR"})
"""Whose words are ordinary ones too ("delivered at the place")."""


def _spellings(letters: dict[str, str], separator: str) -> dict[str, str]:
    return {term: separator.join(f"(?:{letters[letter]})" for letter in term) for term in TERMS}


_KOREAN = {term: re.compile(pattern) for term, pattern in _spellings(_KOREAN_LETTERS, "[ -]?").items()}
_PATTERN = re.compile(
    "|".join(
        f"(?P<{term}>{'|'.join(alternatives)})"
        for term, alternatives in (
            (
                term,
                (
                    rf"(?<![a-z0-9]){term.lower()}(?![a-z0-9])",
                    rf"(?<![a-z0-9]){'[. ]'.join(term.lower())}\.?(?![a-z0-9])",
                    rf"(?<![가-힣]){_KOREAN[term].pattern}",
                    _spellings(_JAPANESE_LETTERS, "・?")[term],
                    *(rf"(?<![^\W\d_])(?:{_RUSSIAN[term]})(?![^\W\d_])" for _ in (0,) if term in _RUSSIAN),
                ),
            )
            for term in TERMS
        )
    )
)
_WORD_TERMS = {word: term for term, words in _WORDS.items() for word in words.split("|")}
_WORD_PATTERN = re.compile("|".join(sorted(map(re.escape, _WORD_TERMS), key=len, reverse=True)))


def incoterms(text: str, cased: str) -> Iterator[Item]:
    """`text` is `cased` in lower case."""
    for match in _PATTERN.finditer(text):
        term = str(match.lastgroup)
        written = cased[match.start() : match.end()]
        if written.lower() == term.lower() and not written.isupper() and written not in _LOWER:
            continue
        yield _item(match, term, Weight.STRONG)
    for match in _WORD_PATTERN.finditer(text):
        if ends_word(text, match.end()):
            term = _WORD_TERMS[match.group()]
            yield _item(match, term, Weight.SOFT if term in _SOFT else Weight.STRONG)


def _item(match: re.Match[str], term: str, weight: Weight) -> Item:
    return Item(match.start(), match.end(), (Reading(Kind.INCOTERM, Fraction(0), term),), limit=weight)
