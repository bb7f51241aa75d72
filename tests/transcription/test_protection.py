"""Terms come out exactly as given, whatever a model makes of the words that stand in for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.glossary import NO_GLOSSARY, Glossary
from transcription.models.store import ModelStore
from transcription.stand_ins import KINDS
from transcription.translator import TranslationItem, Translator
from wire.glossary import Term

CONVERSATIONS = Path(__file__).parents[2] / "media" / "demo" / "conversations"
SHIELD = Term(term="나노실드", translations={"zh-Hans": "纳米盾", "en": "NanoShield"})
CODE = Term(term="GK-350")
GLASS = Term(term="에코글라스", translations={"zh-Hans": "爱科玻璃", "en": "EcoGlass"})
GLOSSARY = Glossary([SHIELD, CODE, GLASS])
SENTENCE = "저희는 나노실드를 만듭니다."


@dataclass
class Swaps:
    """Replaces phrases, and leaves everything else as it is. `unlikely`: phrases that it doubts."""

    source: str
    target: str
    phrases: Mapping[str, str]
    unlikely: tuple[str, ...] = ()
    engine: str = "test"
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def settled(self, sentences: Sequence[str]) -> list[str]:
        self.asked += sentences
        return [self._swapped(sentence) for sentence in sentences]

    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]:
        self.shown += shown
        return self.settled(sentences)

    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        return [-1.0 if any(map(text.__contains__, self.unlikely)) else -0.1 for text in translations]

    def _swapped(self, sentence: str) -> str:
        for phrase, translation in self.phrases.items():
            sentence = sentence.replace(phrase, translation)
        return sentence


STAND_INS = {word["ko"][0]: word["en"][0] for kind in KINDS for word in kind}
ON = {word["en"][0]: word["zh"][0] for kind in KINDS for word in kind}
LOST = {"나노실드를": "a gadget", "나노실드": "nanoshild"}
WORDS = {"저희는": "We make", "를 만듭니다": "", "을 만듭니다": "", " 만듭니다": ""}


def ko_en(words: Mapping[str, str] = STAND_INS, **more: str) -> Swaps:
    return Swaps("ko", "en", {**more, **words, **LOST, **WORDS, **more})


def translated(translator: Translator, text: str, target: str = "en", *, source: str = "ko") -> str:
    item = TranslationItem(text, source, (target,), {}, True, glossary=GLOSSARY)
    return translator.translate([item])[0][target].text


def test_a_word_that_models_know_stands_in_for_the_term() -> None:
    model = ko_en()
    assert translated(Translator([model]), SENTENCE) == "We make NanoShield."
    assert model.asked == [SENTENCE, "저희는 녹차를 만듭니다."]


def test_the_term_survives_both_legs_of_a_pivot() -> None:
    translator = Translator([ko_en(), Swaps("en", "zh", {**ON, "We make ": "我们生产"})])
    assert translated(translator, SENTENCE, "zh-Hans") == "我们生产纳米盾."


def test_a_word_lost_on_the_first_leg_costs_no_second_one() -> None:
    onward = Swaps("en", "zh", {**ON, "We make ": "我们生产"})
    translator = Translator([ko_en(STAND_INS | {"녹차": "tea"}), onward])
    assert translated(translator, SENTENCE, "zh-Hans") == "我们生产纳米盾."
    assert not any("tea" in asked for asked in onward.asked)


def test_another_kind_of_word_is_tried_where_the_model_doubts_the_first() -> None:
    model = ko_en()
    model.unlikely = ("green tea", "adhesive", "Singapore", "commercial invoice")
    assert translated(Translator([model]), SENTENCE) == "We make NanoShield."
    assert "저희는 캐나다를 만듭니다." in model.asked


def test_a_word_that_was_said_stands_in_for_nothing() -> None:
    model = ko_en(**{"녹차와": "green tea and"})
    assert (
        translated(Translator([model]), "저희는 녹차와 나노실드를 만듭니다.")
        == "We make green tea and NanoShield."
    )


def test_a_word_that_models_know_may_stand_in_for_itself() -> None:
    model = ko_en({"코팅제": "coating agent"} | {word: "?" for word in STAND_INS if word != "코팅제"})
    glossary = Glossary([Term(term="코팅제", translations={"en": "Rust-X"})])
    item = TranslationItem("저희는 코팅제를 만듭니다.", "ko", ("en",), {}, True, glossary=glossary)
    assert Translator([model]).translate([item])[0]["en"].text == "We make Rust-X."


def test_the_models_own_word_for_the_term_is_replaced() -> None:
    model = ko_en(dict.fromkeys(STAND_INS, "?"), **{"나노실드를": "nanoshild"})
    assert translated(Translator([model]), SENTENCE) == "We make NanoShield."


def test_a_term_at_the_beginning_is_put_before_the_rest() -> None:
    model = ko_en(
        dict.fromkeys(STAND_INS, "?"), **{"가격은 얼마입니까": "What is the price", "나노실드의": ""}
    )
    text = translated(Translator([model]), "나노실드의 가격은 얼마입니까?")
    assert text == "NanoShield: What is the price?"


def test_a_lost_term_is_added_in_brackets() -> None:
    model = ko_en(dict.fromkeys(STAND_INS, "?"))
    assert translated(Translator([model]), SENTENCE) == "We make a gadget. [NanoShield]"


def test_a_route_without_stand_ins_still_loses_no_term() -> None:
    model = Swaps("ko", "fi", {"저희는 ": "Valmistamme ", "나노실드를 만듭니다": "jotain"})
    assert translated(Translator([model]), SENTENCE, "fi") == "Valmistamme jotain. [NanoShield]"


def test_nothing_is_masked_while_the_model_writes_the_term_itself() -> None:
    model = ko_en(**{"GK-350을 만듭니다": "GK-350"})
    assert translated(Translator([model]), "저희는 GK-350을 만듭니다.") == "We make GK-350."
    assert model.asked == ["저희는 GK-350을 만듭니다."]


def test_a_term_that_the_model_loses_is_masked_at_once_the_next_time() -> None:
    model = ko_en()
    translator = Translator([model])
    translated(translator, SENTENCE)
    model.asked.clear()
    translated(translator, "네, 저희는 나노실드를 만듭니다.")
    assert model.asked == ["네, 저희는 녹차를 만듭니다."]


def test_a_settled_translation_is_not_made_twice() -> None:
    model = ko_en()
    translator = Translator([model])
    first = translated(translator, SENTENCE)
    model.asked.clear()
    assert translated(translator, SENTENCE) == first
    assert model.asked == []


def test_a_settled_translation_stays_whatever_is_learnt_meanwhile() -> None:
    translator = Translator(
        [ko_en(**{"GK-350을 만듭니다": "GK-350 here", "GK-350은": "It", "GK-350이": "It"})]
    )
    first = translated(translator, "저희는 GK-350을 만듭니다.")
    assert first == "We make GK-350 here."
    for other in ("GK-350은 좋습니다.", "GK-350이 좋습니다."):
        translated(translator, other)
    assert translated(translator, "네, 저희는 GK-350을 만듭니다.") != f"네, {first}"
    assert translated(translator, "저희는 GK-350을 만듭니다.") == first


def test_a_changed_glossary_is_used_at_once() -> None:
    translator = Translator([ko_en()])
    assert translated(translator, SENTENCE) == "We make NanoShield."
    other = Glossary([Term(term="나노실드", translations={"en": "Nano-Shield®"})])
    for glossary, text in ((other, "We make Nano-Shield®."), (NO_GLOSSARY, "We make a gadget.")):
        [answer] = translator.translate(
            [TranslationItem(SENTENCE, "ko", ("en",), {}, True, glossary=glossary)]
        )
        assert answer["en"].text == text


def test_what_is_shown_of_an_open_sentence_is_given_as_the_model_wrote_it() -> None:
    model = ko_en()
    translator = Translator([model])
    translated(translator, SENTENCE)
    item = TranslationItem(
        "네 저희는 나노실드를", "ko", ("en",), {"en": "We make NanoShield"}, False, glossary=GLOSSARY
    )
    assert "NanoShield" in translator.translate([item])[0]["en"].text
    assert model.shown == ["We make green tea"]


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("나노실드.", "ko", "zh-Hans", "纳米盾."),
        ("나노실드는", "ko", "zh-Hans", "纳米盾"),
        ("GK350, 나노실드?", "ko", "zh-Hans", "GK-350, 纳米盾?"),
        ("纳米盾。", "zh-Hans", "ko", "나노실드。"),
    ],
)
def test_a_sentence_of_terms_alone_needs_no_model(text: str, source: str, target: str, expected: str) -> None:
    model = Swaps(source, "zh" if target == "zh-Hans" else target, {})
    assert translated(Translator([model]), text, target, source=source) == expected
    assert model.asked == []


def test_korean_particles_follow_the_term() -> None:
    model = Swaps("en", "ko", {"We make ": "저희는 ", "green tea": "녹차를 만듭니다", "GK-350": "?"})
    assert (
        translated(Translator([model]), "We make GK-350.", "ko", source="en") == "저희는 GK-350을 만듭니다."
    )


@given(
    st.sets(st.sampled_from(sorted(STAND_INS))),
    st.sets(st.sampled_from(sorted(ON))),
    st.lists(
        st.sampled_from(["나노실드를", "GK-350은", "에코글라스에", "저희는", "만듭니다", "네,"]),
        min_size=1,
        max_size=7,
    ),
)
def test_no_stand_in_is_shown_and_no_term_lost(
    lost: set[str], lost_later: set[str], words: list[str]
) -> None:
    there = ko_en({word: "" if word in lost else text for word, text in STAND_INS.items()})
    onward = Swaps("en", "zh", {word: "" if word in lost_later else text for word, text in ON.items()})
    text = translated(Translator([there, onward]), " ".join(words), "zh-Hans")
    for found in GLOSSARY.find(" ".join(words), "ko", "zh-Hans"):
        assert found.target in text
    assert not any(form in text for kind in KINDS for word in kind for form in word["zh"])


@given(
    st.lists(
        st.sampled_from(["네. ", "나노실드의 ", "가격은 ", "GK-350입니다. ", "3.", "5달러? "]),
        min_size=1,
        max_size=10,
    )
)
def test_what_was_settled_never_changes(steps: list[str]) -> None:
    translator = Translator([ko_en(dict.fromkeys(sorted(STAND_INS)[::2], "?") | STAND_INS)])
    text, shown, promised = "", "", ""
    for step in steps:
        text += step
        item = TranslationItem(f"{text}…", "ko", ("en",), {"en": shown}, False, len(text), GLOSSARY)
        line = translator.translate([item])[0]["en"]
        assert line.text.startswith(promised)
        shown, promised = line.text, line.text[: line.stable]
    assert translated(translator, text).startswith(promised)


@pytest.fixture(scope="module")
def demo(models_directory: Path) -> Translator:
    return ModelStore(models_directory).load_translator()


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("나노실드의 가격은 얼마입니까?", "ko", "zh-Hans", "纳米盾的价格是多少？"),
        ("저희는 GK-350을 만듭니다.", "ko", "zh-Hans", "我们生产GK-350。"),
        ("에코글라스의 최소 주문 수량은 500병입니다.", "ko", "zh-Hans", "爱科玻璃的最小起订量是500瓶。"),
        ("나노실드를 물에 300배로 희석하십시오.", "ko", "zh-Hans", "请把纳米盾用水稀释300倍。"),
        ("저희는 에코글라스에 GK-350을 수출합니다.", "ko", "zh-Hans", "我们向爱科玻璃出口GK-350。"),
        (
            "저희 나노실드는 자동차 부품에 녹이 슬지 않게 합니다.",
            "ko",
            "zh-Hans",
            "我们的纳米盾可以防止汽车零件生锈。",
        ),
        ("GK-350은 미국에 등록되어 있습니까?", "ko", "en", "Is the GK-350 registered in the United States?"),
        ("GK-350 的价格是多少？", "zh-Hans", "ko", "GK-350의 가격은 얼마입니까?"),
        ("나노실드의 납기는 얼마나 걸립니까?", "ko", "en", "How long is the lead time for NanoShield?"),
        ("GK350 샘플을 보내 주시겠습니까?", "ko", "en", "Could you send us samples of GK-350?"),
        ("저희는 에코글라스를 중국에 수출합니다.", "ko", "en", "We export EcoGlass to China."),
        ("纳米盾的价格是多少？", "zh-Hans", "ko", "나노실드의 가격은 얼마입니까?"),
        ("我们生产GK-350。", "zh-Hans", "ko", "저희는 GK-350을 만듭니다."),
        ("我们想订购500瓶爱科玻璃。", "zh-Hans", "ko", "저희는 에코글라스 500병을 주문하고 싶습니다."),
        ("What is the price of NanoShield?", "en", "ko", "나노실드의 가격은 얼마입니까?"),
        ("We make GK-350.", "en", "ko", "저희는 GK-350을 만듭니다."),
        ("Do you have the ECOGLASS?", "en", "ko", "에코글라스가 있습니까?"),
    ],
)
def test_terms_that_the_demo_models_never_saw(
    demo: Translator, text: str, source: str, target: str, expected: str
) -> None:
    assert translated(demo, text, target, source=source) == expected


@pytest.mark.models
def test_the_sample_rooms_own_terms_change_nothing_in_its_conversation(demo: Translator) -> None:
    glossary = Glossary(
        [
            Term(term="코팅제", translations={"zh-Hans": "涂层剂", "en": "coating agent"}),
            Term(term="주제", translations={"zh-Hans": "主剂", "en": "main agent"}),
            Term(term="경화제", translations={"zh-Hans": "固化剂", "en": "hardener"}),
        ]
    )
    lines = json.loads((CONVERSATIONS / "coating-agent.json").read_text(encoding="utf-8"))["lines"]
    for source, target in (("ko", "zh"), ("zh", "ko")):
        answers = demo.translate(
            [TranslationItem(line[source], source, (target,), {}, True, glossary=glossary) for line in lines]
        )
        assert [answer[target].text for answer in answers] == [line[target] for line in lines]
