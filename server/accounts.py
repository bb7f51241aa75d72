"""Users who sign in with a password and, if they want, one-time codes: who they are while the server runs.

Users and sessions are few and looked up with every request, so they are in memory too; whatever changes is
stored first.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet

from server.attempts import Attempts
from server.errors import (
    CodeNeeded,
    LastAdministrator,
    RateLimited,
    UserNotFound,
    WrongCode,
    WrongPassword,
)
from server.store import Store
from server.store.key import token_hash
from server.store.records import StaffRole
from server.store.users import Session, User

SESSION = timedelta(hours=14)
"""A working day: it ends by itself on a machine that was left behind."""
MAX_HASHING = 2
"""Passwords checked at the same time; each takes 64 MiB and some tens of milliseconds."""
CODE_STEP_S = 30
MAX_WRONG_CODES = 10
CODES_WINDOW_S = 600.0
"""Of one user: a million codes are not tried in a year."""
MAX_SESSIONS = 20
"""Of one user; beyond it the oldest ends."""


class Accounts:
    def __init__(self, store: Store, hasher: PasswordHasher) -> None:
        self._store = store.users
        self._cipher = Fernet(base64.urlsafe_b64encode(store.key.mac("totp")))
        self._hasher = hasher
        self._hashing = asyncio.Semaphore(MAX_HASHING)
        self._nobodys = self._hasher.hash(secrets.token_hex(8))
        """Checked for unknown logins, which then take as long as known ones."""
        self._wrong_codes = Attempts(MAX_WRONG_CODES, CODES_WINDOW_S)
        self._users: dict[str, User] = {}
        self._sessions: dict[str, Session] = {}

    @classmethod
    async def load(cls, store: Store, hasher: PasswordHasher | None = None) -> Accounts:
        """`hasher`: argon2id with the library's defaults when left out."""
        made = cls(store, hasher or PasswordHasher())
        made._users = {user.id: user for user in await store.users.all()}
        made._sessions = {each.token_hash: each for each in await store.users.sessions(datetime.now(UTC))}
        return made

    # --- who is it? ---

    def user_of(self, token: str, now: datetime) -> User | None:
        """Whose session this is."""
        session = self._sessions.get(token_hash(token))
        if session is None or session.expires_at <= now:
            return None
        user = self._users.get(session.user)
        return user if user is not None and user.is_active else None

    async def sign_in(self, login: str, password: str, code: str | None) -> tuple[User, str]:
        """The user, and the token of a new session. Raises WrongPassword, CodeNeeded, WrongCode."""
        user = next((user for user in self._users.values() if user.login == folded(login)), None)
        stored = user.password_hash if user is not None else self._nobodys
        if not await self._matches(stored, password) or user is None or not user.is_active:
            raise WrongPassword("login or password is wrong")
        if user.totp is not None:
            if not code:
                raise CodeNeeded("give the code of your authenticator app too", field="code")
            if self._wrong_codes.is_over(user.id, time.monotonic()):
                raise RateLimited("too many wrong codes; wait ten minutes")
            user = await self._use_code(user, user.totp, code)
        return user, await self._begin(user)

    async def sign_out(self, token: str) -> None:
        hashed = token_hash(token)
        session = self._sessions.pop(hashed, None)
        if session is not None:
            await self._store.end_sessions(session.user, only=hashed)

    async def _begin(self, user: User) -> str:
        token = secrets.token_urlsafe(32)
        made = await self._store.begin_session(user.id, token, datetime.now(UTC) + SESSION)
        self._sessions[made.token_hash] = made
        own = sorted(
            (each for each in self._sessions.values() if each.user == user.id), key=lambda it: it.expires_at
        )
        for old in own[:-MAX_SESSIONS]:
            self._sessions.pop(old.token_hash, None)
            await self._store.end_sessions(user.id, only=old.token_hash)
        return token

    # --- passwords ---

    async def hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _matches(self, stored: str, password: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(self._verify, stored, password)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def change_own_password(self, user: str, old: str, new: str, token: str) -> None:
        """Other sessions end. Raises WrongPassword, UserNotFound."""
        known = self._get(user)
        if not await self._matches(known.password_hash, old):
            raise WrongPassword("this is not your password", field="old")
        self._users[user] = await self._store.change(user, {"password_hash": await self.hash(new)})
        await self._end(user, but=token_hash(token))

    # --- one-time codes (RFC 6238) ---

    def new_secret(self) -> str:
        """To be shown once, and taken by `keep_secret` together with a code made with it."""
        return pyotp.random_base32()

    async def keep_secret(self, user: str, secret: str, code: str) -> None:
        """From the next sign-in on codes are asked for. Raises WrongCode, UserNotFound."""
        self._get(user)
        step = _step_of(secret, code)
        if step is None:
            raise WrongCode("this code is not the app's", field="code")
        encrypted = self._cipher.encrypt(secret.encode()).decode()
        self._users[user] = await self._store.change(user, {"totp": encrypted, "totp_step": step})

    async def drop_secret(self, user: str) -> None:
        self._users[user] = await self._store.change(user, {"totp": None, "totp_step": 0})

    async def _use_code(self, user: User, encrypted: str, code: str) -> User:
        secret = self._cipher.decrypt(encrypted.encode()).decode()
        step = _step_of(secret, code)
        # The newest word: the same code may be on its way twice.
        if step is None or step <= self._get(user.id).totp_step:
            self._wrong_codes.wrong(user.id, time.monotonic())
            raise WrongCode("this code is wrong, or was used already; wait for the next", field="code")
        self._users[user.id] = replace(self._get(user.id), totp_step=step)
        changed = await self._store.change(user.id, {"totp_step": step})
        self._users[user.id] = changed
        return changed

    # --- users, for administrators ---

    def all(self) -> list[User]:
        return sorted(self._users.values(), key=lambda user: user.login)

    async def create(self, login: str, name: str, role: StaffRole, password: str) -> User:
        """Raises LoginTaken."""
        user = await self._store.create(folded(login), name, role, await self.hash(password))
        self._users[user.id] = user
        return user

    async def change(
        self,
        user: str,
        *,
        name: str | None = None,
        role: StaffRole | None = None,
        password: str | None = None,
        disabled: bool | None = None,
        drop_codes: bool = False,
    ) -> User:
        """A new password, a new role and disabling end the user's sessions.

        Raises UserNotFound; LastAdministrator when nobody would be left who can manage users.
        """
        known = self._get(user)
        loses = known.role == "administrator" and (disabled or (role not in (None, "administrator")))
        others = (each for each in self._users.values() if each.id != user and each.is_active)
        if loses and known.is_active and not any(each.role == "administrator" for each in others):
            raise LastAdministrator("make somebody else an administrator first")
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = name
        if role is not None:
            values["role"] = role
        if password is not None:
            values["password_hash"] = await self.hash(password)
        if disabled is not None:
            values["disabled_at"] = (known.disabled_at or datetime.now(UTC)) if disabled else None
        if drop_codes:
            values |= {"totp": None, "totp_step": 0}
        changed = self._users[user] = await self._store.change(user, values)
        if values.keys() - {"name"}:
            await self._end(user)
        return changed

    async def _end(self, user: str, *, but: str | None = None) -> None:
        for hashed in [each.token_hash for each in self._sessions.values() if each.user == user]:
            if hashed != but:
                del self._sessions[hashed]
        await self._store.end_sessions(user, but=but)

    def has_login(self, login: str) -> bool:
        return any(user.login == folded(login) for user in self._users.values())

    def find(self, user: str) -> User | None:
        return self._users.get(user)

    def _get(self, user: str) -> User:
        known = self._users.get(user)
        if known is None:
            raise UserNotFound("there is nobody with this id")
        return known


def folded(login: str) -> str:
    return login.strip().casefold()


def _step_of(secret: str, code: str) -> int | None:
    """The time step whose code this is: now, or one before or after for clocks that differ."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=CODE_STEP_S)
    now_step = int(time.time()) // CODE_STEP_S
    for step in (now_step, now_step - 1, now_step + 1):
        if secrets.compare_digest(totp.at(step * CODE_STEP_S).encode(), digits.encode("utf-8", "replace")):
            return step
    return None
