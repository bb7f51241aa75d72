"""Well-known words that take a term's place while a model translates, because models copy nothing reliably.

A placeholder such as `XQ7` is unknown to a small vocabulary and out of place in any sentence. 녹차 is known
to every model, comes out as "green tea" and 绿茶, and lets the words around it be translated as they should.
Kinds of words differ in the sentences that they fit into: goods are made and sold, countries exported to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from transcription.glossary import Found, occurrences
from transcription.particles import agree
from wire.languages import primary

UNSPACED = frozenset({"zh", "yue", "ja"})

StandIn = Mapping[str, tuple[str, ...]]
"""Language → what models write for it; the first is written for them."""


def _word(ko: str, zh: str, en: str, vi: str, ja: str, ru: str = "") -> StandIn:
    texts = {"ko": ko, "zh": zh, "yue": zh, "en": en, "vi": vi, "ja": ja, "ru": ru}
    return {language: tuple(text.split("|")) for language, text in texts.items() if text}


_GOODS = (
    _word(
        "녹차",
        "绿茶|綠茶",
        "green tea",
        "trà xanh|chè xanh",
        "緑茶",
        "зелёный чай|зеленый чай|зелёного чая|зеленого чая|зелёному чаю|зеленому чаю|зелёным чаем",
    ),
    _word(
        "샴푸",
        "洗发水|洗髮水|洗发露|洗发精|香波",
        "shampoo",
        "dầu gội đầu|dầu gội",
        "シャンプー",
        "шампунь|шампуня|шампуню|шампунем",
    ),
    _word("홍삼", "红参|紅參", "red ginseng", "hồng sâm|nhân sâm đỏ", "紅参"),
)
_COUNTRIES = (
    _word("캐나다", "加拿大", "Canada", "Canada", "カナダ", "Канада|Канады|Канаде|Канаду|Канадой"),
    _word("독일", "德国|德國", "Germany", "Đức", "ドイツ", "Германия|Германии|Германию|Германией"),
    _word(
        "태국", "泰国|泰國", "Thailand", "Thái Lan", "タイ", "Таиланд|Таиланда|Таиланду|Таиландом|Таиланде"
    ),
)
_LIQUIDS = (
    _word("코팅제", "涂层剂|塗層劑|涂料", "coating agent", "chất phủ", "コーティング剤"),
    _word("접착제", "粘合剂|黏合剂|胶粘剂|黏合劑", "adhesive", "keo dán|chất kết dính", "接着剤"),
    _word("프라이머", "底漆", "primer", "sơn lót", "プライマー"),
)
_PORTS = (
    _word(
        "싱가포르",
        "新加坡",
        "Singapore",
        "Singapore",
        "シンガポール",
        "Сингапур|Сингапура|Сингапуру|Сингапуре",
    ),
    _word("상하이", "上海", "Shanghai", "Thượng Hải", "上海", "Шанхай|Шанхая|Шанхаю|Шанхае"),
)
_PAPERS = (
    _word("상업 송장", "商业发票|商業發票", "commercial invoice", "hóa đơn thương mại", "商業送り状"),
    _word("포장 명세서", "装箱单|裝箱單", "packing list", "phiếu đóng gói|danh sách đóng gói", "梱包明細書"),
)
_COSMETICS = (
    _word("마스크팩", "面膜", "mask pack", "mặt nạ", "フェイスマスク|マスクパック"),
    _word("선크림", "防晒霜|防曬霜", "sunscreen", "kem chống nắng", "日焼け止め"),
)
KINDS = (_GOODS, _COUNTRIES, _LIQUIDS, _PORTS, _PAPERS, _COSMETICS)


@dataclass(frozen=True, slots=True)
class Mask:
    """One way to hide a sentence's terms: `words[target]` stands for the term that comes out as `target`."""

    found: tuple[Found, ...]
    words: Mapping[str, StandIn]

    def put_on(self, text: str, language: str) -> str:
        """The sentence for the model."""
        written = [self.words[found.target][primary(language)][0] for found in self.found]
        if self.found and self.found[0].start == 0:
            written[0] = written[0][0].upper() + written[0][1:]
        places = [(found.start, found.end) for found in self.found]
        if primary(language) in UNSPACED:
            # A name in Latin letters has spaces around it, a word of the language has none.
            places = [_with_spaces(text, place) for place in places]
        return replace(text, places, written, language)

    def holds(self, text: str, language: str) -> bool:
        """Whether every stand-in came through: each at least once and no more often than it was said."""
        return self._places(text, language) is not None

    def take_off(self, text: str, language: str) -> str | None:
        """The model's translation with the terms in it; None where a stand-in is missing."""
        places = self._places(text, language)
        if places is None:
            return None
        return replace(text, [place for place, _ in places], [target for _, target in places], language)

    def cover(self, shown: str, language: str) -> str:
        """A translation with the terms in it, as the model itself would have written it."""
        places = [
            (place, target)
            for target in self.words
            for place in occurrences(shown, target, language)
            if primary(language) in self.words[target]
        ]
        places.sort()
        if any(one[0][1] > other[0][0] for one, other in pairwise(places)):
            return shown
        written = [self.words[target][primary(language)][0] for _, target in places]
        return replace(shown, [place for place, _ in places], written, language)

    def _places(self, text: str, language: str) -> list[tuple[tuple[int, int], str]] | None:
        places: list[tuple[tuple[int, int], str]] = []
        for target, word in self.words.items():
            said = sum(found.target == target for found in self.found)
            at = sorted(
                {place for form in word[primary(language)] for place in occurrences(text, form, language)}
            )
            at = [one for one in at if not any(_inside(one, other) for other in at)]
            if not 1 <= len(at) <= said:
                return None
            places += [(place, target) for place in at]
        places.sort()
        return places


