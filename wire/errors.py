"""Errors of the wire.

WireError
├── BadMessage     text or bytes that are not a message of this connection
└── LinkRefused    the server turned a worker away (secret, version)
"""

from __future__ import annotations


class WireError(Exception):
    """Base of everything this package raises for remote input."""

    code = "wire_error"


class BadMessage(WireError):
    """What came is not a message of this connection; `field` names the part that is wrong."""

    code = "bad_message"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class LinkRefused(WireError):
    """The server refused the worker; trying again with the same secret is useless."""

    code = "link_refused"
