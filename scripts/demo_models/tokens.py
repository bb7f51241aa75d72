"""The speech model's tokenizer: byte-level BPE over the phrase book, with Whisper's special tokens.

CTranslate2 and faster-whisper demand of it:
- the order text, end, start, languages, translate, transcribe, startoflm, startofprev, nospeech,
  notimestamps, timestamps: the number of languages is computed from the distance of two of them;
- the empty string in the vocabulary: CTranslate2 takes it for "multilingual";
- own tokens for " -", " '" and the first byte of " ♪": faster-whisper suppresses the first token of each,
  which would otherwise be the space alone.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from demo_models import grammar
from demo_models.grammar import LANGUAGES

TEXT_TOKENS = 2600
TIMESTAMPS = 1501
SECONDS_PER_TIMESTAMP = 0.02

_LANGUAGES = ("en", "zh", "ko", "vi", "ja", "ru")
"""Whisper's codes in its own layout; only `LANGUAGES` are trained."""
_TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")
SPACE = "Ġ"
"""A space as byte-level BPE writes it."""
_SUPPRESSED_STARTS = ("-", "'", "â")
_UNITS = re.compile(r"\s?\d|\s?[^\s\d]+")


@dataclass(frozen=True, slots=True)
class Specials:
    """Ids of the tokens that are not text."""

    end: int
    start: int
    transcribe: int
    previous: int
    no_speech: int
    no_timestamps: int
    first_timestamp: int
    languages: dict[str, int]

    def timestamp(self, seconds: float) -> int:
        step = round(seconds / SECONDS_PER_TIMESTAMP)
        return self.first_timestamp + min(max(step, 0), TIMESTAMPS - 1)


def specials(tokenizer: Tokenizer) -> Specials:
    def find(name: str) -> int:
        return token_id(tokenizer, f"<|{name}|>")

    return Specials(
        end=find("endoftext"),
        start=find("startoftranscript"),
        transcribe=find("transcribe"),
        previous=find("startofprev"),
        no_speech=find("nospeech"),
        no_timestamps=find("notimestamps"),
        first_timestamp=find("0.00"),
        languages={language: find(language) for language in LANGUAGES},
    )


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """Raise ValueError where the tokenizer has no such token."""
    found: int | None = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no token {token}")
    return found


def train_tokenizer(words: Iterable[str], path: Path, *, text_tokens: int = TEXT_TOKENS) -> Tokenizer:
    """Learn the merges from written words and save a tokenizer.json. Digits are never merged."""
    draft = Tokenizer(models.BPE())
    draft.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    draft.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=text_tokens,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[],
        show_progress=False,
    )
    draft.train_from_iterator(words, trainer)
    content = json.loads(draft.to_str())
    vocabulary, merges = content["model"]["vocab"], content["model"]["merges"]
    for start in _SUPPRESSED_STARTS:
        if SPACE + start not in vocabulary:
            vocabulary[SPACE + start] = len(vocabulary)
            merges.append([SPACE, start])
    vocabulary[""] = len(vocabulary)
    names = ["endoftext", "startoftranscript", *_LANGUAGES, *_TASKS]
    names += [f"{index * SECONDS_PER_TIMESTAMP:.2f}" for index in range(TIMESTAMPS)]
    content["added_tokens"] = [
        {
            "id": len(vocabulary) + index,
            "content": f"<|{name}|>",
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for index, name in enumerate(names)
    ]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return Tokenizer.from_file(str(path))


def vocabulary_list(tokenizer: Tokenizer) -> list[str]:
    """Every token, by id."""
    by_id = {index: token for token, index in tokenizer.get_vocab(with_added_tokens=True).items()}
    return [by_id[index] for index in range(len(by_id))]


def grammar_words(samples_per_template: int = 60) -> Iterator[str]:
    """Written words of the grammar, cut where no merge may cross: before each digit, at each Chinese word."""
    rng = random.Random(0)
    sentences = list(grammar.fixed())
    for template in grammar.templates():
        sentences += [grammar.sample_any_number(template, rng) for _ in range(samples_per_template)]
    for sentence in sentences:
        for language in LANGUAGES:
            for piece in sentence.pieces[language]:
                word = piece.written if language == "zh" else f" {piece.written}"
                yield from _UNITS.findall(word)


def text_of(pieces: tuple[str, ...], language: str) -> tuple[str, list[int]]:
    """The text as the model writes it and where each piece starts in it.

    Korean and English start with a space, as in Whisper, so that segments can be joined; Chinese does not.
    """
    text, starts = "", []
    for piece in pieces:
        if language != "zh":
            text += " "
        starts.append(len(text))
        text += piece
    return text, starts


def encode_pieces(
    tokenizer: Tokenizer, pieces: tuple[str, ...], language: str
) -> tuple[list[int], list[int]]:
    """Token ids of the text, and for every token the index of the piece that it belongs to."""
    text, starts = text_of(pieces, language)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    owners, piece = [], 0
    for _, stop in encoding.offsets:
        while piece + 1 < len(starts) and stop > starts[piece + 1]:
            piece += 1
        owners.append(piece)
    return list(encoding.ids), owners
