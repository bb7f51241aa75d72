"""Writes a trained speech model in CTranslate2 int8 form, as `faster_whisper.WhisperModel(path)` loads it."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.specs import whisper_spec
from tokenizers import Tokenizer
from torch import Tensor, nn

from demo_models.speech_model import Attention, FeedForward, Shape, SpeechModel
from demo_models.tokens import specials, vocabulary_list

_PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3000,
    "padding_side": "right",
    "padding_value": 0.0,
    "return_attention_mask": False,
    "sampling_rate": 16_000,
}


def load_checkpoint(path: Path) -> SpeechModel:
    state = torch.load(path, weights_only=True)
    model = SpeechModel(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model


def export(model: SpeechModel, tokenizer_path: Path, folder: Path, *, quantisation: str = "int8") -> None:
    """Write the model's five files; an existing `folder` is replaced once the new one is complete."""
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    specification = _specification(model, tokenizer)
    specification.validate()
    specification.optimize(quantization=quantisation)
    specification.save(str(draft))
    shutil.copyfile(tokenizer_path, draft / "tokenizer.json")
    preprocessor = json.dumps(_PREPROCESSOR, indent=2) + "\n"
    (draft / "preprocessor_config.json").write_text(preprocessor, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _specification(model: SpeechModel, tokenizer: Tokenizer) -> Any:
    shape = model.shape
    spec = whisper_spec.WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    _linear(encoder.conv1, model.conv1)
    _linear(encoder.conv2, model.conv2)
    encoder.position_encodings.encodings = _array(model.positions)
    _norm(encoder.layer_norm, model.encoder_norm)
    for target, layer in zip(encoder.layer, model.encoder, strict=True):
        _attention(target.self_attention, layer.attention, layer.norm)
        _feed_forward(target.ffn, layer.feed_forward)
    decoder.embeddings.weight = _array(model.embedding.weight)
    decoder.projection.weight = _array(model.embedding.weight)
    decoder.position_encodings.encodings = _array(model.token_positions)
    _norm(decoder.layer_norm, model.decoder_norm)
    for target, layer in zip(decoder.layer, model.decoder, strict=True):
        _attention(target.self_attention, layer.attention, layer.norm)
        _attention(target.attention, layer.cross, layer.cross_norm)
        _feed_forward(target.ffn, layer.feed_forward)
    spec.register_vocabulary(vocabulary_list(tokenizer))
    special = specials(tokenizer)
    # Nothing is suppressed at the start: the end token must be free, so that silence can give an empty text.
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = sorted(special.languages.values())
    spec.config.alignment_heads = [(shape.decoder_layers - 1, 0)]
    return spec


def _attention(target: Any, source: Attention, norm: nn.LayerNorm) -> None:
    _norm(target.layer_norm, norm)
    inputs = [source.packed] if source.query is None else [source.query, source.packed]
    for linear, module in zip(target.linear, [*inputs, source.out], strict=True):
        _linear(linear, module)


def _feed_forward(target: Any, source: FeedForward) -> None:
    _norm(target.layer_norm, source.norm)
    _linear(target.linear_0, source.wide)
    _linear(target.linear_1, source.narrow)


def _norm(target: Any, source: nn.LayerNorm) -> None:
    target.gamma = _array(source.weight)
    target.beta = _array(source.bias)


def _linear(target: Any, source: nn.Linear | nn.Conv1d) -> None:
    target.weight = _array(source.weight)
    if source.bias is not None:
        target.bias = _array(source.bias)


def _array(tensor: Tensor) -> Any:
    # A copy: quantising writes into the arrays it is given, and these are the model that is being trained.
    return np.array(tensor.detach().float().numpy(), order="C")
