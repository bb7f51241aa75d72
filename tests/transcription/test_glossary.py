"""Terms found in what was said, by table: what is found of them, and how it is to come out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.glossary import Glossary, glossary_of, occurrences
from wire.glossary import Term


def term(text: str, **translations: str) -> Term:
    return Term(term=text, translations={tag.replace("_", "-"): word for tag, word in translations.items()})


GLOSSARY = Glossary(
    [
        term("교반", zh_Hans="搅拌", en="stirring", vi="khuấy"),
        term("코팅제", zh_Hans="涂层剂", en="coating agent", vi="chất phủ"),
        term("친환경 코팅제", zh_Hans="环保涂层剂", en="eco coating"),
        term("나노실드", zh_Hans="纳米盾", en="NanoShield"),
        term("마스크 팩", zh_Hans="面膜", en="mask pack"),
        term("金", ko="금", en="gold"),
        term("GK-350"),
        term("UV 코팅", en="UV coating"),
        term("정수 필터", vi="lõi lọc nước"),
        term("홍길동", zh_Hans="洪吉童", en="Hong Gildong"),
        term("희석"),
        term("부산", zh_Hans="釜山", en="Busan"),
    ]
)
KO_EN = ("ko", "en")


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("교반은 12시간입니다.", *KO_EN, ["교반=stirring"]),
        ("교반을", *KO_EN, ["교반=stirring"]),
        ("교반", *KO_EN, ["교반=stirring"]),
        ("교반의 시간", *KO_EN, ["교반=stirring"]),
        ("교반까지는", *KO_EN, ["교반=stirring"]),
        ("교반에서도", *KO_EN, ["교반=stirring"]),
        ("교반입니다.", *KO_EN, ["교반=stirring"]),
        ("교반이라고 합니다", *KO_EN, ["교반=stirring"]),
        ("교반이에요", *KO_EN, ["교반=stirring"]),
        ("“교반”은", *KO_EN, ["교반=stirring"]),
        ("(교반)", *KO_EN, ["교반=stirring"]),
        ("교반기를", *KO_EN, []),
        ("교반기", *KO_EN, []),
        ("교반하고 있습니다", *KO_EN, []),
        ("교반합니다", *KO_EN, []),
        ("재교반은", *KO_EN, []),
        ("교반는", *KO_EN, []),
        ("코팅제를 씁니다", *KO_EN, ["코팅제=coating agent"]),
        ("코팅제들은", *KO_EN, ["코팅제=coating agent"]),
        ("코팅제로도", *KO_EN, ["코팅제=coating agent"]),
        ("코팅제와 교반", *KO_EN, ["코팅제=coating agent", "교반=stirring"]),
        ("친환경 코팅제는", *KO_EN, ["친환경 코팅제=eco coating"]),
        ("친환경코팅제는", *KO_EN, ["친환경코팅제=eco coating"]),
        ("코팅 제가 했습니다", *KO_EN, []),
        ("코팅제품", *KO_EN, []),
        ("나노실드라는 제품", *KO_EN, ["나노실드=NanoShield"]),
        ("나노 실드의 가격", *KO_EN, ["나노 실드=NanoShield"]),
        ("나노실드예요", *KO_EN, ["나노실드=NanoShield"]),
        ("마스크 팩을", *KO_EN, ["마스크 팩=mask pack"]),
        ("마스크팩을", *KO_EN, ["마스크팩=mask pack"]),
        ("금은 비쌉니다", *KO_EN, ["금=gold"]),
        ("금도 비쌉니다", *KO_EN, []),
        ("지금은", *KO_EN, []),
        ("홍길동님은", *KO_EN, ["홍길동=Hong Gildong"]),
        ("홍길동 씨가", *KO_EN, ["홍길동=Hong Gildong"]),
        ("부산으로 갑니다", *KO_EN, ["부산=Busan"]),
        ("부산로", *KO_EN, []),
        ("부산물", *KO_EN, []),
        ("GK-350은", "ko", "zh-Hans", ["GK-350=GK-350"]),
        ("GK350은", "ko", "zh-Hans", ["GK350=GK-350"]),
        ("gk 350은", "ko", "zh-Hans", ["gk 350=GK-350"]),
        ("ＧＫ－３５０용", "ko", "zh-Hans", ["ＧＫ－３５０=GK-350"]),
        ("GK-3500은", "ko", "zh-Hans", []),
        ("GK-350-B는", "ko", "zh-Hans", []),
        ("XGK-350은", "ko", "zh-Hans", []),
        ("UV코팅은", *KO_EN, ["UV코팅=UV coating"]),
        ("희석은", *KO_EN, []),
        ("정수필터는", "ko", "vi", ["정수필터=lõi lọc nước"]),
        ("我们生产涂层剂。", "zh-Hans", "ko", ["涂层剂=코팅제"]),
        ("环保涂层剂和涂层剂", "zh-Hans", "ko", ["环保涂层剂=친환경 코팅제", "涂层剂=코팅제"]),
        ("纳米盾的价格", "zh-Hans", "ko", ["纳米盾=나노실드"]),
        ("纳米盾的价格", "zh", "en", ["纳米盾=NanoShield"]),
        ("我们的NanoShield很好", "zh-Hans", "ko", ["NanoShield=나노실드"]),
        ("GK350的价格", "zh-Hans", "ko", ["GK350=GK-350"]),
        ("纳米盾", "zh-Hans", "vi", ["纳米盾=NanoShield"]),
        ("搅拌12小时", "zh-Hans", "ja", []),
        ("What is NanoShield?", "en", "ko", ["NanoShield=나노실드"]),
        ("what is nanoshield?", "en", "zh-Hans", ["nanoshield=纳米盾"]),
        ("Nano Shield", "en", "ko", []),
        ("two coating agents", "en", "ko", ["coating agents=코팅제"]),
        ("coating-agent", "en", "ko", ["coating-agent=코팅제"]),
        ("coating agency", "en", "ko", []),
        ("recoating agent", "en", "ko", []),
        ("NanoShield’s price", "en", "ko", ["NanoShield=나노실드"]),
        ("GK-350, please", "en", "ko", ["GK-350=GK-350"]),
        ("GK-350.5", "en", "ko", []),
        ("Chất phủ này", "vi", "ko", ["Chất phủ=코팅제"]),
        ("chất phủ", "vi", "zh-Hans", ["chất phủ=涂层剂"]),
        ("chat phu", "vi", "ko", []),
        ("lõi lọc nước của tôi", "vi", "ko", ["lõi lọc nước=정수 필터"]),
        ("lõi lọc nướcs", "vi", "ko", []),
        ("", "ko", "en", []),
    ],
)
def test_what_is_found(text: str, source: str, target: str, expected: list[str]) -> None:
    found = GLOSSARY.find(text, source, target)
    assert [f"{text[one.start : one.end]}={one.target}" for one in found] == expected


def test_the_first_of_two_that_are_written_alike_counts() -> None:
    glossary = Glossary([term("코팅제", en="room’s word"), term("코팅제", en="event’s word")])
    assert glossary.find("코팅제", "ko", "en")[0].target == "room’s word"


def test_accents_in_parts_are_the_same_letters() -> None:
    [found] = GLOSSARY.find("la cha\u0302\u0301t phu\u0309 nay", "vi", "ko")
    assert (found.start, found.target) == (3, "코팅제")


def test_where_a_word_stands_in_a_translation() -> None:
    assert occurrences("GK-350은 GK-3500과 다릅니다.", "GK-350", "ko") == [(0, 6)]
    assert occurrences("绿茶和绿茶", "绿茶", "zh") == [(0, 2), (3, 5)]


def test_one_glossary_for_every_track_of_a_room() -> None:
    assert glossary_of((term("교반", en="x"),)) is glossary_of((term("교반", en="x"),))
    assert not glossary_of(())


@given(st.text(max_size=60), st.sampled_from(["ko", "zh-Hans", "en", "vi", "ja"]))
def test_any_text_is_searched(text: str, language: str) -> None:
    end = 0
    for found in GLOSSARY.find(text, language, "ko"):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@given(st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip())))
def test_any_term_is_a_pattern(text: str) -> None:
    Glossary([Term(term=text, translations={"ko": text, "en": "x"})]).find(f"{text} {text}", "ko", "en")
