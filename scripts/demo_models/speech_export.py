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
    for name, tensor in exported_tensors(model).items():
        _set(spec, name, _array(tensor))
    spec.register_vocabulary(vocabulary_list(tokenizer))
    special = specials(tokenizer)
    # Nothing is suppressed at the start: the end token must be free, so that silence can give an empty text.
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = sorted(special.languages.values())
    spec.config.alignment_heads = [(shape.decoder_layers - 1, 0)]
    return spec


def exported_tensors(model: SpeechModel) -> dict[str, Tensor]:
    """The model's tensors by the names that CTranslate2's files give them; some are there twice."""
    tensors = {
        **_linear("encoder/conv1", model.conv1),
        **_linear("encoder/conv2", model.conv2),
        "encoder/position_encodings/encodings": model.positions,
        **_norm("encoder/layer_norm", model.encoder_norm),
        "decoder/embeddings/weight": model.embedding.weight,
        "decoder/projection/weight": model.embedding.weight,
        "decoder/position_encodings/encodings": model.token_positions,
        **_norm("decoder/layer_norm", model.decoder_norm),
    }
    for number, layer in enumerate(model.encoder):
        name = f"encoder/layer_{number}"
        tensors |= _attention(f"{name}/self_attention", layer.attention, layer.norm)
        tensors |= _feed_forward(f"{name}/ffn", layer.feed_forward)
    for number, layer in enumerate(model.decoder):
        name = f"decoder/layer_{number}"
        tensors |= _attention(f"{name}/self_attention", layer.attention, layer.norm)
        tensors |= _attention(f"{name}/attention", layer.cross, layer.cross_norm)
        tensors |= _feed_forward(f"{name}/ffn", layer.feed_forward)
    return tensors


def _set(specification: Any, name: str, array: Any) -> None:
    *path, last = name.split("/")
    target = specification
    for part in path:
        layers, _, number = part.rpartition("_")
        target = getattr(target, part) if hasattr(target, part) else getattr(target, layers)[int(number)]
    setattr(target, last, array)


def _attention(name: str, source: Attention, norm: nn.LayerNorm) -> dict[str, Tensor]:
    inputs = [source.packed] if source.query is None else [source.query, source.packed]
    tensors = _norm(f"{name}/layer_norm", norm)
    for number, module in enumerate([*inputs, source.out]):
        tensors |= _linear(f"{name}/linear_{number}", module)
    return tensors


def _feed_forward(name: str, source: FeedForward) -> dict[str, Tensor]:
    return {
        **_norm(f"{name}/layer_norm", source.norm),
        **_linear(f"{name}/linear_0", source.wide),
        **_linear(f"{name}/linear_1", source.narrow),
    }


def _norm(name: str, source: nn.LayerNorm) -> dict[str, Tensor]:
    return {f"{name}/gamma": source.weight, f"{name}/beta": source.bias}


def _linear(name: str, source: nn.Linear | nn.Conv1d) -> dict[str, Tensor]:
    bias = {} if source.bias is None else {f"{name}/bias": source.bias}
    return {f"{name}/weight": source.weight, **bias}


def _array(tensor: Tensor) -> Any:
    # A copy: quantising writes into the arrays it is given, and these are the model that is being trained.
    return np.array(tensor.detach().float().numpy(), order="C")
