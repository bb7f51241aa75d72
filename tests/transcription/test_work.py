import numpy as np
import pytest

from transcription.captioner import Captioner
from transcription.scheduler import Kind
from transcription.speaker import Speaker
from transcription.utterance import Opened
from transcription.vad import SileroVad
from transcription.work import Utterance, level_dbfs
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
        utterance.agreed()
        assert utterance.speaker.segmenter.cut_floor == floor


def test_hotwords_go_with_the_request_where_the_models_want_them(utterance: Utterance) -> None:
    assert utterance.begin(Kind.PARTIAL, now=1.0, hotwords=True).hotwords == ("울산",)
    assert utterance.begin(Kind.PARTIAL, now=2.0, hotwords=False).hotwords == ()


def test_the_level_is_in_decibels_below_full_scale() -> None:
    assert level_dbfs(np.ones(100, dtype=np.float32)) == pytest.approx(0, abs=0.01)
    assert level_dbfs(np.full(100, 0.01, dtype=np.float32)) == pytest.approx(-40, abs=0.01)
    assert level_dbfs(np.zeros(100, dtype=np.float32)) == level_dbfs(np.zeros(0, dtype=np.float32)) == -120
