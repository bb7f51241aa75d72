from bench import caption_suite
from bench.captions import _parser
from bench.engines import ENGINES

QUANTILES = {"p50": 400, "p95": 900}
RUN = {
    "engine": "sangdam",
    "scenario": "clean",
    "sessions": 2,
    "cpu_per_audio_s": 0.1,
    "cpu_per_speech_s": 0.15,
    "first_partial_ms": QUANTILES,
    "final_lag_ms": QUANTILES,
    "cer": 0.01,
    "cer_gap": 0.0,
    "erasure": 0.05,
    "translation_erasure": 0.3,
    "stable_violations": 0,
    "lost_finals": 1,
    "sentences": 20,
    "partials_per_utterance": 5.0,
    "queue_max": 3,
}


def lines(part: dict[str, object]) -> str:
    return "\n".join(caption_suite.table("a part", part))


def test_a_run_is_one_line_with_what_was_judged() -> None:
    told = lines(RUN)
    for figure in ("sangdam clean ×2", "cpu/audio 0.1", "final 400/900", "lost 1/20", "queue_max 3"):
        assert figure in told
    assert "first_room" not in told


def test_engines_and_scenarios_have_a_line_each() -> None:
    missing = {"engine": "whisper-live", "error": "cannot be installed"}
    part = {"scenario": "clean", "engines": [RUN, missing], "ratios": {"other": {"cpu": 0.2}}}
    told = lines(part)
    assert told.count("\n") == 3
    assert "whisper-live: cannot be installed" in told
    assert "sangdam / other: {'cpu': 0.2}" in told
    unspoken = {"engine": "sangdam", "scenario": "music", "audio_s": 600, "captions": 2, "texts": ["DDP"]}
    assert "music 600 s: 2 captions ['DDP']" in lines({"scenarios": [RUN, unspoken]})


def test_other_parts_are_told_too() -> None:
    assert "+0.5 of 187.0 MiB" in lines(
        {"minutes": 4, "finals": 64, "growth_mib": 0.5, "rss_mib": [180.0, 187.0]}
    )
    row = {"threads": 1, "window_s": 10, "batch": 1, "encode_ms": 80.0, "decode_ms": 20.0}
    model = {"cpu_ms_a_window": [row], "rooms_per_core": {"partials_every_2.0s": 13.3}}
    assert "tiny: rooms a core {'partials_every_2.0s': 13.3}" in lines(
        {"tokens": 24, "models": {"tiny": model}}
    )
    assert "failed: no models" in lines({"error": "no models"})


def test_every_part_is_something_that_the_program_understands() -> None:
    for arguments in caption_suite.PARTS.values():
        _parser().parse_args(list(arguments))
    assert _parser().parse_args([*caption_suite.PARTS["engines"]]).engine == tuple(ENGINES)
