"""Trains the Argos models: one small Transformer for each direction of a language pair.

python -m demo_models.translation --pair ko-en --out packages --minutes 12
"""

import argparse
import io
import itertools
import logging
import math
import random
import string
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
from torch.nn import functional

from demo_models import grammar, packages
from demo_models.direction import Direction, gap
from demo_models.parallel import examples
from demo_models.transformer import END, START, Size, Transformer

PAIRS = ("ko-en", "zh-en")
VOCABULARY = 1500
TOKENIZER_SENTENCES = 20_000
WORD_BREAK = "\t"
"""Separates Chinese words in the tokenizer's training text, and occurs in no text."""
BATCH_TOKENS = 1500
"""Source and target tokens in a batch, padding included."""
POOL = 8192
"""Sentences that are sorted into batches at a time."""
LEARNING_RATE = 2e-3
WARM_UP_STEPS = 300
LABEL_SMOOTHING = 0.05
SMOKE_STEPS = 5

logger = logging.getLogger(__name__)

Tokens = tuple[list[int], list[int]]
"""Ids of a source and of its target."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long one model may be trained: CPU seconds, or a number of steps."""

    cpu_seconds: float = math.inf
    steps: float = math.inf

    def spent(self, cpu_seconds: float, steps: int) -> float:
        """Share of the budget that is used up; 1 is all of it."""
        return max(cpu_seconds / self.cpu_seconds, steps / self.steps)


def train_translation(
    pair: str,
    out_dir: Path,
    *,
    minutes: float | None = None,
    steps: int | None = None,
    smoke: bool = False,
    seed: int = 1,
) -> list[Path]:
    """Trains both directions of `pair` ("ko-en") and writes their packages into `out_dir`; returns the paths.

    `minutes` is CPU time for the pair, `steps` are for each direction; `smoke` only proves that the program
    runs, in seconds.
    """
    torch.set_num_threads(1)
    languages = pair.split("-")
    budget = Budget(
        cpu_seconds=minutes * 60 / 2 if minutes is not None else math.inf,
        steps=SMOKE_STEPS if smoke else steps if steps is not None else math.inf,
    )
    if math.isinf(budget.cpu_seconds) and math.isinf(budget.steps):
        raise ValueError("give minutes, steps or smoke")
    tokenizer = train_tokenizer(languages, seed, VOCABULARY)
    written = []
    for direction in (Direction(*languages), Direction(*reversed(languages))):
        model = train(direction, tokenizer, budget, seed)
        written.append(packages.write(out_dir, direction, model, tokenizer))
        logger.info("%s: %d bytes", written[-1].name, written[-1].stat().st_size)
    return written


def train_tokenizer(
    languages: Sequence[str], seed: int, vocabulary: int
) -> sentencepiece.SentencePieceProcessor:
    """One tokenizer for all of `languages`.

    Digits are tokens of their own, so that they can be copied. No token crosses two words, nor Chinese ones.
    Text is not normalised: full-width marks must come back as they are.
    """
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=_tokenizer_texts(languages, random.Random(seed)),
        model_writer=written,
        model_type="bpe",
        vocab_size=vocabulary,
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_name="identity",
        split_digits=True,
        pretokenization_delimiter=WORD_BREAK,
        required_chars=string.ascii_letters + string.digits,
        num_threads=1,
        minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())


def _tokenizer_texts(languages: Sequence[str], rng: random.Random) -> Iterator[str]:
    names, fixed = grammar.templates(), grammar.fixed()
    for i in range(TOKENIZER_SENTENCES):
        sentence = rng.choice(fixed) if i % 4 == 0 else grammar.sample(rng.choice(names), rng)
        for language in languages:
            pieces = [piece.written for piece in sentence.pieces[language]]
            yield (gap(language) or WORD_BREAK).join(pieces)


def train(
    direction: Direction, tokenizer: sentencepiece.SentencePieceProcessor, budget: Budget, seed: int
) -> Transformer:
    """Trains one direction until the budget is spent."""
    torch.manual_seed(seed)
    model = Transformer(Size(tokenizer.get_piece_size()))
    rng = random.Random(seed)
    endless = examples(direction, rng)

    def draw(count: int) -> list[Tokens]:
        drawn = list(itertools.islice(endless, count))
        sources = tokenizer.encode([example.source for example in drawn])
        return list(zip(sources, tokenizer.encode([example.target for example in drawn]), strict=True))

    fit(model, batches(draw, rng), budget, f"{direction.source}-{direction.target}")
    return model


def fit(
    model: Transformer, endless: Iterator[list[Tokens]], budget: Budget, name: str, *, start: int = START
) -> None:
    """Trains `model` on the batches until the budget is spent, the learning rate falling to nothing with it.

    `start` is the token that decoding starts from.
    """
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    started, recent = time.process_time(), 0.0
    for step, batch in enumerate(endless, 1):
        spent = budget.spent(time.process_time() - started, step)
        if spent >= 1:
            break
        rate = LEARNING_RATE * min(1.0, step / WARM_UP_STEPS) * (1 + math.cos(math.pi * spent)) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = batch_loss(model, batch, start)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent += loss.item()
        if step % 250 == 0:
            logger.info("%s step %d, %.0f %% done, loss %.3f", name, step, 100 * spent, recent / 250)
            recent = 0.0
    model.eval()


def batches(draw: Callable[[int], list[Tokens]], rng: random.Random) -> Iterator[list[Tokens]]:
    """Endless batches of what `draw` makes, sentences of similar length together."""
    while True:
        pool = sorted(draw(POOL), key=lambda pair: len(pair[0]) + len(pair[1]))
        grouped = list(_grouped(pool))
        rng.shuffle(grouped)
        yield from grouped


def _grouped(pool: Sequence[Tokens]) -> Iterator[list[Tokens]]:
    batch: list[Tokens] = []
    for pair in pool:
        longest = len(pair[0]) + len(pair[1]) + 1
        if batch and (len(batch) + 1) * longest > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(pair)
    if batch:
        yield batch


def batch_loss(model: Transformer, batch: list[Tokens], start: int) -> torch.Tensor:
    """Mean cross-entropy of the target tokens and their end."""
    source, source_mask = _padded([source for source, _ in batch])
    inputs, _ = _padded([[start, *target] for _, target in batch])
    outputs, mask = _padded([[*target, END] for _, target in batch])
    scores = model(source, source_mask, inputs)
    return functional.cross_entropy(scores[mask], outputs[mask], label_smoothing=LABEL_SMOOTHING)


def _padded(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, rows))
    tokens = torch.tensor([row + [END] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[True] * len(row) + [False] * (longest - len(row)) for row in rows])
    return tokens, mask


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains one language pair."""
    parser = argparse.ArgumentParser(description="Train the demo translation models of one language pair.")
    parser.add_argument("--pair", choices=PAIRS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for the .argosmodel packages")
    parser.add_argument("--minutes", type=float, help="CPU minutes for the pair")
    parser.add_argument("--steps", type=int, help="steps for each direction")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="a few steps only")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_translation(
        options.pair,
        options.out,
        minutes=options.minutes,
        steps=options.steps,
        smoke=options.smoke,
        seed=options.seed,
    )


if __name__ == "__main__":
    main()
