"""Who sent a request: a user's session, the organiser's key, the API token; and the workers' secret.

The last three are derived from the key file; nothing of them is in the database but a serial number that
replaces them. Whoever has the key or the token has the machine, and every right.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web

from server.accounts import SESSION as USER_SESSION
from server.accounts import Accounts, folded
from server.attempts import Attempts
from server.caller import caller
from server.errors import BadOrigin, CodeNeeded, NotYourRight, RateLimited, ServerError, Unauthorised
from server.rights import Right, allows
from server.store import Store
from server.store.key import Key
from server.store.records import StaffRole

SESSION_S = 7 * 24 * 3600
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

Secret = Literal["api-token", "organiser-key", "worker-secret"]
SECRETS: tuple[Secret, ...] = ("api-token", "organiser-key", "worker-secret")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who runs events, and how they proved it. `who`: a user's id, `key` or `token`."""

    via: Literal["token", "session"]
    who: str
    name: str
    role: StaffRole = "administrator"


class Auth:
    """The installation's secrets, and the checks of requests against them."""

    def __init__(
        self,
        key: Key,
        serials: dict[Secret, int],
        accounts: Accounts,
        public_url: str | None = None,
    ) -> None:
        self._key = key
        self.accounts = accounts
        self._public_host = urlsplit(public_url).netloc.lower() if public_url else None
        self._secure = bool(public_url and public_url.startswith("https:"))
        self._attempts = Attempts()
        self._sign_ins = Attempts()
        self.api_token = key.derive("api-token", serials["api-token"])
        self.organiser_key = key.derive("organiser-key", serials["organiser-key"])
        self.worker_secret = key.derive("worker-secret", serials["worker-secret"])
        self.cookie = f"sangdam_{key.fingerprint()[:8]}"
        """Cookies are shared by all ports of a host, so each installation has its own name."""

    @classmethod
    async def load(
        cls, store: Store, public_url: str | None = None, accounts: Accounts | None = None
    ) -> Auth:
        serials = {name: await _serial(store, name) for name in SECRETS}
        return cls(store.key, serials, accounts or await Accounts.load(store), public_url)

    def identify(self, request: web.Request) -> Identity | None:
        """Who sent the request, None when nobody proved to be anybody."""
        bearer = bearer_token(request)
        if bearer is not None:
            return Identity("token", "token", "API") if same(bearer, self.api_token) else None
        cookie = request.cookies.get(self.cookie, "")
        user = self.accounts.user_of(cookie, datetime.now(UTC))
        if user is not None:
            return Identity("session", user.id, user.name, user.role)
        if self._session_is_valid(cookie, time.time()):
            return Identity("session", "key", "Organiser")
        return None

    def require(self, request: web.Request, right: Right = "organiser") -> Identity:
        """Raises Unauthorised, RateLimited, NotYourRight; BadOrigin when a foreign page uses the cookie."""
        identity = self.identify(request)
        if identity is None:
            tried = bearer_token(request) is not None
            message = "sign in as the organiser, or send the API token as `Authorization: Bearer …`"
            raise self.refusal(request, Unauthorised(message)) if tried else Unauthorised(message)
        if identity.via == "session" and request.method not in _READING and not self.same_origin(request):
            raise BadOrigin("this request came from a page of another site")
        if not allows(identity.role, right):
            raise NotYourRight("your role may not do this; ask an administrator")
        return identity

    def refusal(self, request: web.Request, error: ServerError) -> ServerError:
        """The error for a wrong key or link: `error`, or RateLimited after too many of them."""
        if self._attempts.wrong(caller(request), time.monotonic()):
            return error
        return RateLimited("too many wrong keys or links from this address; wait a minute")

    def check_may_sign_in(self, request: web.Request, login: str) -> None:
        """Raises RateLimited after many wrong passwords for this login from this address."""
        if self._sign_ins.is_over(self._who_tries(request, login), time.monotonic()):
            raise RateLimited("too many wrong passwords or codes; wait a minute")

    def refused_sign_in(self, request: web.Request, login: str, error: ServerError) -> ServerError:
        """The error, after it was counted. Asking for a code is no mistake."""
        if not isinstance(error, CodeNeeded):
            self._sign_ins.wrong(self._who_tries(request, login), time.monotonic())
        return error

    @staticmethod
    def _who_tries(request: web.Request, login: str) -> str:
        """By login too: a hall, or a proxy that is not trusted, is one address."""
        return f"{caller(request)} {folded(login)}"

    def same_origin(self, request: web.Request) -> bool:
        """Whether one of our own pages sent the request; scheme apart, which a proxy may have changed."""
        origin = request.headers.get("Origin")
        if origin is None:
            return request.headers.get("Sec-Fetch-Site") == "same-origin"
        try:
            host = urlsplit(origin).netloc.lower()
        except ValueError:
            return False
        return host != "" and host in (self._public_host, request.host.lower())

    def sign_in(self, request: web.Request, key: str) -> bool:
        """Whether `key` is the organiser's. Raises RateLimited after too many wrong ones."""
        if same(key, self.organiser_key):
            return True
        refusal = self.refusal(request, Unauthorised("this key is not the organiser's"))
        if isinstance(refusal, RateLimited):
            raise refusal
        return False

    def set_session(
        self, request: web.Request, response: web.StreamResponse, token: str | None = None
    ) -> None:
        """A user's session, or that of the organiser's key."""
        response.set_cookie(
            self.cookie,
            token or self.session(time.time()),
            max_age=SESSION_S if token is None else int(USER_SESSION.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self.is_secure(request),
        )

    def is_secure(self, request: web.Request) -> bool:
        """Whether cookies come back over TLS only."""
        return request.secure or self._secure

    def session(self, now_s: float) -> str:
        """The value of a session cookie that begins at `now_s` (wall clock)."""
        expires = str(int(now_s) + SESSION_S)
        return f"{expires}.{self._key.derive('session', self.organiser_key, expires)}"

    def _session_is_valid(self, value: str, now_s: float) -> bool:
        expires, _, proof = value.partition(".")
        if not (expires.isascii() and expires.isdigit()):
            return False
        if not same(proof, self._key.derive("session", self.organiser_key, expires)):
            return False
        return now_s < int(expires)


async def replace_secret(store: Store, name: Secret) -> None:
    """The one in use stops working when the server starts again."""
    await store.settings.set(f"serial:{name}", str(await _serial(store, name) + 1))


def bearer_token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def same(one: str, other: str) -> bool:
    """Compares in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())


async def _serial(store: Store, name: Secret) -> int:
    return int(await store.settings.get(f"serial:{name}") or 1)
