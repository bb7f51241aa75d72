"""`scripts/bench_media`: what forwarding costs and adds, against a server of its own on this machine.

Prints one JSON object; `--mode all` compares our worker in Python, the same with its compiled core, the
library's MediaRelay and Janus in one run, with a table on standard error. `lost` counts packets that were
sent and did not reach a subscriber or, of the relay, sequence numbers missing at the subscribers: what it
sends is encoded anew, so latency cannot be read from the payloads and is null.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import uvloop

from bench import encoded, media_report
from bench.janus import JanusFailed, janus, own_address
from bench.media_load import Load, Recording, Signalling, Tally, Window
from bench.media_overload import measure_overload
from bench.media_servers import Cores, cpu_s, rss_mib, running
from bench.worker_link import ScriptedServer

Mode = Literal["forward", "compiled", "relay", "janus"]
BUILD_CORE = Path(__file__).parents[1] / "build_core"
WARM_UP_S = 3.0
DRAIN_S = 0.5
LOOPBACK = "127.0.0.1"
FORWARD = ("-m", "media", "--udp-host", LOOPBACK, "--log-level", "WARNING")
PROGRAMS = {
    "forward": FORWARD,
    "compiled": (*FORWARD, "--compiled-core"),
    "relay": ("-m", "bench.relay_worker"),
}
SUITE: tuple[tuple[Mode, int], ...] = (
    ("forward", 8),
    ("compiled", 8),
    ("janus", 8),
    ("forward", 16),
    ("compiled", 16),
    ("janus", 16),
    ("relay", 1),
)


def recordings() -> list[list[Recording]]:
    """One publisher at 640x480 with 1 Mbit/s, one at 1280x720 with 2 Mbit/s, both with Opus."""
    voice = Recording("audio", "microphone", [[packet] for packet in encoded.opus()])
    pictures = [encoded.vp8(640, 480, 1_000_000), encoded.vp8(1280, 720, 2_000_000)]
    return [[voice, Recording("video", "camera", encoded.vp8_payloads(picture))] for picture in pictures]


@asynccontextmanager
async def served(
    mode: Mode, cores: Cores, options: Sequence[str] = ()
) -> AsyncIterator[tuple[int, Signalling, ScriptedServer | None]]:
    """The server's process id, and how to publish there; with a link where it is a worker of ours.

    `options` are the worker's.
    """
    if mode == "janus":
        async with janus(cores.server) as (process, rooms):
            yield process.pid, rooms, None
        return
    if mode == "compiled":
        await asyncio.to_thread(subprocess.run, [BUILD_CORE], check=True)
    async with ScriptedServer().listening() as link:
        command = [sys.executable, *PROGRAMS[mode], *options, "--server", link.url]
        async with running(command, cores.server, {"SANGDAM_WORKER_SECRET": link.secret}) as process:
            await link.ready()
            yield process.pid, link, link


async def measure(
    mode: Mode, rooms: int, seconds: float, cores: Cores, options: Sequence[str] = ()
) -> dict[str, Any]:
    publishers, tally = recordings(), Tally()
    host = own_address() if mode == "janus" else LOOPBACK
    async with served(mode, cores, options) as (pid, signalling, link):
        load = Load(signalling, tally, host, stamped=mode != "relay")
        try:
            for number in range(rooms):
                await load.open_room(f"r{number}", publishers)
            load.play(rooms)
            await asyncio.sleep(WARM_UP_S)
            before = cpu_s(pid), cpu_s(os.getpid()), rss_mib(pid)
            window = tally.open(time.monotonic(), seconds)
            await asyncio.sleep(seconds)
            used_s, load_s, memory_mib = cpu_s(pid) - before[0], cpu_s(os.getpid()) - before[1], rss_mib(pid)
            await asyncio.sleep(DRAIN_S)
        finally:
            await load.close()
    counted = _counted(mode, window, load)
    result: dict[str, Any] = {"mode": mode, "rooms": rooms, **counted}
    result |= media_report.costs(used_s, seconds, rooms, counted["packets_out"])
    return result | {
        "latency_ms": media_report.quantiles_ms(window.latencies_s),
        "loop_stall_ms": None
        if link is None or mode == "relay"
        else media_report.stalls_ms(link.stats, window.start_s, window.end_s),
        "rss_mib": memory_mib,
        "rss_start_mib": before[2],
        "load_cpu": round(load_s / seconds, 3),
    }


def _counted(mode: Mode, window: Window, load: Load) -> dict[str, int]:
    if mode != "relay":
        return {"packets_in": window.sent, "packets_out": window.received, "lost": window.lost}
    received, missing = (
        sum(gaps.received for gaps in load.gaps),
        sum(gaps.missing for gaps in load.gaps),
    )
    return {"packets_in": window.sent, "packets_out": received, "lost": missing}


async def measure_all(seconds: float, cores: Cores) -> dict[str, Any]:
    runs = []
    for mode, rooms in SUITE:
        try:
            runs.append(await measure(mode, rooms, seconds, cores))
        except JanusFailed as error:
            print(f"janus is left out: {error}", file=sys.stderr)
            continue
        print(media_report.line(runs[-1]), file=sys.stderr, flush=True)
    return {"runs": runs, "ratios": media_report.ratios(runs)}


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench_media", description=__doc__)
    parser.add_argument(
        "--rooms", type=int, help="rooms of two publishers and three subscribers (default: 8)"
    )
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement, or of each phase")
    parser.add_argument("--mode", choices=("forward", "compiled", "relay", "janus", "all"), default="forward")
    parser.add_argument(
        "--overload",
        action="store_true",
        help="8 rooms, then 24 (or --rooms) on a crowded core, then 8 again",
    )
    parser.add_argument(
        "--pin",
        action="store_true",
        help="the server on one core, the load on the others (always so in overload)",
    )
    parser.add_argument("--udp-port", type=int, help="one port for all connections (our worker only)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON (always so)")
    options = parser.parse_args(argv)
    if (options.rooms is not None and options.rooms < 1) or options.seconds <= 0:
        parser.error("--rooms and --seconds must be positive")
    if options.udp_port is not None and options.mode not in ("forward", "compiled"):
        parser.error("--udp-port is an option of the forwarding worker")
    if options.overload and options.mode not in ("forward", "compiled"):
        parser.error("--overload measures our worker")
    return options


async def run(options: argparse.Namespace) -> dict[str, Any]:
    cores = Cores.divided() if options.pin or options.overload else Cores.shared()
    os.sched_setaffinity(0, cores.load)
    worker = () if options.udp_port is None else ("--udp-port", str(options.udp_port))
    if options.overload:
        async with served(options.mode, cores, worker) as (pid, _, link):
            assert link is not None
            return await measure_overload(
                pid, link, recordings(), options.rooms or 24, options.seconds, cores
            )
    if options.mode == "all":
        return await measure_all(options.seconds, cores)
    return await measure(options.mode, options.rooms or 8, options.seconds, cores, worker)


def main() -> int:
    try:
        print(json.dumps(uvloop.run(run(parse()))))
    except JanusFailed as error:
        print(f"bench_media: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
