"""espeak-ng in process: sound, and the times that training relies on."""

import random

import numpy as np
import pytest
from demo_models.voices import (
    BASES,
    HELD_OUT_VARIANTS,
    SAMPLE_RATE,
    VARIANTS,
    EspeakError,
    Voice,
    plain_voice,
    random_voice,
    resample,
    speak,
)


def test_words_are_where_the_voice_reaches_them() -> None:
    spoken = speak("Stir it for twelve hours.", Voice("en-us"))
    assert [mark.position for mark in spoken.words] == [0, 5, 8, 12, 19]
    times = [mark.time for mark in spoken.words]
    assert times == sorted(times)
    assert times[-1] < spoken.end < 4
    assert len(spoken.samples) == pytest.approx(spoken.end * SAMPLE_RATE, abs=0.04 * SAMPLE_RATE)
    assert np.abs(spoken.samples).max() == pytest.approx(0.9, abs=0.01)


def test_the_pause_after_the_last_phoneme_is_cut_off() -> None:
    spoken = speak("안녕하세요.", Voice("ko"))
    assert not spoken.phonemes[-1][1].startswith("_")
    assert np.abs(spoken.samples[-int(0.1 * SAMPLE_RATE) :]).max() > 0.01


def test_hanzi_and_pinyin_sound_alike() -> None:
    voice = Voice("cmn-latn-pinyin")
    written = speak("价格是多少", voice).phonemes
    read = speak("jia4 ge2 shi4 duo1 shao5", voice).phonemes
    assert [name for _, name in written] == [name for _, name in read]


def test_a_one_word_clause_is_marked() -> None:
    text = "저어 주세요, 네."
    spoken = speak(text, Voice("ko"))
    reached = {mark.position for mark in spoken.words} | {mark.position + 1 for mark in spoken.clauses}
    assert text.index("네") in {position + shift for position in reached for shift in (-1, 0, 1)}


def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(EspeakError, match="no voice named 'xx-none'"):
        speak("Hello.", Voice("xx-none"))


def test_every_voice_exists() -> None:
    names = [base for bases in BASES.values() for base in bases]
    names += [f"ko+{variant}" for variant in (*VARIANTS, *HELD_OUT_VARIANTS)]
    for name in names:
        assert speak("one", Voice(name)).end > 0.1, name


def test_held_out_voices_are_not_trained_on() -> None:
    assert not set(VARIANTS) & set(HELD_OUT_VARIANTS)
    rng = random.Random(1)
    for _ in range(50):
        assert random_voice("ko", rng).name.split("+")[1] in VARIANTS
        assert random_voice("ko", rng, held_out=True).name.split("+")[1] in HELD_OUT_VARIANTS
        assert "+" not in plain_voice("en", rng).name


@pytest.mark.parametrize(("rate_in", "rate_out"), [(22_050, 16_000), (16_000, 48_000), (48_000, 16_000)])
def test_resampling_keeps_a_tone(rate_in: int, rate_out: int) -> None:
    wave = np.sin(2 * np.pi * 1000 * np.arange(rate_in) / rate_in).astype(np.float32)
    result = resample(wave, rate_in, rate_out)
    assert len(result) == rate_out
    expected = np.sin(2 * np.pi * 1000 * np.arange(rate_out) / rate_out)
    middle = slice(rate_out // 10, -rate_out // 10)
    assert np.abs(result - expected)[middle].max() < 0.02
