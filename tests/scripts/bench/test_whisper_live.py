import numpy as np
from bench import caption_scores as scores
from bench.dialogue import Said, Voicing
from bench.engines.whisper_live import captions

VOICES = tuple(
    Voicing(f"s0-p{number}", "en", "ko", np.zeros(0, np.int16), (Said("Yes.", 0.0, 1.0),))
    for number in range(2)
)


def segment(text: str, start: float, end: float, *, completed: bool = False) -> dict[str, object]:
    return {"text": text, "start": f"{start:.3f}", "end": f"{end:.3f}", "completed": completed}


def test_segments_become_partials_and_finals() -> None:
    yes, please = segment(" Yes", 0, 1, completed=True), segment(" please", 1, 2)
    lines = [
        {"at": 1.0, "track": 0, "completed": 0, "segments": [segment(" Ye", 0, 1)]},
        {"at": 1.1, "track": 1, "completed": 0, "segments": [segment(" No", 0, 1)]},
        {"at": 2.0, "track": 0, "completed": 1, "segments": [yes, please]},
        {"at": 2.5, "track": 0, "completed": 1, "segments": [yes, please]},
        {"at": 3.0, "track": 0, "completed": 2, "segments": [yes, {**please, "completed": True}]},
    ]
    shown = captions(lines, VOICES)
    told = [(one.at, one.message.utterance, one.message.state, one.message.text) for one in shown[:-1]]
    assert told == [
        (1.0, 0, "partial", "Ye"),
        (1.1, 0, "partial", "No"),
        (2.0, 0, "final", "Yes"),
        (2.0, 1, "partial", "please"),
        (2.5, 1, "partial", "please"),
        (3.0, 1, "final", "please"),
    ]
    # What the second client's server never finished counts as final when all is over.
    last = shown[-1]
    assert (last.at, last.message.track, last.message.state, last.message.text) == (
        3.0,
        "s0-p1",
        "final",
        "No",
    )
    assert scores.lost_finals(VOICES[1], [last]) == 0


def test_only_the_last_ten_segments_are_sent() -> None:
    done = [segment(f" {number}", number, number + 1, completed=True) for number in range(12)]
    lines = [
        {"at": 1.0, "track": 0, "completed": 3, "segments": done[:3]},
        {"at": 9.0, "track": 0, "completed": 12, "segments": done[2:]},
    ]
    shown = captions(lines, VOICES)
    assert [(one.message.utterance, one.message.text) for one in shown] == [(n, str(n)) for n in range(12)]