def masks(text: str, found: tuple[Found, ...], languages: Sequence[str]) -> tuple[list[Mask], list[Mask]]:
    """Ways to hide the terms of a text, the likeliest first, and those for when none of these will do.

    `languages`: of the text, and after each leg. There are no ways on a route whose languages have no
    stand-ins, or for more terms than there are.
    """
    terms = {one.target: one for one in found}
    # A term that is such a word itself may stand in for itself.
    rest = replace(text, [(one.start, one.end) for one in found], ["·" for _ in found], languages[0])
    kinds = [[word for word in kind if _fits(word, rest, languages)] for kind in KINDS]
    hinted = [1 if _is_place(text, one, languages[0]) else 0 for one in terms.values()]
    wanted = [hinted, *([kind] * len(terms) for kind in range(len(kinds)))]
    if len(terms) == 2:
        wanted += [[1, 0], [0, 1]]
    seen: list[list[StandIn]] = []
    ways: tuple[list[Mask], list[Mask]] = ([], [])
    for nth in range(max(map(len, kinds))):
        for choice in wanted:
            words = _chosen(kinds, choice, nth)
            if words is not None and words not in seen:
                seen.append(words)
                ways[min(nth, 1)].append(Mask(found, dict(zip(terms, words, strict=True))))
    return ways


def _chosen(kinds: Sequence[Sequence[StandIn]], choice: Sequence[int], nth: int) -> list[StandIn] | None:
    """A different word for each term: the nth of the kind chosen for it, or what is left."""
    words: list[StandIn] = []
    for kind in choice:
        order = chain(kinds[kind][nth:], chain.from_iterable(kinds))
        word = next((word for word in order if word not in words), None)
        if word is None:
            return None
        words.append(word)
    return words


_PLACES_BEFORE = {
    "en": re.compile(r"\b(?:in|to|from|at|near)\s+(?:the\s+)?$", re.IGNORECASE),
    "zh": re.compile(r"[在向从到往]$"),
    "vi": re.compile(r"\b(?:ở|đến|từ|tại|sang)\s+$", re.IGNORECASE),
}
_PLACES_BEHIND = {
    "ko": re.compile(r"(?:에|에서|으로|로)(?:는|도|만|의)?(?:\s|$)"),
    "ja": re.compile(r"へ|で|に"),
}


def _is_place(text: str, found: Found, language: str) -> bool:
    """Whether the words around a term make a place of it."""
    before, behind = _PLACES_BEFORE.get(primary(language)), _PLACES_BEHIND.get(primary(language))
    if before is not None and before.search(text[: found.start]):
        return True
    return behind is not None and behind.match(text, found.end) is not None


def replace(text: str, places: Sequence[tuple[int, int]], words: Sequence[str], language: str) -> str:
    """`text` with words put in these places, which are in order; Korean particles behind them agree."""
    parts: list[str] = []
    at = 0
    before = word = ""
    for (start, end), new in zip(places, words, strict=True):
        parts.append(_behind(before, word, text[at:start], language))
        parts.append(new)
        before, word, at = text[start:end], new, end
    parts.append(_behind(before, word, text[at:], language))
    return "".join(parts)


def _behind(before: str, word: str, following: str, language: str) -> str:
    return agree(before, word, following) if word and primary(language) == "ko" else following


def _fits(word: StandIn, text: str, languages: Sequence[str]) -> bool:
    """Whether it is known in every language on the way, and would not be mistaken for what was said."""
    if any(primary(language) not in word for language in languages):
        return False
    return not any(occurrences(text, form, languages[0]) for form in word[primary(languages[0])])


def _with_spaces(text: str, place: tuple[int, int]) -> tuple[int, int]:
    start, end = place
    return start - (text[:start][-1:] == " "), end + (text[end : end + 1] == " ")


def _inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]
