"""Whatever is asked: no clash, nothing forbidden, locked ones kept, breaks kept, and true reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.matching.filling import filled
from server.matching.problem import Problem, TimeSlot, interval, overlaps
from server.matching.programme import Programme, programme
from server.matching.reasons import obstacle, unplaced
from server.matching.timetable import timetable
from server.matching.wishes import Wanted, wanted
from server.schedule.availability import works_between
from server.schedule.clashes import Slot, clashes, without_a_break
from server.store.records import Hours, NewPerson, Participant, Placement, Profile, Role, Wish

STARTS = datetime(2026, 11, 23, tzinfo=UTC)
LANGUAGES = ("ko", "vi", "en")


def participant(id: str, role: Role, speaks: str = "ko", **profile: object) -> Participant:
    return Participant(id, "e", role, id, id, speaks, speaks, profile=Profile(**profile))  # type: ignore[arg-type]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    slots: list[TimeSlot] = []
    start = STARTS
    for _ in range(draw(st.integers(1, 6))):
        length, gap = draw(st.sampled_from([10, 15, 20, 30, 40])), draw(st.sampled_from([0, 0, 3, 5, 20]))
        slots.append(TimeSlot(start, start + timedelta(minutes=length)))
        start = slots[-1].ends_at + timedelta(minutes=gap)

    def hours() -> tuple[Hours, ...]:
        if draw(st.booleans()):
            return ()
        first, last = sorted((draw(st.integers(0, len(slots) - 1)), draw(st.integers(0, len(slots) - 1))))
        return (Hours(slots[first].starts_at, slots[last].ends_at),)

    people = [participant(f"s{n}", "seller", hours=hours()) for n in range(draw(st.integers(1, 4)))]
    for n in range(draw(st.integers(1, 5))):
        people.append(participant(f"b{n}", "buyer", draw(st.sampled_from(LANGUAGES)), hours=hours()))
    for n in range(draw(st.integers(0, 3))):
        languages = draw(st.sampled_from([("vi",), ("en",), ("vi", "en")]))
        people.append(participant(f"i{n}", "interpreter", hours=hours(), languages=languages))
    ids = {
        role: [one.id for one in people if one.role == role] for role in ("seller", "buyer", "interpreter")
    }
    pairs = [(seller, buyer) for seller in ids["seller"] for buyer in ids["buyer"]]
    wishes: dict[tuple[str, str], Wanted] = {}
    for pair in pairs:
        level = draw(st.sampled_from(["none", "want", "must", "no"]))
        if level != "none":
            refused = (pair[1],) if level == "no" else ()
            wishes[pair] = Wanted(4 if level == "want" else 104, level == "must", refused)
    busy = dict.fromkeys(
        draw(st.sets(st.sampled_from([one.id for one in people]), max_size=2)),
        ((slots[0].starts_at, slots[0].ends_at),),
    )
    booths = tuple(f"A{n}" for n in range(draw(st.integers(0, 3))))
    problem = Problem(
        slots=tuple(slots),
        people={one.id: one for one in people},
        booths=booths,
        wanted=wishes,
        taken=busy,
        booths_taken={booths[0]: ((slots[-1].starts_at, slots[-1].ends_at),)}
        if booths and draw(st.booleans())
        else {},
        with_interpreters=draw(st.booleans()),
    )
    # What can be locked is what an earlier timetable had.
    earlier = _filled(problem)
    kept = [placement for placement in earlier if draw(st.booleans())]
    return problem.lock(kept)


def _filled(problem: Problem) -> list[Placement]:
    made = programme(problem)
    return timetable(problem, made, filled(problem, made))


def as_slots(problem: Problem, placements: list[Placement]) -> list[Slot]:
    def person(id: str) -> NewPerson:
        one = problem.people[id]
        return NewPerson(one.role, one.name, one.company, one.speaks, one.reads)

    return [
        Slot(
            line,
            "",
            "e",
            placement.starts_at,
            placement.duration_min,
            tuple(person(id) for id in (placement.seller, placement.buyer, *placement.interpreters)),
            placement.booth,
        )
        for line, placement in enumerate(placements, 1)
    ]


def check(problem: Problem, placements: list[Placement]) -> None:
    slots = as_slots(problem, placements)
    assert clashes(slots) == []
    assert without_a_break(slots) == []
    assert set(problem.locked) <= set(placements)
    assert len({placement.pair for placement in placements}) == len(placements)
    for placement in placements:
        wish = problem.wanted[placement.pair]
        assert wish.score > 0
        assert not wish.refused_by
        at = problem.slot_of(placement)
        assert at is not None
        slot = problem.slots[at]
        for who in (placement.seller, placement.buyer, *placement.interpreters):
            assert at in problem.in_hours[who]
            assert not overlaps(slot, problem.taken.get(who, ()))
        need = problem.needs(placement.pair)
        assert len(set(placement.interpreters)) == (0 if need is None else slot.crew)
        assert all((need or set()) <= works_between(problem.people[who]) for who in placement.interpreters)
        if problem.booths:
            assert placement.booth in problem.booths
            assert not overlaps(slot, problem.booths_taken.get(placement.booth, ()))


@settings(max_examples=300, deadline=None)
@given(problems())
def test_a_filled_timetable_keeps_every_rule_and_its_reasons_are_true(problem: Problem) -> None:
    placements = _filled(problem)
    check(problem, placements)
    bare = Problem(
        **{
            name: getattr(problem, name)
            for name in ("slots", "people", "booths", "wanted", "taken", "booths_taken", "with_interpreters")
        }
    )
    left = unplaced(bare, placements)
    assert {each.pair for each in left} | {placement.pair for placement in placements} == {
        pair for pair, wish in problem.wanted.items() if wish.score > 0
    }
    settled = bare.lock(placements)
    for each in left:
        for at, kind in each.obstacles:
            assert obstacle(settled, each.pair, at) == kind != "possible"
        if each.code == "seller_full":
            assert all(
                any(
                    overlaps(problem.slots[at], (interval(other),))
                    for other in placements
                    if other.seller == each.pair[0]
                )
                or overlaps(problem.slots[at], problem.taken.get(each.pair[0], ()))
                for at, _ in each.obstacles
            )


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_any_numbers_that_keep_the_limits_can_be_dealt_out(problem: Problem, dice: object) -> None:
    """Not only those of the filling: the columns are raised in any order as far as the rows allow."""
    made = programme(problem)
    values = _any_solution(made, dice)
    check(problem, timetable(problem, made, values))


def _any_solution(made: Programme, dice: object) -> dict[int, int]:
    room = [row.upper for row in made.rows]
    terms: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(made.rows):
        for column, factor in row.terms:
            terms.setdefault(column, []).append((number, factor))
    values: dict[int, int] = {}
    columns = [column for column in range(len(made.uppers)) for _ in range(made.uppers[column])]
    dice.shuffle(columns)  # type: ignore[attr-defined]
    # Work first, for it makes room for meetings.
    columns.sort(key=lambda column: made.scores[column] > 0)
    for column in columns:
        if values.get(column, 0) < made.uppers[column] and all(
            room[row] >= factor for row, factor in terms.get(column, ())
        ):
            values[column] = values.get(column, 0) + 1
            for row, factor in terms.get(column, ()):
                room[row] -= factor
    return values


def test_a_locked_consultation_gets_the_interpreter_that_it_lacks() -> None:
    slot = TimeSlot(STARTS, STARTS + timedelta(minutes=30))
    people = [participant("s", "seller"), participant("b", "buyer", "vi"), participant("c", "buyer", "vi")]
    people.append(participant("i", "interpreter", languages=("vi",)))
    locked = Placement("s", "b", STARTS, 30, "A", locked=True)
    problem = Problem(
        slots=(slot,),
        people={one.id: one for one in people},
        booths=("A",),
        wanted=wanted(people, [Wish("s", "must", about="c"), Wish("s", "want", about="b")]),
        locked=(locked,),
    )
    (only,) = _filled(problem)
    assert (only.pair, only.interpreters) == (("s", "b"), ("i",))


def test_nobody_interprets_two_half_hours_in_a_row_and_long_slots_have_two() -> None:
    slots = tuple(
        TimeSlot(STARTS + timedelta(minutes=30 * at), STARTS + timedelta(minutes=30 * at + 30))
        for at in range(4)
    )
    people = [participant("s", "seller"), participant("i", "interpreter", languages=("vi",))]
    people += [participant(f"b{n}", "buyer", "vi") for n in range(4)]
    wishes = [Wish("s", "want", about=f"b{n}") for n in range(4)]
    problem = Problem(slots, {one.id: one for one in people}, ("A",), wanted(people, wishes))
    assert len(_filled(problem)) == 2
    assert {each.code for each in unplaced(problem, _filled(problem))} == {"interpreters_busy"}
    long = TimeSlot(STARTS, STARTS + timedelta(minutes=60))
    alone = Problem((long,), problem.people, ("A",), problem.wanted)
    assert _filled(alone) == []
    assert {each.code for each in unplaced(alone, [])} == {"no_interpreter"}


def test_reasons_name_the_hours_and_the_refusal() -> None:
    slot = TimeSlot(STARTS, STARTS + timedelta(minutes=30))
    late = (Hours(STARTS + timedelta(hours=5), STARTS + timedelta(hours=6)),)
    people = [
        participant("s", "seller"),
        participant("late", "buyer", hours=late),
        participant("shy", "buyer"),
        participant("one", "buyer"),
        participant("two", "buyer"),
    ]
    wishes = [Wish("s", "must", about=who) for who in ("late", "shy", "one", "two")]
    wishes.append(Wish("shy", "no", about="s"))
    problem = Problem((slot,), {one.id: one for one in people}, (), wanted(people, wishes))
    found = {each.pair[1]: each for each in unplaced(problem, _filled(problem))}
    assert (found["late"].code, found["late"].who) == ("buyer_hours", ("late",))
    assert (found["shy"].code, found["shy"].who) == ("refused", ("shy",))
    assert [found[who].code for who in ("one", "two") if who in found] == ["seller_full"]
    assert all(each.must for each in found.values())
