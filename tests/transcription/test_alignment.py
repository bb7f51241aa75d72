from transcription.alignment import POSITION_SAMPLES, unit_ends

PATH = [(0, 0), (0, 1), (0, 2), (1, 3), (2, 3), (2, 5), (3, 9), (3, 12)]
"""Three tokens of text and the end token."""


def test_a_unit_ends_where_the_next_token_begins() -> None:
    assert unit_ends(PATH, (1, 2)) == (3 * POSITION_SAMPLES, 9 * POSITION_SAMPLES)
    assert unit_ends(PATH, (3,)) == (9 * POSITION_SAMPLES,)


def test_a_path_that_does_not_reach_the_last_unit_tells_nothing() -> None:
    assert unit_ends(PATH[:-2], (1, 2)) == ()
    assert unit_ends([], (1,)) == ()
    assert unit_ends(PATH, ()) == ()
