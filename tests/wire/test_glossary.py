"""A term in the languages of a room."""

import pytest

from wire.glossary import MAX_TERMS, Term, bounded, is_name

COATING = Term(term="코팅제", translations={"zh-Hans": "涂层剂", "en": "coating agent"})
SHIELD = Term(term="나노실드", translations={"en": "NanoShield"})


@pytest.mark.parametrize(
    ("term", "language", "said"),
    [
        (COATING, "ko", "코팅제"),
        (COATING, "zh-Hans", "涂层剂"),
        (COATING, "zh", "涂层剂"),
        (COATING, "en-GB", "coating agent"),
        (COATING, "vi", None),
        (SHIELD, "zh-Hans", "NanoShield"),
        (SHIELD, "vi", "NanoShield"),
        (Term(term="GK-200"), "zh-Hans", "GK-200"),
        (Term(term="교반"), "zh-Hans", None),
        (Term(term="涂层剂", translations={"ko": "코팅제"}), "zh-Hans", "涂层剂"),
        (Term(term="primer", translations={"ko": "프라이머"}), "en", "primer"),
        (Term(term="primer", translations={"ko": "프라이머"}), "zh-Hans", None),
        (Term(term="грунтовка", translations={"ko": "프라이머"}), "ru", "грунтовка"),
    ],
)
def test_how_a_term_is_written_in_a_language(term: Term, language: str, said: str | None) -> None:
    assert term.said_in(language) == said


def test_names_and_words() -> None:
    assert [is_name(text) for text in ("GK-350", "NanoShield", "primer", "나노 A", "3M")] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_worker_is_told_no_more_than_it_wants() -> None:
    assert len(bounded(Term(term=f"t{number}") for number in range(MAX_TERMS + 5))) == MAX_TERMS
    long = [Term(term="x" * 100, translations={"en": "y" * 100, "ko": "z" * 100}) for _ in range(400)]
    assert len(bounded(long)) == 133
