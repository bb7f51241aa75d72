"""From numbers to a word: when it is said, how long it stays, and what cannot make it flicker."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.network import BETTER_AFTER, GRADES, REPORT_LIFE_S, NetworkState, PageReport
from wire.network import Carried, Flow, PersonNetwork


def network(
    *,
    sent: float | None = 0.0,
    received: float | None = 0.0,
    rtt_ms: float | None = 50,
    jitter_ms: float = 5,
    bps: int = 32_000,
    camera: Carried = "whole",
) -> PersonNetwork:
    flow = Flow(source="microphone", bps=bps, loss=sent, jitter_ms=jitter_ms)
    return PersonNetwork(
        person="p1",
        sends=(flow,),
        receives=(flow.model_copy(update={"loss": received}),),
        rtt_ms=rtt_ms,
        camera=camera,
    )


def report(*, frozen_ms: int = 0, concealed: float = 0.0, rtt_ms: float | None = None) -> PageReport:
    return PageReport(5_000, int(frozen_ms > 0), frozen_ms, concealed, rtt_ms)


class Watched:
    """A state that is looked at every 3 s and reported to every 5 s."""

    def __init__(self) -> None:
        self.state = NetworkState()
        self.now_s = 1_000.0
        self.changes = 0

    def look(self, flows: PersonNetwork | None, times: int = 1) -> Watched:
        for _ in range(times):
            self.now_s += 3
            self.changes += self.state.measured(flows, self.now_s)
        return self

    def report(self, report: PageReport, times: int = 1) -> Watched:
        for _ in range(times):
            self.now_s += 5
            assert self.state.report(report, self.now_s)
        return self

    @property
    def shown(self) -> tuple[str, tuple[str, ...]]:
        return self.state.grade, self.state.reasons


@pytest.mark.parametrize(
    ("flows", "shown"),
    [
        (network(), ("good", ())),
        (network(sent=0.08), ("weak", ("loss_sent",))),
        (network(received=0.2), ("bad", ("loss_received",))),
        (network(received=0.2, sent=0.07), ("bad", ("loss_received", "loss_sent"))),
        (network(rtt_ms=500), ("weak", ("delay",))),
        (network(rtt_ms=None), ("good", ())),
        (network(jitter_ms=60), ("weak", ("jitter",))),
        (network(sent=None, received=None), ("good", ())),
        (network(sent=1.0, received=1.0, bps=500), ("good", ())),
        (network(camera="small"), ("weak", ("picture_small",))),
        (network(camera="small", sent=0.08), ("weak", ("picture_small", "loss_sent"))),
        (network(camera="none"), ("bad", ("picture_none",))),
    ],
)
def test_what_lasts_is_said_with_its_reason(flows: PersonNetwork, shown: tuple[str, tuple[str, ...]]) -> None:
    watched = Watched().look(flows)
    assert watched.shown == ("good", ())
    assert watched.look(flows, 8).shown == shown
    settled = watched.changes
    assert settled <= GRADES.index(shown[0])
    assert watched.look(flows, 50).changes == settled


def test_a_moment_says_nothing() -> None:
    watched = Watched()
    for _ in range(10):
        watched.look(network(sent=0.3)).look(network(), 9)
    assert watched.shown == ("good", ())
    assert watched.changes == 0


def test_it_stays_until_it_has_been_better_for_a_while() -> None:
    watched = Watched().look(network(sent=0.1), 9)
    watched.look(network(), BETTER_AFTER)
    assert watched.shown == ("weak", ("loss_sent",))
    assert watched.look(network(), 8).shown == ("good", ())


def test_around_the_limit_it_does_not_flicker() -> None:
    chance = random.Random(2)
    watched = Watched()
    for _ in range(1_200):
        watched.look(network(sent=min(1.0, max(0.0, chance.gauss(0.04, 0.015)))))
    assert watched.changes <= 6, "in an hour"


def test_another_reason_takes_over_when_the_first_has_gone() -> None:
    watched = Watched().look(network(sent=0.1), 9)
    watched.look(network(rtt_ms=600), 10)
    assert watched.shown == ("weak", ("delay",))
    assert watched.changes == 2


def test_who_neither_sends_nor_receives_has_no_weak_network() -> None:
    watched = Watched().look(network(sent=0.3), 5)
    assert watched.state.grade == "bad"
    assert watched.look(None).shown == ("good", ())
    assert watched.look(network(sent=0.3)).shown == ("good", ())


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        (report(frozen_ms=500), ("weak", ("freezes",))),
        (report(frozen_ms=2_000), ("bad", ("freezes",))),
        (report(concealed=0.08), ("weak", ("gaps",))),
        (report(), ("good", ())),
    ],
)
def test_what_the_page_sees_counts_too(seen: PageReport, shown: tuple[str, tuple[str, ...]]) -> None:
    watched = Watched()
    for _ in range(5):
        watched.report(seen).look(network())
    assert watched.shown == shown


def test_what_is_missing_for_all_is_not_the_receivers_network() -> None:
    watched = Watched()
    for _ in range(8):
        watched.report(report(frozen_ms=2_000, concealed=0.2))
        watched.now_s += 1
        watched.state.measured(network(received=0.2), watched.now_s, others_lose=0.2)
    assert watched.shown == ("good", ())


def test_a_picture_that_was_paused_and_came_back_did_not_freeze() -> None:
    watched = Watched()
    for _ in range(5):
        watched.report(report(frozen_ms=60_000)).look(network())
    assert watched.shown == ("good", ())
    assert watched.state.frozen_ms == 0


def test_the_pages_round_trip_stands_in_for_the_workers_while_it_is_fresh() -> None:
    watched = Watched().report(report(rtt_ms=700)).look(network(rtt_ms=None))
    assert watched.state.rtt_ms(watched.now_s) == 700
    assert watched.state.rtt_ms(watched.now_s + REPORT_LIFE_S) is None
    assert watched.look(network(rtt_ms=40)).state.rtt_ms(watched.now_s) == 40


def test_reports_one_after_another_are_refused() -> None:
    state = NetworkState()
    assert state.report(report(frozen_ms=100), 10.0)
    assert not state.report(report(frozen_ms=100), 11.0)
    assert state.freezes == 1


FLOWS = st.lists(
    st.builds(
        Flow,
        source=st.sampled_from(["microphone", "camera", "screen"]),
        bps=st.integers(0, 10**9),
        loss=st.none() | st.floats(0, 1),
        jitter_ms=st.none() | st.floats(0, 1e9),
    ),
    max_size=3,
)


@given(
    st.lists(
        st.none()
        | st.builds(
            PersonNetwork,
            person=st.just("p1"),
            sends=FLOWS,
            receives=FLOWS,
            rtt_ms=st.none() | st.floats(0, 1e9),
        ),
        max_size=30,
    )
)
def test_any_measurements_leave_a_word_and_its_reasons(looks: list[PersonNetwork | None]) -> None:
    watched = Watched()
    for flows in looks:
        watched.look(flows)
        assert (watched.state.grade == "good") == (watched.state.reasons == ())


def test_what_is_left_of_a_picture_is_said_beside_what_is_wrong_already_and_taken_back() -> None:
    watched = Watched().look(network(sent=0.3), 8)
    assert watched.shown == ("bad", ("loss_sent",))
    watched.look(network(sent=0.3, camera="small"))
    assert watched.shown == ("bad", ("loss_sent",))
    watched.look(network(sent=0.3, camera="small"))
    assert watched.shown == ("bad", ("loss_sent", "picture_small"))
    watched.look(network(sent=0.3), BETTER_AFTER - 1)
    assert watched.shown == ("bad", ("loss_sent", "picture_small"))
    watched.look(network(sent=0.3))
    assert watched.shown == ("bad", ("loss_sent",))
    grade, reasons = watched.look(network(camera="small"), 12).shown
    assert (grade, reasons[0]) == ("weak", "picture_small")
    assert watched.look(network(), BETTER_AFTER).shown == ("good", ())
