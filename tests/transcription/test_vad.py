import numpy as np
import pytest

from tests.transcription.voices import Pcm, joined, noise, say, silence
from transcription.vad import FRAME_SAMPLES, SileroVad, VadState

pytestmark = pytest.mark.models


def probabilities(vad: SileroVad, pcm: Pcm, state: VadState) -> list[float]:
    samples = pcm.astype(np.float32) / 32768
    return [
        vad.probability(samples[start : start + FRAME_SAMPLES], state)
        for start in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    ]


@pytest.mark.parametrize(
    ("language", "text"), [("ko", "이 조건에 동의합니다."), ("en", "We agree to these terms.")]
)
def test_speech_is_heard_and_the_noise_around_it_is_not(language: str, text: str) -> None:
    vad = SileroVad()
    around = noise(1.0, 0.0005)
    values = probabilities(vad, joined(around, say(text, language), around), VadState())
    assert max(values[:25]) < 0.5
    assert max(values[-25:]) < 0.5
    assert np.mean(np.array(values[35:-35]) > 0.5) > 0.8


def test_digital_silence_costs_no_inference() -> None:
    vad, state = SileroVad(), VadState()
    assert set(probabilities(vad, silence(2.0), state)) == {0.0}
    assert vad.frames == 0


def test_silence_makes_the_next_speech_sound_like_the_first() -> None:
    vad, used, fresh = SileroVad(), VadState(), VadState()
    speech = say("We agree to these terms.", "en")
    probabilities(vad, joined(speech, silence(0.1)), used)
    assert probabilities(vad, speech, used) == probabilities(vad, speech, fresh)


def test_tracks_do_not_hear_each_other() -> None:
    vad, one, other, alone = SileroVad(), VadState(), VadState(), VadState()
    speech = say("We agree to these terms.", "en").astype(np.float32) / 32768
    hiss = noise(2.0, 0.05).astype(np.float32) / 32768
    both = []
    for start in range(0, min(len(speech), len(hiss)) - FRAME_SAMPLES, FRAME_SAMPLES):
        both.append(vad.probability(speech[start : start + FRAME_SAMPLES], one))
        vad.probability(hiss[start : start + FRAME_SAMPLES], other)
    pcm = (speech * 32768).astype(np.int16)
    assert both == pytest.approx(probabilities(vad, pcm, alone)[: len(both)], abs=1e-6)
