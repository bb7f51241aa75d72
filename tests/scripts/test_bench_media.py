"""The media benchmark measures the real worker, and the baseline beside it, and prints one JSON object."""

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
    "us_per_packet_out",
    "latency_ms",
    "rss_mib",
}


def bench(*options: str) -> dict[str, Any]:
    done = subprocess.run(
        [PROGRAM, "--json", *options], capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stdout.count("\n") == 1
    result: dict[str, Any] = json.loads(done.stdout)
    assert set(result) == KEYS
    return result


def test_forwarding_loses_nothing_and_costs_a_fraction_of_the_relay() -> None:
    forward = bench("--rooms", "2", "--seconds", "4")
    assert forward["mode"] == "forward"
    assert forward["packets_in"] > 2 * 4 * 350, "two publishers with voice and picture, two rooms"
    assert forward["lost"] <= forward["packets_out"] * 0.001
    assert forward["packets_out"] == forward["packets_in"] * 3 - forward["lost"]
    assert 0 < forward["latency_ms"]["p50"] <= forward["latency_ms"]["p99"]
    relay = bench("--rooms", "1", "--seconds", "4", "--mode", "relay")
    assert relay["mode"] == "relay"
    assert relay["packets_out"] > 0
    assert relay["us_per_packet_out"] > 10 * forward["us_per_packet_out"]
