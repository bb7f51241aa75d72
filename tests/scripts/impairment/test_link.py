"""What a bad line does to its packets."""

import pytest
from impairment.link import Impairment, Link


def carried(impairment: Impairment, *, count: int = 20_000, size: int = 100, gap_s: float = 0.001) -> Link:
    link = Link(seed=7)
    link.impairment = impairment
    for number in range(count):
        link.push(number * gap_s, bytes(size))
    link.take(count * gap_s + 100)
    return link


@pytest.mark.parametrize("burst", [1.0, 4.0])
def test_the_share_that_is_lost_is_as_asked(burst: float) -> None:
    lost = carried(Impairment(loss=0.05, burst=burst)).counts["lost"]
    assert lost / 20_000 == pytest.approx(0.05, abs=0.01)


def test_bursts_have_the_length_that_was_asked_for() -> None:
    link = Link(seed=3)
    link.impairment = Impairment(loss=0.1, burst=5)
    fates = []
    for number in range(50_000):
        before = link.counts["lost"]
        link.push(number * 0.001, b"x")
        fates.append(link.counts["lost"] > before)
    runs = sum(1 for before, lost in zip([False, *fates], fates, strict=False) if lost and not before)
    assert sum(fates) / runs == pytest.approx(5, rel=0.15)


def test_the_same_seed_gives_the_same_fate() -> None:
    fates = []
    for _ in range(2):
        link = Link(seed=11)
        link.impairment = Impairment(loss=0.3, delay_ms=50, jitter_ms=30)
        for number in range(200):
            link.push(0.0, bytes([number]))
        fates.append(link.take(1.0))
    assert fates[0] == fates[1]


def test_packets_arrive_within_delay_and_jitter_and_may_overtake_each_other() -> None:
    link = Link(seed=1)
    link.impairment = Impairment(delay_ms=50, jitter_ms=30)
    for number in range(100):
        link.push(0.0, bytes([number]))
    due_s = link.due_s()
    assert due_s is not None
    assert due_s >= 0.020
    assert link.take(0.0199) == []
    arrived = link.take(0.080)
    assert len(arrived) == 100
    assert arrived != sorted(arrived)


def test_jitter_without_reordering_keeps_the_order() -> None:
    link = Link(seed=1)
    link.impairment = Impairment(delay_ms=50, jitter_ms=30, reorder=False)
    for number in range(100):
        link.push(number * 0.001, bytes([number]))
    arrived = link.take(1.0)
    assert arrived == sorted(arrived)
    assert len(arrived) == 100


def test_a_cap_lets_its_rate_through_and_its_queue_is_bounded() -> None:
    # 1,000 packets of 100 bytes in a second are 800 kbit/s into 200.
    link = Link()
    link.impairment = Impairment(rate_bps=200_000, queue_ms=100)
    for number in range(1000):
        link.push(number * 0.001, bytes(100))
    assert len(link.take(1.0)) == pytest.approx(250, abs=2)
    assert len(link.take(1.2)) == pytest.approx(25, abs=2), "what waits in the queue"
    assert link.counts["overflowed"] == pytest.approx(725, abs=5)


def test_a_cut_swallows_what_is_under_way_too() -> None:
    link = Link()
    link.impairment = Impairment(delay_ms=50)
    link.push(0.0, b"before")
    link.impairment = Impairment(cut=True)
    link.push(0.01, b"during")
    assert link.take(0.1) == []
    link.impairment = Impairment()
    link.push(0.2, b"after")
    assert link.take(0.2) == [b"after"]
    assert link.counts == {"cut": 2, "passed": 1}
