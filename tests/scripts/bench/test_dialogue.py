import numpy as np
import pytest
from bench import dialogue
from bench.dialogue import Said

LANGUAGES = ("ko", "zh", "en")
RATE = 16_000


def test_a_monologue_is_one_speaker_who_hardly_stops() -> None:
    [voice] = dialogue.monologue(0, 30, LANGUAGES)
    assert (voice.name, voice.room) == ("s0-p0", "s0")
    assert len(voice.samples) == 30 * RATE
    talk = sum(one.end - one.start for one in voice.said)
    assert talk > 0.6 * 28
    assert all(before.end < after.start for before, after in zip(voice.said, voice.said[1:], strict=False))
    assert voice.said[-1].end <= 30 - dialogue.TAIL_S


def test_monologues_speak_every_language_and_are_all_different() -> None:
    voices = [dialogue.monologue(number, 8, LANGUAGES)[0] for number in range(4)]
    assert {voice.language for voice in voices} == set(LANGUAGES)
    assert all(voice.language != voice.reads for voice in voices)
    assert len({voice.said[0].text for voice in voices}) > 1


def test_a_joining_speaker_says_the_same_later() -> None:
    voices = dialogue.session(1, 10, LANGUAGES)
    late = dialogue.joining(voices, 5)
    for before, after in zip(voices, late, strict=True):
        assert after.joins_s == 5
        assert len(after.samples) == 15 * RATE
        assert not after.samples[: 5 * RATE].any()
        assert np.array_equal(after.samples[5 * RATE :], before.samples)
        assert after.said == tuple(Said(one.text, one.start + 5, one.end + 5) for one in before.said)


def test_languages_without_a_pair_are_an_error() -> None:
    with pytest.raises(ValueError, match="ko-zh"):
        dialogue.monologue(0, 5, ("ko",))
