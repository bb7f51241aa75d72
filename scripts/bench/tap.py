"""`scripts/bench_tap`: how much of a voice recognition gets through a bad network, how late, how well dated.

The media worker's tap on a driven clock, with real Opus packets. One JSON object; exit status 1 when a figure
misses what it must be. docs/performance.md says how everything is measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.tap_run import listen
from bench.tap_scenarios import SCENARIOS, Scenario
from bench.tap_scores import Truth, gaps_s, lags_ms
from media.demo import conversation
from media.opus import OpusDecoder
from wire.audio import SAMPLE_RATE_HZ

MAX_STAMP_ERROR_MS = 20.0
MAX_LAG_GROWTH_MS = 10.0
TAIL_S = 3.0
"""Time for what is late to come out; the end of a voice is silent anyway."""

Pcm = NDArray[np.int16]


def demo_voice() -> Pcm:
    """The seller and the buyer of the sample conversation in one microphone, 16 kHz, with pauses."""
    parts: list[Pcm] = []
    for line in conversation.load(conversation.names()[0]):
        decoder = OpusDecoder()
        spoken = b"".join(decoder.decode(packet) or b"" for packet in line.packets)
        decoder.close()
        parts += [np.frombuffer(spoken, "<i2"), np.zeros(round(0.6 * SAMPLE_RATE_HZ), np.int16)]
    return np.concatenate(parts)


def judge(scenario: Scenario, voice: Pcm, seconds: float, *, seed: int = 1) -> dict[str, Any]:
    """One scenario's figures; `missed` names those that are not what they must be."""
    seconds = scenario.seconds or seconds
    voice = np.resize(voice, min(round(seconds * SAMPLE_RATE_HZ), len(voice)))
    packets = scenario.line.carry(scenario.microphone.send(voice, seconds), seed=seed)
    heard, counters = listen(packets, seconds + TAIL_S)
    truth = Truth(
        scenario.microphone.heard(voice),
        scenario.microphone,
        seconds,
        scenario.line.shortest_s,
        scenario.missing,
    )
    delivered = truth.delivered(heard)
    errors = np.abs(truth.stamp_errors_ms(heard))
    during = [frame for frame in heard if frame.stamp_s < seconds]
    lags, gaps = lags_ms(during), gaps_s(during)
    tenth = max(1, len(lags) // 10)
    growth = float(np.median(lags[-tenth:]) - np.median(lags[:tenth])) if len(lags) else 0.0
    returns = int((gaps < -0.1).sum())
    figures = {
        "seconds": seconds,
        "delivered": round(delivered, 4),
        "wanted": scenario.share,
        "stamp_error_ms": _quantiles(errors),
        "stamps_checked": len(errors),
        "lag_ms": _quantiles(lags),
        "lag_growth_ms": round(growth, 1),
        "gaps": int((gaps > 0.1).sum()),
        "longest_gap_s": round(float(gaps.max(initial=0.0)), 2),
        "returns": returns,
        "counters": {name: count for name, count in counters.snapshot().items() if count},
    }
    missed = []
    if delivered < scenario.share:
        missed.append("delivered")
    if not len(errors) or np.quantile(errors, 0.99) > MAX_STAMP_ERROR_MS:
        missed.append("stamp_error_ms")
    if growth > MAX_LAG_GROWTH_MS:
        missed.append("lag_growth_ms")
    if returns > sum(outage.fate == "held" for outage in scenario.line.outages):
        missed.append("returns")
    return figures | {"missed": missed}


def _quantiles(values: NDArray[np.float64]) -> dict[str, float]:
    if not len(values):
        return {}
    found = {"p50": np.median(values), "p99": np.quantile(values, 0.99), "max": values.max()}
    return {name: round(float(value), 1) for name, value in found.items()}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench_tap", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", nargs="+", choices=sorted(SCENARIOS), default=list(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=60.0, help="of each that has no length of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--understood", type=int, metavar="N", help="instead: what the demo recogniser makes of N sentences"
    )
    arguments = parser.parse_args(argv)
    if not 40 <= arguments.seconds <= 36_000:
        parser.error("--seconds must be between 40 and 36000")
    if arguments.understood:
        # Needs espeak-ng, which nothing else here does.
        from bench.tap_understood import understood

        print(json.dumps(understood(arguments.understood)))
        return 0
    voice = demo_voice()
    results = {}
    for name in arguments.scenario:
        results[name] = judge(SCENARIOS[name], voice, arguments.seconds, seed=arguments.seed)
        print(_line(name, results[name]), file=sys.stderr)
    print(json.dumps(results))
    return int(any(result["missed"] for result in results.values()))


def _line(name: str, result: dict[str, Any]) -> str:
    error, lag = result["stamp_error_ms"], result["lag_ms"]
    return (
        f"{name:20} delivered {result['delivered']:6.2%} of {result['wanted']:.0%}  stamps off by "
        f"{error.get('p50', 0):4} / {error.get('p99', 0):5} ms ({result['stamps_checked']})  "
        f"lag {lag.get('p50', 0):5} / {lag.get('p99', 0):7} ms, growth {result['lag_growth_ms']:6} ms  "
        f"gaps {result['gaps']} ≤ {result['longest_gap_s']} s, returns {result['returns']}  "
        + (" ".join(result["missed"]) or "ok")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
