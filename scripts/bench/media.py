"""`scripts/bench_media`: what forwarding costs and adds, against a worker of its own on loopback.

Prints one JSON object. `lost` counts packets that were sent and did not reach a subscriber (forward), or
sequence numbers missing at the subscribers (relay: what it sends is encoded anew, so latency cannot be read
from the payloads and is null).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import uvloop

from bench import encoded
from bench.media_load import SUBSCRIBERS, Load, Recording, Tally
from bench.worker_link import ScriptedServer

Mode = Literal["forward", "relay"]
WARM_UP_S = 3.0
DRAIN_S = 0.5
PROGRAMS: dict[Mode, tuple[str, ...]] = {
    "forward": ("-m", "media", "--udp-host", "127.0.0.1"),
    "relay": ("-m", "bench.relay_worker"),
}


def recordings() -> list[list[Recording]]:
    """One publisher at 640x480 with 1 Mbit/s, one at 1280x720 with 2 Mbit/s, both with Opus."""
    voice = Recording("audio", "microphone", [[packet] for packet in encoded.opus()])
    pictures = [encoded.vp8(640, 480, 1_000_000), encoded.vp8(1280, 720, 2_000_000)]
    return [[voice, Recording("video", "camera", encoded.vp8_payloads(picture))] for picture in pictures]


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def start_worker(mode: Mode, server: ScriptedServer, options: Sequence[str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *PROGRAMS[mode],
        *options,
        "--server",
        server.url,
        env={**os.environ, "SANGDAM_WORKER_SECRET": server.secret},
        stdout=asyncio.subprocess.DEVNULL,
    )


async def stop_worker(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


async def measure(mode: Mode, rooms: int, seconds: float, options: Sequence[str] = ()) -> dict[str, Any]:
    """`options` are the worker's."""
    publishers = recordings()
    tally = Tally()
    async with ScriptedServer().listening() as server:
        worker = await start_worker(mode, server, options)
        load = Load(server, tally, stamped=mode == "forward")
        try:
            await server.ready()
            for number in range(rooms):
                await load.open_room(f"r{number}", publishers)
            load.start()
            await asyncio.sleep(WARM_UP_S)
            cpu_before_s, start_s = cpu_s(worker.pid), time.monotonic()
            tally.window = (start_s, start_s + seconds)
            await asyncio.sleep(seconds)
            used_s, memory_mib = cpu_s(worker.pid) - cpu_before_s, rss_mib(worker.pid)
            await asyncio.sleep(DRAIN_S)
        finally:
            await load.close()
            await stop_worker(worker)
    return summary(mode, rooms, seconds, used_s, memory_mib, tally, load)


def summary(
    mode: Mode, rooms: int, seconds: float, used_s: float, memory_mib: float, tally: Tally, load: Load
) -> dict[str, Any]:
    if mode == "forward":
        packets_out, lost = tally.received, tally.sent * SUBSCRIBERS - tally.received
    else:
        packets_out = sum(gaps.received for gaps in load.gaps)
        lost = sum(gaps.missing for gaps in load.gaps)
    return {
        "mode": mode,
        "rooms": rooms,
        "packets_in": tally.sent,
        "packets_out": packets_out,
        "lost": lost,
        "server_cpu_s": round(used_s, 2),
        "cpu_per_room": round(used_s / seconds / rooms, 4),
        "us_per_packet_out": round(used_s * 1e6 / packets_out, 2) if packets_out else None,
        "latency_ms": quantiles_ms(tally.latencies_s),
        "rss_mib": round(memory_mib, 1),
    }


def quantiles_ms(values_s: Sequence[float]) -> dict[str, float | None]:
    if len(values_s) < 2:
        return {"p50": None, "p99": None}
    cuts = statistics.quantiles(values_s, n=100)
    return {"p50": round(cuts[49] * 1000, 3), "p99": round(cuts[98] * 1000, 3)}


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench_media", description=__doc__)
    parser.add_argument("--rooms", type=int, default=8, help="rooms of two publishers and three subscribers")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--mode", choices=tuple(PROGRAMS), default="forward")
    parser.add_argument("--udp-port", type=int, help="one port for all connections (forward only)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON (always so)")
    options = parser.parse_args(argv)
    if options.rooms < 1 or options.seconds <= 0:
        parser.error("--rooms and --seconds must be positive")
    if options.udp_port is not None and options.mode != "forward":
        parser.error("--udp-port is an option of the forwarding worker")
    return options


def main() -> int:
    options = parse()
    worker = () if options.udp_port is None else ("--udp-port", str(options.udp_port))
    print(json.dumps(uvloop.run(measure(options.mode, options.rooms, options.seconds, worker))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
