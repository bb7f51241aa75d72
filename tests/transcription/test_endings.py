import pytest

from transcription.agreement import Unit
from transcription.endings import closes, ends_sentence

WHOLE = {
    "ko": [
        "12시간 저어 주셔야 합니다",
        "가격은 얼마입니까",
        "샘플을 보내 주세요",
        "잠시만 기다려 주십시오",
        "네 맞아요",
        "그렇죠",
        "희석 비율은 1대 10입니다",
        "가능합니다.",
    ],
    "zh-Hans": ["可以打折吗", "我们先看样品吧", "好的", "没问题", "谢谢", "交货期是三周。"],
    "yue": ["有冇樣辦呢", "唔該"],
    "ja": ["見積もりをお願いします", "納期は何週間ですか", "そうですね", "送ってください", "分かりました"],
    "vi": ["giá bao nhiêu vậy ạ", "có chứng nhận không", "Vâng"],
    "en": ["We agree.", "How much is it?"],
    "ru": ["Мы согласны."],
}
OPEN = {
    "ko": [
        "가격은",
        "저희가 생각하는데요",
        "그게 아니거든요",
        "12시간 저어",
        "그리고요",
        "중국으로 수출하는",
        "요청",
    ],
    "zh-Hans": ["我们的价格是", "这个产品可以", "因为", "好的产品"],
    "yue": ["我哋嘅產品"],
    "ja": ["価格は", "送りますので", "納期については"],
    "vi": ["giá của chúng tôi là", "không phải là", "chưa có"],
    "en": ["We agree to", "the price is"],
    "ru": ["Мы согласны"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in WHOLE.items() for text in texts]
)
def test_a_whole_sentence(language: str, text: str) -> None:
    assert closes(text, language)


@pytest.mark.parametrize(("language", "text"), [(key, text) for key, texts in OPEN.items() for text in texts])
def test_an_open_one(language: str, text: str) -> None:
    assert not closes(text, language)


def test_a_form_may_be_spread_over_units_and_must_be_sure() -> None:
    units = [Unit("可以", (1,)), Unit("吗", (2,), 0.9)]
    assert ends_sentence(units, "zh")
    assert not ends_sentence([*units[:1], Unit("吗", (2,), 0.3)], "zh")
    assert ends_sentence([Unit("没", (1,)), Unit("问题", (2,))], "zh-Hans")
    assert not ends_sentence([], "ko")
