from pathlib import Path

import pytest
from bench import window_cost
from bench.window_cost import Dimensions


def test_rooms_are_what_fits_into_a_core() -> None:
    # 0.25 finals and 2.5 partials a second, 100 ms each.
    assert window_cost.rooms_per_core(80, 20, 0.4) == round(1 / 0.275, 2)
    assert window_cost.rooms_per_core(80, 20, 2.0) == round(1 / 0.075, 2)


@pytest.mark.models
def test_a_model_of_random_weights_runs_and_writes_as_much_as_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(window_cost.SIZES, "least", Dimensions(64, 2, 1))
    found = window_cost.measure(["least"], windows_s=(10, 30), batches=(1, 2), threads=(1,), repeats=1)
    figures = found["models"]["least"]
    assert [(row["window_s"], row["batch"]) for row in figures["cpu_ms_a_window"]] == [
        (10, 1),
        (10, 2),
        (30, 1),
        (30, 2),
    ]
    assert all(row["encode_ms"] > 0 and row["decode_ms"] > 0 for row in figures["cpu_ms_a_window"])
    made = (tmp_path / "sangdam" / "bench" / "whisper-least-random" / "model.bin").stat().st_mtime_ns
    assert window_cost.model_directory("least").joinpath("model.bin").stat().st_mtime_ns == made
