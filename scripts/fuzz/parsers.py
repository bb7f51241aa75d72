"""`scripts/fuzz_media`: mutated RTP, RTCP, STUN, DTLS and SDP through everything that reads them.

Prints one JSON object: per sort the inputs, the slowest in CPU milliseconds, what raised and what took over
10 ms. Exit status 1 when there is any.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from fuzz import seeds
from fuzz.mutation import PacketMutator, TextMutator
from fuzz.targets import ADDRESS, Descriptions, Media, Socket
from media import sdp

LIMIT_S = 0.010
RETIMED = 3
MAX_SHOWN = 5
SHARES = {"rtp": 0.4, "rtcp": 0.3, "stun": 0.15, "dtls": 0.05, "sdp": 0.1}


@dataclass
class Report:
    inputs: int = 0
    slowest_ms: float = 0.0
    failed: int = 0
    slow: int = 0
    shown: list[str] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    def show(self, what: str, data: bytes | str) -> None:
        if len(self.shown) < MAX_SHOWN:
            text = data.hex() if isinstance(data, bytes) else data
            self.shown.append(f"{what}: {text[:4_000]!r}")

    @property
    def is_clean(self) -> bool:
        return not self.failed and not self.slow


def run_one(
    report: Report, take: Callable[[Any], object], again: Callable[[Any], float], data: bytes | str
) -> None:
    """Times one input on this thread's CPU; a slow one three times more, which `again` does."""
    report.inputs += 1
    start_s = time.thread_time()
    try:
        take(data)
    except Exception as error:
        report.failed += 1
        report.show(f"{type(error).__name__}: {error}", data)
        return
    took_s = time.thread_time() - start_s
    if took_s > LIMIT_S:
        took_s = min(took_s, *(again(data) for _ in range(RETIMED)))
        if took_s > LIMIT_S:
            report.slow += 1
            report.show(f"{1000 * took_s:.1f} ms", data)
    report.slowest_ms = max(report.slowest_ms, round(1000 * took_s, 3))


def timed(take: Callable[[Any], object], data: bytes | str) -> float:
    start_s = time.thread_time()
    take(data)
    return time.thread_time() - start_s


async def packets(count: int, seed: int, made_of: list[bytes]) -> Report:
    """RTP and RTCP that were authentic, that is, from a hostile participant."""
    report, mutator, target = Report(), PacketMutator(made_of, seed), Media()
    try:
        for number in range(count):
            if number % 500 == 0:
                target.fill()
            run_one(report, target.take, take_afresh, mutator.next())
    finally:
        target.close()
    report.counters = target.counters.snapshot()
    return report


def take_afresh(data: bytes) -> float:
    """CPU seconds of one packet in a call of its own."""
    target = Media()
    target.fill()
    try:
        return timed(target.take, data)
    finally:
        target.close()


async def rtp(count: int, seed: int) -> Report:
    return await packets(count, seed, seeds.rtp())


async def control(count: int, seed: int) -> Report:
    return await packets(count, seed, seeds.control())


async def stun(count: int, seed: int) -> Report:
    """Half from anybody, half from somebody who knows the password."""
    return await datagrams(count, seed, seeds.captured("stun"), with_password=True)


async def dtls(count: int, seed: int) -> Report:
    return await datagrams(count, seed, seeds.captured("dtls"), with_password=False)


async def datagrams(count: int, seed: int, made_of: list[bytes], *, with_password: bool) -> Report:
    """From one address, and now and then from others, so that more than the first is looked at."""
    report, mutator, chance = Report(), PacketMutator(made_of, seed), random.Random(seed)
    target = await Socket.opened(seeds.offer())
    checks = seeds.Checks(target.user, target.password, seed)
    address = ADDRESS

    def take(data: bytes) -> None:
        failed_before = target.counters["datagram_failed"] if chance.random() < 0.02 else None
        target.take(data, address)
        if failed_before is not None and target.counters["datagram_failed"] != failed_before:
            raise AssertionError("the guard's last resort was needed")

    try:
        for number in range(count):
            address = ADDRESS if chance.random() < 0.9 else ("127.0.0.1", chance.randrange(1, 1 << 16))
            from_peer = with_password and chance.random() < 0.5
            run_one(report, take, partial(timed, take), checks.next() if from_peer else mutator.next())
            if number % 200 == 0:
                await asyncio.sleep(0)
        report.failed += target.counters["datagram_failed"]
        report.counters = target.counters.snapshot()
    finally:
        await target.close()
    return report


async def descriptions(count: int, seed: int) -> Report:
    report, mutator = Report(), TextMutator(seeds.descriptions(), seed)
    target = Descriptions(sdp.read_own(seeds.own_offer()))
    for _ in range(count):
        run_one(report, target.take, partial(timed, target.take), mutator.next())
    report.counters = {"refused": target.refused, "taken": target.taken}
    return report


SORTS: dict[str, Callable[[int, int], Awaitable[Report]]] = {
    "rtp": rtp,
    "rtcp": control,
    "stun": stun,
    "dtls": dtls,
    "sdp": descriptions,
}


async def run(count: int, seed: int) -> dict[str, Report]:
    """`count` inputs in all."""
    return {sort: await SORTS[sort](round(count * share), seed) for sort, share in SHARES.items()}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fuzz_media", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="inputs in all (default: 100000)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    if options.count < 1:
        parser.error("--count must be positive")
    reports = asyncio.run(run(options.count, options.seed))
    print(json.dumps({sort: asdict(report) for sort, report in reports.items()}))
    return 0 if all(report.is_clean for report in reports.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
