"""Trains the speech model against the clock.

Three losses: the next token; the phoneme of every encoder position, known from espeak's events; and a guide
that keeps one cross-attention head on the word being written. The last two spare the model the long search
for an alignment, which is what usually makes training on a small machine hopeless.
"""

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from demo_models.features import Example
from demo_models.gradients import Rank
from demo_models.speech_batches import Batch, Corpus
from demo_models.speech_import import load_weights
from demo_models.speech_model import WINDOWS, Shape, SpeechModel
from demo_models.speech_targets import IGNORED

log = logging.getLogger(__name__)

_FLOOR = 0.02
"""Share of the peak learning rate that is left at the end."""
_SMOOTHING = 0.05
_STAGES = ((0.10, 400), (0.30, 650), (0.60, 1200), (1.01, 2700))
"""(share of the time, longest clip in frames): short clips first."""


@dataclass(frozen=True, slots=True)
class Plan:
    minutes: float
    batch_frames: int = 3000
    """In each process."""
    peak_rate: float = 1e-3
    warm_up_steps: int = 200
    seed: int = 1
    report_every: int = 100
    checkpoint_every: float = 10.0
    """Minutes."""
    most_steps: int | None = None
    start_from: Path | None = None
    """An exported model whose weights training begins with, and clips of every length from the start."""


@dataclass(slots=True)
class Progress:
    steps: int = 0
    clips: int = 0
    minutes: float = 0.0
    """Spent on training, earlier runs included."""


@dataclass(frozen=True, slots=True)
class Losses:
    text: Tensor
    phonemes: Tensor
    guide: Tensor
    right: Tensor
    """Share of the learnt tokens predicted right."""

    def total(self, share: float, *, trained: bool = False) -> Tensor:
        """`share` of the planned time is over: the helpers count less towards the end.

        A model that was `trained` before came without its frame classifier, and does not need one.
        """
        if trained:
            return self.text + 0.05 * self.guide
        frames = 0.5 if share < 0.5 else 0.25
        guide = 0.2 if share < 0.7 else 0.05
        return (1 - frames) * self.text + frames * self.phonemes + guide * self.guide


def losses(model: SpeechModel, batch: Batch, window: int) -> Losses:
    memory, bias, length = model.encode(torch.from_numpy(batch.features), window)
    phonemes = torch.from_numpy(batch.phonemes)
    frame_loss = F.cross_entropy(
        model.phonemes(memory[:, :length]).float().flatten(0, 1), phonemes.flatten(), ignore_index=IGNORED
    )
    labels = torch.from_numpy(batch.labels)
    hidden, looks = model.decode(torch.from_numpy(batch.tokens), memory, bias)
    learnt = labels != IGNORED
    logits = model.logits(hidden[learnt]).float()
    text = F.cross_entropy(logits, labels[learnt], label_smoothing=_SMOOTHING)
    right = (logits.argmax(-1) == labels[learnt]).float().mean()
    return Losses(text, frame_loss, _guide(looks, torch.from_numpy(batch.looks)), right)


def _guide(looks: list[Tensor], wanted: Tensor) -> Tensor:
    """Negative log share of attention inside the wanted span, mean over guided tokens and layers."""
    guided = wanted[..., 1] > 0
    if not guided.any():
        return torch.zeros(())
    place = torch.arange(looks[0].shape[2])[None]
    spans = wanted[guided]
    inside = (place >= spans[:, :1]) & (place <= spans[:, 1:])
    shares = [(look[guided].float() * inside).sum(-1) for look in looks]
    return -torch.stack([(share + 1e-3).log().mean() for share in shares]).mean()


def _optimiser(model: SpeechModel, plan: Plan) -> torch.optim.Optimizer:
    matrices: list[Tensor] = []
    rest: list[Tensor] = []
    for name, parameter in model.named_parameters():
        is_matrix = parameter.ndim == 2 and "embedding" not in name and "positions" not in name
        (matrices if is_matrix else rest).append(parameter)
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.peak_rate, betas=(0.9, 0.98), fused=True)


