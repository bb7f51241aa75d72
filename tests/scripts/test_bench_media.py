"""The media benchmark measures the real worker and what it is compared with, and prints one JSON object."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.load

PROGRAM = Path(__file__).parents[2] / "scripts" / "bench_media"
KEYS = {
    "mode",
    "rooms",
    "packets_in",
    "packets_out",
    "lost",
    "server_cpu_s",
    "cpu_per_room",
    "rooms_per_core",
    "us_per_packet_out",
    "latency_ms",
    "loop_stall_ms",
    "rss_start_mib",
    "rss_mib",
    "load_cpu",
}


def bench(*options: str) -> dict[str, Any]:
    done = subprocess.run(
        [PROGRAM, "--json", *options], capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stdout.count("\n") == 1
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_forwarding_loses_nothing_and_costs_a_fraction_of_the_relay() -> None:
    forward = bench("--rooms", "2", "--seconds", "6")
    assert set(forward) == KEYS
    assert forward["mode"] == "forward"
    assert forward["packets_in"] > 2 * 6 * 350, "two publishers with voice and picture, two rooms"
    assert forward["lost"] <= forward["packets_out"] * 0.001
    assert forward["packets_out"] == forward["packets_in"] * 3 - forward["lost"]
    assert 0 < forward["latency_ms"]["p50"] <= forward["latency_ms"]["p99"]
    assert 0 < forward["loop_stall_ms"]["p99"] <= forward["loop_stall_ms"]["max"]
    assert forward["rss_mib"] - forward["rss_start_mib"] < 10
    relay = bench("--rooms", "1", "--seconds", "4", "--mode", "relay")
    assert set(relay) == KEYS
    assert relay["packets_out"] > 0
    assert relay["us_per_packet_out"] > 10 * forward["us_per_packet_out"]


@pytest.mark.parametrize("mode", ["compiled", "janus"])
def test_others_forward_the_same_load(mode: str) -> None:
    other = bench("--rooms", "1", "--seconds", "3", "--mode", mode)
    assert set(other) == KEYS
    assert other["packets_in"] > 3 * 350
    assert other["lost"] <= other["packets_out"] * 0.001
    assert other["us_per_packet_out"] > 0
    assert 0 < other["latency_ms"]["p50"] <= other["latency_ms"]["p99"]


def test_an_overloaded_worker_degrades_without_a_storm_and_recovers() -> None:
    """Few rooms and short phases; `--overload` alone is the real measurement."""
    calm, overload, after = bench("--overload", "--rooms", "12", "--seconds", "4")["phases"]
    assert [calm["phase"], overload["phase"], after["phase"]] == ["calm", "overload", "after"]
    assert overload["sent"] > 1.2 * calm["sent"]
    # What is asked upstream and what is repeated stays small beside the media, whatever was asked.
    for phase in (calm, overload, after):
        assert phase["nack_out"] + phase["rtx_out"] < 0.5 * phase["packets_out"]
    assert after["lost_share"] < 0.01
    assert after["nack_out"] < 0.01 * after["packets_in"]
