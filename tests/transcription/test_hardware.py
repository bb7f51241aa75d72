import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.errors import ConfigurationError
from transcription.hardware import MAX_WORKERS, Hardware, at_hand, choose


@pytest.mark.parametrize(
    ("cores", "workers", "threads"),
    [(1, 1, 1), (2, 1, 1), (4, 1, 3), (5, 1, 4), (8, 1, 7), (9, 2, 4), (16, 3, 5), (64, 8, 7)],
)
def test_a_core_is_left_to_the_media_plane(cores: int, workers: int, threads: int) -> None:
    assert choose(cores) == Hardware("cpu", "int8", workers, threads)


@given(st.integers(1, 512))
def test_passes_never_want_more_cores_than_there_are(cores: int) -> None:
    chosen = choose(cores)
    assert 1 <= chosen.workers <= MAX_WORKERS
    assert chosen.workers * chosen.threads <= max(1, cores - 1)


def test_what_somebody_says_counts() -> None:
    assert choose(16, workers=2) == Hardware("cpu", "int8", 2, 7)
    assert choose(16, threads=1) == Hardware("cpu", "int8", 8, 1)
    assert choose(2, workers=3, threads=2) == Hardware("cpu", "int8", 3, 2)


def test_a_gpu_is_used_in_its_quickest_form() -> None:
    assert choose(8, {"float32", "float16", "int8_float16"}).compute_type == "int8_float16"
    assert choose(8, {"float32", "int8_float32"}) == Hardware("cuda", "int8_float32", 2, 1)


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    with pytest.raises(ConfigurationError, match="no GPU"):
        at_hand("cuda")
    assert at_hand("auto").device == "cpu"
