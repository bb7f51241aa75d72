from transcription.lag import LagWindow
from transcription.statistics import statistics


def test_shares_are_those_of_the_counters() -> None:
    lag = LagWindow()
    lag.add(300)
    counters = {
        "batches": 4,
        "batched_passes": 6,
        "pass_ms": 500,
        "speech_ms": 2_000,
        "retracted_chars": 1,
        "final_chars": 10,
    }
    stats = statistics(counters, lag, tracks=3, queue=2)
    assert (stats.batch_mean, stats.real_time_factor, stats.erasure) == (1.5, 0.25, 0.1)
    assert stats.translation_erasure is None
    assert (stats.tracks, stats.queue, stats.lag_ms_p50) == (3, 2, 300)
    assert stats.counters == {"stable_violations": 0, **counters}
