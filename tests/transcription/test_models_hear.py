"""What the shipped models hear of espeak voices, window by window."""

import numpy as np
import pytest

from tests.transcription.voices import Pcm, joined, likeness, noise, say, silence
from transcription.recogniser import Recognition, Request
from transcription.track import Samples
from transcription.worker import Loaded
from wire.audio import SAMPLE_RATE_HZ

pytestmark = pytest.mark.models

SENTENCES = [
    ("ko", "이 조건에 동의합니다.", "이 조건에 동의합니다."),
    ("en", "We agree to these terms.", "We agree to these terms."),
    ("zh", "我们同意这些条件。", "wo3 men5 tong2 yi4 zhe4 xie1 tiao2 jian4."),
]


def audio(pcm: Pcm) -> Samples:
    return joined(silence(0.2), pcm, silence(0.3)).astype(np.float32) / 32768


def hear(loaded: Loaded, language: str, spoken: str, **more: tuple[int, ...]) -> Recognition:
    [result] = loaded.recogniser.recognise([Request(audio(say(spoken, language)), language, **more)])
    return result


@pytest.mark.parametrize(("language", "text", "spoken"), SENTENCES)
def test_a_sentence_is_understood(loaded: Loaded, language: str, text: str, spoken: str) -> None:
    result = hear(loaded, language, spoken)
    assert likeness(result.text, text) >= 0.9, result.text
    assert result.trusted
    assert result.confidence > 0.6
    assert result.no_speech < 0.5


def test_a_batch_hears_what_single_passes_hear(loaded: Loaded) -> None:
    requests = [Request(audio(say(spoken, language)), language) for language, _, spoken in SENTENCES]
    singly = [loaded.recogniser.recognise([request])[0] for request in requests]
    # Different prefixes in one batch, none among them.
    half = len(singly[0].units) // 2
    prefix = tuple(token for unit in singly[0].units[:half] for token in unit.tokens)
    requests[0] = Request(requests[0].audio, requests[0].language, prefix)
    together = loaded.recogniser.recognise(requests)
    assert [result.text for result in together] == [result.text for result in singly]
    for one, other in zip(together, singly, strict=True):
        assert one.confidence == pytest.approx(other.confidence, abs=0.05)


def test_the_prefix_stays_whatever_the_audio_says(loaded: Loaded) -> None:
    _, _, spoken = SENTENCES[1]
    other = hear(loaded, "en", "Please wait a moment.")
    prefix = tuple(token for unit in other.units[:2] for token in unit.tokens)
    result = hear(loaded, "en", spoken, prefix=prefix)
    assert result.text.startswith("".join(unit.text for unit in other.units[:2]))


@pytest.mark.parametrize("seconds", [1, 9, 11, 17, 25])
def test_every_window_hears_nothing_in_noise(loaded: Loaded, seconds: int) -> None:
    quiet = noise(seconds, 0.005).astype(np.float32) / 32768
    [result] = loaded.recogniser.recognise([Request(quiet, "ko")])
    assert result.text == ""
    assert result.no_speech > 0.5


def test_a_pass_with_fallback_hears_the_same(loaded: Loaded) -> None:
    language, _, spoken = SENTENCES[0]
    request = Request(audio(say(spoken, language)), language)
    again = loaded.recogniser.recognise_again(request)
    [first] = loaded.recogniser.recognise([request])
    assert again.text == first.text


def test_hotwords_may_differ_within_a_batch(loaded: Loaded) -> None:
    language, _, spoken = SENTENCES[1]
    speech = audio(say(spoken, language))
    requests = [
        Request(speech, language),
        Request(speech, language, hotwords=("Ulsan",)),
        Request(speech, language, hotwords=("Changchun", "coating agent")),
    ]
    results = loaded.recogniser.recognise(requests)
    assert len(results) == 3
    [alone] = loaded.recogniser.recognise(requests[:1])
    assert results[0].text == alone.text


@pytest.mark.parametrize(("language", "text", "spoken"), SENTENCES)
def test_words_are_placed_in_time(loaded: Loaded, language: str, text: str, spoken: str) -> None:
    speech = say(spoken, language)
    request = Request(audio(speech), language, timed=True)
    [alone] = loaded.recogniser.recognise([request])
    [beside] = loaded.recogniser.recognise([Request(request.audio, language)])
    assert beside.ends == ()
    assert len(alone.ends) == len(alone.units)
    assert list(alone.ends) == sorted(alone.ends)
    spoken_until = 0.2 * SAMPLE_RATE_HZ + len(speech)
    assert 0.4 * spoken_until < alone.ends[-1] <= spoken_until + 0.3 * SAMPLE_RATE_HZ


def test_only_the_languages_of_the_model_are_known(loaded: Loaded) -> None:
    assert loaded.recogniser.knows("ko")
    assert loaded.recogniser.knows("en-GB")
    assert not loaded.recogniser.knows("sw")
