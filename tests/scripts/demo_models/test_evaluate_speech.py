"""The measures themselves."""

import pytest
from demo_models.evaluate_speech import distance, plain, rates


@pytest.mark.parametrize(
    ("wanted", "found", "errors"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("", "ab", 2),
        ("kitten", "sitting", 3),
        ("ab", "ba", 2),
    ],
)
def test_distance(wanted: str, found: str, errors: int) -> None:
    assert distance(wanted, found) == errors


def test_marks_spaces_and_capitals_do_not_count() -> None:
    assert plain("네, 12시간 동안 저어 주세요.") == "네12시간동안저어주세요"
    assert plain("你好，我们。") == "你好我们"
    assert plain("FOB Busan?") == "fobbusan"


def test_rates_are_over_all_characters() -> None:
    found = rates([("abcd", "abcd"), ("ab", "xb")])
    assert found == {"cer": round(1 / 6, 4), "exact": 0.5, "n": 2}


def test_rates_of_nothing() -> None:
    assert rates([]) == {"cer": 0.0, "exact": 0.0, "n": 0}
