"""The translator's bookkeeping with a pair that writes down what it was asked, then the demo packages."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.models.store import ModelStore
from transcription.translator import PairRequest, TranslationItem, Translator
from wire.captions import MAX_TEXT_CHARS
from wire.links import Route

CONVERSATIONS = Path(__file__).parents[2] / "media" / "demo" / "conversations"


@dataclass
class WrittenDown:
    """Marks each sentence with the pair; what it makes of open sentences is never the same twice."""

    source: str
    target: str
    engine: str = "test"
    settled_calls: list[list[str]] = field(default_factory=list)
    open_calls: list[list[tuple[str, str]]] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def settled(self, sentences: Sequence[str]) -> list[str]:
        self.settled_calls.append(list(sentences))
        return [f"<{self.target}:{sentence}>" for sentence in sentences]

    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]:
        self.open_calls.append(list(zip(sentences, shown, strict=True)))
        return [f"{sentence}?{self.chance.random()}" for sentence in sentences]

    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        return [0.0] * len(sentences)


def item(
    text: str, *targets: str, source: str = "ko", final: bool = True, stable: int = 0, **previous: str
) -> TranslationItem:
    return TranslationItem(text, source, targets, previous, final, stable)


def test_one_batch_for_all_rooms_and_each_sentence_once() -> None:
    to_en, to_zh = WrittenDown("ko", "en"), WrittenDown("en", "zh")
    translator = Translator([to_en, to_zh])
    answers = translator.translate(
        [item("네. 좋아요.", "en", "zh-Hans"), item("좋아요.", "zh-Hans"), item("감사합니다.", "en")]
    )
    assert [sorted(call) for call in to_en.settled_calls] == [["감사합니다.", "네.", "좋아요."]]
    assert [sorted(call) for call in to_zh.settled_calls] == [["<en:네.>", "<en:좋아요.>"]]
    assert answers[0]["en"].text == "<en:네.> <en:좋아요.>"
    assert answers[0]["zh-Hans"].text == "<zh:<en:네.>><zh:<en:좋아요.>>"
    assert answers[1].keys() == {"zh-Hans"}
    assert answers[2]["en"].stable == len("<en:감사합니다.>")
    translator.translate([item("좋아요.", "en", "zh")])
    assert len(to_en.settled_calls) == len(to_zh.settled_calls) == 1
    assert translator.counters == {"translated": 5, "cached": 2}


def test_targets_without_a_route_are_left_out() -> None:
    translator = Translator([WrittenDown("ko", "en")])
    assert translator.translate([item("네", "vi", "yue"), item("好", "en", source="zh")]) == [{}, {}]
    assert translator.routes() == (Route(source="ko", target="en", via=(), engine="test"),)


def test_cache_is_bounded() -> None:
    pair = WrittenDown("ko", "en")
    translator = Translator([pair], cached_sentences=2)
    for text in ("하나", "둘", "하나", "셋", "하나", "둘"):
        translator.translate([item(text, "en")])
    assert [call[0] for call in pair.settled_calls] == ["하나", "둘", "셋", "둘"]


def test_open_sentence_is_given_what_is_shown_of_it() -> None:
    pair = WrittenDown("ko", "en")
    translator = Translator([pair])
    shown = "Yes. The price"
    answer = translator.translate([item("네. 가격은 얼마", "en", final=False, stable=5, en=shown)])[0]["en"]
    assert pair.settled_calls == [["네."]]
    assert pair.open_calls == [[("가격은 얼마", "The price")]]
    assert answer.stable == len("<en:네.>")


def test_only_the_last_pair_of_a_route_is_given_what_is_shown() -> None:
    to_en, to_zh = WrittenDown("ko", "en"), WrittenDown("en", "zh")
    Translator([to_en, to_zh]).translate([item("가격은", "zh", final=False, zh="价格")])
    assert [shown for _, shown in to_en.open_calls[0]] == [""]
    assert [shown for _, shown in to_zh.open_calls[0]] == ["价格"]


def test_partial_without_stable_source_promises_nothing() -> None:
    answer = Translator([WrittenDown("ko", "en")]).translate([item("네. 가격은", "en", final=False)])
    assert answer[0]["en"].stable == 0


@given(st.lists(st.sampled_from(["네. ", "가격은 ", "3.", "5달러? ", "좋", "아요. ", "No. "]), max_size=12))
def test_stable_translation_never_changes(steps: list[str]) -> None:
    translator = Translator([WrittenDown("ko", "en")])
    text, shown, promised = "", "", ""
    for step in steps:
        text += step
        partial = item(text + "…", "en", final=False, stable=len(text), en=shown)
        line = translator.translate([partial])[0]["en"]
        assert line.text.startswith(promised)
        shown, promised = line.text, line.text[: line.stable]
    assert translator.translate([item(text, "en")])[0]["en"].text.startswith(promised)


def test_numbers_alone_are_copied() -> None:
    pair = WrittenDown("ko", "en")
    assert Translator([pair]).translate([item("3,500", "en")])[0]["en"].text == "3,500"
    assert pair.settled_calls == []


def test_answer_fits_a_caption() -> None:
    line = Translator([WrittenDown("ko", "en")]).translate([item("네. " * 600, "en")])[0]["en"]
    assert len(line.text) == line.stable == MAX_TEXT_CHARS


@dataclass
class OneForAll:
    """A shared model that writes down its batches."""

    batches: list[list[PairRequest]] = field(default_factory=list)

    def settled(self, requests: Sequence[PairRequest]) -> list[str]:
        self.batches.append(sorted(requests, key=lambda request: request.pair))
        return [f"<{request.pair[1]}:{request.sentence}>" for request in requests]

    def open(self, requests: Sequence[PairRequest]) -> list[str]:
        return [f"{text}?" for text in self.settled(requests)]


@dataclass
class Shared(WrittenDown):
    model: OneForAll = field(default_factory=OneForAll)
    engine: str = "m2m"


def test_pairs_of_one_model_go_in_one_batch() -> None:
    model, alone = OneForAll(), WrittenDown("ko", "en")
    pairs = [
        Shared("ko", "vi", model=model),
        Shared("ko", "ja", model=model),
        Shared("vi", "ko", model=model),
    ]
    translator = Translator([alone, *pairs])
    answers = translator.translate(
        [
            item("네. 가격", "vi", "ja", "en", final=False, stable=4, vi="Vâng. Giá"),
            item("Vâng.", "ko", source="vi"),
        ]
    )
    settled, still_open = sorted(model.batches, key=len, reverse=True)
    assert settled == [
        PairRequest(("ko", "ja"), "네."),
        PairRequest(("ko", "vi"), "네."),
        PairRequest(("vi", "ko"), "Vâng."),
    ]
    assert still_open == [PairRequest(("ko", "ja"), "가격"), PairRequest(("ko", "vi"), "가격", "Giá")]
    assert answers[0]["vi"].text == "<vi:네.> <vi:가격>?"
    assert answers[0]["en"].text.startswith("<en:네.>")
    assert answers[1]["ko"].text == "<ko:Vâng.>"
    assert not any(pair.settled_calls or pair.open_calls for pair in pairs)
    translator.translate([item("네.", "vi", "ja")])
    assert len(model.batches) == 2


@pytest.fixture(scope="module")
def demo(models_directory: Path) -> Translator:
    return ModelStore(models_directory).load_translator()


def conversation_lines() -> list[dict[str, str]]:
    return [
        line
        for path in sorted(CONVERSATIONS.glob("*.json"))
        for line in json.loads(path.read_text(encoding="utf-8"))["lines"]
    ]


@pytest.mark.models
@pytest.mark.parametrize(
    ("source", "target"),
    [("ko", "zh"), ("zh", "ko"), ("ko", "en"), ("en", "zh"), ("ko", "vi"), ("vi", "ko"), ("zh", "vi")],
)
def test_sample_conversations_come_out_word_for_word(demo: Translator, source: str, target: str) -> None:
    lines = conversation_lines()
    answers = demo.translate([item(line[source], target, source=source) for line in lines])
    assert [answer[target].text for answer in answers] == [line[target] for line in lines]


@pytest.mark.models
def test_nothing_loops_or_grows_without_end(demo: Translator) -> None:
    texts = ["네 네 네 네 네 네", "벼벼벼벼벼벼벼벼", "zzzz qqqq zzzz", "음 어 그 저 음 어", "가" * 900]
    for answer, text in zip(demo.translate([item(text, "en") for text in texts]), texts, strict=True):
        line = answer["en"]
        assert len(line.text) <= 400 + 8 * len(text)
        assert not any(f"{word} {word} {word} {word}" in line.text for word in line.text.split())
