"""The training processes: one a core, each with its own clips, all with the same weights."""

import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import multiprocessing

from demo_models.features import Example, read_shard
from demo_models.gradients import Exchange, Rank
from demo_models.speech_batches import PHONEME_CLASSES, Corpus
from demo_models.speech_export import export
from demo_models.speech_model import Shape, SpeechModel
from demo_models.speech_targets import phoneme_classes
from demo_models.speech_training import Plan, Progress, Trainer


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where everything lies that training needs and makes."""

    folder: Path

    @property
    def clips(self) -> Path:
        return self.folder / "clips"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"

    @property
    def classes(self) -> Path:
        return self.folder / "phonemes.json"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "speech.pt"

    @property
    def interim(self) -> Path:
        """The model of the last checkpoint, ready to be tried."""
        return self.folder / "interim" / "whisper"

    def shards(self) -> list[Path]:
        return sorted(self.clips.glob("shard-*.json"))


class ShardFolder:
    """Shards that another process writes, taken in as they appear."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._taken: set[Path] = set()

    def new(self) -> list[Example]:
        examples: list[Example] = []
        for path in self._place.shards():
            if path not in self._taken:
                self._taken.add(path)
                examples += read_shard(path)
        return examples


def keep_phoneme_classes(place: Workplace) -> None:
    """Number the phonemes of the clips that are there."""
    examples = [example for path in place.shards() for example in read_shard(path)]
    classes = phoneme_classes(examples, PHONEME_CLASSES)
    place.classes.write_text(json.dumps(classes, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def train(place: Workplace, shape: Shape, plan: Plan, *, processes: int, resume: bool) -> Progress:
    """Train until the time is up; the checkpoint and the interim model are the result."""
    exchange = Exchange.between(processes, SpeechModel(shape))
    multiprocessing.spawn(_rank, (exchange, place, shape, plan, resume), nprocs=processes)
    return Progress(**torch.load(place.checkpoint, weights_only=True)["progress"])


def _rank(number: int, exchange: Exchange, place: Workplace, shape: Shape, plan: Plan, resume: bool) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(place.tokenizer))
    classes = json.loads(place.classes.read_text(encoding="utf-8"))
    corpus = Corpus(tokenizer, classes, seed=plan.seed + number)
    trainer = Trainer(shape, corpus, plan, Rank(exchange, number))
    if resume:
        trainer.resume(place.checkpoint)

    def keep(trainer: Trainer) -> None:
        trainer.save(place.checkpoint)
        export(trainer.model, place.tokenizer, place.interim)

    trainer.run(ShardFolder(place).new, keep)
    if number == 0:
        keep(trainer)
