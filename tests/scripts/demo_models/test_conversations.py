"""The sample conversations, as the demo speakers and the training read them."""

import itertools
import json
from pathlib import Path

import pytest
from demo_models import conversations, grammar
from demo_models.grammar import PUNCTUATION

FILES = sorted(conversations.FOLDER.glob("*.json"))


def test_both_conversations_are_there() -> None:
    assert [path.stem for path in FILES] == ["coating-agent", "cosmetics"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_has_all_that_a_demo_speaker_needs(path: Path) -> None:
    conversation = json.loads(path.read_text(encoding="utf-8"))
    assert conversation["id"] == path.stem
    assert {"ko", "en"} <= conversation["title"].keys()
    assert conversation["speakers"].keys() == {"seller", "buyer"}
    for speaker in conversation["speakers"].values():
        assert speaker["language"] in grammar.LANGUAGES
        assert {"ko", "en"} <= speaker["company"].keys()
        assert speaker["voice"]
    speakers = [line["speaker"] for line in conversation["lines"]]
    assert len(speakers) >= 12
    assert all(first != second for first, second in itertools.pairwise(speakers))
    assert all(line["pause_ms"] > 0 for line in conversation["lines"])


def test_the_voice_is_given_what_the_grammar_says() -> None:
    sentences = [sentence for sentence in grammar.fixed() if sentence.template == "conversation"]
    assert len(sentences) == len(conversations.lines())
    for line, sentence in zip(conversations.lines(), sentences, strict=True):
        assert sentence.text(line.language) == line.text[line.language]
        bare = " ".join(word.strip(PUNCTUATION) for word in line.spoken.split())
        assert bare == sentence.spoken(line.language)


def test_chinese_is_cut_into_known_words() -> None:
    assert conversations.chinese_words("要用水稀释500倍吗？") == [
        "要",
        "用",
        "水",
        "稀释",
        "500",
        "倍",
        "吗？",
    ]
    assert conversations.chinese_words("注册将在3月完成。") == ["注册", "将", "在", "3月", "完成。"]


def test_chinese_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="龘"):
        conversations.chinese_words("我们龘。")
