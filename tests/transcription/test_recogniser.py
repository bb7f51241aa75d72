import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.recogniser import (
    BUCKETS_S,
    MAX_COMPRESSION_RATIO,
    bucket_s,
    compression_ratio,
    is_loop,
)
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


@pytest.mark.parametrize(
    "text",
    [
        "네 네 네 네 네 네",
        "最少20,0,0,0,0,0,0,0,0,0,0",
        "请搅拌44444444444444",
        "cream cream cream cream cream",
    ],
)
def test_a_decoder_that_repeats_itself_is_noticed(text: str) -> None:
    assert is_loop(text)


@pytest.mark.parametrize(
    "text", ["100,000,000 won", "네, 네, 알겠습니다.", "1,000,000,000개", "一百万、二百万"]
)
def test_large_numbers_and_a_repeated_word_are_no_loop(text: str) -> None:
    assert not is_loop(text)


def test_loops_compress_and_speech_does_not() -> None:
    assert compression_ratio("네 " * 60) > MAX_COMPRESSION_RATIO
    assert compression_ratio("사용하기 전에 두 가지 약품을 섞어야 합니까?") < MAX_COMPRESSION_RATIO
    assert compression_ratio("") == 0
