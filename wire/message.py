"""The base of every JSON message, and the codec that turns text into one of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from wire.errors import BadMessage

M = TypeVar("M", bound="Message")


class Message(BaseModel):
    """Immutable; unknown keys are ignored so that a newer peer can talk to an older one."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Codec(Generic[M]):
    """Parses one direction of a connection: a union of messages told apart by their `type`."""

    def __init__(self, union: Any, *, max_chars: int = 1 << 20) -> None:
        self._adapter: TypeAdapter[M] = TypeAdapter(union)
        self._max_chars = max_chars

    def parse(self, text: str | bytes) -> M:
        """Raises BadMessage on anything that is not one of the union's messages."""
        if isinstance(text, bytes):
            raise BadMessage("a text message was expected, not a binary one")
        if len(text) > self._max_chars:
            raise BadMessage(f"a message may have at most {self._max_chars} characters")
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            # The first part is the message's type, by which the union tells its members apart.
            field = ".".join(str(part) for part in first["loc"][1:])
            raise BadMessage(first["msg"], field=field or None) from None
        except RecursionError:
            raise BadMessage("the message is nested too deeply") from None
