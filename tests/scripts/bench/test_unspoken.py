import numpy as np
import pytest
from bench.unspoken import UNSPOKEN, music, silence

RATE = 16_000


@pytest.mark.parametrize("name", UNSPOKEN)
def test_sound_is_as_long_as_asked_and_the_same_each_time(name: str) -> None:
    sound = UNSPOKEN[name](6.0, 3)
    assert sound.dtype == np.int16
    assert len(sound) == 6 * RATE
    assert np.array_equal(sound, UNSPOKEN[name](6.0, 3))
    assert not np.array_equal(sound, UNSPOKEN[name](6.0, 4))
    assert np.abs(sound).max() < 32_767


def test_loud_things_are_loud_and_silence_is_not() -> None:
    level = {name: 20 * np.log10(UNSPOKEN[name](20.0, 1).std() / 32_768) for name in UNSPOKEN}
    assert level["silence"] < -35
    assert level["music"] > -30
    peak = {name: int(np.abs(UNSPOKEN[name](20.0, 1)).max()) for name in UNSPOKEN}
    assert peak["keyboard"] > 10 * peak["silence"]


def test_a_third_of_the_silence_is_digital() -> None:
    sound = silence(30.0, 1)
    assert not sound[10 * RATE : 20 * RATE].any()
    assert sound[: 10 * RATE].any()
    assert sound[20 * RATE :].any()


def test_music_has_a_beat_and_tones() -> None:
    sound = music(8.0, 1).astype(np.float64)
    power = np.sort(np.abs(np.fft.rfft(sound)) ** 2)
    assert power[-400:].sum() > 0.5 * power.sum()
