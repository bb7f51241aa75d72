"""Whisper on windows cut to the speech: CTranslate2's encoder and decoder called directly.

faster-whisper pads every segment to 30 s; a window of 10 s costs a quarter to a sixth of that.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from numpy.typing import NDArray

from transcription.agreement import Unit, units_of
from transcription.alignment import unit_ends
from transcription.repetition import has_loop
from transcription.spectrum import Spectrum
from transcription.tokens import WhisperTokens
from transcription.track import Samples
from wire.audio import SAMPLE_RATE_HZ
from wire.languages import primary

BUCKETS_S = (10, 15, 20, 30)
"""Window lengths. Below 10 s Whisper's models lose accuracy: they never saw so little padding."""
FULL_WINDOW_S = BUCKETS_S[-1]
FRAMES_PER_S = 100
MIN_LOG_PROBABILITY = -1.0
MAX_COMPRESSION_RATIO = 2.4
"""Whisper's own limits (openai/whisper, transcribe.py); beyond them a text is not trusted."""
FALLBACK_TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
"""Of the passes over the full window, after a first one that was not trusted."""
TOKENS_PER_S = 12
MAX_TOKENS = 200
"""A decoder that writes more than anybody can say is in a loop."""
HOTWORD_TOKENS = 100
CONTEXT_TOKENS = 60


_STUTTER = re.compile(r"(.{1,20}?)\1{7,}", re.DOTALL)
"""Eight times the same in a row, figures too: `20,0,0,0,0,0,0,0,0`."""


def bucket_s(samples: int) -> int:
    """The window for so much audio, s; what is longer than the largest is cut at its beginning."""
    return next((bucket for bucket in BUCKETS_S if samples <= bucket * SAMPLE_RATE_HZ), FULL_WINDOW_S)


@dataclass(frozen=True, slots=True)
class Request:
    """Audio of one utterance from its beginning. `prefix`: tokens of earlier results that must stay."""

    audio: Samples
    language: str
    prefix: tuple[int, ...] = ()
    hotwords: tuple[str, ...] = ()
    context: str = ""
    """What the speaker said immediately before, in the middle of a sentence."""
    timed: bool = False
    """Whether to find out when its words were spoken."""
    others: tuple[str, ...] = ()
    """Language subtags that it might be in instead, where one wants to know."""
    spectrum: Spectrum = field(default_factory=Spectrum, repr=False, compare=False)
    """Of the utterance: what its earlier passes have computed."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What one pass understood; `units` begin with those of the prefix."""

    units: tuple[Unit, ...]
    log_probability: float
    """Mean over the text's tokens; 0 for no text."""
    confidence: float
    """Mean probability of the text's tokens, 0–1."""
    no_speech: float
    trusted: bool
    """False when the text looks like a loop or a guess."""
    ends: tuple[int, ...] = ()
    """The sample of the audio at which each unit ends, where the request was `timed`."""
    spoken: Mapping[str, float] = field(default_factory=dict)
    """Probability of each language subtag, where the request has `others`."""

    @property
    def text(self) -> str:
        return "".join(unit.text for unit in self.units)

    def withdrawn(self) -> Recognition:
        """The same without its text."""
        return replace(self, units=(), ends=(), confidence=0.0, trusted=True)


