"""`GET /metrics`: what the server counts, and what its workers report, in Prometheus' text form."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

if TYPE_CHECKING:
    from wire.links import MediaStats, TranscriptionStats

MAX_VALUES = 200
"""How many values of one worker are kept."""
REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types for it

BROWSERS = Gauge("sangdam_browsers", "Connected browsers", ["kind"], registry=REGISTRY)
ROOMS_OPEN = Gauge("sangdam_rooms_open", "Open rooms with somebody inside", registry=REGISTRY)
WORKERS = Gauge("sangdam_workers", "Connected workers", ["kind"], registry=REGISTRY)
CAPTIONS = Counter("sangdam_captions_total", "Caption revisions sent, by state", ["state"], registry=REGISTRY)
CAPTIONS_NOT_STORED = Counter(
    "sangdam_captions_not_stored_total",
    "Finals that could not be stored and stayed partial",
    registry=REGISTRY,
)
CAPTION_LAG = Histogram(
    "sangdam_caption_lag_seconds",
    "End of speech to the sending of the final caption",
    buckets=(0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0),
    registry=REGISTRY,
)
SILENT_BROWSERS = Counter(
    "sangdam_silent_browsers_total", "Browsers that vanished without closing their socket", registry=REGISTRY
)
SLOW_READERS = Counter("sangdam_slow_readers_total", "Browsers closed with 4008", registry=REGISTRY)
BAD_MESSAGES = Counter("sangdam_bad_messages_total", "Refused browser messages", ["code"], registry=REGISTRY)
UNREADABLE_REQUESTS = Counter(
    "sangdam_unreadable_requests_total", "Requests that were no HTTP", registry=REGISTRY
)
BAD_WORKER_MESSAGES = Counter(
    "sangdam_bad_worker_messages_total", "Worker messages that were not understood", registry=REGISTRY
)
FAILED_TASKS = Counter(
    "sangdam_failed_tasks_total", "Unexpected errors, by task", ["task"], registry=REGISTRY
)
RESTARTS = Counter(
    "sangdam_process_restarts_total", "Restarted child processes", ["process"], registry=REGISTRY
)
WORKER_VALUES = Gauge(
    "sangdam_worker", "What workers report every 5 s", ["kind", "worker", "value"], registry=REGISTRY
)


_reported: defaultdict[tuple[str, str], set[str]] = defaultdict(set)


def report(kind: str, worker: str, stats: MediaStats | TranscriptionStats) -> None:
    """Keeps a worker's last statistics."""
    values = stats.model_dump(exclude={"type", "counters"}) | stats.counters
    known = _reported[kind, worker]
    for name, value in values.items():
        if value is not None and (name in known or len(known) < MAX_VALUES):
            WORKER_VALUES.labels(kind, worker, name).set(value)
            known.add(name)


def forget(kind: str, worker: str) -> None:
    """The worker is gone."""
    for name in _reported.pop((kind, worker), ()):
        WORKER_VALUES.remove(kind, worker, name)


async def handler(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})
