"""Makes the speech model from start to end: tokenizer, clips, training, export, figures."""

import json
import logging
import multiprocessing
import shutil
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from demo_models import evaluate_speech
from demo_models.clips import Mix
from demo_models.features import make_shards
from demo_models.speech_batches import PHONEME_CLASSES
from demo_models.speech_model import Shape
from demo_models.speech_processes import Workplace, keep_phoneme_classes, train
from demo_models.speech_training import Plan
from demo_models.tokens import TEXT_TOKENS, grammar_words, train_tokenizer

log = logging.getLogger(__name__)

_TUNING_RATE = 4e-4
_TUNING_MIX = Mix(fixed=0.12, several=0.24, long=0.04, any_number=0.15, own_voices=0.2)
_TUNING_SEED = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of everything."""

    minutes: float
    """Of training; making clips goes on beside it."""
    clips: int
    first_clips: int
    """Training begins when this many exist."""
    shard_size: int = 1000
    batch_frames: int = 3000
    width: int = 256
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    text_tokens: int = TEXT_TOKENS
    most_steps: int | None = None
    scope: evaluate_speech.Scope = evaluate_speech.Scope()  # noqa: RUF009 - frozen
    seed: int = 1
    peak_rate: float = 1e-3
    start_from: Path | None = None
    """A finished model to go on from."""
    mix: Mix = Mix()  # noqa: RUF009 - frozen

    @classmethod
    def planned(cls, minutes: float) -> "Effort":
        clips = max(6000, int(600 * minutes))
        return cls(minutes=minutes, clips=clips, first_clips=min(clips, 8000))

    def going_on_from(self, model: Path) -> "Effort":
        """More training of a finished model, with new clips and more of the sentences that it cannot know."""
        return replace(
            self, start_from=model, peak_rate=_TUNING_RATE, mix=_TUNING_MIX, seed=_TUNING_SEED,
            first_clips=min(self.clips, 3000),
        )  # fmt: skip

    @classmethod
    def smoke(cls) -> "Effort":
        """Every step for real, at a size that learns nothing."""
        return cls(
            minutes=1, clips=48, first_clips=48, shard_size=24, batch_frames=2000, width=64, heads=2,
            encoder_layers=1, decoder_layers=1, text_tokens=500, most_steps=6,
            scope=evaluate_speech.Scope(cases=1, quiet_seconds=5, quiet_kinds=1, fixed_step=60),
        )  # fmt: skip

    def shape(self, vocabulary: int) -> Shape:
        return Shape(
            vocabulary, PHONEME_CLASSES, self.width, self.heads, self.encoder_layers, self.decoder_layers
        )

    def plan(self) -> Plan:
        return Plan(
            self.minutes,
            self.batch_frames,
            peak_rate=self.peak_rate,
            seed=self.seed,
            most_steps=self.most_steps,
            start_from=self.start_from,
        )


def _makers(place: Workplace, effort: Effort, processes: int) -> list[multiprocessing.Process]:
    """Processes that make clips until there are enough."""
    return [
        multiprocessing.Process(
            target=make_shards,
            args=(place.clips, effort.clips),
            kwargs={
                "seed": effort.seed,
                "mix": effort.mix,
                "shard_size": effort.shard_size,
                "share": (number, processes),
            },
        )
        for number in range(processes)
    ]


def _wait_for_clips(makers: list[multiprocessing.Process], place: Workplace, effort: Effort) -> None:
    """Raise RuntimeError if a maker fails before enough clips are there."""
    wanted = -(-effort.first_clips // effort.shard_size)
    while len(place.shards()) < wanted:
        for maker in makers:
            maker.join(0.2)
            if maker.exitcode not in (None, 0):
                raise RuntimeError(f"making clips failed with exit status {maker.exitcode}")


def build(out: Path, work: Path, effort: Effort, *, threads: int, resume: bool = False) -> dict[str, Any]:
    """Write `out`/whisper and `out`/speech-figures.json, and return the figures.

    `work` keeps clips and the checkpoint; with `resume` training goes on from there.
    """
    place = Workplace(work)
    work.mkdir(parents=True, exist_ok=True)
    if effort.start_from:
        shutil.copyfile(effort.start_from / "tokenizer.json", place.tokenizer)
    elif not resume:
        train_tokenizer(grammar_words(), place.tokenizer, text_tokens=effort.text_tokens)
    vocabulary = Tokenizer.from_file(str(place.tokenizer)).get_vocab_size()
    makers = _makers(place, effort, threads)
    for maker in makers:
        maker.start()
    try:
        _wait_for_clips(makers, place, effort)
        if not resume:
            keep_phoneme_classes(place)
        progress = train(place, effort.shape(vocabulary), effort.plan(), processes=threads, resume=resume)
    finally:
        for maker in makers:
            maker.terminate()
            maker.join()
    log.info("trained on %d clips in %.1f minutes", progress.clips, progress.minutes)
    shutil.rmtree(out / "whisper", ignore_errors=True)
    shutil.copytree(place.interim, out / "whisper")
    began = time.monotonic()
    training = {**asdict(progress), "minutes": round(progress.minutes, 1)}
    figures = {"training": training, **evaluate_speech.full(out / "whisper", effort.scope)}
    log.info("evaluated in %.0f s", time.monotonic() - began)
    text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
    (out / "speech-figures.json").write_text(text, encoding="utf-8")
    return figures
