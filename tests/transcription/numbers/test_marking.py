import pytest

from transcription.numbers.marking import marked
from wire.captions import MAX_MARKS, Translation


def test_lines_are_marked_each_for_itself_and_old_marks_go() -> None:
    lines = {
        "en": Translation(text="12 pieces", stable=9),
        "zh-Hans": Translation(text="十二万个", stable=4, marks=((0, 2),), original_marks=((0, 1),)),
        "fil": Translation(text="12 piraso"),
    }
    found = marked("12만 개", "ko", lines)
    assert found["en"] == Translation(text="12 pieces", stable=9, marks=((0, 9),), original_marks=((0, 5),))
    assert found["zh-Hans"] == Translation(text="十二万个", stable=4)
    assert found["fil"] == lines["fil"]


def test_marks_are_as_many_as_a_message_may_have() -> None:
    text = " ".join(f"{number} kg" for number in range(100, 300))
    [line] = marked(text, "en", {"ko": Translation(text="없음")}).values()
    assert len(line.original_marks) == MAX_MARKS
    assert Translation.model_validate(line.model_dump()) == line


def test_a_fault_of_the_comparison_costs_the_marks_and_not_the_caption(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("transcription.numbers.marking.compare", fail)
    line = Translation(text="12 pieces")
    assert marked("12만 개", "ko", {"en": line}) == {"en": line}
    assert "could not be compared" in caplog.text
