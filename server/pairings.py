"""Screens that wait to be bound to a booth: each shows a short code for an organiser to type (cf. RFC 8628).

Kept in memory: after a restart a screen asks anew and shows another code.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from server.attempts import Attempts
from server.errors import RateLimited
from server.store.key import token_hash

ALPHABET = "34679CDFGHJKMNPQRTVWXY"
"""Neither look-alikes nor vowels, which would make words."""
CODE_CHARS = 6
LIFE_S = 600.0
MOST = 500
"""Beyond it the oldest code ends; its screen gets another."""
PER_ADDRESS = 30
"""New codes in a minute: a hall full of screens has one address."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """`ends_s`: monotonic."""

    code: str
    ends_s: float


class Pairings:
    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Pairing] = OrderedDict()
        """By the hash of the token that the screen will hold, oldest first."""
        self._begun = Attempts(PER_ADDRESS, 60.0)

    def begin(self, address: str, now_s: float) -> tuple[str, Pairing]:
        """The screen's token, which counts for nothing until it is bound. Raises RateLimited."""
        if not self._begun.wrong(address, now_s):
            raise RateLimited("too many screens asked for a code from this address; wait a minute")
        self._forget(now_s)
        codes = {pairing.code for pairing in self._waiting.values()}
        code = _code()
        while code in codes:
            code = _code()
        token = secrets.token_urlsafe(32)
        pairing = self._waiting[token_hash(token)] = Pairing(code, now_s + LIFE_S)
        if len(self._waiting) > MOST:
            self._waiting.popitem(last=False)
        return token, pairing

    def of(self, token: str, now_s: float) -> Pairing | None:
        self._forget(now_s)
        return self._waiting.get(token_hash(token))

    def find(self, code: str, now_s: float) -> str | None:
        """The hash of the token of the screen that shows `code`, however that is written."""
        self._forget(now_s)
        wanted = "".join(code.split()).replace("-", "").upper()
        return next((known for known, pairing in self._waiting.items() if pairing.code == wanted), None)

    def end(self, known: str) -> None:
        self._waiting.pop(known, None)

    def _forget(self, now_s: float) -> None:
        while self._waiting and next(iter(self._waiting.values())).ends_s <= now_s:
            self._waiting.popitem(last=False)


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
