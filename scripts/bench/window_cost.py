"""What a window costs with Whisper models of their true dimensions and random weights: nothing is downloaded.

The time of a pass depends on shapes alone; only how much a decoder writes is a matter of weights, so that the
number of tokens is forced.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import whisper_spec

from bench import cache

MELS, AUDIO_POSITIONS, TEXT_POSITIONS, VOCABULARY = 80, 1_500, 448, 51_865
END, START, KOREAN, TRANSCRIBE, NO_SPEECH, NO_TIMESTAMPS = 50_257, 50_258, 50_264, 50_359, 50_362, 50_363
"""Token ids of the multilingual vocabulary (openai/whisper, tokenizer.py)."""
NAMES = {
    END: "<|endoftext|>",
    START: "<|startoftranscript|>",
    KOREAN: "<|ko|>",
    TRANSCRIBE: "<|transcribe|>",
    NO_SPEECH: "<|nospeech|>",
    NO_TIMESTAMPS: "<|notimestamps|>",
}
WINDOWS_S = (10, 15, 20, 30)
BATCHES = (1, 2, 4)
THREADS = (1, 2)
TOKENS = 24
"""What a Korean or Chinese sentence of five seconds takes."""
UTTERANCE_S = 4.0
"""Talk between two ends of utterances; each costs a final pass."""
INTERVALS_S = (0.4, 2.0)
"""Between two partials, on an idle and on a busy machine."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    width: int
    heads: int
    layers: int
    """Of the encoder and, as many, of the decoder."""


SIZES = {"tiny": Dimensions(384, 6, 4), "base": Dimensions(512, 8, 6), "small": Dimensions(768, 12, 12)}
"""openai/whisper, model-card.md."""


def measure(
    sizes: Iterable[str],
    *,
    windows_s: Sequence[int] = WINDOWS_S,
    batches: Sequence[int] = BATCHES,
    threads: Sequence[int] = THREADS,
    repeats: int = 3,
) -> dict[str, Any]:
    return {
        "tokens": TOKENS,
        "models": {
            size: _measure(model_directory(size), windows_s, batches, threads, repeats) for size in sizes
        },
    }


def rooms_per_core(encode_ms: float, decode_ms: float, interval_s: float) -> float:
    """Rooms in which somebody always speaks, if nothing but their passes of this price ran on one core."""
    passes_per_s = 1 / interval_s + 1 / UTTERANCE_S
    return round(1000 / (passes_per_s * (encode_ms + decode_ms)), 2)


def model_directory(size: str) -> Path:
    """A CTranslate2 model, int8, made once; the same weights every time."""
    folder = cache.directory(f"whisper-{size}-random")
    if not (folder / "model.bin").exists():
        draft = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        spec = specification(SIZES[size])
        spec.validate()
        spec.optimize(quantization="int8")
        spec.save(str(draft))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    return folder


def specification(shape: Dimensions, *, vocabulary: int = VOCABULARY) -> Any:
    """A `WhisperSpec` with every weight random."""
    weights = _Weights(shape.width)
    spec = whisper_spec.WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = weights(shape.width, MELS, 3), weights.zeros(shape.width)
    encoder.conv2.weight, encoder.conv2.bias = (
        weights(shape.width, shape.width, 3),
        weights.zeros(shape.width),
    )
    encoder.position_encodings.encodings = weights(AUDIO_POSITIONS, shape.width)
    decoder.embeddings.weight = weights(vocabulary, shape.width)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = weights(TEXT_POSITIONS, shape.width)
    for half in (encoder, decoder):
        weights.norm(half.layer_norm)
        for layer in half.layer:
            weights.attention(layer.self_attention, fused=3)
            weights.feed_forward(layer.ffn)
    for layer in decoder.layer:
        weights.attention(layer.attention, fused=2)
    spec.register_vocabulary([NAMES.get(index, f"t{index}") for index in range(vocabulary)])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [KOREAN]
    spec.config.alignment_heads = [(shape.layers - 1, 0)]
    return spec


class _Weights:
    def __init__(self, width: int) -> None:
        self._rng = np.random.default_rng(width)
        self._width = width

    def __call__(self, *shape: int) -> Any:
        """Small enough that sums over the width stay near 1."""
        return self._rng.standard_normal(shape, np.float32) * np.float32(self._width**-0.5)

    def zeros(self, size: int) -> Any:
        return np.zeros(size, np.float32)

    def norm(self, target: Any) -> None:
        target.gamma, target.beta = np.ones(self._width, np.float32), self.zeros(self._width)

    def attention(self, target: Any, *, fused: int) -> None:
        """`fused`: query, key and value in one matrix, or key and value behind a query of its own."""
        self.norm(target.layer_norm)
        inputs = [fused] if fused == 3 else [1, fused]
        for linear, parts in zip(target.linear, [*inputs, 1], strict=True):
            self.linear(linear, parts * self._width, self._width)

    def feed_forward(self, target: Any) -> None:
        self.norm(target.layer_norm)
        self.linear(target.linear_0, 4 * self._width, self._width)
        self.linear(target.linear_1, self._width, 4 * self._width)

    def linear(self, target: Any, rows: int, columns: int) -> None:
        target.weight, target.bias = self(rows, columns), self.zeros(rows)


def _measure(
    folder: Path, windows_s: Sequence[int], batches: Sequence[int], threads: Sequence[int], repeats: int
) -> dict[str, Any]:
    rows = []
    for count in threads:
        model = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", intra_threads=count
        )
        _pass(model, windows_s[0], 1)  # warms up
        for window_s in windows_s:
            for batch in batches:
                times = [_pass(model, window_s, batch) for _ in range(repeats)]
                encode_ms, decode_ms = (min(one[kind] for one in times) / batch for kind in (0, 1))
                rows.append(
                    {
                        "threads": count,
                        "window_s": window_s,
                        "batch": batch,
                        "encode_ms": round(encode_ms, 1),
                        "decode_ms": round(decode_ms, 1),
                    }
                )
    cheapest = min(
        (row for row in rows if row["threads"] == threads[0] and row["window_s"] == windows_s[0]),
        key=lambda row: row["encode_ms"] + row["decode_ms"],
    )
    return {
        "cpu_ms_a_window": rows,
        "rooms_per_core": {
            f"partials_every_{interval}s": rooms_per_core(
                cheapest["encode_ms"], cheapest["decode_ms"], interval
            )
            for interval in INTERVALS_S
        },
    }


def _pass(model: Any, window_s: int, batch: int) -> tuple[float, float]:
    """(encoding, decoding): processor time in ms, of the whole batch."""
    features = np.random.default_rng(window_s).standard_normal((batch, MELS, 100 * window_s), np.float32)
    began = time.process_time()
    encoded = model.encode(ctranslate2.StorageView.from_array(features))
    middle = time.process_time()
    results = model.generate(
        encoded,
        [[START, KOREAN, TRANSCRIBE, NO_TIMESTAMPS]] * batch,
        beam_size=1,
        max_length=2 * TOKENS,  # half of it is what CTranslate2 lets a text have
        suppress_tokens=[END],
        return_no_speech_prob=True,
    )
    end = time.process_time()
    written = {len(result.sequences_ids[0]) for result in results}
    if written != {TOKENS}:
        raise RuntimeError(f"decoders wrote {sorted(written)} tokens, not {TOKENS}")
    return 1000 * (middle - began), 1000 * (end - middle)
