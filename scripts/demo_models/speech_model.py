"""The Whisper architecture for training; the padded tail of a window costs eight positions, not hundreds."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demo_models.features import MEL_BANDS

WINDOWS = (500, 500, 750, 1000, 1500, 1500)
"""Encoder positions (50 a second) of the windows that a clip may be padded to: 10, 15, 20 and 30 s."""
SOURCE_POSITIONS = 1500
TARGET_POSITIONS = 448
_TAIL = 8


@dataclass(frozen=True, slots=True)
class Shape:
    vocabulary: int
    phonemes: int
    """Outputs of the frame classifier, which helps training and is not exported."""
    width: int = 256
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2


class Attention(nn.Module):
    """Projections in CTranslate2's layout: query, key and value (or key and value) in one matrix."""

    def __init__(self, width: int, heads: int, *, cross: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width) if cross else None
        self.packed = nn.Linear(width, (2 if cross else 3) * width)
        self.out = nn.Linear(width, width)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, bias: Tensor | None = None, *, causal: bool = False
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Result, and the queries and keys by head (for the guide)."""
        batch, length, width = x.shape
        if self.query is None or memory is None:
            query, key, value = self.packed(x).chunk(3, -1)
        else:
            query = self.query(x)
            key, value = self.packed(memory).chunk(2, -1)
        q, k, v = (part.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)
                   for part in (query, key, value))  # fmt: skip
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, is_causal=causal)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width)), q, k


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.narrow(F.gelu(self.wide(self.norm(x))))
        return result


class EncoderLayer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.width)
        self.attention = Attention(shape.width, shape.heads)
        self.feed_forward = FeedForward(shape.width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        x = x + self.attention(self.norm(x), bias=bias)[0]
        return x + self.feed_forward(x)


class DecoderLayer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.width)
        self.attention = Attention(shape.width, shape.heads)
        self.cross_norm = nn.LayerNorm(shape.width)
        self.cross = Attention(shape.width, shape.heads, cross=True)
        self.feed_forward = FeedForward(shape.width)

    def forward(self, x: Tensor, memory: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Result, and where head 0 of the cross attention looks (batch, tokens, positions)."""
        x = x + self.attention(self.norm(x), causal=True)[0]
        seen, query, key = self.cross(self.cross_norm(x), memory, bias)
        scores = query[:, 0] @ key[:, 0].transpose(1, 2) / math.sqrt(query.shape[-1])
        x = x + seen
        return x + self.feed_forward(x), (scores + bias[0, 0, 0]).softmax(-1)


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed encoder positions."""
    rates = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class SpeechModel(nn.Module):
    positions: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.conv1 = nn.Conv1d(MEL_BANDS, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(SOURCE_POSITIONS, shape.width))
        self.encoder = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.token_positions = nn.Parameter(torch.randn(TARGET_POSITIONS, shape.width) * 0.02)
        self.decoder = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.decoder_norm = nn.LayerNorm(shape.width)
        self.phonemes = nn.Linear(shape.width, shape.phonemes)
        nn.init.normal_(self.embedding.weight, std=0.02)

    def _stem(self, features: Tensor) -> Tensor:
        """(batch, 80, frames) to (batch, frames / 2, width)."""
        return F.gelu(self.conv2(F.gelu(self.conv1(features)))).transpose(1, 2)

    def encode(self, features: Tensor, window: int) -> tuple[Tensor, Tensor, int]:
        """Memory, its attention bias, and how many of its positions are real.

        features: (batch, 80, frames), zero-padded, frames even. The rest of the window of `window`
        positions is zeros too, so all its positions look alike but for their place: a sample of them, each
        weighted by the number that it stands for, gives the same attention at a fraction of the cost.
        """
        batch, _, frames = features.shape
        length = frames // 2
        real = self._stem(F.pad(features, (0, 8)))[:, :length]
        rest = max(window - length, 0)
        bias = features.new_zeros(1, 1, 1, length)
        x = real + self.positions[:length]
        if rest:
            count = min(_TAIL, rest)
            if self.training:
                places = torch.randint(length, length + rest, (count,)).sort().values
            else:
                places = torch.linspace(length, length + rest - 1, count).long()
            empty = self._stem(features.new_zeros(1, MEL_BANDS, 16))[:, 4:5]
            x = torch.cat([x, empty.expand(batch, count, -1) + self.positions[places]], 1)
            bias = F.pad(bias, (0, count), value=math.log(rest / count))
        for layer in self.encoder:
            x = layer(x, bias.expand(batch, self.shape.heads, x.shape[1], x.shape[1]))
        return self.encoder_norm(x), bias, length

    def decode(self, tokens: Tensor, memory: Tensor, bias: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Hidden states (batch, tokens, width), and each layer's guided attention."""
        x = self.embedding(tokens) + self.token_positions[: tokens.shape[1]]
        spread = bias.expand(len(tokens), self.shape.heads, tokens.shape[1], memory.shape[1])
        looks = []
        for layer in self.decoder:
            x, look = layer(x, memory, spread)
            looks.append(look)
        return self.decoder_norm(x), looks

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.embedding.weight)
