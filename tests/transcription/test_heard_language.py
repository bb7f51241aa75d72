import pytest

from transcription.heard_language import MIN_SPEECH_SAMPLES, other_language


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        ({"ko": 0.02, "zh": 0.95}, "zh"),
        ({"ko": 0.3, "zh": 0.7}, None),
        ({"ko": 0.05, "zh": 0.5, "en": 0.45}, None),
        ({"ko": 0.01, "ja": 0.98}, None),  # nobody in the room speaks it
        ({"ko": 0.99}, None),
        ({}, None),
    ],
)
def test_only_a_language_of_the_room_that_is_sure_and_not_ones_own(
    shares: dict[str, float], found: str | None
) -> None:
    assert other_language(shares, "ko", ("zh", "en"), samples=MIN_SPEECH_SAMPLES) == found


def test_nothing_is_told_of_short_speech_or_without_other_languages() -> None:
    shares = {"zh": 1.0}
    assert other_language(shares, "ko", ("zh",), samples=MIN_SPEECH_SAMPLES - 1) is None
    assert other_language(shares, "ko", (), samples=MIN_SPEECH_SAMPLES) is None