class Recogniser:
    """For several threads. Counts `passes`, `fallbacks` and the seconds of audio encoded."""

    def __init__(self, model: WhisperModel, languages: Iterable[str]) -> None:
        """`languages`: tags of those it was trained for. Raises ModelError for a vocabulary not Whisper's."""
        self._model = model
        self._languages = frozenset(map(primary, languages))
        self._tokens = WhisperTokens(model.hf_tokenizer)
        self._counting = Lock()
        self.passes = 0
        self.fallbacks = 0
        self.window_seconds = 0

    def knows(self, language: str) -> bool:
        return primary(language) in self._languages

    def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
        """One pass over requests of the same bucket, in order. Raises RuntimeError where CTranslate2 does."""
        window_s = max(bucket_s(len(request.audio)) for request in requests)
        return self._pass(requests, window_s, temperature=0.0)

    def recognise_again(self, request: Request) -> Recognition:
        """For a text that was not trusted: the full window, rising temperatures; the likeliest counts."""
        with self._counting:
            self.fallbacks += 1
        tried: list[Recognition] = []
        for temperature in FALLBACK_TEMPERATURES:
            [result] = self._pass([request], FULL_WINDOW_S, temperature)
            if result.trusted:
                return result
            tried.append(result)
        return max(tried, key=lambda result: (not is_loop(result.text), result.log_probability))

    def _pass(self, requests: Sequence[Request], window_s: int, temperature: float) -> list[Recognition]:
        with self._counting:
            self.passes += 1
            self.window_seconds += window_s * len(requests)
        features = np.stack([self._features(request, window_s) for request in requests])
        encoded = self._model.model.encode(ctranslate2.StorageView.from_array(features))
        results: list[Recognition | None] = [None] * len(requests)
        for members, heads in self._prompts(requests):
            rows = encoded if len(members) == len(requests) else _rows(encoded, members)
            chosen = [requests[index] for index in members]
            for index, result in zip(members, self._decode(rows, chosen, heads, temperature), strict=True):
                results[index] = result
        for index, (request, found) in enumerate(zip(requests, results, strict=True)):
            if request.timed and found is not None and found.units:
                results[index] = replace(found, ends=self._ends(_rows(encoded, [index]), request, found))
        if any(request.others for request in requests):
            for index, spoken in enumerate(self._model.model.detect_language(encoded)):
                if requests[index].others and (found := results[index]) is not None:
                    results[index] = replace(found, spoken={token[2:-2]: share for token, share in spoken})
        return [result for result in results if result is not None]

    def _prompts(self, requests: Sequence[Request]) -> list[tuple[list[int], list[list[int]]]]:
        """Requests that can be decoded together, with the beginning of each one's prompt.

        CTranslate2 wants the start token at the same place in every prompt of a batch: those with words
        before it are made equally long. Those without stay by themselves, for there is nothing to fill with.
        """
        before = [self._before(request) for request in requests]
        longest = max(map(len, before))
        bare = [index for index, words in enumerate(before) if not words]
        primed = [index for index, words in enumerate(before) if words]
        return [
            (
                members,
                [
                    self._tokens.head(requests[index].language, filled(before[index], longest))
                    for index in members
                ],
            )
            for members in (bare, primed)
            if members
        ]

    def _decode(
        self, encoded: Any, requests: Sequence[Request], heads: Sequence[list[int]], temperature: float
    ) -> list[Recognition]:
        longest_s = max(len(request.audio) for request in requests) / SAMPLE_RATE_HZ
        generated = self._model.model.generate(
            encoded,
            [head + list(request.prefix) for head, request in zip(heads, requests, strict=True)],
            beam_size=1,
            sampling_topk=0 if temperature else 1,
            sampling_temperature=temperature or 1.0,
            # Half of it is what CTranslate2 lets a text have.
            max_length=2 * min(MAX_TOKENS, 16 + int(TOKENS_PER_S * longest_s)),
            suppress_blank=not any(request.prefix for request in requests),
            return_logits_vocab=True,
            return_no_speech_prob=True,
        )
        return [
            self._recognition(result, request) for result, request in zip(generated, requests, strict=True)
        ]

    def _ends(self, encoded: Any, request: Request, found: Recognition) -> tuple[int, ...]:
        """See `transcription.alignment`."""
        texts = [[token for token in unit.tokens if token < self._tokens.end] for unit in found.units]
        [aligned] = self._model.model.align(
            encoded,
            self._tokens.head(request.language, []),
            [[token for text in texts for token in text]],
            max(1, len(request.audio) // self._model.feature_extractor.hop_length),
        )
        return unit_ends(aligned.alignments, [len(text) for text in texts])

    def _recognition(self, result: Any, request: Request) -> Recognition:
        tokens: list[int] = result.sequences_ids[0]
        every = [
            _log_probability(np.asarray(logits, dtype=np.float32).ravel(), token)
            for token, logits in zip(tokens, result.logits[0], strict=False)
        ]
        units = units_of(self._tokens.pieces(tokens, [math.exp(score) for score in every]), request.language)
        scores = [score for token, score in zip(tokens, every, strict=True) if token < self._tokens.end]
        log_probability = sum(scores) / len(scores) if scores else 0.0
        text = "".join(unit.text for unit in units)
        return Recognition(
            units=units,
            log_probability=log_probability,
            confidence=sum(map(math.exp, scores)) / len(scores) if scores else 0.0,
            no_speech=result.no_speech_prob,
            trusted=log_probability >= MIN_LOG_PROBABILITY
            and compression_ratio(text) <= MAX_COMPRESSION_RATIO
            and not is_loop(text),
        )

    def _features(self, request: Request, window_s: int) -> NDArray[np.float32]:
        """float32[mels, frames] of the window's last seconds, zeros behind the audio."""
        frames = request.spectrum.frames(request.audio, self._model.feature_extractor)
        padded: NDArray[np.float32] = pad_or_trim(
            frames[:, -window_s * FRAMES_PER_S :], window_s * FRAMES_PER_S
        )
        return padded

    def _before(self, request: Request) -> list[int]:
        """Tokens of hotwords and context; the newest context matters most."""
        words = " " + ", ".join(request.hotwords) if request.hotwords else ""
        tokens = self._tokens.encode(words)[:HOTWORD_TOKENS] if words else []
        context = self._tokens.encode(" " + request.context)[-CONTEXT_TOKENS:] if request.context else []
        return tokens + context


def filled(words: Sequence[int], length: int) -> list[int]:
    """`words` once more in front of themselves, as often as it takes: nothing else is as harmless there."""
    return [words[index % len(words)] for index in range(len(words) - length, len(words))] if words else []


def _rows(encoded: Any, members: Sequence[int]) -> Any:
    """Some rows of the encoder's output, on the processor."""
    rows = np.asarray(encoded.to_device(ctranslate2.Device.cpu), dtype=np.float32)[list(members)]
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(rows))


def is_loop(text: str) -> bool:
    """Whether the decoder went on repeating itself."""
    return has_loop(text) or _STUTTER.search(text) is not None


def compression_ratio(text: str) -> float:
    """How well zlib squeezes a text: loops squeeze far better than speech."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _log_probability(logits: NDArray[np.float32], token: int) -> float:
    peak = float(logits.max())
    return float(logits[token]) - peak - math.log(float(np.exp(logits - peak).sum()))
