"""Measurements: `scripts/bench_media`, `scripts/bench_captions`."""
