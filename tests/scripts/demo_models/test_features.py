"""Shards give back what was written, in the features that faster-whisper computes."""

from pathlib import Path

import numpy as np
from demo_models.clips import Mix, compose
from demo_models.features import log_mel, make_shards, pad_frames, read_shard, write_shard
from faster_whisper.feature_extractor import FeatureExtractor

MIX = Mix(long=0.0, several=0.0)


def test_a_shard_comes_back(tmp_path: Path) -> None:
    written = [compose(language, MIX, seed) for seed, language in enumerate(("ko", "zh", "en"))]
    write_shard(tmp_path / "shard", iter(written))
    examples = read_shard(tmp_path / "shard.json")
    assert [example.language for example in examples] == [clip.language for clip in written]
    for example, clip in zip(examples, written, strict=True):
        assert example.segments == clip.segments
        assert np.allclose(example.frames, log_mel(clip.samples), atol=2e-3)


def test_shares_make_every_shard_once(tmp_path: Path) -> None:
    for which in (1, 0):
        make_shards(tmp_path, 5, seed=1, mix=MIX, shard_size=2, share=(which, 2))
    shards = sorted(tmp_path.glob("*.json"))
    assert [len(read_shard(path)) for path in shards] == [2, 2, 1]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    make_shards(tmp_path, 5, seed=1, mix=MIX, shard_size=2)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_features_are_those_of_faster_whisper() -> None:
    samples = np.random.default_rng(1).standard_normal(16_000).astype(np.float32) * np.float32(0.1)
    features = log_mel(samples)
    assert features.shape == (80, 100)
    assert np.array_equal(features, FeatureExtractor()(samples)[:, :-1].astype(np.float32))


def test_padding_cuts_or_fills_with_zeros() -> None:
    features = np.ones((80, 100), np.float32)
    assert pad_frames(features, 30).shape == (80, 30)
    assert pad_frames(features, 300)[:, 100:].sum() == 0
