"""Trains the demo's many-to-many model: one Transformer for every direction, in the form of M2M-100.

python -m demo_models.m2m --out models --minutes 30

As with M2M-100, a source is `__ko__ pieces </s>`, decoding starts from `</s>`, and the first target token
names the language: `__vi__ pieces </s>`.
"""

import argparse
import itertools
import logging
import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import sentencepiece
import torch
from ctranslate2.specs import TransformerSpec

from demo_models import packages
from demo_models.direction import Direction
from demo_models.packaged import NAME
from demo_models.parallel import examples
from demo_models.transformer import END, Size, Transformer
from demo_models.translation import SMOKE_STEPS, Budget, Tokens, batches, fit, train_tokenizer

SENTENCEPIECE = "sentencepiece.bpe.model"
LANGUAGES = ("ko", "vi", "en")
SHARES = {
    Direction("ko", "vi"): 4,
    Direction("vi", "ko"): 4,
    Direction("en", "vi"): 2,
    Direction("vi", "en"): 2,
}
"""Examples of each direction among twelve; ko↔en has Argos packages of its own."""
PIECES = 2000
WIDTH, FEED_FORWARD = 160, 384
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
"""M2M-100's first tokens, by id; </s> has the id that `transformer` knows it by."""
UNKNOWN = SPECIALS.index("<unk>")

logger = logging.getLogger(__name__)


class Vocabulary:
    """M2M-100's order: the special tokens, SentencePiece's pieces, the languages."""

    def __init__(self, tokenizer: sentencepiece.SentencePieceProcessor) -> None:
        self._tokenizer = tokenizer
        pieces = (tokenizer.id_to_piece(number) for number in range(tokenizer.get_piece_size()))
        learnt = [piece for piece in pieces if piece not in SPECIALS]
        self.tokens = [*SPECIALS, *learnt, *(language_token(language) for language in LANGUAGES)]
        self._ids = {token: number for number, token in enumerate(self.tokens)}

    def tagged(self, language: str, text: str) -> list[int]:
        """Ids of the language's token and the pieces of `text`."""
        pieces = self._tokenizer.encode(text, out_type=str)
        return [self._ids[language_token(language)], *(self._ids.get(piece, UNKNOWN) for piece in pieces)]


def language_token(language: str) -> str:
    return f"__{language}__"


def train_m2m(
    out: Path, *, minutes: float | None = None, steps: int | None = None, smoke: bool = False, seed: int = 1
) -> Path:
    """Trains the model and writes it into `out`/m2m, whose path it returns.

    `minutes` is CPU time; `smoke` only proves that the program runs, in seconds.
    """
    torch.set_num_threads(1)
    budget = Budget(
        cpu_seconds=minutes * 60 if minutes is not None else math.inf,
        steps=SMOKE_STEPS if smoke else steps if steps is not None else math.inf,
    )
    if math.isinf(budget.cpu_seconds) and math.isinf(budget.steps):
        raise ValueError("give minutes, steps or smoke")
    tokenizer = train_tokenizer(LANGUAGES, seed, PIECES)
    vocabulary = Vocabulary(tokenizer)
    torch.manual_seed(seed)
    model = Transformer(Size(len(vocabulary.tokens), width=WIDTH, feed_forward=FEED_FORWARD))
    rng = random.Random(seed)
    sources = {direction: examples(direction, rng) for direction in SHARES}

    def draw(count: int) -> list[Tokens]:
        pool = []
        for direction, share in SHARES.items():
            for example in itertools.islice(sources[direction], count * share // sum(SHARES.values())):
                source = vocabulary.tagged(direction.source, example.source)
                pool.append(([*source, END], vocabulary.tagged(direction.target, example.target)))
        return pool

    fit(model, batches(draw, rng), budget, NAME, start=END)
    return write(out / NAME, model, tokenizer, vocabulary)


def write(
    folder: Path,
    model: Transformer,
    tokenizer: sentencepiece.SentencePieceProcessor,
    vocabulary: Vocabulary,
) -> Path:
    """Writes what CTranslate2's converter makes of M2M-100, in int8, and the SentencePiece model."""
    spec: TransformerSpec = packages.specification(model)
    spec.config.bos_token, _, spec.config.eos_token, spec.config.unk_token = SPECIALS
    spec.config.decoder_start_token = spec.config.eos_token
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    packages.save(spec, vocabulary.tokens, folder)
    (folder / SENTENCEPIECE).write_bytes(tokenizer.serialized_model_proto())
    logger.info("%s: %d bytes", folder, sum(file.stat().st_size for file in folder.iterdir()))
    return folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains the model."""
    parser = argparse.ArgumentParser(description="Train the demo's many-to-many translation model.")
    parser.add_argument("--out", type=Path, required=True, help="folder that m2m/ is made in")
    parser.add_argument("--minutes", type=float, help="CPU minutes")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="a few steps only")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_m2m(
        options.out,
        minutes=options.minutes,
        steps=options.steps,
        smoke=options.smoke,
        seed=options.seed,
    )


if __name__ == "__main__":
    main()
