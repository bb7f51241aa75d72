"""One call of the API: what the router, the sign-in check and openapi.json need to know about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from server.errors import BodyTooLarge, InvalidBody, InvalidQuery, ServerError
from server.keys import AUTH, STORE
from server.rights import WITHOUT_SIGN_IN, Right

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FREE_TEXT = frozenset({"note"})
"""Of a query: words to people, which the log of what was done is not for."""
MAX_JSON_BYTES = 256 * 1024
M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """What a client sends: a key that is not known is an error, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`right`: the least that a caller must have. `answers`: the JSON model, or other media types."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    answers: type[BaseModel] | tuple[str, ...] | None
    status: int = 200
    body: type[BaseModel] | tuple[str, ...] | None = None
    body_required: bool = True
    query: type[BaseModel] | None = None
    errors: tuple[type[ServerError], ...] = ()
    right: Right = "organiser"
    audited: bool | None = None
    """Whether the call is in the log; None: unless it only reads, or is public."""
    operation: str | None = None
    """Its name in openapi.json where several calls share a handler."""

    @property
    def is_audited(self) -> bool:
        if self.audited is not None:
            return self.audited
        return self.method != "GET" and self.right not in WITHOUT_SIGN_IN

    def guarded(self) -> Handler:
        """The handler behind the sign-in check."""
        if self.right in WITHOUT_SIGN_IN:
            return self.handler

        async def handle(request: web.Request) -> web.StreamResponse:
            identity = request.app[AUTH].require(request, self.right)
            response = await self.handler(request)
            if self.is_audited:
                action = self.operation or self.handler.__name__
                named = {name: value for name, value in request.query.items() if name not in FREE_TEXT}
                target = dict(request.match_info) | named
                await request.app[STORE].users.note(identity.who, identity.name, action, target)
            return response

        return handle


async def read_body(request: web.Request, limit_bytes: int) -> bytes:
    """Raises BodyTooLarge before more than `limit_bytes` are in memory."""
    too_large = BodyTooLarge(f"the body may have at most {limit_bytes} bytes")
    if (request.content_length or 0) > limit_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > limit_bytes:
            raise too_large
        parts.append(part)
    return b"".join(parts)


async def read_json(request: web.Request, model: type[M], *, optional: bool = False) -> M:
    """The body, which may be empty when `optional`. Raises InvalidBody, BodyTooLarge."""
    data = await read_body(request, MAX_JSON_BYTES)
    if optional and not data:
        data = b"{}"
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        message, field = _first(error)
        raise InvalidBody(message, field=field) from None


def read_query(request: web.Request, model: type[M]) -> M:
    """Raises InvalidQuery."""
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        message, field = _first(error)
        raise InvalidQuery(message, field=field) from None


def answer(model: BaseModel, status: int = 200) -> web.Response:
    return web.Response(text=model.model_dump_json(), status=status, content_type="application/json")


def _first(error: ValidationError) -> tuple[str, str | None]:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return first["msg"], ".".join(str(part) for part in first["loc"]) or None
