"""The speech model that ships, on sentences and voices that it was not trained on."""

from pathlib import Path

import pytest
from demo_models.evaluate_speech import plain, rates
from demo_models.grammar import LANGUAGES
from demo_models.recogniser import NO_SPEECH_GATE, Recogniser
from demo_models.speech_cases import fixed_cases, held_out_cases, nothing
from demo_models.voices import SAMPLE_RATE

pytestmark = pytest.mark.models

FOLDER = Path(__file__).parents[3] / "transcription" / "models" / "demo" / "whisper"
LARGEST = 10_000_000
HIGHEST_CER = {
    ("ko", "plain"): 0.07,
    ("ko", "unseen"): 0.14,
    ("zh", "plain"): 0.05,
    ("zh", "unseen"): 0.10,
    ("en", "plain"): 0.05,
    ("en", "unseen"): 0.09,
}
"""Bounds against getting worse. The aim is 0.05 everywhere; MODEL_CARD.md says where the model misses it."""
HIGHEST_FIXED_WRONG = 0.02
"""Share of the fixed phrases and conversation lines: espeak-ng's voices flutter, so one may slip."""


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(FOLDER)


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LARGEST


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["plain", "unseen"])
def test_held_out_sentences_come_out(recogniser: Recogniser, language: str, kind: str) -> None:
    cases = held_out_cases(language, kind, 60, seed=2)
    found = rates((item.text, recogniser.hear(item.samples, language).text) for item in cases)
    assert found["cer"] <= HIGHEST_CER[language, kind]


@pytest.mark.parametrize("language", LANGUAGES)
def test_fixed_phrases_and_conversation_lines_come_out_word_for_word(
    recogniser: Recogniser, language: str
) -> None:
    heard = [(item.text, recogniser.hear(item.samples, language).text) for item in fixed_cases(language)]
    wrong = [(said, written) for said, written in heard if plain(said) != plain(written)]
    assert len(wrong) <= len(heard) * HIGHEST_FIXED_WRONG, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forced_prefix_is_gone_on_from(recogniser: Recogniser, language: str) -> None:
    cases = held_out_cases(language, "plain", 12, seed=3)
    found = rates(
        (item.text, recogniser.hear(item.samples, language, prefix=item.half).text) for item in cases
    )
    assert found["cer"] <= HIGHEST_CER[language, "plain"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_written_where_nobody_speaks(recogniser: Recogniser, language: str) -> None:
    for name, samples in nothing(20).items():
        segments, _ = recogniser.whisper.transcribe(samples, language=language, beam_size=1)
        assert "".join(said.text for said in segments) == "", name
        answer = recogniser.hear(samples[: 10 * SAMPLE_RATE], language)
        assert answer.text == "" or answer.no_speech > NO_SPEECH_GATE, name
