import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from transcription.agreement import Unit
from transcription.captioner import Captioner
from transcription.scheduler import Kind
from transcription.speaker import Speaker
from transcription.spectrum import Spectrum
from transcription.utterance import Closed, Opened
from transcription.vad import SileroVad
from transcription.work import TIMED_SAMPLES, Utterance, level_dbfs
from wire.audio import SAMPLE_RATE_HZ
from wire.links import Track

pytestmark = pytest.mark.models

TRACK = Track(track="r1-p1", lang="ko", targets=(), hotwords=("울산",))


@pytest.fixture
def utterance() -> Utterance:
    speaker = Speaker(TRACK, SileroVad(), heard_at=0.0)
    return Utterance(1, speaker, Captioner(1, TRACK, 0), Opened(800, 5_600), now=0.0)


def test_it_may_be_cut_where_stable_text_was_heard_to(utterance: Utterance) -> None:
    """Stable is what two hypotheses share, so it lies in the audio of the first of them."""
    for heard_to, floor in ((16_000, 800), (32_000, 16_000), (40_000, 32_000)):
        utterance.heard_to = heard_to
        utterance.agreed(())
        assert utterance.speaker.segmenter.cut_floor == floor


def test_it_may_be_cut_where_words_end_that_are_not_stable(utterance: Utterance) -> None:
    units = tuple(Unit(f" word{number}", (number,)) for number in range(5))
    for _ in range(2):
        utterance.captioner.policy.hear(units)
    settled = utterance.captioner.policy.settled_units
    assert settled == 4
    utterance.agreed((50_000, 100_000, 110_000, 120_000, 130_000))
    segmenter = utterance.speaker.segmenter
    assert segmenter.word_ends == (120_800, 130_800)
    assert 110_000 < segmenter.cut_floor <= 120_800


def test_a_long_utterance_wants_to_know_when_its_words_were_said(
    utterance: Utterance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def timed(kind: Kind, samples: int) -> bool:
        monkeypatch.setattr(utterance.speaker, "window", lambda start, end: np.zeros(samples, np.float32))
        return utterance.begin(kind, now=1.0, prompted=False).timed

    assert timed(Kind.PARTIAL, TIMED_SAMPLES)
    assert not timed(Kind.PARTIAL, TIMED_SAMPLES - 1)
    assert not timed(Kind.SPECULATIVE, TIMED_SAMPLES)


def test_one_that_goes_on_is_told_what_was_said_before(utterance: Utterance) -> None:
    utterance.speaker.said = (1, "12시간 저어")
    assert utterance.begin(Kind.PARTIAL, now=1.0, prompted=True).context == ""
    going_on = Utterance(2, utterance.speaker, Captioner(2, TRACK, 0), Opened(0, 0, goes_on=True), now=0.0)
    assert going_on.begin(Kind.PARTIAL, now=1.0, prompted=True).context == "12시간 저어"
    assert going_on.begin(Kind.PARTIAL, now=1.0, prompted=False).context == ""
    utterance.speaker.said = (0, "of the one before that")
    assert going_on.begin(Kind.PARTIAL, now=1.0, prompted=True).context == ""


def test_behind_a_cut_the_final_pass_hears_silence(
    utterance: Utterance, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = np.random.default_rng(1).normal(0, 0.1, 11 * SAMPLE_RATE_HZ).astype(np.float32)
    monkeypatch.setattr(utterance.speaker, "window", lambda start, end: voice[: end - start])
    monkeypatch.setattr(utterance.speaker.audio, "wall_ms", lambda sample: 0)
    extractor = FeatureExtractor(feature_size=80)
    utterance.heard_to = utterance.start + len(voice)
    partial = utterance.begin(Kind.PARTIAL, now=1.0, prompted=False)
    partial.spectrum.frames(voice, extractor)
    utterance.close(Closed(utterance.start, utterance.start + 10 * SAMPLE_RATE_HZ, 100, 0.9, cut=True))
    final = utterance.begin(Kind.FINAL, now=2.0, prompted=False)
    heard = final.spectrum.frames(final.audio, extractor)
    np.testing.assert_allclose(heard, Spectrum().frames(final.audio, extractor))
    assert not final.audio[10 * SAMPLE_RATE_HZ :].any()


def test_hotwords_go_with_the_request_where_the_models_want_them(utterance: Utterance) -> None:
    assert utterance.begin(Kind.PARTIAL, now=1.0, prompted=True).hotwords == ("울산",)
    assert utterance.begin(Kind.PARTIAL, now=2.0, prompted=False).hotwords == ()


def test_the_level_is_in_decibels_below_full_scale() -> None:
    assert level_dbfs(np.ones(100, dtype=np.float32)) == pytest.approx(0, abs=0.01)
    assert level_dbfs(np.full(100, 0.01, dtype=np.float32)) == pytest.approx(-40, abs=0.01)
    assert level_dbfs(np.zeros(100, dtype=np.float32)) == level_dbfs(np.zeros(0, dtype=np.float32)) == -120
