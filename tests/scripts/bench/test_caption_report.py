import numpy as np
from bench import caption_report
from bench.caption_report import Setting
from bench.caption_scores import Shown
from bench.dialogue import Said, Voicing
from bench.engines.outcome import Outcome, caption

SAID = (Said("가나다", 1.0, 2.0), Said("라마바", 5.0, 6.0), Said("사아자", 9.0, 10.0))
VOICES = (
    Voicing("s0-p0", "ko", "en", np.zeros(0, np.int16), SAID),
    Voicing("s1-p0", "ko", "en", np.zeros(0, np.int16), (Said("가나", 5.0, 6.0),), joins_s=4.0),
)


def final(track: str, number: int, text: str, end: float, at: float) -> Shown:
    message = caption(track, "ko", number, state="final", text=text, stable=len(text), span_ms=(0, 0))
    return Shown(at, message, end - 1, end)


OUTCOME = Outcome(
    (
        final("s0-p0", 1, "가나다", 2.0, 2.5),
        final("s0-p0", 2, "라마마", 6.0, 6.8),
        final("s0-p0", 3, "사아자", 10.0, 10.6),
    ),
    cpu_s=3.0,
    load={"passes": 7},
)


def test_a_run_is_told_by_room_and_as_a_whole() -> None:
    told = caption_report.report("sangdam", Setting("clean", 2, 12), VOICES, OUTCOME)
    assert told["audio_s"] == 24
    assert told["cpu_per_audio_s"] == 0.125
    assert told["cpu_per_speech_s"] == 0.75
    assert told["cer"] == round(3 / 11, 4)
    assert (told["offline_cer"], told["cer_gap"]) == (None, None)
    assert (told["lost_finals"], told["sentences"]) == (1, 4)
    assert told["rooms"]["s0"]["final_lag_ms"]["p50"] == 600
    assert told["rooms"]["s1"]["final_lag_ms"]["p50"] is None
    assert told["passes"] == 7


def test_offline_decoding_is_held_against_the_captions() -> None:
    heard = {2.0: "가나다", 6.0: "라마바", 10.0: "사아아"}
    told = caption_report.report(
        "sangdam", Setting("clean", 1, 12), VOICES[:1], OUTCOME, lambda _, one: heard[one.end]
    )
    assert (told["cer"], told["offline_cer"], told["cer_gap"]) == (0.1111, 0.1111, 0.0)


def test_the_first_room_is_watched_while_others_join() -> None:
    told = caption_report.report("sangdam", Setting("clean", 2, 12, join_at_s=4.0), VOICES, OUTCOME)
    assert told["first_room_median_before"] == 500
    assert told["first_room_median_after"] == 700
    assert told["first_room_change"] == 1.4


def test_ratios_are_sangdams_share_of_each_other_engine() -> None:
    figures = {"first_partial_ms": {"p50": 600}, "final_lag_ms": {"p50": 400}}
    own = {"engine": "sangdam", "cpu_s": 2.0, "recognition_cpu_s": 1.5, "passes": 10, **figures}
    other = {"engine": "plain", "cpu_s": 8.0, "passes": 10, **figures, "first_partial_ms": {"p50": None}}
    missing = {"engine": "gone", "error": "not here"}
    assert caption_report.ratios([other, own, missing]) == {
        "plain": {
            "cpu": 0.25,
            "cpu_recognition": 0.188,
            "first_partial": None,
            "final_lag": 1.0,
            "passes": 1.0,
        }
    }
    assert caption_report.ratios([other]) == {}
