from transcription.unkept import Unkept
from wire.links import Hypothesis


def final(utterance: int) -> Hypothesis:
    return Hypothesis(
        track="r1-p1",
        utterance=utterance,
        rev=1,
        state="final",
        lang="ko",
        text="네",
        stable=1,
        translations={},
        start_wall_ms=0,
        end_wall_ms=1,
        lag_ms=1,
    )


def test_what_is_kept_elsewhere_is_forgotten_here() -> None:
    unkept = Unkept()
    for number in range(3):
        unkept.add(final(number))
    unkept.kept("r1-p1", 1)
    unkept.kept("r1-p2", 0)
    assert [said.utterance for said in unkept.all()] == [0, 2]


def test_the_oldest_are_given_up_and_counted() -> None:
    unkept = Unkept(limit=2)
    for number in range(5):
        unkept.add(final(number))
    assert [said.utterance for said in unkept.all()] == [3, 4]
    assert unkept.forgotten == 3
