"""What a subscriber's reports say about its network, and the level that follows, second by second."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from media.bitrate import (
    CAMERA_BPS,
    LEAST_ALONE_BPS,
    LEAST_BPS,
    MAX_BPS,
    NECESSARY_SHARE,
    Demand,
    shares,
)
from media.congestion import LOSS_FLOOR_BPS, Baseline, Congestion, Observation
from media.fallback import FIRST_WAIT_S, HOPELESS_S, MAX_WAIT_S, PATIENCE, Ladder, Needs
from media.reported import REMEMBERED, Reported
from media.rtcp import ReportBlock
from wire.links import Level

GOOD = Needs(full_bps=350_000, sent_bps=0, low_bps=180_000)


@dataclass
class Browser:
    """A line of `capacity_bps`; the browser reports as Chromium does: 85 % of what came when the line is
    full, else up to half more than it is sent."""

    capacity_bps: int
    estimate_bps: float = 500_000.0
    loss: float = 0.0

    def report(self, sent_bps: int) -> Observation:
        if sent_bps > self.capacity_bps:
            self.estimate_bps = min(self.estimate_bps, 0.85 * self.capacity_bps)
        else:
            self.estimate_bps = min(1.08 * self.estimate_bps, 1.5 * sent_bps + 10_000)
        queue_s = 0.3 if sent_bps > self.capacity_bps else 0.02
        return Observation(sent_bps, int(self.estimate_bps), self.loss, queue_s)


def test_a_cautious_estimate_does_not_limit_a_stream_that_gets_through() -> None:
    congestion, browser = Congestion(), Browser(10_000_000, estimate_bps=2_000_000)
    for second in range(30):
        congestion.update(browser.report(1_200_000), second)
    assert congestion.limit_bps == MAX_BPS
    assert not congestion.congested


def test_a_capped_line_is_settled_on_and_seldom_filled_again() -> None:
    congestion, browser = Congestion(), Browser(600_000)
    sent_bps, filled = 1_200_000, []
    for second in range(120):
        congestion.update(browser.report(sent_bps), second)
        sent_bps = min(1_200_000, congestion.limit_bps)
        filled.append(sent_bps > browser.capacity_bps)
    assert not any(filled[4:12])
    assert sum(filled[12:]) < 15
    assert sent_bps > 0.6 * browser.capacity_bps


def test_a_line_that_got_better_is_used_again() -> None:
    congestion, browser = Congestion(), Browser(400_000)
    for second in range(10):
        congestion.update(browser.report(min(1_200_000, congestion.limit_bps)), second)
    assert congestion.limit_bps < 400_000
    browser.capacity_bps = 10_000_000
    for second in range(10, 80):
        congestion.update(browser.report(min(1_200_000, congestion.limit_bps)), second)
    assert congestion.limit_bps > 1_200_000


def test_little_loss_is_left_to_repeats_and_random_loss_keeps_a_small_picture() -> None:
    little, much = Congestion(), Congestion()
    for second in range(60):
        little.update(Observation(1_000_000, loss=0.08 + 0.06 * (second % 2)), second)
        much.update(Observation(min(1_000_000, much.limit_bps), loss=0.2), second)
    assert little.limit_bps == MAX_BPS
    assert much.limit_bps == pytest.approx(LOSS_FLOOR_BPS, rel=0.1)


def test_heavy_loss_leaves_nothing_for_video() -> None:
    congestion = Congestion()
    for second in range(60):
        congestion.update(Observation(min(1_000_000, congestion.limit_bps), loss=0.5), second)
    assert congestion.limit_bps < 100_000


def test_a_round_trip_that_grows_is_a_queue_but_a_long_one_is_only_far_away() -> None:
    far, full = Congestion(), Congestion()
    bases = Baseline(), Baseline()
    for second in range(20):
        trips = 0.4 + 0.1 * (second % 2), 0.05 if second < 10 else 0.6
        for congestion, base, trip in zip((far, full), bases, trips, strict=True):
            congestion.update(Observation(1_000_000, queue_s=base.above(trip, second)), second)
    assert far.limit_bps == MAX_BPS
    assert full.limit_bps < 1_000_000


def test_a_stream_that_became_faster_is_not_taken_for_a_full_line() -> None:
    congestion, browser = Congestion(), Browser(10_000_000, estimate_bps=235_000)
    for second in range(40):
        congestion.update(browser.report(150_000 if second < 5 else 1_000_000), second)
        assert not congestion.congested
    assert congestion.limit_bps == MAX_BPS


def test_the_gap_of_a_publisher_whose_line_was_cut_is_not_this_lines_trouble() -> None:
    congestion = Congestion()
    for second in range(5):
        congestion.update(Observation(1_000_000, remb_bps=1_200_000, loss=0.0), float(second))
    limit_bps = congestion.limit_bps
    for second in range(5, 8):
        congestion.update(Observation(0, remb_bps=1_200_000, starved=True), float(second))
    for second in range(8, 11):
        congestion.update(Observation(1_000_000, remb_bps=60_000, loss=0.7), float(second))
    assert congestion.limit_bps >= limit_bps
    assert not congestion.congested
    for second in range(11, 15):
        congestion.update(Observation(1_000_000, remb_bps=60_000, loss=0.7), float(second))
    assert congestion.limit_bps < 100_000, "what goes on is this line's"


def test_jitter_that_startles_a_browser_is_not_taken_for_a_full_line() -> None:
    congestion = Congestion()
    for second in range(40):
        remb_bps = 1_200_000 if second < 5 else 300_000
        congestion.update(Observation(1_000_000, remb_bps, 0.06, 0.1 + 0.05 * (second % 2)), second)
    assert congestion.limit_bps == MAX_BPS


def test_a_stream_that_became_slower_is_not_taken_for_a_full_line() -> None:
    congestion, browser = Congestion(), Browser(10_000_000, estimate_bps=1_000_000)
    for second in range(40):
        sent_bps = 700_000 if second < 5 else 100_000
        congestion.update(browser.report(sent_bps), second)
    assert congestion.limit_bps == MAX_BPS


def test_a_browser_that_asks_for_no_more_although_it_gets_more_has_a_full_line() -> None:
    congestion, browser = Congestion(), Browser(300_000, estimate_bps=235_000)
    for second in range(10):
        congestion.update(browser.report(150_000 if second < 5 else 600_000), second)
    assert congestion.limit_bps < 300_000


def climb(ladder: Ladder, start_s: int, seconds: int, limit_bps: int, **trouble: float) -> list[Level]:
    return [
        ladder.update(
            limit_bps, bool(trouble.get("congested")), trouble.get("loss", 0.0), GOOD, start_s + second
        )
        for second in range(seconds)
    ]


def test_the_level_falls_at_once_and_as_far_as_needed() -> None:
    ladder = Ladder()
    assert climb(ladder, 0, 2, MAX_BPS) == ["full", "full"]
    assert climb(ladder, 2, 1, 240_000) == ["low"]
    assert climb(Ladder(), 0, 1, 100_000) == ["audio"]


def test_one_careful_step_does_not_cost_the_whole_picture() -> None:
    ladder = Ladder()
    needs = Needs(full_bps=750_000, sent_bps=790_000, low_bps=220_000)
    assert {ladder.update(700_000, False, 0.0, needs, float(second)) for second in range(10)} == {"full"}


def test_the_way_up_is_tried_step_by_step() -> None:
    ladder = Ladder()
    climb(ladder, 0, 1, 100_000)
    levels = climb(ladder, 1, 40, MAX_BPS)
    assert levels[: int(FIRST_WAIT_S) - 2] == ["audio"] * (int(FIRST_WAIT_S) - 2)
    assert list(dict.fromkeys(levels)) == ["audio", "low", "full"]


def test_trials_that_fail_are_further_and_further_apart() -> None:
    ladder = Ladder()
    tried = []
    now_s = 0
    while now_s < 600:
        level = ladder.level
        # The whole picture never fits, and that shows two seconds after it is sent.
        showing = level == "full" and (not tried or now_s - tried[-1] >= 2)
        ladder.update(200_000 if showing else 1_000_000, showing, 0.0, GOOD, now_s)
        if level != "full" and ladder.level == "full":
            tried.append(now_s)
        now_s += 1
    pauses = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert pauses[0] < pauses[1] < pauses[2]
    assert MAX_WAIT_S <= pauses[-1] < MAX_WAIT_S + 10
    assert len(tried) < 15


def test_nothing_is_tried_while_the_network_is_in_trouble() -> None:
    ladder = Ladder()
    climb(ladder, 0, 1, 100_000)
    assert set(climb(ladder, 1, 60, MAX_BPS, congested=1.0)) == {"audio"}


def test_voice_is_given_up_only_when_most_of_it_is_lost_for_long_and_is_tried_again() -> None:
    ladder = Ladder()
    climb(ladder, 0, 1, 50_000)
    assert set(climb(ladder, 1, 60, 50_000, loss=0.5)) == {"audio"}
    levels = climb(ladder, 61, int(HOPELESS_S) + 2, 50_000, loss=0.8)
    assert levels[int(HOPELESS_S) - 1] == "audio"
    assert levels[-1] == "text"
    assert "audio" in climb(ladder, 80, 20, 50_000)


def test_without_a_small_picture_there_is_no_level_for_it() -> None:
    ladder = Ladder()
    needs = Needs(full_bps=120_000, sent_bps=0, low_bps=None)
    assert ladder.update(80_000, False, 0.0, needs, 0.0) == "audio"
    levels = [ladder.update(MAX_BPS, False, 0.0, needs, float(second)) for second in range(1, 20)]
    assert set(levels) == {"audio", "full"}


def test_who_is_not_waited_for_gives_the_whole_picture_up() -> None:
    ladder = Ladder()
    needs = Needs(full_bps=350_000, sent_bps=1_200_000, low_bps=180_000)
    levels = [ladder.update(500_000, False, 0.0, needs, float(second)) for second in range(6)]
    assert levels.index("low") == PATIENCE - 1


def test_publishers_follow_the_weakest_but_not_one_far_weaker() -> None:
    demand = Demand()
    assert demand.allowed_bps(CAMERA_BPS, small=True) == CAMERA_BPS
    demand.wish(1, MAX_BPS)
    demand.wish(2, 1_500_000)
    assert demand.allowed_bps(CAMERA_BPS, small=True) == 1_500_000
    demand.wish(3, int(NECESSARY_SHARE * CAMERA_BPS) - 1)
    assert demand.allowed_bps(CAMERA_BPS, small=True) == 1_500_000
    demand.forget(1)
    demand.forget(2)
    assert demand.allowed_bps(CAMERA_BPS, small=True) == int(NECESSARY_SHARE * CAMERA_BPS) - 1
    demand.wish(3, 1_000)
    assert demand.allowed_bps(CAMERA_BPS, small=True) == LEAST_BPS
    assert demand.allowed_bps(CAMERA_BPS, small=False) == LEAST_ALONE_BPS


def test_nobody_looking_at_the_whole_picture_costs_the_publisher_nothing() -> None:
    demand = Demand()
    demand.wish(1, 0)
    assert demand.allowed_bps(CAMERA_BPS, small=True) == 0
    assert demand.allowed_bps(CAMERA_BPS, small=False) == LEAST_ALONE_BPS


def test_shares_go_by_weight_and_leave_what_is_not_wanted_to_the_others() -> None:
    assert shares(900, [(1, 1_000), (2, 1_000)]) == [300, 600]
    assert shares(900, [(1, 100), (1, 1_000), (1, 1_000)]) == [100, 400, 400]
    assert shares(5_000, [(1, 100), (1, 1_000)]) == [100, 1_000]
    assert shares(0, [(1, 100)]) == [0]
    assert shares(100, []) == []


def test_the_round_trip_is_ours_although_the_clock_in_the_report_is_the_publishers() -> None:
    reported = Reported()
    for number in range(2 * REMEMBERED):
        reported.on_sent((1_000 + number) << 32, 50.0 + number)
    last = ((1_000 + 2 * REMEMBERED - 1) << 16) & 0xFFFFFFFF
    reported.on_block(ReportBlock(1, 0, 0, 0, 0, last, 65_536 // 2), 65.0 + 0.75)
    assert reported.take() == (0, 0, pytest.approx(0.25))
    reported.on_block(ReportBlock(1, 0, 0, 0, 0, (1_000 << 16) & 0xFFFFFFFF, 0), 66.0)
    assert reported.take() == (0, 0, None)


def test_a_report_of_two_packets_is_no_report_of_half_of_them_lost() -> None:
    """A browser reports with every request for a repeat."""
    reported = Reported()
    for highest, lost, fraction in ((100, 3, 0), (102, 4, 128), (150, 4, 0), (153, 6, 170), (200, 3, 0)):
        reported.on_block(ReportBlock(1, fraction, lost, highest, 0, 0, 0), 1.0)
    assert reported.take() == (100, 0, None)
    reported.on_block(ReportBlock(1, 0, 8, 250, 0, 0, 0), 2.0)
    assert reported.take() == (50, 5, None)
    assert reported.take() == (0, 0, None)


def test_one_late_round_trip_does_not_bear_out_a_startled_estimate() -> None:
    congestion = Congestion()
    for second in range(20):
        late = second % 4 == 0
        congestion.update(Observation(1_000_000, 500_000, 0.05, 0.25 if late else 0.1), second)
    assert congestion.limit_bps == MAX_BPS
    for second in range(20, 24):
        congestion.update(Observation(1_000_000, 500_000, 0.05, 0.25), second)
    assert congestion.limit_bps <= 500_000


def test_fifteen_cameras_are_whole_where_nothing_limits_them() -> None:
    ladder = Ladder()
    needs = Needs(full_bps=15 * 1_000_000, sent_bps=18_000_000, low_bps=3_000_000)
    levels = {ladder.update(MAX_BPS, False, 0.0, needs, float(second)) for second in range(60)}
    assert levels == {"full"}
