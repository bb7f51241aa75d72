import pytest

from transcription.repetition import has_loop, without_loops


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("four four four four four", "four"),
        ("Yes, four four four four fo", "Yes, four"),
        ("价格价格价格价格是多少", "价格是多少"),
        ("그 사람은, 그 사람은, 그 사람은, 그 사람은, 그 사", "그 사람은,"),
        ("하하하하하하하하", "하"),
    ],
)
def test_loop_is_written_once(text: str, clean: str) -> None:
    assert has_loop(text)
    assert without_loops(text) == clean


@pytest.mark.parametrize(
    "text", ["1,000,000,000", "Yes, yes, yes.", "네네네", "......", "very very very good", "2222222222", ""]
)
def test_what_people_write_stays(text: str) -> None:
    assert not has_loop(text)
    assert without_loops(text) == text
