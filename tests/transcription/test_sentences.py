import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.sentences import (
    MAX_SENTENCE_CHARS,
    closed_sentences,
    join_sentences,
    split_sentences,
)

texts = st.text(alphabet="가격은 3.5%!? 。，？”」)ANocot\n", max_size=80)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("안녕하세요. 가격은 3.5달러입니다.", ["안녕하세요. ", "가격은 3.5달러입니다."]),
        ("你好。请问价格是多少？我们需要样品", ["你好。", "请问价格是多少？", "我们需要样品"]),
        ("他说：“可以。”谢谢。", ["他说：“可以。”", "谢谢。"]),
        ("No. 5 is out. No. We have none.", ["No. 5 is out. ", "No. ", "We have none."]),
        ("Mr. Kim met J. Smith. Thanks!", ["Mr. Kim met J. Smith. ", "Thanks!"]),
        ("Really?! Yes...", ["Really?! ", "Yes..."]),
        ("", []),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(texts)
def test_split_loses_nothing(text: str) -> None:
    assert "".join(split_sentences(text)) == text


@given(st.text(alphabet="가나 ,", max_size=2000))
def test_no_sentence_is_too_long(text: str) -> None:
    parts = split_sentences(text)
    assert "".join(parts) == text
    assert all(len(part) <= MAX_SENTENCE_CHARS for part in parts)


def test_long_sentence_is_cut_at_a_soft_break() -> None:
    text = "단어 " * 100
    assert all(part.endswith(" ") for part in split_sentences(text))


@given(stable=texts, rest=texts, other=texts)
def test_closed_sentences_do_not_depend_on_what_follows(stable: str, rest: str, other: str) -> None:
    one, two = split_sentences(stable + rest), split_sentences(stable + other)
    closed = closed_sentences(one, len(stable))
    assert closed == closed_sentences(two, len(stable))
    assert one[:closed] == two[:closed]


def test_sentence_is_closed_only_by_a_stable_successor() -> None:
    text = "네. 좋아요"
    assert closed_sentences(split_sentences(text), 2) == 0
    assert closed_sentences(split_sentences(text), 3) == 0
    assert closed_sentences(split_sentences(text), 4) == 1


def test_join_by_language() -> None:
    assert join_sentences(["你好。", "谢谢。"], "zh-Hans") == "你好。谢谢。"
    assert join_sentences(["Hello. ", "", "Thanks."], "en") == "Hello. Thanks."
