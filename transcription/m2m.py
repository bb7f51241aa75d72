"""M2M-100 in CTranslate2's form: one model whose tokens say from which language into which.

A source is `__ko__ pieces </s>`, a target begins with `__vi__` (arXiv:2010.11125; the layout is what
CTranslate2's converters write).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import sentencepiece

from transcription.decoder import MAX_SENTENCE_TOKENS, Decoder, Tokens
from transcription.hardware import Hardware
from transcription.routes import Pair
from transcription.translator import PairRequest
from wire.languages import same_language

ENGINE = "m2m"
SENTENCEPIECE_FILES = (
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "spm.128k.model",
    "spm.model",
    "source.spm",
)
"""Names that the SentencePiece model goes by: of the conversion from Transformers, of others from fairseq."""
VOCABULARY_FILES = ("shared_vocabulary.json", "shared_vocabulary.txt")

_LANGUAGE = re.compile(r"__([a-z]{2,3})__")
_TAGS = {"tl": "fil", "ns": "nso"}
"""M2M-100's codes that are no BCP 47 tags, or not the ones this project uses. `yue` it does not know."""
_CODES = {tag: code for code, tag in _TAGS.items()}
_END = "</s>"
ONE_THREAD = Hardware()


@dataclass(frozen=True, slots=True)
class M2MLayout:
    """Where the parts of a model lie, and what its tokens say of it."""

    sentencepiece: Path
    languages: tuple[str, ...]
    """Tags, sorted."""
    adds_end: bool
    """Whether the model closes each source with `</s>` itself, as conversions from fairseq do."""


def is_m2m(directory: Path) -> bool:
    """Whether it looks like one; `read_layout` says what is wrong with it."""
    try:
        return (directory / "model.bin").is_file() and bool(_languages(directory))
    except (OSError, ValueError):
        return False


def read_layout(directory: Path) -> M2MLayout:
    """Raises OSError or ValueError, which say what is missing."""
    found = next((directory / name for name in SENTENCEPIECE_FILES if (directory / name).is_file()), None)
    if found is None:
        raise ValueError(f"it lacks its SentencePiece model ({SENTENCEPIECE_FILES[0]})")
    languages = _languages(directory)
    if len(languages) < 2:
        raise ValueError("its vocabulary names no languages")
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError("config.json holds no JSON object")
    return M2MLayout(found, languages, bool(config.get("add_source_eos", False)))


def _languages(directory: Path) -> tuple[str, ...]:
    tokens = _vocabulary(directory)
    codes = [match[1] for token in tokens if isinstance(token, str) and (match := _LANGUAGE.fullmatch(token))]
    return tuple(sorted(_TAGS.get(code, code) for code in codes))


def _vocabulary(directory: Path) -> list[object]:
    for name in VOCABULARY_FILES:
        path = directory / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        tokens: object = json.loads(text) if path.suffix == ".json" else text.split("\n")
        if not isinstance(tokens, list):
            raise ValueError(f"{name} holds no list")
        return tokens
    raise ValueError(f"it lacks its vocabulary ({VOCABULARY_FILES[0]})")


def pairs_between(languages: Collection[str]) -> tuple[Pair, ...]:
    """Every pair of them, sorted."""
    return tuple(
        (source, target)
        for source in sorted(languages)
        for target in sorted(languages)
        if not same_language(source, target)
    )


class M2MModel:
    """Sentences of any language it knows into any other. For one thread at a time.

    Raises OSError, ValueError or RuntimeError where the directory is damaged.
    """

    def __init__(self, directory: Path, *, beam: int = 1, hardware: Hardware = ONE_THREAD) -> None:
        layout = read_layout(directory)
        self.languages = layout.languages
        self._end = [] if layout.adds_end else [_END]
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(layout.sentencepiece))
        model = ctranslate2.Translator(
            str(directory),
            device=hardware.device,
            compute_type=hardware.compute_type,
            inter_threads=1,
            intra_threads=hardware.threads,
        )
        self._decoder = Decoder(model, self._text, beam=beam)

    def pairs(self, languages: Collection[str]) -> list[M2MPair]:
        """Its pairs among `languages`."""
        known = set(languages).intersection(self.languages)
        return [M2MPair(self, source, target) for source, target in pairs_between(known)]

    def settled(self, requests: Sequence[PairRequest]) -> list[str]:
        """The best translations of sentences that are over."""
        return self._decoder.settled([self._tokens(request) for request in requests])

    def open(self, requests: Sequence[PairRequest]) -> list[str]:
        """Translations of sentences still being spoken that keep what is shown while the model agrees."""
        return self._decoder.open([self._tokens(request) for request in requests])

    def likelihoods(self, requests: Sequence[PairRequest]) -> list[float]:
        """Mean log-probability of the tokens of what is shown; minus infinity for nothing."""
        return self._decoder.likelihoods([self._tokens(request) for request in requests])

    def _tokens(self, request: PairRequest) -> Tokens:
        source, target = map(_language_token, request.pair)
        room = MAX_SENTENCE_TOKENS - 2  # the language and the end must not be cut off
        pieces = self._pieces(request.sentence)[:room]
        # No words at all are no sentence, which the model would make one of.
        read = [source, *pieces, *self._end] if pieces else []
        return Tokens(read, [target], self._pieces(request.shown))

    def _pieces(self, text: str) -> list[str]:
        pieces: list[str] = self._tokenizer.encode(text, out_type=str)
        return pieces

    def _text(self, tokens: list[str]) -> str:
        # An unknown token is replaced by what the source has there, which may be a token that is no text.
        words = [token for token in tokens if token != _END and not _LANGUAGE.fullmatch(token)]
        text: str = self._tokenizer.decode_pieces(words)
        return text.strip()


class M2MPair:
    """One pair of a loaded model, as `transcription.translator.PairTranslator`."""

    engine = ENGINE

    def __init__(self, model: M2MModel, source: str, target: str) -> None:
        self.model = model
        self.source = source
        self.target = target

    def settled(self, sentences: Sequence[str]) -> list[str]:
        """The best translation of sentences that are over."""
        return self.model.settled([PairRequest(self._pair, sentence) for sentence in sentences])

    def open(self, sentences: Sequence[str], shown: Sequence[str]) -> list[str]:
        """Translations of sentences still being spoken that keep what is `shown` while the model agrees."""
        return self.model.open(
            [PairRequest(self._pair, sentence, seen) for sentence, seen in zip(sentences, shown, strict=True)]
        )

    def likelihoods(self, sentences: Sequence[str], translations: Sequence[str]) -> list[float]:
        """Mean log-probability of each translation's tokens; minus infinity for none."""
        return self.model.likelihoods(
            [PairRequest(self._pair, *texts) for texts in zip(sentences, translations, strict=True)]
        )

    @property
    def _pair(self) -> Pair:
        return self.source, self.target


def _language_token(tag: str) -> str:
    return f"__{_CODES.get(tag, tag)}__"
