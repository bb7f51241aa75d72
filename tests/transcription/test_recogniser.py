from hypothesis import given
from hypothesis import strategies as st

from transcription.recogniser import BUCKETS_S, MAX_COMPRESSION_RATIO, bucket_s, compression_ratio
from wire.audio import SAMPLE_RATE_HZ


@given(st.integers(0, 40 * SAMPLE_RATE_HZ))
def test_the_window_is_the_smallest_that_holds_the_audio(samples: int) -> None:
    window = bucket_s(samples)
    assert window in BUCKETS_S
    seconds = samples / SAMPLE_RATE_HZ
    assert window >= min(seconds, 30)
    assert all(smaller < seconds for smaller in BUCKETS_S if smaller < window)


def test_no_window_is_below_ten_seconds() -> None:
    assert bucket_s(0) == bucket_s(1) == 10


def test_loops_compress_and_speech_does_not() -> None:
    assert compression_ratio("네 " * 60) > MAX_COMPRESSION_RATIO
    assert compression_ratio("사용하기 전에 두 가지 약품을 섞어야 합니까?") < MAX_COMPRESSION_RATIO
    assert compression_ratio("") == 0
