import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import GlossaryFull, TermNotFound, UnsupportedType
from server.glossary import MAX_TERMS, changed, merged
from server.glossary_sheet import GlossaryInvalid, read_terms, write_terms
from server.store.records import GlossaryTerm

COATING = GlossaryTerm("코팅제", {"zh-Hans": "涂层剂"})
SHIELD = GlossaryTerm("NanoShield", {"ko": "나노실드"})


def test_new_terms_come_first_and_changed_ones_stay_where_they_are() -> None:
    terms = changed((COATING,), [SHIELD])
    assert terms == (SHIELD, COATING)
    better = GlossaryTerm("ＮａｎｏＳｈｉｅｌｄ", {"ko": "나노 실드"})
    assert changed(terms, [better]) == (better, COATING)
    assert changed(terms, remove=["nano shield"]) == (COATING,)
    assert changed(terms, [GlossaryTerm("나노실드", {})], ["NanoShield"])[0].term == "나노실드"


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(TermNotFound):
        changed((COATING,), remove=["교반"])
    full = changed((), [GlossaryTerm(f"t{number}", {}) for number in range(MAX_TERMS)])
    with pytest.raises(GlossaryFull):
        changed(full, [COATING])
    assert changed(full, [GlossaryTerm("T1", {"ko": "x"})])


def test_a_rooms_own_term_counts_before_its_events() -> None:
    event = (GlossaryTerm("코팅제", {"zh-Hans": "涂料"}), SHIELD)
    assert merged((COATING,), event) == (COATING, SHIELD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_sheet_in_any_encoding_that_excel_writes(encoding: str) -> None:
    sheet = read_terms("한국어;영어\n코팅제;coating agent\n;GK-350\n".encode(encoding))
    assert sheet.errors == ()
    assert sheet.terms == (
        GlossaryTerm("코팅제", {"ko": "코팅제", "en": "coating agent"}),
        GlossaryTerm("GK-350", {"en": "GK-350"}),
    )


def test_a_column_of_terms_in_no_language() -> None:
    sheet = read_terms("용어,zh-Hans\nGK-350,\n코팅제,涂层剂\n".encode())
    assert sheet.terms == (GlossaryTerm("GK-350", {}), COATING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, None, "empty_sheet")]),
        ("ko,en\n", [(1, None, "empty_sheet")]),
        ("ko,klingonese\n가,b\n", [(1, "klingonese", "unknown_column")]),
        ("ko,한국어\n가,나\n", [(1, "한국어", "duplicate_column")]),
        ("ko,en\n가,b,c\n", [(2, None, "unnamed_column")]),
        ("ko,en\n가,b\n\n가,c\n", [(4, None, "duplicate_row")]),
        (f"ko,en\n가,{'x' * 101}\n", [(2, "en", "too_long")]),
        ('ko,en\n가,"b\nc"\n', [(2, "en", "bad_character")]),
        ('ko,en\n가,"b\n', [(2, None, "bad_csv")]),
        ("ko\n" + "".join(f"가{number}\n" for number in range(501)), [(502, None, "too_many_rows")]),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(
    text: str, expected: list[tuple[int, str | None, str]]
) -> None:
    sheet = read_terms(text.encode())
    assert [(error.line, error.column, error.code) for error in sheet.errors] == expected
    with pytest.raises(GlossaryInvalid):
        sheet.check()


def test_a_workbook_is_refused() -> None:
    with pytest.raises(UnsupportedType):
        read_terms(b"PK\x03\x04")


@given(
    st.lists(
        st.builds(
            GlossaryTerm,
            st.from_regex(r"[가-하A-Za-z0-9 ,;\"'-]{1,20}", fullmatch=True).filter(
                lambda text: text == text.strip()
            ),
            st.dictionaries(
                st.sampled_from(["ko", "zh-Hans", "en", "vi"]),
                st.sampled_from(["涂层剂", "coating, agent", 'a "quoted" one', "교반", "x;y"]),
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_sheet_that_was_written_is_read_again(terms: list[GlossaryTerm]) -> None:
    kept = tuple({entry.term.casefold().replace(" ", ""): entry for entry in terms}.values())
    assert read_terms(write_terms(kept).encode()).terms == kept
