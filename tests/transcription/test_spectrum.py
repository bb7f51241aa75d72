import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.spectrum import Spectrum

EXTRACTOR = FeatureExtractor(feature_size=80)
VOICE = np.random.default_rng(1).normal(0, 0.1, 48_000).astype(np.float32) * np.sin(np.arange(48_000) / 2e3)
AUDIO = VOICE.astype(np.float32)


def plain(samples: int) -> np.ndarray:
    return EXTRACTOR(AUDIO[:samples])[:, :-1]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, len(AUDIO)), min_size=1, max_size=6))
def test_audio_that_grows_or_is_cut_has_the_frames_of_faster_whisper(lengths: list[int]) -> None:
    spectrum = Spectrum()
    for length in lengths:
        found = spectrum.frames(AUDIO[:length], EXTRACTOR)
        expected = plain(length) if length > 200 else np.zeros((80, length // 160))
        assert found.shape == (80, length // 160)
        if length > 200:
            np.testing.assert_allclose(found, expected, atol=2e-4)


def test_a_settled_frame_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spectrum = Spectrum()
    spectrum.frames(AUDIO[:32_000], EXTRACTOR)
    computed = 0
    stft = FeatureExtractor.stft

    def counting(samples: np.ndarray, *arguments: int, **options: object) -> np.ndarray:
        nonlocal computed
        computed += samples.size // EXTRACTOR.hop_length
        return stft(samples, *arguments, **options)

    monkeypatch.setattr(EXTRACTOR, "stft", counting)
    spectrum.frames(AUDIO[:38_400], EXTRACTOR)
    assert computed <= 40 + 8
