from hypothesis import given
from hypothesis import strategies as st

from server.one_line import is_one_line, one_line


@given(st.text(), st.sampled_from("\n\r\t\v\f\x00\x1b\x1c\x7f\x85\u2028\u2029"), st.text())
def test_what_breaks_lines_is_found_and_becomes_a_blank(before: str, breaking: str, after: str) -> None:
    text = before + breaking + after
    assert not is_one_line(text)
    assert is_one_line(one_line(text))
    assert len(one_line(text).splitlines()) == 1
    assert len(one_line(text)) == len(text)


def test_names_of_every_script_are_left_as_they_are() -> None:
    for name in ("김 대표 / CEO", "采购负责人（长春）", "Nguyễn Văn A", "क्\u200dष"):
        assert is_one_line(name)
        assert one_line(name) == name
