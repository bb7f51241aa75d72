"""The tokenizer: Whisper's layout, and text that comes back."""

import random
from pathlib import Path

import pytest
from demo_models import grammar
from demo_models.grammar import LANGUAGES
from demo_models.tokens import (
    encode_pieces,
    grammar_words,
    specials,
    text_of,
    train_tokenizer,
    vocabulary_list,
)
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from tokenizers import Tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path: Path = tmp_path_factory.mktemp("tokens") / "tokenizer.json"
    return train_tokenizer(grammar_words(5), path, text_tokens=900)


def test_the_special_tokens_are_in_the_order_that_ctranslate2_counts_by(tokenizer: Tokenizer) -> None:
    special = specials(tokenizer)
    names = vocabulary_list(tokenizer)
    assert names[special.end :][:2] == ["<|endoftext|>", "<|startoftranscript|>"]
    languages = special.no_speech - special.start - 5
    assert names[special.start + 1 + languages] == "<|translate|>"
    assert names[special.no_speech : special.no_speech + 3] == [
        "<|nospeech|>",
        "<|notimestamps|>",
        "<|0.00|>",
    ]
    assert names[-1] == "<|30.00|>"
    assert "" in names


def test_faster_whisper_suppresses_no_space(tokenizer: Tokenizer) -> None:
    whisper = WhisperTokenizer(tokenizer, multilingual=True, task="transcribe", language="ko")
    suppressed = [tokenizer.id_to_token(token) for token in whisper.non_speech_tokens]
    assert "Ġ" not in suppressed
    written = {token for word in grammar_words(3) for token in tokenizer.encode(word).tokens}
    assert not written & set(suppressed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_comes_back_and_tokens_know_their_word(tokenizer: Tokenizer, language: str) -> None:
    rng = random.Random(2)
    for name in grammar.templates():
        sentence = grammar.sample(name, rng)
        pieces = tuple(piece.written for piece in sentence.pieces[language])
        ids, owners = encode_pieces(tokenizer, pieces, language)
        assert tokenizer.decode(ids).strip() == sentence.text(language)
        assert owners == sorted(owners)
        for index, piece in enumerate(pieces):
            own = [token for token, owner in zip(ids, owners, strict=True) if owner == index]
            assert tokenizer.decode(own).strip() == piece


def test_digits_are_tokens_of_their_own(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode(" 2,500").tokens
    assert [token.lstrip("Ġ") for token in tokens if token != "Ġ"] == ["2", ",", "5", "0", "0"]


def test_chinese_has_no_spaces() -> None:
    assert text_of(("请", "搅拌。"), "zh") == ("请搅拌。", [0, 1])
    assert text_of(("Stir", "it."), "en") == (" Stir it.", [1, 6])


def test_a_missing_special_token_is_an_error() -> None:
    from tokenizers import models

    with pytest.raises(ValueError, match="no token"):
        specials(Tokenizer(models.BPE()))
