"""What overload does to our worker: calm, then many rooms on a core that it has to share, then calm again.

Rooms alone do not saturate it here before they saturate the load; so processes that want the core for
themselves take most of it. Subscribers ask for what they miss as browsers do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench import media_report
from bench.media_load import SUBSCRIBERS, Load, Recording, Tally, Window
from bench.media_servers import Cores, cpu_s, hogs, rss_mib
from bench.worker_link import ScriptedServer

CALM_ROOMS = 8
HOGS = 3
"""The worker is left a quarter of the core; 24 rooms need about half."""
DRAIN_S = 2.0
COUNTED = (
    *("packets_in", "packets_out", "nack_in", "nack_out", "rtx_in", "rtx_out", "pli_in", "pli_out"),
    *("drop_rtx_budget", "drop_rtx_again", "drop_rtx_unknown", "drop_nack_flood"),
)


async def measure_overload(
    pid: int,
    link: ScriptedServer,
    publishers: list[list[Recording]],
    rooms: int,
    seconds: float,
    cores: Cores,
) -> dict[str, Any]:
    tally = Tally()
    load = Load(link, tally, "127.0.0.1", stamped=True)
    watch = Watch(pid, link, load, tally, seconds)
    calm = min(CALM_ROOMS, rooms)
    try:
        for number in range(rooms):
            await load.open_room(f"r{number}", publishers)
        load.play(calm)
        await watch.report()
        await watch.report()
        await watch.phase("calm", calm)
        async with hogs(HOGS, cores.server):
            load.play(rooms)
            await watch.phase("overload", rooms)
        load.play(calm)
        await watch.report()
        await watch.phase("after", calm)
        await asyncio.sleep(DRAIN_S)
    finally:
        await load.close()
    return {"mode": "overload", "phases": watch.summaries()}


class Watch:
    """Measures phases by the worker's own counters and by what the load got.

    The worker reports every 5 s: a phase begins with a report and ends with the first one after its seconds.
    """

    def __init__(self, pid: int, link: ScriptedServer, load: Load, tally: Tally, seconds: float) -> None:
        self._pid, self._link, self._load = pid, link, load
        self._tally, self._seconds = tally, seconds
        self._phases: list[tuple[dict[str, Any], Window]] = []

    async def report(self) -> None:
        """Waits for the worker's next one."""
        self._link.reported.clear()
        await asyncio.wait_for(self._link.reported.wait(), 30)

    async def phase(self, name: str, rooms: int) -> None:
        before, cpu_before_s, asked = self._link.stats[-1][1].counters, cpu_s(self._pid), self._asked()
        start_s = time.monotonic()
        window = self._tally.open(start_s, 3_600.0)
        await asyncio.sleep(self._seconds)
        await self.report()
        window.end_s = time.monotonic()
        took_s, after = window.end_s - start_s, self._link.stats[-1][1].counters
        summary = {
            "phase": name,
            "rooms": rooms,
            "seconds": round(took_s, 1),
            "cpu": round((cpu_s(self._pid) - cpu_before_s) / took_s, 3),
            **{name: after.get(name, 0) - before.get(name, 0) for name in COUNTED},
            "asked_by_subscribers": self._asked() - asked,
            "rss_mib": rss_mib(self._pid),
        }
        self._phases.append((summary, window))

    def _asked(self) -> int:
        return sum(nacks.asked for nacks in self._load.nacks)

    def summaries(self) -> Sequence[dict[str, Any]]:
        return [
            summary
            | {
                "sent": window.sent,
                "lost_share": round(window.lost / (SUBSCRIBERS * window.sent), 4),
                "latency_ms": media_report.quantiles_ms(window.latencies_s),
                "loop_stall_ms": media_report.stalls_ms(
                    self._link.stats, window.start_s, window.end_s + 0.01
                ),
                "repeats_per_packet": round(summary["rtx_out"] / max(1, summary["packets_out"]), 4),
            }
            for summary, window in self._phases
        ]
