"""What goes through, in numbers: per stream since the last look, and per source over all streams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.flows import FlowMeter, Totals
from media.reported import ROUND_TRIP_LIFE_S, Reported
from media.rtcp import ReportBlock
from media.statistics import StreamStatistics
from wire.network import Flow

NTP = 0x1234_5678_9ABC_DEF0
LSR = 0x5678_9ABC


def block(highest: int, lost: int, *, lsr: int = 0, delay: int = 0, jitter: int = 480) -> ReportBlock:
    return ReportBlock(1, 0, lost, highest, jitter, lsr, delay)


def test_a_flow_is_what_came_since_the_last_look() -> None:
    meter = FlowMeter()
    assert meter.read([Totals("camera", 1, 1_000, 10, 1, 0.01)], 10.0) == ()
    found = meter.read([Totals("camera", 1, 251_000, 110, 11, 0.02)], 12.0)
    assert found == (Flow(source="camera", bps=1_000_000, loss=0.1, jitter_ms=20.0),)


def test_streams_of_one_source_are_one_flow_and_new_ones_wait() -> None:
    meter = FlowMeter()
    meter.read([Totals("microphone", 1, 0, 0, 0, 0.001), Totals("microphone", 2, 0, 0, 0, None)], 0.0)
    found = meter.read(
        [
            Totals("microphone", 1, 1_000, 50, 5, 0.001),
            Totals("microphone", 2, 3_000, 150, 5, 0.004),
            Totals("microphone", 3, 9_000_000, 10, 10, 1.0),
            Totals("screen", 4, 0, 0, 0, None),
        ],
        1.0,
    )
    assert found == (Flow(source="microphone", bps=32_000, loss=0.05, jitter_ms=4.0),)


def test_where_nothing_was_told_loss_is_not_known() -> None:
    meter = FlowMeter()
    meter.read([Totals("camera", 1, 0, 100, 3, None)], 0.0)
    assert meter.read([Totals("camera", 1, 500, 100, 3, None)], 1.0)[0].loss is None


@given(
    st.lists(
        st.lists(
            st.builds(
                Totals,
                st.sampled_from(["microphone", "camera", "screen"]),
                st.integers(0, 3),
                st.integers(0, 1 << 40),
                st.integers(0, 1 << 32),
                st.integers(-(1 << 24), 1 << 24),
                st.none() | st.floats(0, 1000),
            ),
            max_size=5,
        ),
        max_size=5,
    )
)
def test_any_totals_make_valid_flows(looks: list[list[Totals]]) -> None:
    meter = FlowMeter()
    for number, totals in enumerate(looks):
        assert len(meter.read(totals, float(number))) <= 3


def test_the_round_trip_is_what_is_left_of_the_time_between() -> None:
    remote = Reported()
    remote.on_sent(NTP, 100.0)
    remote.on_block(block(1_000, 0, lsr=LSR, delay=2 * 65_536), 102.08)
    assert remote.rtt_s(103.0) == pytest.approx(0.08)
    assert remote.rtt_s(102.08 + ROUND_TRIP_LIFE_S) is None


@pytest.mark.parametrize("told", [block(5, 0), block(5, 0, lsr=77), block(5, 0, lsr=LSR, delay=9 << 16)])
def test_a_report_that_fits_no_report_of_ours_tells_no_round_trip(told: ReportBlock) -> None:
    remote = Reported()
    remote.on_sent(NTP, 100.0)
    remote.on_block(told, 101.0)
    assert remote.rtt_s(101.0) is None


def test_loss_counts_from_the_first_report_over_the_wrap_of_the_numbers() -> None:
    remote = Reported()
    remote.on_block(block(0xFFFF_FFF0, 7), 1.0)
    assert (remote.expected, remote.lost) == (0, 0)
    remote.on_block(block(0x0000_0010, 9), 2.0)
    assert (remote.expected, remote.lost) == (32, 2)


def test_statistics_tell_what_should_have_come_and_did_not() -> None:
    statistics = StreamStatistics(48_000)
    assert (statistics.expected, statistics.lost) == (0, 0)
    for number in range(65_500, 65_700):
        if number % 10:
            statistics.add(number & 0xFFFF, number * 960, number * 0.02)
    assert (statistics.expected, statistics.lost) == (199, 19)
    assert statistics.jitter_s < 0.001
