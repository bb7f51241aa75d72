"""Log-mel features of training clips, in shards on disk.

A shard is two files: `NAME.npy` (float16[80, frames], the clips one after another, 100 frames a second) and
`NAME.json` (one record a clip: offset and length in frames, language, segments, phonemes).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from demo_models.clips import Clip, Mix, Segment, compose, language_of

MEL_BANDS = 80
FRAMES_PER_SECOND = 100
WHISPER_FRAMES = 3000
"""faster-whisper pads every segment to 30 s."""


@dataclass(frozen=True, slots=True)
class Example:
    """A clip as the trainer needs it."""

    frames: NDArray[np.float16]
    """float16[80, n], usually a view of a file."""
    language: str | None
    segments: tuple[Segment, ...]
    phonemes: tuple[tuple[float, str], ...]


@cache
def _extractor() -> FeatureExtractor:
    return FeatureExtractor(feature_size=MEL_BANDS)


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[80, n // 160], the very features that faster-whisper computes."""
    features: NDArray[np.float32] = _extractor()(samples)[:, :-1]
    return features.astype(np.float32)


def pad_frames(features: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Cut or fill with zeros to exactly `frames`, as faster-whisper does."""
    return np.pad(features[:, :frames], ((0, 0), (0, max(0, frames - features.shape[1]))))


def write_shard(path: Path, clips: Iterator[Clip]) -> int:
    """Frames written. The record file appears last and at once, so a reader sees whole shards only."""
    blocks, records, at = [], [], 0
    for clip in clips:
        block = log_mel(clip.samples).astype(np.float16)
        blocks.append(block)
        records.append(
            {
                "at": at,
                "frames": block.shape[1],
                "language": clip.language,
                "segments": [asdict(said) for said in clip.segments],
                "phonemes": [(round(time, 3), name) for time, name in clip.phonemes],
            }
        )
        at += block.shape[1]
    np.save(path.with_suffix(".npy"), np.concatenate(blocks, axis=1))
    draft = path.with_suffix(".json.part")
    draft.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    draft.rename(path.with_suffix(".json"))
    return at


def read_shard(path: Path) -> list[Example]:
    """The clips of one shard, their features mapped from the file and read when used."""
    frames = np.load(path.with_suffix(".npy"), mmap_mode="r")
    records = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [_example(frames, record) for record in records]


def _example(frames: NDArray[np.float16], record: dict[str, Any]) -> Example:
    segments = tuple(
        Segment(said["start"], said["end"], tuple(said["pieces"]), tuple(said["starts"]))
        for said in record["segments"]
    )
    phonemes = tuple((float(time), str(name)) for time, name in record["phonemes"])
    view = frames[:, record["at"] : record["at"] + record["frames"]]
    return Example(view, record["language"], segments, phonemes)


@dataclass(frozen=True, slots=True)
class ShardOrder:
    """Which clips one shard holds."""

    path: Path
    first: int
    count: int
    seed: int
    mix: Mix


def make_shard(order: ShardOrder) -> None:
    """Speak, compose and write one shard (about 10 ms a clip)."""
    clips = (
        compose(language_of(index), order.mix, order.seed * 1_000_003 + index)
        for index in range(order.first, order.first + order.count)
    )
    write_shard(order.path, clips)


def make_shards(
    folder: Path,
    clips: int,
    *,
    seed: int,
    mix: Mix,
    shard_size: int = 1000,
    share: tuple[int, int] = (0, 1),
) -> None:
    """Make the shards that `folder` lacks for `clips` clips.

    With `share` (which, of how many) several processes make them between themselves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    which, of = share
    for number, first in enumerate(range(0, clips, shard_size)):
        path = folder / f"shard-{seed}-{number:04d}"
        if number % of == which and not path.with_suffix(".json").exists():
            make_shard(ShardOrder(path, first, min(shard_size, clips - first), seed, mix))
