"""Screens that wait to be bound to a booth: each shows a short code for an organiser to type (cf. RFC 8628).

Kept in memory: after a restart a screen asks anew and shows another code.
"""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from dataclasses import dataclass

from server.attempts import Attempts
from server.errors import RateLimited
from server.store.key import token_hash

ALPHABET = "34679CDFGHJKMNPQRTVWXY"
"""Neither look-alikes nor vowels, which would make words."""
CODE_CHARS = 6
LIFE_S = 600.0
MOST = 500
"""Beyond it the oldest code ends of the address that has most; its screen gets another."""
PER_ADDRESS = 30
"""New screens in a minute: a hall full of them has one address."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """`ends_s`: monotonic."""

    code: str
    ends_s: float
    address: str


class Pairings:
    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Pairing] = OrderedDict()
        """By the hash of the token that the screen will hold, oldest first."""
        self._ended: OrderedDict[str, None] = OrderedDict()
        """Hashes of tokens whose codes ended unused: screens that wait on."""
        self._begun = Attempts(PER_ADDRESS, 60.0)

    def begin(self, address: str, now_s: float, earlier: str = "") -> tuple[str, Pairing]:
        """The screen's token, which counts for nothing until it is bound. Raises RateLimited.

        A screen that waits on keeps its token `earlier`. It counts as a new one only while codes are full.
        """
        self._forget(now_s)
        waits_on = token_hash(earlier) in self._ended
        is_free = waits_on and len(self._waiting) < MOST
        if not is_free and not self._begun.wrong(address, now_s):
            raise RateLimited("too many screens asked for a code from this address; wait a minute")
        codes = {pairing.code for pairing in self._waiting.values()}
        code = _code()
        while code in codes:
            code = _code()
        token = earlier if waits_on else secrets.token_urlsafe(32)
        self._ended.pop(token_hash(token), None)
        pairing = self._waiting[token_hash(token)] = Pairing(code, now_s + LIFE_S, address)
        if len(self._waiting) > MOST:
            ((fullest, _),) = Counter(each.address for each in self._waiting.values()).most_common(1)
            self._end_unused(next(known for known, each in self._waiting.items() if each.address == fullest))
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
            self._end_unused(next(iter(self._waiting)))

    def _end_unused(self, known: str) -> None:
        del self._waiting[known]
        self._ended[known] = None
        if len(self._ended) > MOST:
            self._ended.popitem(last=False)


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
