"""Rooms, noise and Opus leave speech where it is."""

import numpy as np
import pytest
from demo_models import acoustics
from demo_models.acoustics import COLOURS, Colour, Samples
from demo_models.voices import SAMPLE_RATE, Voice, speak


@pytest.fixture(scope="module")
def speech() -> Samples:
    return speak("The lead time is four weeks.", Voice("en-us")).samples


def shift_between(left: Samples, right: Samples) -> int:
    """Samples by which `right` comes later."""
    return int(np.argmax(np.correlate(right, left, "full"))) - (len(left) - 1)


def test_opus_keeps_length_and_alignment(speech: Samples) -> None:
    heard = acoustics.opus_round_trip(speech, 24_000)
    assert len(heard) == len(speech)
    assert abs(shift_between(speech, heard)) <= 2
    assert np.corrcoef(speech, heard)[0, 1] > 0.9


def test_reverb_keeps_peak_and_length(speech: Samples) -> None:
    wet = acoustics.reverb(speech, np.random.default_rng(1))
    assert len(wet) == len(speech)
    assert np.abs(wet).max() == pytest.approx(np.abs(speech).max(), rel=0.01)
    assert not np.allclose(wet, speech, atol=0.01)


@pytest.mark.parametrize("colour", COLOURS)
def test_noise_has_unit_level_and_its_colour(colour: Colour) -> None:
    wave = acoustics.noise(4 * SAMPLE_RATE, colour, np.random.default_rng(1))
    assert wave.std() == pytest.approx(1, abs=0.05)
    power = np.abs(np.fft.rfft(wave)) ** 2
    low, high = power[400:4000].mean(), power[16_000:30_000].mean()
    assert (low > 3 * high) == (colour != "white")


def test_band_limit_removes_what_is_outside() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    inside = np.sin(2 * np.pi * 1000 * time).astype(np.float32)
    outside = np.sin(2 * np.pi * 7500 * time).astype(np.float32)
    result = acoustics.band_limit(inside + outside, 50, 5000)
    assert np.abs(result - inside)[1000:-1000].max() < 0.1


def test_degraded_speech_stays_within_full_scale(speech: Samples) -> None:
    generator = np.random.default_rng(3)
    peaks = [float(np.abs(acoustics.degrade(speech, generator)).max()) for _ in range(60)]
    assert max(peaks) <= 1.0001
    assert min(peaks) < 0.1


def test_nobody_speaks_in_every_kind_of_nothing() -> None:
    generator = np.random.default_rng(4)
    for _ in range(100):
        samples = acoustics.no_speech(generator, longest=2.0)
        assert samples.dtype == np.float32
        assert 0.4 * SAMPLE_RATE <= len(samples) <= 2 * SAMPLE_RATE
        assert np.isfinite(samples).all()