class Trainer:
    """Model, optimiser and progress: what a checkpoint keeps."""

    def __init__(self, shape: Shape, corpus: Corpus, plan: Plan, rank: Rank) -> None:
        torch.manual_seed(plan.seed)
        self.model = SpeechModel(shape)
        if plan.start_from:
            load_weights(self.model, plan.start_from)
        torch.manual_seed(plan.seed + rank.number)
        self.plan = plan
        self._rank = rank
        self.progress = Progress()
        self._corpus = corpus
        self._optimiser = _optimiser(self.model, plan)
        # 1.4 times as quick where the processor multiplies bfloat16, slower where it does not.
        self._half = bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())

    def save(self, path: Path) -> None:
        draft = path.with_suffix(".part")
        state = {
            "shape": asdict(self.model.shape),
            "model": self.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        torch.save(state, draft)
        draft.rename(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same shape; the schedule goes on where it was."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"])

    def run(self, more: Callable[[], list[Example]], checkpoint: Callable[["Trainer"], None]) -> None:
        """Train until the time is up, taking in what `more` returns before each epoch.

        `checkpoint` is called by rank 0 every now and then; its time does not count.
        """
        clock = time.monotonic() - self.progress.minutes * 60
        saved = self.progress.minutes
        report = _Report()
        self.model.train()
        for batch in self._batches(more):
            found = self._step(batch, clock)
            self.progress.steps += 1
            self.progress.clips += len(batch.features) * self._rank.count
            report.add(found, len(batch.features) * self._rank.count)
            if self._rank.number == 0:
                if self.progress.steps % self.plan.report_every == 0:
                    report.write(self.progress)
                    report = _Report()
                if self.progress.minutes - saved >= self.plan.checkpoint_every:
                    saved = self.progress.minutes
                    checkpoint(self)
                    clock = time.monotonic() - saved * 60
            if self.progress.steps == self.plan.most_steps:
                break

    def _batches(self, more: Callable[[], list[Example]]) -> Iterator[Batch]:
        while self.progress.minutes < self.plan.minutes:
            self._corpus.add(more())
            share = self.progress.minutes / self.plan.minutes
            stages = _STAGES[-1:] if self.plan.start_from else _STAGES
            until, longest = next(stage for stage in stages if share < stage[0])
            for items in self._corpus.epoch(batch_frames=self.plan.batch_frames, longest=longest):
                yield self._corpus.lay_out(items)
                if self.progress.minutes >= min(until, 1.0) * self.plan.minutes:
                    break

    def _step(self, batch: Batch, clock: float) -> Losses:
        share = min(1.0, self.progress.minutes / self.plan.minutes)
        rate = self.plan.peak_rate * min(1.0, (self.progress.steps + 1) / self.plan.warm_up_steps)
        rate *= _FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * share))
        window = WINDOWS[self.progress.steps % len(WINDOWS)]
        self._optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            found = losses(self.model, batch, window)
        found.total(share, trained=self.plan.start_from is not None).backward()
        self.progress.minutes = self._rank.average(self.model, (time.monotonic() - clock) / 60)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        return found


class _Report:
    """Means since the last line of the log."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._clips = 0
        self._sums = [0.0] * 4
        self._count = 0

    def add(self, found: Losses, clips: int) -> None:
        for index, value in enumerate((found.text, found.phonemes, found.guide, found.right)):
            self._sums[index] += value.item()
        self._count += 1
        self._clips += clips

    def write(self, progress: Progress) -> None:
        text, phonemes, guide, right = (value / self._count for value in self._sums)
        log.info(
            "%5.1f min, step %d, %d clips (%.1f/s): text %.3f, phonemes %.3f, guide %.3f, right %.3f",
            progress.minutes, progress.steps, progress.clips,
            self._clips / (time.monotonic() - self._began), text, phonemes, guide, right,
        )  # fmt: skip
