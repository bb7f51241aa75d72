"""Keeps out of the log what the HTTP library would write about a request that is none."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import HttpProcessingError

from server import metrics


class UnreadableRequests(logging.Filter):
    """The library answers them with 400; its log line holds the address and the request, link and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        metrics.UNREADABLE_REQUESTS.inc()
        return False


_filter = UnreadableRequests()


def install() -> None:
    """May be called again."""
    logging.getLogger("aiohttp.server").addFilter(_filter)
