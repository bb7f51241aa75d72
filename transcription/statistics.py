"""What the worker reports of itself, from its counters."""

from __future__ import annotations

from collections.abc import Mapping

from transcription.lag import LagWindow
from wire.links import TranscriptionStats


def statistics(counters: Mapping[str, int], lag: LagWindow, *, tracks: int, queue: int) -> TranscriptionStats:
    """`queue`: jobs that wait; shares and factors are since the start of the worker."""

    def ratio(part: str, whole: str) -> float | None:
        return round(counters.get(part, 0) / counters[whole], 4) if counters.get(whole) else None

    return TranscriptionStats(
        tracks=tracks,
        queue=queue,
        # Shown even where it is 0: it has to stay so.
        counters={"stable_violations": 0, **counters},
        batch_mean=ratio("batched_passes", "batches"),
        real_time_factor=ratio("pass_ms", "speech_ms"),
        erasure=ratio("retracted_chars", "final_chars"),
        translation_erasure=ratio("retracted_translation_chars", "final_translation_chars"),
        lag_ms_p50=lag.quantile(0.5),
        lag_ms_p90=lag.quantile(0.9),
    )
