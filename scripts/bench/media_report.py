"""What bench_media makes of its counts: costs, quantiles, and how the servers compare."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from wire.links import MediaStats


def costs(used_s: float, seconds: float, rooms: int, packets_out: int) -> dict[str, float | None]:
    """Of `used_s` CPU seconds in `seconds`."""
    return {
        "server_cpu_s": round(used_s, 2),
        "cpu_per_room": round(used_s / seconds / rooms, 4),
        "rooms_per_core": round(seconds * rooms / used_s, 1) if used_s else None,
        "us_per_packet_out": round(used_s * 1e6 / packets_out, 2) if packets_out else None,
    }


def quantiles_ms(values_s: Sequence[float]) -> dict[str, float | None]:
    if len(values_s) < 2:
        return {"p50": None, "p99": None}
    cuts = statistics.quantiles(values_s, n=100)
    return {"p50": round(cuts[49] * 1000, 3), "p99": round(cuts[98] * 1000, 3)}


def stalls_ms(
    stats: Sequence[tuple[float, MediaStats]], start_s: float, end_s: float
) -> dict[str, float] | None:
    """The worst five seconds that ended between the two; None when none did."""
    inside = [message for came_s, message in stats if start_s <= came_s < end_s]
    if not inside:
        return None
    return {
        "p99": max(message.loop_stall_p99_ms for message in inside),
        "max": max(message.loop_stall_ms for message in inside),
    }


def ratios(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Ours against the others' of the same run; below 1 is cheaper."""
    by = {(run["mode"], run["rooms"]): run for run in runs}
    found = {}
    relay = next((run for run in runs if run["mode"] == "relay"), None)
    for (mode, rooms), run in by.items():
        if mode not in ("forward", "compiled"):
            continue
        other = by.get(("janus", rooms))
        if other is not None:
            found[f"{mode}_us_per_packet_to_janus_{rooms}"] = round(
                run["us_per_packet_out"] / other["us_per_packet_out"], 3
            )
        if relay is not None:
            found[f"relay_to_{mode}_cpu_per_room_{rooms}"] = round(
                relay["cpu_per_room"] / run["cpu_per_room"], 1
            )
    return found


def line(run: dict[str, Any]) -> str:
    latency, stall = run["latency_ms"], run["loop_stall_ms"] or {"p99": None}
    return (
        f"{run['mode']:8} {run['rooms']:3} rooms  {run['packets_out']:8} out  {run['lost']:5} lost  "
        f"{100 * run['cpu_per_room']:6.2f} % a room  {run['us_per_packet_out']} µs a packet  "
        f"latency {latency['p50']} / {latency['p99']} ms  stall p99 {stall['p99']} ms  "
        f"{run['rss_start_mib']} → {run['rss_mib']} MiB  load {100 * run['load_cpu']:.0f} %"
    )
