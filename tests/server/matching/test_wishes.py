from server.matching.wishes import MUST, WANT, WANT_CATEGORY, wanted
from server.store.records import Participant, Profile, Role, Wish


def _one(id: str, role: Role, *categories: str) -> Participant:
    return Participant(id, "e", role, id, id, "ko", "ko", profile=Profile(categories=categories))


PEOPLE = [
    _one("s", "seller", "화장품"),
    _one("t", "seller", "Food"),
    _one("b", "buyer", "식품"),
    _one("c", "buyer"),
]


def test_both_sides_count_and_a_category_counts_less() -> None:
    found = wanted(
        PEOPLE,
        [Wish("s", "want", about="b"), Wish("b", "must", about="s"), Wish("c", "want", category=" food ")],
    )
    assert (found["s", "b"].score, found["s", "b"].must) == (WANT + MUST, True)
    assert found["t", "c"].score == WANT_CATEGORY
    assert set(found) == {("s", "b"), ("t", "c")}


def test_a_refusal_stands_whatever_the_other_side_wishes() -> None:
    found = wanted(PEOPLE, [Wish("s", "must", about="b"), Wish("b", "no", about="s")])
    assert found["s", "b"].refused_by == ("b",)


def test_somebody_named_overrides_the_category_of_the_same_side() -> None:
    found = wanted(PEOPLE, [Wish("b", "no", category="화장품"), Wish("b", "want", about="s")])
    assert found["s", "b"].refused_by == ()
    assert found["s", "b"].score == WANT


def test_wishes_about_ones_own_side_or_nobody_count_for_nothing() -> None:
    assert (
        wanted(
            PEOPLE, [Wish("s", "must", about="t"), Wish("x", "must", about="s"), Wish("s", "want", about="x")]
        )
        == {}
    )
