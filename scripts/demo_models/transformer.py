"""A small encoder-decoder Transformer in PyTorch, pre-norm, in the form CTranslate2 runs.

Shapes: B sentences, S source tokens, T target tokens, D `width`. Token ids are int64, masks bool.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

START, END = 1, 2
"""Token ids of <s> and </s> (0 is <unk>). Padding is any id, since it's masked."""


@dataclass(frozen=True, slots=True)
class Size:
    """Dimensions of a model."""

    vocabulary: int
    width: int = 128
    heads: int = 4
    feed_forward: int = 256
    encoder_layers: int = 2
    decoder_layers: int = 2
    dropout: float = 0.05


class Attention(nn.Module):
    """Multi-head attention with its own layer norm, as a residual branch."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.dropout = size.dropout
        self.norm = nn.LayerNorm(size.width)
        self.query = nn.Linear(size.width, size.width)
        self.key_value = nn.Linear(size.width, 2 * size.width)
        self.output = nn.Linear(size.width, size.width)

    def forward(self, x: Tensor, memory: Tensor | None, mask: Tensor | None, causal: bool = False) -> Tensor:
        """x: [B, T, D]; memory: [B, S, D], None for self-attention; mask: [B, 1, 1, S], true where seen."""
        normed = self.norm(x)
        queries = self._split(self.query(normed))
        keys, values = self.key_value(normed if memory is None else memory).chunk(2, dim=-1)
        seen = functional.scaled_dot_product_attention(
            queries, self._split(keys), self._split(values), attn_mask=mask, is_causal=causal
        )
        branch: Tensor = self.output(seen.transpose(1, 2).flatten(2))
        return x + functional.dropout(branch, self.dropout, self.training)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    """The two-layer branch between attentions."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.dropout = size.dropout
        self.norm = nn.LayerNorm(size.width)
        self.inner = nn.Linear(size.width, size.feed_forward)
        self.outer = nn.Linear(size.feed_forward, size.width)

    def forward(self, x: Tensor) -> Tensor:
        branch: Tensor = self.outer(functional.relu(self.inner(self.norm(x))))
        return x + functional.dropout(branch, self.dropout, self.training)


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.attention = Attention(size)
        self.feed_forward = FeedForward(size)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        out: Tensor = self.feed_forward(self.attention(x, None, mask))
        return out


class DecoderLayer(nn.Module):
    """Causal self-attention, attention to the source, feed-forward."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.attention = Attention(size)
        self.source_attention = Attention(size)
        self.feed_forward = FeedForward(size)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        x = self.attention(x, None, None, causal=True)
        out: Tensor = self.feed_forward(self.source_attention(x, memory, mask))
        return out


class Transformer(nn.Module):
    """Sequence to sequence with one embedding for source, target and output."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(size.vocabulary, size.width)
        nn.init.normal_(self.embedding.weight, std=size.width**-0.5)
        self.encoder = nn.ModuleList(EncoderLayer(size) for _ in range(size.encoder_layers))
        self.encoder_norm = nn.LayerNorm(size.width)
        self.decoder = nn.ModuleList(DecoderLayer(size) for _ in range(size.decoder_layers))
        self.decoder_norm = nn.LayerNorm(size.width)

    def forward(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """Scores of every next token, float32[B, T, vocabulary].

        source: [B, S]; source_mask: [B, S], true where there is a token; target: [B, T], from the start id.
        """
        mask = source_mask[:, None, None, :]
        memory = self._embed(source)
        for encoder_layer in self.encoder:
            memory = encoder_layer(memory, mask)
        memory = self.encoder_norm(memory)
        x = self._embed(target)
        for decoder_layer in self.decoder:
            x = decoder_layer(x, memory, mask)
        return functional.linear(self.decoder_norm(x), self.embedding.weight)

    def _embed(self, tokens: Tensor) -> Tensor:
        scaled = self.embedding(tokens) * math.sqrt(self.size.width)
        return functional.dropout(
            scaled + positions(tokens.shape[1], self.size.width), self.size.dropout, self.training
        )


def positions(length: int, width: int) -> Tensor:
    """Sinusoidal position encodings as CTranslate2 makes them: counted from 1, sines before cosines."""
    half = width // 2
    steps = torch.exp(torch.arange(half) * -(math.log(10_000) / (half - 1)))
    angles = torch.arange(1, length + 1)[:, None] * steps[None, :]
    return torch.cat((angles.sin(), angles.cos()), dim=1)
