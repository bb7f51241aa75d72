"""What `bench_captions` compares: each engine hears the same audio in real time on one inference thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bench.engines.faster_whisper import finals_only, with_partials
from bench.engines.outcome import Outcome
from bench.engines.pipeline import sangdam
from bench.engines.whisper_live import whisper_live
from bench.engines.whisper_streaming import whisper_streaming

Engine = Callable[..., Coroutine[Any, Any, Outcome]]

ENGINES: dict[str, Engine] = {
    "sangdam": sangdam,
    "faster-whisper": finals_only,
    "faster-whisper-partials": with_partials,
    "whisper_streaming-policy": whisper_streaming,
    "whisper-live": whisper_live,
}
