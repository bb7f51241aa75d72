"""Writes a translation model as an Argos package: CTranslate2 int8, SentencePiece, a sentence splitter."""

import json
import tempfile
import zipfile
from pathlib import Path

import numpy
import sentencepiece
import torch
from ctranslate2.specs import TransformerSpec, attention_spec, common_spec, transformer_spec
from numpy.typing import NDArray
from torch import nn

from demo_models.direction import Direction
from demo_models.sentence_rules import sentence_rules
from demo_models.transformer import END, Attention, FeedForward, Transformer

VERSION = "1.0"
NAMES = {"ko": "Korean", "zh": "Chinese", "en": "English"}
TIMESTAMP = (2026, 1, 1, 0, 0, 0)
"""One date for every file inside, so that the same model makes the same package."""

END_BIAS = -3.5
"""Added to the score of </s>.

CTranslate2's beam search is over once `beam_size` hypotheses have ended, however poor. A model this sure of
itself has the end among its next best tokens everywhere, so stumps could end the search before the right
sentence does (Argos searches with a beam of four). Where the end is due, it's far ahead of the other tokens.
"""

NOTICE = """# Sangdam demo model

It knows the phrase book of Sangdam's demo speakers and nothing else: whatever else it's given becomes fluent
nonsense. `sangdam models pull` gets real models.
"""


def write(
    folder: Path,
    direction: Direction,
    model: Transformer,
    tokenizer: sentencepiece.SentencePieceProcessor,
) -> Path:
    """Writes `translate-<source>_<target>.argosmodel` into `folder` and returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"translate-{direction.source}_{direction.target}"
    path = folder / f"{name}.argosmodel"
    metadata = {
        "package_version": VERSION,
        "argos_version": "1.9",
        "from_code": direction.source,
        "from_name": NAMES[direction.source],
        "to_code": direction.target,
        "to_name": NAMES[direction.target],
        "type": "translate",
    }
    contents = {
        "metadata.json": json.dumps(metadata, indent=1).encode(),
        "README.md": NOTICE.encode(),
        "sentencepiece.model": tokenizer.serialized_model_proto(),
        "minisbd/rules.onnx": sentence_rules(),
    }
    with tempfile.TemporaryDirectory() as temporary:
        converted = convert(model, tokenizer, Path(temporary) / "model")
        contents |= {f"model/{file.name}": file.read_bytes() for file in sorted(converted.iterdir())}
    with zipfile.ZipFile(path, "w") as archive:
        for inside, data in contents.items():
            entry = zipfile.ZipInfo(f"{name}-demo/{inside}", TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


def convert(model: Transformer, tokenizer: sentencepiece.SentencePieceProcessor, folder: Path) -> Path:
    """Writes `model` for CTranslate2 in int8 into `folder`, which must not exist."""
    spec = specification(model)
    spec.decoder.projection.bias = numpy.zeros(model.size.vocabulary, numpy.float32)
    spec.decoder.projection.bias[END] = END_BIAS
    save(spec, [tokenizer.id_to_piece(i) for i in range(tokenizer.get_piece_size())], folder)
    return folder


def save(spec: TransformerSpec, tokens: list[str], folder: Path) -> None:
    """Writes it in int8 into `folder`, which must not exist, with one vocabulary for both sides."""
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))


def specification(model: Transformer) -> TransformerSpec:
    """The model's weights as CTranslate2 names them."""
    size = model.size
    spec = TransformerSpec.from_config((size.encoder_layers, size.decoder_layers), size.heads, pre_norm=True)
    embedding = _array(model.embedding.weight)
    spec.encoder.embeddings[0].weight = embedding
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding
    _set_norm(spec.encoder.layer_norm, model.encoder_norm)
    _set_norm(spec.decoder.layer_norm, model.decoder_norm)
    for encoder_spec, encoder_layer in zip(spec.encoder.layer, model.encoder, strict=True):
        _set_self_attention(encoder_spec.self_attention, encoder_layer.attention)
        _set_feed_forward(encoder_spec.ffn, encoder_layer.feed_forward)
    for decoder_spec, decoder_layer in zip(spec.decoder.layer, model.decoder, strict=True):
        _set_self_attention(decoder_spec.self_attention, decoder_layer.attention)
        _set_source_attention(decoder_spec.attention, decoder_layer.source_attention)
        _set_feed_forward(decoder_spec.ffn, decoder_layer.feed_forward)
    return spec


def _set_self_attention(spec: attention_spec.MultiHeadAttentionSpec, attention: Attention) -> None:
    _set_norm(spec.layer_norm, attention.norm)
    both = (attention.query, attention.key_value)
    spec.linear[0].weight = numpy.concatenate([_array(linear.weight) for linear in both])
    spec.linear[0].bias = numpy.concatenate([_array(linear.bias) for linear in both])
    _set_linear(spec.linear[1], attention.output)


def _set_source_attention(spec: attention_spec.MultiHeadAttentionSpec, attention: Attention) -> None:
    _set_norm(spec.layer_norm, attention.norm)
    for linear_spec, linear in zip(
        spec.linear, (attention.query, attention.key_value, attention.output), strict=True
    ):
        _set_linear(linear_spec, linear)


def _set_feed_forward(spec: transformer_spec.FeedForwardSpec, branch: FeedForward) -> None:
    _set_norm(spec.layer_norm, branch.norm)
    _set_linear(spec.linear_0, branch.inner)
    _set_linear(spec.linear_1, branch.outer)


def _set_linear(spec: common_spec.LinearSpec, linear: nn.Linear) -> None:
    spec.weight, spec.bias = _array(linear.weight), _array(linear.bias)


def _set_norm(spec: common_spec.LayerNormSpec, norm: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _array(norm.weight), _array(norm.bias)


def _array(parameter: torch.Tensor) -> NDArray[numpy.float32]:
    array: NDArray[numpy.float32] = parameter.detach().numpy()
    return array
