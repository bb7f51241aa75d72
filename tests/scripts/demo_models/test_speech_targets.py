"""What the model is taught to answer."""

import random
from pathlib import Path

import numpy as np
import pytest
from demo_models.clips import Segment
from demo_models.features import Example
from demo_models.speech_targets import (
    IGNORED,
    SILENCE,
    Encoded,
    Habits,
    encode_segment,
    frame_labels,
    phoneme_classes,
    target,
)
from demo_models.tokens import Specials, grammar_words, specials, train_tokenizer
from tokenizers import Tokenizer

SAID = Segment(0.5, 2.0, ("请", "搅拌。"), (0.5, 1.0))
SPACE = 7


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return train_tokenizer(grammar_words(2), tmp_path_factory.mktemp("t") / "t.json", text_tokens=600)


@pytest.fixture(scope="module")
def special(tokenizer: Tokenizer) -> Specials:
    return specials(tokenizer)


@pytest.fixture(scope="module")
def encoded(tokenizer: Tokenizer) -> Encoded:
    return encode_segment(tokenizer, SAID, "zh")


def test_a_token_looks_where_its_word_is_spoken(encoded: Encoded) -> None:
    assert encoded.looks[0] == pytest.approx((0.4, 1.1))
    assert encoded.looks[-1] == pytest.approx((0.9, 2.1))


def test_with_timestamps(encoded: Encoded, special: Specials) -> None:
    habits = Habits(timestamps=1.0, previous_text=0.0, chinese_space=0.0)
    answer = target([encoded], "zh", [], special, SPACE, random.Random(1), habits)
    body = [special.first_timestamp + 25, *encoded.tokens, special.first_timestamp + 100]
    assert answer.tokens == [special.start, special.languages["zh"], special.transcribe, *body]
    assert answer.labels == [special.languages["zh"], IGNORED, *body, special.end]
    assert answer.looks[3] == encoded.looks[0]
    assert len(answer.looks) == len(answer.tokens)


def test_a_prompt_is_given_and_not_learnt(encoded: Encoded, special: Specials) -> None:
    habits = Habits(timestamps=0.0, previous_text=1.0, chinese_space=0.0)
    answer = target([encoded], "zh", [[5, 6]], special, SPACE, random.Random(1), habits)
    start = answer.tokens.index(special.start)
    assert answer.tokens[0] == special.previous
    assert set(answer.tokens[1:start]) == {5, 6}
    assert answer.labels[:start] == [IGNORED] * start
    assert answer.labels[start:] == [special.languages["zh"], IGNORED, IGNORED, *encoded.tokens, special.end]


def test_a_space_before_chinese_is_allowed_for_but_not_learnt(encoded: Encoded, special: Specials) -> None:
    habits = Habits(timestamps=1.0, previous_text=0.0, chinese_space=1.0)
    answer = target([encoded], "zh", [], special, SPACE, random.Random(1), habits)
    at = answer.tokens.index(SPACE)
    assert answer.tokens[at + 1 :][: len(encoded.tokens)] == encoded.tokens
    assert SPACE not in answer.labels
    assert answer.labels[at : at + len(encoded.tokens)] == encoded.tokens


@pytest.mark.parametrize("timestamps", [0.0, 1.0])
def test_nobody_speaks(special: Specials, timestamps: float) -> None:
    habits = Habits(timestamps=timestamps, previous_text=0.0)
    answer = target([], None, [], special, SPACE, random.Random(1), habits)
    assert answer.labels[0] == special.no_speech
    assert answer.labels[-1] == special.end
    assert not [label for label in answer.labels if 0 <= label < special.end]


def test_frames_are_labelled_by_phoneme() -> None:
    frames = np.zeros((80, 100), np.float16)
    example = Example(frames, "ko", (), ((0.2, "a"), (0.5, "_:"), (0.6, "n"), (0.8, "x"), (0.9, "_")))
    classes = phoneme_classes([example], 3)
    assert classes == {"ko a": 1, "ko n": 2}
    labels = frame_labels(example, classes)
    assert labels.tolist() == (
        [SILENCE] * 10 + [1] * 15 + [SILENCE] * 5 + [2] * 10 + [IGNORED] * 5 + [SILENCE] * 5
    )


def test_classes_do_not_depend_on_order() -> None:
    frames = np.zeros((80, 10), np.float16)
    left = Example(frames, "ko", (), ((0.0, "b"), (0.1, "a")))
    right = Example(frames, "en", (), ((0.0, "a"),))
    assert phoneme_classes([left, right], 10) == phoneme_classes([right, left], 10)


def test_the_tokenizer_file_is_written(tmp_path: Path) -> None:
    train_tokenizer(iter([" one", " two"]), tmp_path / "tokenizer.json", text_tokens=300)
    assert Tokenizer.from_file(str(tmp_path / "tokenizer.json")).get_vocab_size() > 1500
