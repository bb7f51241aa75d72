"""Turns every error into `{"error": {"code", "message", "field"?}}`, or into the error page for a browser."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import Counter

from server.errors import RateLimited, ServerError, Unauthorised
from server.metrics import REGISTRY

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Renderer = Callable[[web.Request, str, int], web.StreamResponse]
ERROR_PAGE: web.AppKey[Renderer] = web.AppKey("error_page")
"""Renders (request, code, status) for a browser; set by `server/pages.py`."""

errors_total = Counter(
    "sangdam_http_errors_total", "Requests answered with an error, by its code", ["code"], registry=REGISTRY
)

_FROM_AIOHTTP = {
    400: ("bad_request", "the request could not be understood"),
    404: ("not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "this address does not take this method"),
    413: ("body_too_large", "the body is too large"),
}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ServerError as error:
        return _answer(request, error)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":
            raise
        code, message = _FROM_AIOHTTP.get(error.status, ("bad_request", error.reason))
        response = _respond(request, error.status, {"code": code, "message": message})
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        # The boundary of the request: nothing of the fault may reach the client.
        log.exception("a request failed: %s %s", request.method, _route(request))
        return _respond(request, 500, {"code": "internal", "message": "the server failed; its log says why"})


def error_body(error: ServerError) -> dict[str, object]:
    """The envelope's inside."""
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if error.field is not None:
        body["field"] = error.field
    return body | error.details()


def _answer(request: web.Request, error: ServerError) -> web.StreamResponse:
    if error.status >= 500:
        log.error("a request failed: %s %s: %s", request.method, _route(request), error.message)
    response = _respond(request, error.status, error_body(error))
    if isinstance(error, Unauthorised):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = "60"
    return response


def _respond(request: web.Request, status: int, body: dict[str, object]) -> web.StreamResponse:
    code = str(body["code"])
    errors_total.labels(code).inc()
    if not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", ""):
        return request.app[ERROR_PAGE](request, code, status)
    return web.json_response({"error": body}, status=status)


def _route(request: web.Request) -> str:
    """The route's pattern: addresses hold tokens, which stay out of the log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown address"
