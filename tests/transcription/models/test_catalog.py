import pytest

from transcription.models.catalog import DEFAULT_PAIRS, WHISPER, Machine, suitable, whisper_size
from transcription.routes import best_routes


@pytest.mark.parametrize(
    ("cores", "memory_mb", "name"),
    [
        (1, 1_024, "tiny"),
        (1, 512, "tiny"),
        (2, 8_192, "base"),
        (4, 8_192, "small"),
        (64, 1_200, "base"),
        (64, 262_144, "large-v3-turbo"),
    ],
)
def test_suitable(cores: int, memory_mb: int, name: str) -> None:
    assert suitable(Machine(cores, memory_mb)).name == name


def test_this_machine_is_seen() -> None:
    machine = Machine.here()
    assert machine.cores >= 1
    assert machine.memory_mb > 100


def test_sizes_are_known_to_faster_whisper() -> None:
    from faster_whisper import available_models

    assert {size.name for size in WHISPER} <= set(available_models())
    assert whisper_size("small") in WHISPER
    assert whisper_size("enormous") is None


def test_default_pairs_serve_korean_and_chinese_both_ways() -> None:
    assert {("ko", "zh"), ("zh", "ko"), ("ko", "en"), ("en", "zh")} <= set(best_routes(DEFAULT_PAIRS))
